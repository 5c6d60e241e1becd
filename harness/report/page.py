"""Turn a run into the values that index.html prints."""

from collections import Counter
from collections.abc import Mapping

from harness.judging.asking import ASK
from harness.model.run import Run
from harness.model.showing import NOTHING_MORE, Showing
from harness.model.verdict import Finding, Status
from harness.report.cards import Desk, cards, contact_sheet, rewordings, unchanged
from harness.report.coverage import coverage, unwatched
from harness.report.delivered import deliveries
from harness.report.drifted import drift_parts
from harness.report.index_views import ALONE, Around
from harness.report.page_views import Opening, Page
from harness.report.pictures import Gallery, Rendition
from harness.report.refused import refusals
from harness.report.shots import Scene, delivered
from harness.report.spending import charged, spend
from harness.report.summary import provenance
from harness.report.tables import missing, suite_findings
from harness.report.top_lines import top_lines
from harness.report.views import Fact, Mark, Tally
from harness.report.words import (
    GRAVEST_FIRST,
    count_of,
    counted,
    duration,
    joined,
    money,
)

DETAILED_VARIANTS = 60
"""Above this many variants, what passed is shown without its details."""
NO_HEATS: Mapping[str, Rendition] = {}


def page(
    run: Run,
    gallery: Gallery,
    heats: Mapping[str, Rendition] = NO_HEATS,
    showing: Showing = NOTHING_MORE,
    *,
    around: Around = ALONE,
    whole: Run | None = None,
) -> Page:
    """Make the page's values.

    Args:
        run: What was judged, as far as its cases are shown.
        gallery: Its pictures as they can be shown, and those of `showing`.
        heats: Maps of edits by where they lie.
        showing: What is shown beside the run.
        around: What lies around the page in its folder.
        whole: The run with all its cases: what the page opens with is of them all.
    """
    whole, full = whole or run, len(run.judged) <= DETAILED_VARIANTS
    desk = Desk.of(
        Scene(run=run, gallery=gallery, detailed=full, heats=heats, showing=showing, around=around)
    )
    return Page(
        opening=_opening(whole, showing, around, left_out=_partial(run, whole)),
        detailed=full,
        cards=cards(desk),
        passed=contact_sheet(desk),
        passed_details=tuple(map(desk.view, unchanged(desk))) if full else (),
        missing=missing(run),
        command=run.command,
        refusals=refusals(run),
        suite_findings=suite_findings(run),
        spend=spend(run),
        deliveries=deliveries(run),
        environment=tuple(Fact(name=k, value=v) for k, v in sorted(run.environment.items())),
        drift=drift_parts(desk.scene),
        reworded=rewordings(desk),
        around=around,
    )


def _opening(run: Run, showing: Showing, around: Around, *, left_out: Mapping[str, str]) -> Opening:
    return Opening(
        title=f"{_title(run)} · {run.status.value} · {run.id}",
        lines=top_lines(run, showing, around),
        tallies=_tallies(run),
        sentence=_sentence(run),
        banners={**left_out, **_banners(run)},
        coverage=coverage(run),
        unwatched=unwatched(run, showing),
        strip=_strip(run),
    )


def _title(run: Run) -> str:
    return joined((suite.suite for suite in run.suites), empty="no suite")


def _tallies(run: Run) -> tuple[Tally, ...]:
    counts = run.counts
    return tuple(
        Tally(mark=Mark.of(s), count=counts[s], said=counted(s, counts[s])) for s in GRAVEST_FIRST
    )


def _sentence(run: Run) -> str:
    said = provenance(run)
    return f"{said[0].upper()}{said[1:]}."


def _partial(run: Run, whole: Run) -> dict[str, str]:
    """Say that cases are left out; the page must not read as if these were all."""
    shown, all_ = ({(j.variant.suite, j.variant.case) for j in r.judged} for r in (run, whole))
    if shown == all_:
        return {}
    said = (
        f"{len(shown)} of {count_of(len(all_), 'case')} shown: the rest was left out by --include"
    )
    return {"partial": f"{said}. The figures here are of all."}


def _banners(run: Run) -> dict[str, str]:
    banners = {}
    if run.shard is not None:
        banners["shard"] = (
            f"{run.shard.name.capitalize()}: it holds {len(run.judged)} of "
            f"{count_of(run.shard.variants, 'variant')}. Suite-wide findings come with the merge: "
            "what needs the whole suite is not judged here, nor tested for a change of the model."
        )
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
        "answered": joined(_versions(run), empty="no model version told"),
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
