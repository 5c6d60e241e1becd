"""Show what was said to and fro: turns in order, and each answer's parts as they came."""

from harness.model.generation import Generation, signatures
from harness.model.request import Part
from harness.model.run import Judged
from harness.model.sample import Sample
from harness.model.suite import Variant
from harness.report.answer_views import ChainView, PartView, TurnView
from harness.report.shots import Scene, instead, label, numbered, part_shot
from harness.report.words import count_of, shortened, weight

_PROMPT = 300
"""Characters of a prompt within a conversation; the whole of it stands where it was asked."""


def chains(judged: Judged, scene: Scene) -> tuple[ChainView, ...]:
    """Give every sample that says more than one picture does: text, thoughts, turns."""
    by_sample: dict[int, list[Sample]] = {}
    for sample in judged.samples:
        by_sample.setdefault(sample.key.sample, []).append(sample)
    several = len(judged.variant.turns) > 1
    return tuple(
        _chain(chain, judged.variant, scene)
        for chain in by_sample.values()
        if any(_says_more(sample, several=several) for sample in chain)
    )


def _says_more(sample: Sample, *, several: bool) -> bool:
    parts = [] if sample.generation is None else list(filter(_holds, sample.generation.parts))
    return bool(parts) and (several or len(parts) > 1 or parts[0].picture is None)


def _holds(part: Part) -> bool:
    """Tell whether there is something in a part: a stream ends with an empty text."""
    return part.picture is not None or bool(part.other or (part.text or "").strip())


def _chain(chain: list[Sample], variant: Variant, scene: Scene) -> ChainView:
    count = max(variant.samples, chain[0].key.sample + 1)
    return ChainView(
        label=f"sample {chain[0].key.sample + 1} of {count}",
        turns=tuple(_turn(sample, chain, variant=variant, scene=scene) for sample in chain),
    )


def _turn(sample: Sample, chain: list[Sample], *, variant: Variant, scene: Scene) -> TurnView:
    turns, index = len(variant.turns), sample.key.turn
    generation = sample.generation or Generation()
    held = list(filter(_holds, generation.parts))
    final = [part for part in held if not part.thought]
    thoughts = [part for part in held if part.thought]
    whose = f"{label(sample, variant)}, {variant.id}"
    return TurnView(
        label=numbered("", "turn", index, turns).removeprefix(", "),
        prompt=shortened(sample.prompt, limit=_PROMPT) if turns > 1 else "",
        references=_references(variant, index) if turns > 1 else "",
        history=_history(sample, chain, variant),
        thinking=_thinking(generation, thoughts),
        thoughts=_parts(thoughts, noun="interim picture", whose=whose, scene=scene),
        parts=_parts(final, noun="picture", whose=whose, scene=scene),
        instead="" if final else instead(sample),
    )


def _references(variant: Variant, turn: int) -> str:
    sent = variant.turns[turn].references if 0 <= turn < len(variant.turns) else ()
    return f"with {count_of(len(sent), 'reference picture')}" if sent else ""


def _history(sample: Sample, chain: list[Sample], variant: Variant) -> str:
    """Say what went before a turn in the same request, as it was answered."""
    before = [other for other in chain if other.key.turn < sample.key.turn]
    if not before:
        return ""
    parts = [part for s in before if s.generation for part in s.generation.parts]
    sent = [r.blob for turn in variant.turns[: sample.key.turn] for r in turn.references]
    blobs = [*sent, *(p.picture for p in parts if p.picture), *signatures(tuple(parts))]
    pictures = len(sent) + sum(part.picture is not None for part in parts)
    said = (
        count_of(2 * len(before), "content"),
        count_of(pictures, "picture"),
        count_of(len(signatures(tuple(parts))), "signature"),
        weight(sum(blob.size for blob in blobs)),
    )
    return f"after {', '.join(said)} of history, as they came"


def _thinking(generation: Generation, thoughts: list[Part]) -> str:
    """Say what the drawer of thoughts holds; the tokens are counted though they are not shown."""
    if not thoughts:
        return ""
    pictures = sum(part.picture is not None for part in thoughts)
    tokens = generation.usage.thoughts if generation.usage else None
    said = [
        count_of(pictures, "interim picture") if pictures else "",
        count_of(len(thoughts) - pictures, "text") if len(thoughts) > pictures else "",
        "tokens not reported" if tokens is None else count_of(tokens, "token"),
    ]
    return f"Thinking: {', '.join(filter(None, said))}; no answer, not judged"


def _parts(parts: list[Part], *, noun: str, whose: str, scene: Scene) -> tuple[PartView, ...]:
    """Show parts in the order in which they came."""
    count, seen, views = sum(part.picture is not None for part in parts), 0, []
    for part in parts:
        if part.picture is not None:
            name = f"{noun} {seen + 1} of {count}" if count > 1 else noun
            seen += 1
            views.append(PartView(shot=part_shot(name, whose=whose, part=part, scene=scene)))
        elif part.other:
            views.append(PartView(text=part.other, strange=True))
        else:
            views.append(PartView(text=(part.text or "").strip("\n")))
    return tuple(views)
