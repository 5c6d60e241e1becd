"""Put the numbers of a drift test into words, with what they do not say."""

import math
from collections.abc import Iterable, Iterator, Sequence

from harness.model.drift import Beside, CellDrift, Drift, Shift
from harness.model.verdict import Status
from harness.report.views import Fact
from harness.report.words import count_of, days

LOUD = 0.05
"""After a rejection, a channel whose own p is at most this is told as one that moved."""

_CHANNELS = {
    "fingerprints": "structure (perceptual hashes)",
    "scalars": "colour, detail and order, together",
    "means": "one of these numbers alone",
    "layout": "layout (which edges run where)",
    "colours": "colours, wherever they stand",
    "outcomes": "how answers ended",
    "embedding": "look (the suite's embedder)",
}
SHIFTS = {
    Shift.CHANGED: (Status.FAIL, "✖"),
    Shift.SUSPECT: (Status.WARN, "▲"),
    Shift.NOT_ENOUGH_DATA: (Status.UNRECORDED, "○"),
    Shift.NO_CHANGE_SEEN: (Status.PASS, "✔"),
    Shift.EQUIVALENT: (Status.PASS, "="),
}
"""The status whose colour a drift verdict has, and its icon."""
_SAW = (Shift.CHANGED, Shift.SUSPECT)


def channel_words(name: str) -> str:
    """Name a channel for people; an unknown one by its own name."""
    return _CHANNELS.get(name, name)


def of_p(p: float) -> str:
    """Say a p: `.013`, `.0004`; it is never 0."""
    return f"{p:.2g}".removeprefix("0") if p >= 0.0001 else "< .0001"


def of_size(size: float) -> str:
    """Say an effect in mean distances within the reference: `.48`, `-.05`, `1.55`."""
    if not math.isfinite(size):
        return "not known"
    said = f"{abs(size):.2f}".removeprefix("0")
    return f"-{said}" if size < 0 else said


def saw(drift: Drift) -> bool:
    """Tell whether the whole was rejected: only then cells and channels are read."""
    return drift.verdict in _SAW


def loud(drift: Drift, channel: str) -> bool:
    """Tell whether a channel is one that moved."""
    return saw(drift) and drift.channels.get(channel, 1.0) <= LOUD


def sentence(word: str, said: str) -> str:
    """Let a sentence begin as one, without the word that already stands above it."""
    rest = said.removeprefix(word).lstrip(" :") if word else said
    return f"{rest[:1].upper()}{rest[1:]}"


def numbers(drift: Drift) -> tuple[Fact, ...]:
    """Give the figures that stand under the verdict."""
    effect = drift.effect
    told = {
        "chance of this, or more, if nothing changed": f"p {of_p(drift.p)}" if drift.draws else "",
        "false alarms allowed": f"alpha {of_p(drift.alpha)}",
        "largest effect": ""
        if effect is None
        else f"{of_size(effect.size)} ({of_size(effect.low)} to {of_size(effect.high)})",
        "cells that moved": f"{len(drift.moved)} of {len(drift.cells)}" if saw(drift) else "",
        "smallest change that would have been seen": _seen(drift),
        "chance to see a change that matters": _power(drift),
        "answers": _answers(drift.cells),
    }
    return _facts(told)


def _seen(drift: Drift) -> str:
    return "" if drift.seen is None else of_size(drift.seen)


def _power(drift: Drift) -> str:
    if drift.power is None:
        return ""
    return f"{drift.power:.0%} at {of_size(drift.matters)}"


def _answers(cells: Iterable[CellDrift]) -> str:
    found = tuple(cells)
    old, new = sum(cell.old for cell in found), sum(cell.new for cell in found)
    return f"{old:,} of the reference, {new:,} fresh, in {count_of(len(found), 'cell')}"


def cell_facts(drift: Drift, cell: CellDrift) -> tuple[Fact, ...]:
    """Give a cell's figures; its p only where the whole was rejected."""
    effect = cell.effect
    told = {
        "answers": f"{cell.old} and {cell.new}",
        "effect": ""
        if effect is None
        else f"{of_size(effect.size)} in {channel_words(effect.channel)}",
        "p": of_p(cell.p) if saw(drift) else "",
        "q over cells": of_p(cell.q) if saw(drift) else "",
    }
    return _facts(told)


def unmoved(drift: Drift) -> tuple[str, ...]:
    """Say what did not move: after a rejection that is half of the news."""
    if not saw(drift):
        return ()
    names = [effect.channel for effect in drift.effects]
    names += [name for name in drift.channels if name not in names]
    quiet = [channel_words(name) for name in names if not loud(drift, name)]
    still = len(drift.cells) - len(drift.moved)
    said = []
    if quiet:
        said.append(f"No movement was seen in {'; '.join(quiet)}.")
    else:
        said.append("Every channel moved.")
    if still:
        of = f"{still} of {count_of(len(drift.cells), 'cell')}"
        said.append(f"{of} cannot be named as moved: that is not to say that they stayed.")
    return tuple(said)


def also(drift: Drift) -> tuple[str, ...]:
    """Tell of the channels that have a p and no effect of their own."""
    bare = set(drift.channels) - {effect.channel for effect in drift.effects}
    return tuple(
        f"{channel_words(name)}: p {of_p(drift.channels[name])}"
        f"{', moved' if loud(drift, name) else ''} (it has no effect of its own)"
        for name in drift.channels
        if name in bare
    )


def blind(drift: Drift) -> tuple[str, ...]:
    """Say what a test of this kind cannot see."""
    least = "A small change" if drift.seen is None else f"A change below {of_size(drift.seen)}"
    said = [
        f"{least} may be there and pass unseen.",
        "Another model for a few calls only (10 %, say) is not seen, nor, for the most part, a "
        "sibling of the same family.",
        "What no channel measures is not watched: a misspelt word, a sixth finger, a face that "
        "is another's. The checks of the suites look at those.",
        "Only the prompts and parameters below were asked.",
    ]
    if drift.provisional:
        said.insert(0, "PROVISIONAL: day effects are not measurable yet, so SUSPECT at most.")
    return tuple(said)


def beside_words(rows: Sequence[Beside]) -> Iterator[str]:
    """Say what differs beside the test, which decides nothing, and what does not."""
    differs = [row for row in rows if row.old != row.new]
    told = [
        f"{row.name} {row.old} v {row.new}{'' if row.p is None else f' (p {of_p(row.p)})'}"
        for row in differs
    ]
    alike = [row.name for row in rows if row not in differs]
    if told:
        yield f"beside it, deciding nothing: {'; '.join(told)}"
    if alike:
        yield f"alike on both sides: {', '.join(alike)}"


def method(drift: Drift, *, old: str, new: str) -> tuple[Fact, ...]:
    """Say how it was tested, for who will check it."""
    first, last, fresh_first, fresh_last = (*drift.recorded, "", "", "", "")[:4]
    sessions = (*drift.sessions, 0, 0)[:2]
    told = {
        f"reference: {old}": _side(sessions[0], (first, last)),
        f"fresh: {new}": _side(sessions[1], (fresh_first, fresh_last)),
        "smallest p within reach": of_p(drift.smallest_p),
        "what is permuted": f"{drift.unit}, within each cell only",
        "margin of equivalence": of_size(drift.margin),
    }
    tested = {
        "everything moved a little": f"p {of_p(drift.p_all)}",
        "few cells moved a lot": f"p {of_p(drift.p_few)}",
        "labellings": f"{drift.draws:,} beside the observed one, seed {drift.seed}",
    }
    return _facts(told | tested if drift.draws else told)


def _side(sessions: int, times: tuple[str, str]) -> str:
    when = days(times)
    return f"{count_of(sessions, 'session')}{f', {when}' if when else ''}"


def _facts(told: dict[str, str]) -> tuple[Fact, ...]:
    return tuple(Fact(name=name, value=value) for name, value in told.items() if value)
