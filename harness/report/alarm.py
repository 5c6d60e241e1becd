"""Word a look as a message: a JSON line, and Markdown.

A message names the cells that moved, how far, six pictures, what did not move, and the
next command.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from shlex import quote

from harness.judging.drift_words import number
from harness.model.drift import Beside, CellDrift, Drift, Effect, Shift
from harness.model.monitor import Look, State
from harness.report.drift_words import beside_words, channel_words, loud
from harness.report.markdown import code, inert
from harness.report.words import count_of, money, visible

FORMAT = "gemini-image-harness/alarm"
PICTURES = 6
"""In a message, of both sides."""
CELLS = 10
"""Cells that a text names; the JSON has all."""
_ICONS = {Shift.CHANGED: "✖", Shift.SUSPECT: "▲", Shift.NOT_ENOUGH_DATA: "○"}

GATEWAY_ONLY, BOTH, NOT_TOLD = "gateway only", "both", "not told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture that drove the result.

    Attributes:
        sha256: Of the picture.
        side: `fresh` or `reference`.
        cell: The cell's name for people.
        path: Where its bytes lie; empty where they are not here.
    """

    sha256: str
    side: str
    cell: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What a message says of a look.

    Attributes:
        look: The look.
        suite: The suite's file, as the command line takes it.
        state: How the incident stands; None where there is none.
        place: Gives where a picture lies, by its sha256.
    """

    look: Look
    suite: str
    state: State | None = None
    place: Callable[[str], str] = lambda sha256: ""

    @property
    def step(self) -> Drift | None:
        """The step that decides: the confirmation where one was made and says something."""
        confirm = self.look.confirm
        silent = confirm is None or confirm.verdict is Shift.NOT_ENOUGH_DATA
        return self.look.screen if silent else confirm

    @property
    def moved(self) -> tuple[CellDrift, ...]:
        """Cells that are named, the clearest first."""
        return self.step.moved if self.step and self._rejected else ()

    @property
    def still(self) -> tuple[str, ...]:
        """Names of the cells that did not move; none where too little is there to say so."""
        if self.step is None or self.step.verdict is Shift.NOT_ENOUGH_DATA:
            return ()
        cells = tuple(cell.name for cell in self.step.cells if not cell.moved)
        return cells if self._rejected else tuple(cell.name for cell in self.step.cells)

    @property
    def still_channels(self) -> tuple[str, ...]:
        """Channels that did not move over all cells; none where too little is there."""
        if self.step is None or self.step.verdict is Shift.NOT_ENOUGH_DATA:
            return ()
        return tuple(name for name in self.step.channels if not loud(self.step, name))

    @property
    def beside(self) -> tuple[Beside, ...]:
        """What is told beside the test and decides nothing: contract, delivery, tokens, time."""
        return self.step.beside if self.step else ()

    @property
    def effect(self) -> Effect | None:
        """The largest effect over all cells."""
        return self.step.effect if self.step else None

    @property
    def pictures(self) -> tuple[Shown, ...]:
        """Six pictures at the most, the strongest: as many fresh ones as of the reference."""
        found = list(self._witnesses())
        sides = [
            [shown for shown in found if shown.side == side] for side in ("fresh", "reference")
        ]
        return tuple(shown for side in sides for shown in side[: PICTURES // 2])

    @property
    def where(self) -> str:
        """What a control says: `gateway only`, `both`, or that it cannot be told; or nothing."""
        if not self.look.control_arm or self.look.confirm is None:
            return ""
        if self.look.control is None or self.look.control.verdict is Shift.NOT_ENOUGH_DATA:
            return NOT_TOLD
        quiet = self.look.control.verdict in (Shift.NO_CHANGE_SEEN, Shift.EQUIVALENT)
        return GATEWAY_ONLY if quiet else BOTH

    @property
    def is_news(self) -> bool:
        """Tell whether somebody has to be told: an alarm, or a suspicion nobody knows yet."""
        known = bool(self.look.incident) and not self.look.alarm
        return self.look.alarm or (self.look.verdict is Shift.SUSPECT and not known)

    @property
    def _rejected(self) -> bool:
        return self.step is not None and self.step.verdict in (Shift.SUSPECT, Shift.CHANGED)

    def _witnesses(self) -> Iterator[Shown]:
        """Give pictures by cell, the clearest cell's first, the strongest of each in turn."""
        if self.step is None:
            return
        cells = [*self.moved, *(c for c in self.step.cells if not c.moved and self._rejected)]
        most = max((len(cell.witnesses) for cell in cells), default=0)
        for turn in range(most):
            for cell in cells:
                for witness in cell.witnesses[turn : turn + 1]:
                    yield Shown(
                        sha256=witness.sha256,
                        side="fresh" if witness.fresh else "reference",
                        cell=cell.name,
                        path=self.place(witness.sha256),
                    )


def next_command(alarm: Alarm) -> str:
    """Give what to type next."""
    look, suite = alarm.look, quote(alarm.suite)
    watch = f"harness monitor {suite}"
    if look.incident:
        last = quote(look.incident)
        if alarm.state is State.ACKNOWLEDGED:
            return f'{watch} --close {last} --as "fixed" --by YOU --why "..."'
        return f'{watch} --ack {last} --by YOU --why "..."'
    if look.verdict is Shift.NOT_ENOUGH_DATA:
        return f"harness power {suite}" if look.epoch else f"harness baseline grow {suite}"
    return watch if look.verdict is Shift.SUSPECT else f"{watch} --status"


def document(alarm: Alarm) -> dict[str, object]:
    """Give the message as a JSON document."""
    look = alarm.look
    return {
        "format": FORMAT,
        "version": 1,
        "suite": look.suite,
        "arm": look.arm,
        "epoch": look.epoch,
        "look": look.id,
        "at": look.at,
        "recording": look.recording,
        "verdict": look.verdict.value,
        "said": look.said,
        "provisional": look.provisional,
        "simulated": look.simulated,
        "incident": look.incident,
        "incident_state": alarm.state.value if alarm.state else "",
        "where": alarm.where,
        "p": {name: step.p for name, step in _steps(look)},
        "accumulated": look.accumulated,
        "effect": _effect(alarm.effect),
        "cells": [
            {"cell": cell.name, "q": cell.q, "effect": _effect(cell.effect)} for cell in alarm.moved
        ],
        "pictures": [
            {"sha256": p.sha256, "side": p.side, "cell": p.cell, "path": p.path}
            for p in alarm.pictures
        ],
        "beside": [
            {"name": row.name, "old": row.old, "new": row.new, "p": row.p} for row in alarm.beside
        ],
        "not_moved": {"cells": list(alarm.still), "channels": list(alarm.still_channels)},
        "spent_usd": look.spent_usd,
        "notes": list(look.notes),
        "next": next_command(alarm),
    }


def json_line(alarm: Alarm) -> str:
    """Give the message as one line of JSON."""
    return json.dumps(document(alarm), ensure_ascii=True, separators=(",", ":"))


def to_markdown(alarm: Alarm) -> str:
    """Give the message in Markdown."""
    text = partial(inert, tell=visible)
    look = alarm.look
    lines = [f"## {_ICONS.get(look.verdict, '✔')} {headline(look)}: {text(look.suite)}", ""]
    if look.simulated:
        lines += ["> **Simulated pictures**: they say nothing about a model.", ""]
    lines += [text(look.said), ""]
    lines += [f"- {text(line)}" for line in facts(alarm)]
    if alarm.pictures:
        lines += ["", "| picture | side | cell | file |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {text(p.sha256[:12])} | {p.side} | {text(p.cell)} | {text(p.path)} |"
            for p in alarm.pictures
        ]
    return "\n".join([*lines, "", "Next:", "", *code(visible(next_command(alarm))), ""])


def headline(look: Look) -> str:
    """Say the verdict, and that it is provisional where it is."""
    return f"PROVISIONAL {look.verdict.value}" if look.provisional else look.verdict.value


def facts(alarm: Alarm) -> Iterator[str]:
    """Say who, where, how far, what did not move, and what it cost, a line each."""
    look = alarm.look
    if look.arm and look.epoch:
        yield f"{look.arm} against {look.epoch}, {look.at}"
    if look.incident:
        state = f" ({alarm.state.value})" if alarm.state else ""
        yield f"incident {look.incident}{state}"
    if alarm.where:
        yield f"control {look.control_arm}: {alarm.where}"
    if alarm.effect is not None and alarm.step is not None:
        yield f"effect {_sized(alarm.effect)}; {number(alarm.step.matters)} matters"
    if alarm.moved:
        yield f"moved: {_named([cell.name for cell in alarm.moved])}"
    yield from _still(alarm)
    yield from beside_words(alarm.beside)
    if look.screen is not None:
        yield f"slow accumulator: {look.accumulated:,.1f} to 1"
    if look.spent_usd:
        yield f"{money(look.spent_usd)} spent"
    yield from look.notes


def _still(alarm: Alarm) -> Iterator[str]:
    if alarm.still:
        count = count_of(len(alarm.still), "cell")
        yield f"did not move: {count}: {_named(alarm.still)}"
    if alarm.still_channels:
        yield f"channels that did not move: {'; '.join(map(channel_words, alarm.still_channels))}"


def _steps(look: Look) -> Iterator[tuple[str, Drift]]:
    for name, step in (
        ("screen", look.screen),
        ("confirm", look.confirm),
        ("control", look.control),
    ):
        if step is not None:
            yield name, step


def _effect(effect: Effect | None) -> dict[str, object] | None:
    if effect is None:
        return None
    return {"channel": effect.channel, "size": effect.size, "low": effect.low, "high": effect.high}


def _sized(effect: Effect) -> str:
    span = f"{number(effect.low)} to {number(effect.high)}"
    return f"{number(effect.size)} ({span}) in {effect.channel}"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - CELLS} more" if len(names) > CELLS else ""
    return ", ".join(names[:CELLS]) + more
