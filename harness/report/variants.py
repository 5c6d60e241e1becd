"""Show a variant in full: pictures, findings, what was asked, what was answered."""

import re
from collections import Counter
from urllib.parse import quote

from harness.model.generation import Generation, Usage
from harness.model.run import Judged
from harness.model.sample import Receipt, Sample
from harness.model.suite import Variant
from harness.model.verdict import Finding, Status
from harness.report.answer_views import Answer
from harness.report.asked import prompts
from harness.report.check_views import ChecksView
from harness.report.conversation import chains
from harness.report.figures import unusual
from harness.report.findings import by_gravity, finding_views
from harness.report.grounding import groundings
from harness.report.opinions import opinions
from harness.report.page_views import VariantView
from harness.report.shots import (
    Scene,
    delivered,
    label,
    marks,
    picture_sha256,
    reason,
)
from harness.report.views import Mark
from harness.report.words import duration, history, joined, money


def variant_view(judged: Judged, scene: Scene) -> VariantView:
    """Gather everything that is known of a variant; of very many, what was found."""
    full = scene.detailed
    variant, found = judged.variant, by_gravity(judged.verdict.findings)
    passed = [finding for finding in found if finding.status is Status.PASS]
    others = [finding for finding in found if finding.status is not Status.PASS]
    return VariantView(
        anchor=anchor(variant),
        id=variant.id,
        label=variant.label,
        suite=variant.suite,
        mark=Mark.of(judged.verdict.status),
        findings=finding_views(others, turns=len(variant.turns)),
        passed=finding_views(passed, turns=len(variant.turns)) if full else (),
        passed_counts=_counts(passed),
        prompts=prompts(variant, scene) if full else (),
        answers=_answers(judged, scene) if full else (),
        chains=chains(judged, scene) if full else (),
        groundings=groundings(judged) if full else (),
        checks=opinions(judged, scene) if full else ChecksView(),
        history=history(judged.discarded),
    )


def anchor(variant: Variant) -> str:
    """Name a variant within the page, so that a link to it outlives a rerun."""
    return re.sub(r"\s+", "-", f"{variant.suite}/{variant.id}")


def link_to(variant: Variant) -> str:
    """Give the link to a variant's anchor within the page."""
    return "#" + quote(anchor(variant), safe="/", errors="replace")


def _counts(passed: list[Finding]) -> str:
    counts = Counter(finding.check for finding in passed)
    return ", ".join(f"{check} ({n} times)" if n > 1 else check for check, n in counts.items())


def _answers(judged: Judged, scene: Scene) -> tuple[Answer, ...]:
    return tuple(
        _answer(sample, sample.generation, judged.variant, scene)
        for sample in judged.samples
        if sample.generation is not None
    )


def _answer(sample: Sample, generation: Generation, variant: Variant, scene: Scene) -> Answer:
    """Give one answer's row: what came, what it took, where it comes from."""
    receipt, why = sample.receipt, reason(generation)
    sha256 = picture_sha256(generation.picture)
    return Answer(
        label=label(sample, variant),
        outcome=f"{generation.outcome.value} ({why})" if why else generation.outcome.value,
        delivered=delivered(scene.measures(sha256)) if sha256 else "no picture",
        pixels=unusual(scene.measures(sha256)),
        asked=_asked(variant, sample.key.turn),
        seconds=_in_all(receipt),
        first_byte=_first_byte(receipt),
        service=_service(generation),
        cost=money(sample.cost_usd),
        tokens=_tokens(generation.usage),
        beside=_beside(generation.usage),
        model=generation.model_version or "not told",
        recorded=receipt.recorded_at if receipt else "",
        response_id=generation.response_id,
        request=receipt.request_digest if receipt else "",
        picture=sha256,
        marks=joined(marks(sample), empty=""),
    )


def _asked(variant: Variant, turn: int) -> str:
    if not 0 <= turn < len(variant.turns):
        return "not told"  # a run.json that was changed by hand
    asked = variant.turns[turn].parameters
    return joined((asked.image_size or "", asked.aspect_ratio or ""), empty="left to the model")


def _in_all(receipt: Receipt | None) -> str:
    seconds = receipt.seconds if receipt else None
    return duration(None) if seconds is None else f"{duration(seconds)} in all"


def _first_byte(receipt: Receipt | None) -> str:
    known = receipt is not None and receipt.first_byte is not None
    return f"first byte after {duration(receipt.first_byte)}" if receipt and known else ""


def _service(generation: Generation) -> str:
    """Say how long the service took by its own clock, which no network slows."""
    told = generation.server_ms
    return "" if told is None else f"{duration(told / 1000)} by the service's clock"


def _tokens(usage: Usage | None) -> str:
    if usage is None:
        return "not reported"
    return f"{usage.prompt:,} in, {usage.candidates:,} out ({usage.image:,} picture)"


def _beside(usage: Usage | None) -> str:
    """Say what is counted apart from what went in and came out, and by which tier."""
    if usage is None:
        return ""
    tools = f", {usage.tool_use_prompt:,} by tools" if usage.tool_use_prompt else ""
    tier = f", tier {usage.service_tier}" if usage.service_tier else ""
    return f"{usage.thoughts:,} thinking{tools}{tier}"
