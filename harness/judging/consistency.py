"""Judge whether a character keeps its look: limits from accepted pictures, a control always.

A picture is bad only where it is worse than every accepted picture and at least as far as
the nearest control (MEASURES section 3). What is measured is palette and look of the
subject, never identity.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.judging.rates import held_to_rate
from harness.judging.standards import DISCRIMINATIVE, Standard, mean_distances, standard_of
from harness.model.checks import Consistency, consistency_name
from harness.model.features import Character, Features, Looks
from harness.model.sample import Sample
from harness.model.suite import Variant
from harness.model.verdict import Finding, Status

FEWEST = 3
"""Samples of which one can be the odd one out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A variant's pictures of one character, and how to speak of them.

    Attributes:
        check: What is asked.
        turn: 0-based.
        pictures: sha256 of the pictures, by the number of the sample.
    """

    check: Consistency
    turn: int
    pictures: Mapping[int, tuple[str, ...]]

    def finding(
        self,
        status: Status,
        message: str,
        *,
        sample: int | None = None,
        known: Mapping[int, float] | None = None,
    ) -> Finding:
        """Give a finding; of `known` scores, by sample, the mean is followed over time."""
        return Finding(
            check=self.check.finding,
            status=status,
            message=message,
            sample=sample,
            turn=self.turn,
            measured=sum(known.values()) / len(known) if known else None,
        )


def consistency(
    variant: Variant, samples: Sequence[Sample], features: Features, *, turn: int
) -> Iterator[Finding]:
    """Hold a turn's pictures against each character that is to keep its look, arm by arm."""
    mine = [sample for sample in samples if sample.key.turn == turn and sample.picture]
    for check in variant.turns[turn].checks.consistency:
        for arm in dict.fromkeys(sample.arm for sample in mine):
            pictures = {s.key.sample: s.pictures for s in mine if s.arm == arm}
            shown = _Shown(check=check, turn=turn, pictures=pictures)
            found = (c for c in features.characters if c.is_of(check, arm))
            yield from _character(shown, next(found, None), features)


def characters(features: Features) -> Iterator[Finding]:
    """Say, once a suite, of which characters the measure cannot tell whether they are kept."""
    for character in features.characters:
        looks = features.look(character.measure)
        if looks is None or _hindrance(looks):
            continue
        standard = standard_of(character, looks, features)
        if standard.drawn and not standard.is_discriminative:
            yield Finding(
                check=consistency_name(character.name, character.measure),
                status=Status.WARN,
                message=f"{character.name} in {character.arm.name}, by {looks.version}: "
                f"{_control(standard, character)}",
            )


def _character(shown: _Shown, character: Character | None, features: Features) -> Iterator[Finding]:
    looks = features.look(shown.check.measure)
    if character is None or looks is None:
        yield shown.finding(Status.ERROR, "its look was not measured in this run; run again")
    elif hindrance := _hindrance(looks):
        yield shown.finding(Status.ERROR, hindrance)
    else:
        yield from _measured(shown, character, standard_of(character, looks, features))


def _hindrance(looks: Looks) -> str:
    """Say why nothing can be held against anything; empty where it can."""
    if looks.unavailable:
        return f"not measured: {looks.unavailable}"
    if looks.pinned and looks.pinned != looks.version:
        return (
            f"not compared: measured by {looks.version}, and the baseline was pinned with "
            f"{looks.pinned}; bring that one back, or pin anew: harness baseline pin RECORDING"
        )
    return ""


def _measured(shown: _Shown, character: Character, standard: Standard) -> Iterator[Finding]:
    scores = {number: _worst(names, standard) for number, names in shown.pictures.items()}
    for number, names in shown.pictures.items():
        if scores[number] is None:
            why = standard.looks.unmeasurable.get(names[-1], "no reference could be measured")
            yield shown.finding(Status.WARN, f"its look cannot be told: {why}", sample=number)
    known = {number: score for number, score in scores.items() if score is not None}
    if not known:
        return
    if not standard.is_discriminative:
        said = f"{_control(standard, character)}; {_figures(known)}"
        yield shown.finding(Status.WARN, said, known=known)
    elif not standard.accepted:
        said = _unlimited(known, standard, character)
        yield shown.finding(Status.NEW, said + _first_to_see(shown, standard), known=known)
    else:
        yield from _limited(shown, known, standard, character)


def _worst(names: Sequence[str], standard: Standard) -> float | None:
    """Score a sample by the furthest of its pictures."""
    found = (standard.score(name) for name in names)
    return max((score for score in found if score is not None), default=None)


def _unlimited(known: Mapping[int, float], standard: Standard, character: Character) -> str:
    return (
        f"{_figures(known)}; limits come from accepted pictures, and none of "
        f"{character.name} is accepted yet: look at them, then: harness approve; "
        f"{_control(standard, character)}"
    )


def _first_to_see(shown: _Shown, standard: Standard) -> str:
    """Name the sample to look at first where nothing is accepted to hold it to."""
    furthest = _furthest(shown, standard)
    if furthest is None:
        return ""
    mean, number = furthest
    return f"; sample {number + 1} lies furthest from the others, {_short(mean)} on average"


def _limited(
    shown: _Shown, known: Mapping[int, float], standard: Standard, character: Character
) -> Iterator[Finding]:
    limit, nearest, count = max(standard.accepted), min(standard.control), len(standard.accepted)
    bad = {
        number: f"lies {_short(score)} from the nearest reference: further than every accepted "
        f"picture (at most {_short(limit)}), and no nearer than a stranger ({_short(nearest)})"
        for number, score in known.items()
        if standard.is_bad(score)
    }
    yield from held_to_rate(
        shown.check.finding,
        bad,
        of=len(known),
        said=f"samples lie further than all {count} accepted pictures ({_short(limit)}) and than "
        f"the nearest stranger ({_short(nearest)}); of good ones at most 1 of {count + 1} would",
        rate=shown.check.max_bad,
        level=shown.check.level,
        turn=shown.turn,
    )
    said = (
        f"{_figures(known)}; accepted ones {_range(standard.accepted)}; "
        f"{_control(standard, character)}"
    )
    yield shown.finding(Status.PASS, said + _odd_one(shown, standard), known=known)


def _odd_one(shown: _Shown, standard: Standard) -> str:
    """Name the sample that lies furthest from the others, where no accepted picture does.

    It is no failure: among many good samples the furthest one often lies so far.
    """
    mean, number = _furthest(shown, standard) or (0.0, 0)
    if standard.spread is None or mean <= standard.spread:
        return ""
    return (
        f"; sample {number + 1} is the odd one out: {_short(mean)} from the other samples on "
        f"average, and no accepted picture lies further than {_short(standard.spread)} from its own"
    )


def _furthest(shown: _Shown, standard: Standard) -> tuple[float, int] | None:
    """Give the largest mean distance of a sample to the others, and whose; None of too few."""
    numbers = [number for number, names in shown.pictures.items() if names]
    names = [shown.pictures[number][-1] for number in numbers]
    means = [(mean, numbers[place]) for place, mean in mean_distances(names, standard.looks)]
    return max(means) if len(means) >= FEWEST else None


def _control(standard: Standard, character: Character) -> str:
    """Say how well own pictures are told from others', and how far that can be trusted."""
    whose = "accepted" if standard.accepted else "drawn"
    strangers = (
        "painted distractors, an easier control than another character of the suite"
        if standard.painted
        else f"pictures of {', '.join(character.other_names[:3])}"
    )
    sizes = f"{len(standard.own)} {whose} against {len(standard.control)} {strangers}"
    if standard.auc is None:
        return f"not discriminative for this suite: nothing to tell apart ({sizes})"
    rough = (
        f"; so few that a blind measure would reach {_short(DISCRIMINATIVE)} in "
        f"{standard.by_chance:.0%} of such suites"
        if standard.is_rough
        else ""
    )
    said = f"AUC {_short(standard.auc)} ({sizes}{rough})"
    if standard.is_discriminative:
        return said
    return f"not discriminative for this suite: {said} is below {_short(DISCRIMINATIVE)}"


def _figures(known: Mapping[int, float]) -> str:
    mean, spread = sum(known.values()) / len(known), _range(tuple(known.values()))
    return f"samples lie {_short(mean)} from the nearest reference on average ({spread})"


def _range(scores: Sequence[float]) -> str:
    return f"{_short(min(scores))} to {_short(max(scores))}"


def _short(value: float) -> str:
    return f"{value:.2f}"
