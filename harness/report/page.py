"""Turn a run into the values that index.html prints."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby

from harness.judging.asking import ASK
from harness.model.run import Judged, Run
from harness.model.verdict import Finding, Status, worst
from harness.report.delivered import deliveries
from harness.report.page_views import Card, Page, Passed
from harness.report.pictures import Gallery, Rendition
from harness.report.refused import refusals
from harness.report.shots import Scene, delivered, shots
from harness.report.spending import charged, spend
from harness.report.summary import first_look, provenance, recorded
from harness.report.tables import missing, only_missing, suite_findings
from harness.report.variants import anchor, link_to, variant_view
from harness.report.views import Chip, Fact, Mark, Tally
from harness.report.words import (
    GRAVEST_FIRST,
    count_of,
    counted,
    duration,
    history,
    joined,
    money,
)

DETAILED_VARIANTS = 60
"""Above this many variants, what passed is shown without its details."""
UNWATCHED = (
    "anatomy (hands, faces, limbs)",
    "identity of people and characters: `consistency:` sees palette and look, no more",
    "content of the picture against the prompt, where no `ask:` does",
    "text painted within the picture, where no `text:` does",
    "whether the model has changed: `harness monitor` and `harness compare` tell that",
)
_SHEET_SHOTS = 4
NO_HEATS: Mapping[str, Rendition] = {}


def page(run: Run, gallery: Gallery, heats: Mapping[str, Rendition] = NO_HEATS) -> Page:
    """Make the page's values; `heats` are the maps of edits by where they lie."""
    detailed = len(run.judged) <= DETAILED_VARIANTS
    scene = Scene(run=run, gallery=gallery, detailed=detailed, heats=heats)
    passed = [judged for judged in run.judged if judged.verdict.status is Status.PASS]
    return Page(
        title=f"{_title(run)} · {run.status.value} · {run.id}",
        mark=Mark.of(run.status),
        tallies=_tallies(run),
        sentence=_sentence(run),
        banners=_banners(run),
        strip=_strip(run),
        cards=_cards(scene),
        passed=tuple(_passed(judged, scene) for judged in passed),
        passed_details=tuple(variant_view(j, scene) for j in passed) if scene.detailed else (),
        missing=missing(run),
        command=run.command,
        refusals=refusals(run),
        suite_findings=suite_findings(run),
        spend=spend(run),
        deliveries=deliveries(run),
        environment=tuple(Fact(name=k, value=v) for k, v in sorted(run.environment.items())),
        unwatched=UNWATCHED,
    )


def _title(run: Run) -> str:
    return joined((suite.suite for suite in run.suites), empty="no suite")


def _tallies(run: Run) -> tuple[Tally, ...]:
    counts = run.counts
    return tuple(
        Tally(mark=Mark.of(s), count=counts[s], said=counted(s, counts[s])) for s in GRAVEST_FIRST
    )


def _sentence(run: Run) -> str:
    said = f"{provenance(run)}; {first_look(run)}."
    return said[0].upper() + said[1:]


def _banners(run: Run) -> dict[str, str]:
    banners = {}
    if run.simulated:
        banners["simulated"] = (
            "Simulated pictures: some or all of what stands below was painted by the simulator, "
            "not by a model. Nothing here says anything about a model."
        )
    gaps = _gaps(run)
    if gaps:
        banners["incomplete"] = f"Incomplete: {' and '.join(gaps)}. What is there was judged."
    if run.may_be_charged:
        banners["charged"] = f"{charged(run)}."
    return banners


def _gaps(run: Run) -> list[str]:
    """Count what is not there by samples: a variant's FAIL would hide the gap beside it."""
    absent = len(missing(run))
    unanswered = sum(s.failure is not None for judged in run.judged for s in judged.samples)
    unasked = sum(any(map(_is_unasked, judged.verdict.findings)) for judged in run.judged)
    gaps = {
        f"{count_of(absent, 'sample')} unrecorded": absent,
        f"{count_of(unanswered, 'call')} without an answer": unanswered,
        f"questions about {count_of(unasked, 'variant')} not asked": unasked,
    }
    return [said for said, count in gaps.items() if count]


def _is_unasked(finding: Finding) -> bool:
    return finding.check == ASK and finding.status is Status.UNRECORDED


def _strip(run: Run) -> tuple[Fact, ...]:
    facts = {
        "suites": _suites(run),
        "asked": joined(
            (sample.arm.name for j in run.judged for sample in j.samples), empty="nobody"
        ),
        "answered": joined(_versions(run), empty="no model version told"),
        "recorded": recorded(run),
        "mode": _mode(run),
        "spent in this run": money(run.spent_usd),
        "price of what is shown": money(_price(run)),
        "duration": duration(run.seconds),
        "epoch pinned": joined((suite.epoch for suite in run.suites), empty="none"),
        "run": run.id,
        "judged": run.at,
        "pictures": _sizes(run),
    }
    return tuple(Fact(name=name, value=value) for name, value in facts.items())


def _suites(run: Run) -> str:
    return joined((f"{s.suite} ({s.recording})" for s in run.suites), empty="none")


def _versions(run: Run) -> list[str]:
    return [s.generation.model_version for j in run.judged for s in j.samples if s.generation]


def _mode(run: Run) -> str:
    live = sum(suite.live for suite in run.suites)
    if not live:
        return "replay, 0 calls"
    return "live" if live == len(run.suites) else "live and replay"


def _sizes(run: Run) -> str:
    """Count final pictures by what they measure."""
    digests = [
        sha256 for judged in run.judged for sample in judged.samples for sha256 in sample.pictures
    ]
    sizes = Counter(delivered(run.measures.get(sha256)) for sha256 in digests)
    each = ", ".join(f"{size} ({count})" for size, count in sizes.most_common())
    return f"{count_of(len(digests), 'picture')}: {each}" if digests else "none"


def _price(run: Run) -> float | None:
    known = [s.cost_usd for j in run.judged for s in j.samples if s.cost_usd is not None]
    return sum(known) if known else None


def _cards(scene: Scene) -> tuple[Card, ...]:
    """Give the cases that need eyes, gravest first, else in the suites' order."""
    grouped = groupby(scene.run.judged, key=lambda j: (j.variant.suite, j.variant.case))
    cases = [list(group) for _, group in grouped]
    cards = [_card(case, scene) for case in cases if any(map(_needs_eyes, case))]
    return tuple(sorted(cards, key=lambda card: -Status(card.mark.word).severity))


def _needs_eyes(judged: Judged) -> bool:
    return judged.verdict.status is not Status.PASS and not only_missing(judged)


def _card(case: list[Judged], scene: Scene) -> Card:
    ordered = sorted(case, key=lambda judged: -judged.verdict.status.severity)
    return Card(
        suite=case[0].variant.suite,
        case=case[0].variant.case,
        mark=Mark.of(worst(judged.verdict.status for judged in filter(_needs_eyes, case))),
        chips=tuple(_chip(judged) for judged in case) if len(case) > 1 else (),
        variants=tuple(variant_view(judged, scene) for judged in filter(_needs_eyes, ordered)),
    )


def _chip(judged: Judged) -> Chip:
    return Chip(
        href=link_to(judged.variant),
        text=judged.variant.label or judged.variant.case,
        mark=Mark.of(judged.verdict.status),
    )


def _passed(judged: Judged, scene: Scene) -> Passed:
    found = shots(judged, scene)
    kept = found[: _SHEET_SHOTS if scene.detailed else 1]
    unmarked = tuple(replace(shot, mark=None) for shot in kept)  # the sheet is of PASS alone
    return Passed(
        anchor=anchor(judged.variant),
        href=link_to(judged.variant),
        id=judged.variant.id,
        suite=judged.variant.suite,
        shots=unmarked,
        more=len(found) - len(kept),
        history=history(judged.discarded),
    )
