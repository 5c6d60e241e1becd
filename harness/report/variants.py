"""Show a variant in full: pictures, findings, what was asked, what was answered."""

import json
import re
from collections import Counter
from urllib.parse import quote, urlsplit

from harness.model.generation import Generation, Grounding, Usage
from harness.model.request import Parameters
from harness.model.run import Judged
from harness.model.sample import Sample
from harness.model.suite import Variant
from harness.model.verdict import Finding, Status
from harness.report.shots import (
    Scene,
    delivered,
    label,
    marks,
    numbered,
    picture_sha256,
    reason,
    reference_shot,
    shots,
    thoughts,
)
from harness.report.views import (
    Answer,
    Fact,
    FindingView,
    GroundingView,
    Link,
    Mark,
    Prompt,
    Said,
    VariantView,
)
from harness.report.words import duration, history, joined, money

_STRANGE_TAG = re.compile(
    r"<(?!/?(?:a|b|br|div|em|i|li|ol|p|span|strong|style|svg|g|path|rect|circle|ul)[\s/>])",
    re.IGNORECASE,
)
"""Where a tag begins that search suggestions do not need.

A `link` or `iframe` opens a connection before any sandbox or content policy is asked.
"""


def variant_view(judged: Judged, scene: Scene) -> VariantView:
    """Gather everything that is known of a variant."""
    variant, found = judged.variant, by_gravity(judged.verdict.findings)
    passed = [finding for finding in found if finding.status is Status.PASS]
    others = [finding for finding in found if finding.status is not Status.PASS]
    return VariantView(
        anchor=anchor(variant),
        id=variant.id,
        label=variant.label,
        suite=variant.suite,
        mark=Mark.of(judged.verdict.status),
        shots=shots(judged, scene),
        findings=finding_views(others, turns=len(variant.turns)),
        passed=finding_views(passed, turns=len(variant.turns)) if scene.detailed else (),
        passed_counts=_counts(passed),
        prompts=_prompts(variant, scene),
        answers=_answers(judged, scene),
        texts=_texts(judged),
        thoughts=thoughts(judged, scene),
        thinking=_thinking(judged),
        groundings=_groundings(judged),
        history=history(judged.discarded),
    )


def anchor(variant: Variant) -> str:
    """Name a variant within the page, so that a link to it outlives a rerun."""
    return re.sub(r"\s+", "-", f"{variant.suite}/{variant.id}")


def link_to(variant: Variant) -> str:
    """Give the link to a variant's anchor within the page."""
    return "#" + quote(anchor(variant), safe="/", errors="replace")


def by_gravity(findings: tuple[Finding, ...]) -> list[Finding]:
    """Sort gravest first, else as they came."""
    return sorted(findings, key=lambda finding: -finding.status.severity)


def finding_views(findings: list[Finding], *, turns: int = 1) -> tuple[FindingView, ...]:
    """Give findings in words; what is said of several samples is said once."""
    grouped: dict[tuple[Status, str, str], list[Finding]] = {}
    for finding in findings:
        grouped.setdefault((finding.status, finding.check, finding.message), []).append(finding)
    return tuple(
        FindingView(mark=Mark.of(status), check=check, message=message, where=_where(group, turns))
        for (status, check, message), group in grouped.items()
    )


def _where(group: list[Finding], turns: int) -> str:
    """Name the samples that are meant; nothing for the whole variant."""
    known = [(f.sample + 1, f.turn) for f in group if f.sample is not None]
    if turns > 1:
        return "; ".join(numbered(f"sample {n}", "turn", turn, turns) for n, turn in known)
    samples = ", ".join(str(number) for number, _ in known)
    return f"{'sample' if len(known) == 1 else 'samples'} {samples}" if known else ""


def _counts(passed: list[Finding]) -> str:
    counts = Counter(finding.check for finding in passed)
    return ", ".join(f"{check} ({n} times)" if n > 1 else check for check, n in counts.items())


def _prompts(variant: Variant, scene: Scene) -> tuple[Prompt, ...]:
    return tuple(
        Prompt(
            label=numbered("prompt", "turn", index, len(variant.turns)),
            text=turn.prompt,
            parameters=(Fact(name="model", value=variant.model), *_parameters(turn.parameters)),
            references=tuple(reference_shot(reference, scene) for reference in turn.references),
        )
        for index, turn in enumerate(variant.turns)
    )


def _parameters(asked: Parameters) -> tuple[Fact, ...]:
    thinking = None if asked.include_thoughts is None else str(asked.include_thoughts).lower()
    values = {
        "size": asked.image_size or "left to the model",
        "ratio": asked.aspect_ratio or "left to the model",
        "answers as": joined(asked.modalities, empty="left to the model"),
        "tools": joined(asked.tools, empty=""),
        "thoughts": thinking,
        "seed": asked.seed,
        "temperature": asked.temperature,
        "system instruction": asked.system_instruction,
        "also sent": json.dumps(dict(asked.extra), default=str) if asked.extra else "",
    }
    facts = {name: "" if value is None else str(value) for name, value in values.items()}
    return tuple(Fact(name=name, value=value) for name, value in facts.items() if value)


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
        asked=_asked(variant, sample.key.turn),
        seconds=duration(sample.seconds),
        cost=money(sample.cost_usd),
        tokens=_tokens(generation.usage),
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


def _tokens(usage: Usage | None) -> str:
    if usage is None:
        return "not reported"
    return (
        f"{usage.prompt:,} in, {usage.candidates:,} out ({usage.image:,} picture), "
        f"{usage.thoughts:,} thinking"
    )


def _texts(judged: Judged) -> tuple[Said, ...]:
    return tuple(
        Said(label=label(sample, judged.variant), text=sample.generation.text)
        for sample in judged.samples
        if sample.generation is not None and sample.generation.text.strip()
    )


def _thinking(judged: Judged) -> tuple[Said, ...]:
    return tuple(
        Said(label=label(sample, judged.variant), text=part.text)
        for sample in judged.samples
        for part in (sample.generation.parts if sample.generation else ())
        if part.thought and part.text
    )


def _groundings(judged: Judged) -> tuple[GroundingView, ...]:
    return tuple(
        _grounding(label(sample, judged.variant), sample.generation.grounding)
        for sample in judged.samples
        if sample.generation is not None and sample.generation.grounding is not None
    )


def _grounding(name: str, grounding: Grounding) -> GroundingView:
    return GroundingView(
        label=name,
        queries=tuple(query or "(an empty query)" for query in grounding.queries),
        sources=tuple(_link(source.uri, source.title) for source in grounding.sources),
        suggestions=_STRANGE_TAG.sub("&lt;", grounding.suggestions_html),
    )


def _link(uri: str, title: str) -> Link:
    """Link web addresses only: `javascript:` and its like stay text."""
    try:
        web = urlsplit(uri).scheme in {"http", "https"}
    except ValueError:
        web = False
    return Link(href=uri if web else "", text=title or uri)
