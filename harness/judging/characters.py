"""Gather a character's pictures over a whole suite, and those of others as its control."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from harness.judging.decided import Decided
from harness.model.arm import Arm
from harness.model.baseline import Choice
from harness.model.checks import Consistency
from harness.model.features import Character
from harness.model.identity import cell_digest
from harness.model.sample import Sample
from harness.model.suite import Suite, Variant

MOST_OTHERS = 48
"""Control pictures of one character, spread evenly over all there are."""

Kind = tuple[tuple[str, ...], str, Arm]


@dataclass(slots=True, kw_only=True)
class _Gathered:
    """What is known of one character in one arm, while it is gathered."""

    check: Consistency
    drawn: dict[str, frozenset[str]] = field(default_factory=dict)
    cells: set[str] = field(default_factory=set)


def characters_of(
    suite: Suite, samples: Mapping[str, tuple[Sample, ...]], decided: Decided
) -> tuple[Character, ...]:
    """Gather every character that the suite's `consistency` checks ask for, arm by arm.

    A character is a set of reference pictures: equal sets are one, over all variants,
    sizes and turns. Others are characters that share no reference with it; a picture that
    was made with one of its references is no control.

    Args:
        suite: What was asked.
        samples: By the variant's id for people.
        decided: The decisions in force.
    """
    gathered = _gathered(suite, samples)
    asked = tuple(_asked((*suite.variants, *suite.left_out)))
    return tuple(_character(kind, gathered, asked, decided) for kind in gathered)


def _gathered(suite: Suite, samples: Mapping[str, tuple[Sample, ...]]) -> Mapping[Kind, _Gathered]:
    found: dict[Kind, _Gathered] = {}
    for variant in suite.variants:
        for sample in samples.get(variant.id, ()):
            for check in variant.turns[sample.key.turn].checks.consistency:
                kind = (check.character, check.measure, sample.arm)
                known = found.setdefault(kind, _Gathered(check=check))
                known.cells.add(sample.cell)
                sent = _sent(variant, sample.key.turn)
                known.drawn |= dict.fromkeys(sample.pictures, sent)
    left = tuple(_cells(suite.left_out))
    for (character, measure, _), known in found.items():
        known.cells |= {cell for asked, cell in left if asked == (character, measure)}
    return found


def _cells(variants: Iterable[Variant]) -> Iterator[tuple[tuple[tuple[str, ...], str], str]]:
    """Name the cells of variants that were not selected: what was accepted there counts, too."""
    for variant in variants:
        for place, turn in enumerate(variant.turns):
            for check in turn.checks.consistency:
                asked = (check.character, check.measure)
                yield asked, cell_digest(variant.turns[: place + 1])


def _sent(variant: Variant, turn: int) -> frozenset[str]:
    """Name the references that had been sent when a turn was answered."""
    turns = variant.turns[: turn + 1]
    return frozenset(r.blob.sha256 for each in turns for r in each.references)


def _asked(variants: Iterable[Variant]) -> Iterator[Consistency]:
    for variant in variants:
        for turn in variant.turns:
            yield from turn.checks.consistency


def _character(
    kind: Kind, gathered: Mapping[Kind, _Gathered], asked: tuple[Consistency, ...], decided: Decided
) -> Character:
    own = gathered[kind]
    accepted = tuple(
        decision.sha256
        for (cell, _), decision in decided.choices.items()
        if cell in own.cells and decision.arm == kind[2] and decision.choice is Choice.ACCEPT
    )
    theirs = {*own.check.character, *own.drawn, *accepted}
    others = dict.fromkeys(n for n in _others(kind, gathered, asked) if n not in theirs)
    return Character(
        name=own.check.name,
        measure=own.check.measure,
        arm=kind[2],
        references=own.check.character,
        drawn=tuple(own.drawn),
        accepted=tuple(dict.fromkeys(accepted)),
        others=_spread(tuple(others)),
        other_names=tuple(dict.fromkeys(c.name for c in asked if _is_other(kind, c.character))),
    )


def _others(
    kind: Kind, gathered: Mapping[Kind, _Gathered], asked: tuple[Consistency, ...]
) -> Iterator[str]:
    """Name other characters' references and what was drawn of them in this arm."""
    for check in asked:
        if _is_other(kind, check.character):
            yield from check.character
    for (character, _, arm), other in gathered.items():
        if arm == kind[2] and _is_other(kind, character):
            yield from (name for name, sent in other.drawn.items() if not sent & {*kind[0]})


def _is_other(kind: Kind, character: tuple[str, ...]) -> bool:
    return not {*kind[0]} & {*character}


def _spread(names: tuple[str, ...]) -> tuple[str, ...]:
    """Keep at most `MOST_OTHERS`, evenly from the first on."""
    count = min(len(names), MOST_OTHERS)
    return tuple(names[number * len(names) // count] for number in range(count))
