"""Word what a comparison found: contract, delivery and pictures, each by itself, and the model.

A proxy that encodes anew moves the delivery with the same model behind it, so the words
"another model" need PICTURES changed.
"""

from collections.abc import Sequence
from dataclasses import replace

from harness.judging.drift_words import number
from harness.judging.subjects import Subject
from harness.model.comparison import Comparison, Side
from harness.model.drift import Shift

CANNOT_SEE = (
    "another model for a few calls only: with 10 % of the calls routed elsewhere the test hardly "
    "ever alarms",
    "a sibling of the same family that paints alike: two real models of one family were told "
    "apart in 2 to 12 of 100 tests",
    "where one side's pictures come in another size or compression: what differs only in detail "
    "finer than 1/64 of a picture's long side, which is levelled away",
    "what no channel measures: a misspelt word, a sixth finger, a face that is another's",
    "prompts, sizes and times that were not asked",
    "a provider that knows these prompts and answers them by another model than all others",
)
"""What a comparison like this does not find, in plain words (DRIFT sections 2, 3 and 5,
MEASURES section 4.2; `harness.measure.level`)."""

_SAID = {
    Shift.NO_CHANGE_SEEN: "no change seen",
    Shift.CHANGED: "the answers have moved",
    Shift.EQUIVALENT: "as good as equal",
}
"""How the sentence of a verdict begins, which stands after the verdict's own words."""


def together(first: Sequence[Subject], second: Sequence[Subject]) -> bool:
    """Tell whether two sides were recorded in the same sessions, cell by cell, by two arms.

    Then what changes with time befalls both alike; `harness run --arms A,B` records so.
    """
    arms = {subject.arm for subject in first}, {subject.arm for subject in second}
    here, there = _sessions(first), _sessions(second)
    return bool(here) and here == there and not arms[0] & arms[1]


def _sessions(subjects: Sequence[Subject]) -> set[tuple[str, str, str]]:
    return {(*subject.place, subject.session) for subject in subjects}


def repeated_of(first: Sequence[Subject], second: Sequence[Subject]) -> int:
    """Count the pictures of the second side that are byte for byte the first side's."""
    known = {(*subject.place, subject.picture) for subject in first if subject.picture}
    return sum((*subject.place, subject.picture) in known for subject in second)


def confounded(sides: Sequence[Side], *, together: bool, ended: Sequence[str]) -> str:
    """Say why a change cannot be laid to the model alone; empty where it can.

    Args:
        sides: The two.
        together: They were recorded in the same sessions.
        ended: Of each arm that is no more, a sentence by the catalogue.
    """
    if together:
        return ""
    one, two = sides
    times = f"{_when(one)} and {_when(two)}"
    if one.arms == two.arms:
        return (
            f"one arm at two times ({times}): a change may be the model's or the day's; sessions "
            "on several days tell: harness calibrate SUITE"
        )
    if ended:
        return (
            f"{'; '.join(ended)}: where it cannot be recorded any more ({times}), model and time "
            "are confounded"
        )
    return (
        f"the sides were not recorded in the same sessions ({times}), so model and time are "
        f"confounded; harness run --arms {one.arms[0]},{two.arms[0]} --live all records them in "
        "turn"
    )


def concluded(found: Comparison, *, equivalence: bool = False) -> Comparison:
    """Add the answers in words.

    Args:
        found: Everything that was found, without words.
        equivalence: It was asked whether the sides are as good as equal.
    """
    said = [*_differences(found, "contract"), *_differences(found, "delivery")]
    said += [_pictures(found, equivalence=equivalence), _model(found)]
    if found.nearer is not None:
        said.append(found.nearer.said)
    return replace(found, said=tuple(said), unseen=CANNOT_SEE)


def _differences(found: Comparison, what: str) -> list[str]:
    """Word the contract or the delivery."""
    differs = [difference.said for difference in found.differences if difference.what == what]
    one, two = found.sides
    beside = f"; {_price(one, two)}; {_latency(one, two)}" if what == "delivery" else ""
    answers = f"{one.answers} v {two.answers} answers"
    if differs:
        return [f"{what.upper()}: CHANGED over {answers}: {'; '.join(differs)}{beside}"]
    alike = {"contract": "kept and broken alike", "delivery": "came in the same ways"}[what]
    return [f"{what.upper()}: ALIKE: {answers} {alike}{beside}"]


def _price(one: Side, two: Side) -> str:
    if one.mean_usd is None or two.mean_usd is None:
        return "price not known of both"
    return f"price ${one.mean_usd:.4f} v ${two.mean_usd:.4f} an answer"


def _latency(one: Side, two: Side) -> str:
    """Word both medians by one clock: the service's where both tell it, else ours."""
    served = one.median_s, two.median_s
    walls = one.median_wall_s, two.median_wall_s
    for clock, times in (("the service's clock", served), ("our clock", walls)):
        if times[0] is not None and times[1] is not None:
            return (
                f"time {times[0]:.1f} s v {times[1]:.1f} s by {clock} (told, they decide nothing)"
            )
    return "time not known of both"


def _pictures(found: Comparison, *, equivalence: bool) -> str:
    drift = found.pictures
    if drift is None:
        return "PICTURES: NOT ENOUGH DATA: no cell is held against another"
    one, two = found.sides
    if found.repeated and not drift.cells:
        return (
            f"PICTURES: NOT ENOUGH DATA: {found.repeated} of the pictures of {two.name} are byte "
            f"for byte those of {one.name} (a cache, or a copy of the recording): told, not "
            "tested, and too few others are left"
        )
    own = drift.said.removeprefix(_SAID.get(drift.verdict, ""))
    colon = "" if own != drift.said else ":"
    said = f"PICTURES: {drift.verdict}{colon} {own.lstrip()}"
    if found.repeated:
        are = "is byte for byte one of those" if found.repeated == 1 else "are byte for byte those"
        said += (
            f"; {found.repeated} of the pictures of {two.name} {are} of "
            f"{one.name} (a cache, or a copy of the recording): told, not tested"
        )
    elif drift.left_out:
        said += f"; left out: {', '.join(drift.left_out)}"
    if found.confounded:
        said += f"; {found.confounded}"
        if equivalence:
            said += "; EQUIVALENT is not offered for that reason"
    return said


def _model(found: Comparison) -> str:
    """Say what follows for the model: the pictures alone may say that it is another."""
    drift = found.pictures
    delivered = any(difference.what == "delivery" for difference in found.differences)
    if drift is None or drift.verdict is Shift.NOT_ENOUGH_DATA:
        also = ", and a delivery that differs does not tell" if delivered else ""
        return f"MODEL: nothing can be said of it: there are too few answers{also}"
    if drift.verdict is Shift.CHANGED:
        return f"MODEL: {_moved(found)}{_fine(found)}"
    if drift.verdict is Shift.EQUIVALENT:
        kept = "no sign of another model: the pictures are as good as equal"
    else:
        limit = f" of {number(drift.seen)} or more" if drift.seen is not None else ""
        kept = f"no sign of another model: no change{limit} was seen in the pictures"
    proxy = "; the delivery differs, as it does behind a proxy that encodes anew"
    return f"MODEL: {kept}{proxy if delivered else ''}"


def _moved(found: Comparison) -> str:
    if not found.confounded:
        return (
            "another model answers, or the same one is asked otherwise on the way: the pictures "
            "differ beyond size and compression, and time befell both sides alike"
        )
    if found.sides[0].arms == found.sides[1].arms:
        return "another model answers than before, or days differ: the pictures have moved"
    return "another model may answer: the pictures have moved, but model and time are confounded"


def _fine(found: Comparison) -> str:
    """Say where a change shows in fine detail alone, which a step on the way may make too."""
    if found.levelled is None or found.levelled.verdict is Shift.CHANGED:
        return ""
    return (
        f"; brought to small pictures of one compression they do not differ "
        f"(p = {number(found.levelled.p)}), so it may be a processing on the way instead"
    )


def _when(side: Side) -> str:
    first, last = side.recorded_from[:10], side.recorded_to[:10]
    days = first if first == last else f"{first} to {last}"
    return f"{side.name} {days or 'at a time that is not told'}"
