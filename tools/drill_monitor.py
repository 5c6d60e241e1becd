"""Watch the simulator for a year, a look a week: quiet, an outage, a change for good, a new epoch.

    python tools/drill_monitor.py --quiet 40

What is insisted on: every look asks afresh and lies in a file that is never changed; the outage
and the change are both alarms, and nothing else is; while an incident is not closed no
confirmation is paid for; after a new epoch it is quiet again.

A monitor that is right fails this by chance. A quiet look is a false alarm once in 4,000 times
over references, so that 45 of them hold one in 1.1 % of all drills. Too many screens fire in
some 2 % (7 of 400 halves, of pictures painted once): looks share one half of a reference, and
the rates of halves of 12 answers spread by .03 to .04 about .05. Rates are proven over many
references, by prove_drift_size.py.
"""

import argparse
import hashlib
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.evaluate.baseline import pin
from harness.evaluate.monitor import look_at
from harness.evaluate.monitor_draw import Wanted
from harness.evaluate.monitor_state import Said, state_of, take_step
from harness.evaluate.obtain import obtain
from harness.evaluate.order import Order
from harness.evaluate.workspace import Workspace
from harness.judging.concluding import fired
from harness.loader import load_suite
from harness.model.drift import Shift
from harness.model.monitor import Closing, Look, State
from harness.model.suite import Suite
from harness.model.watch import CONFIRM_ALPHA, WEEKLY
from harness.runner.chain import Live
from harness.settings import Settings
from harness.stats.rates import rate_interval
from harness.store.looks import LookStore

SUITE = """\
version: 1
suite: panel
defaults: {model: gemini-3.1-flash-image, samples: 4, image_size: 512, aspect_ratio: 1:1}
drift: {cells: 3, fresh: 4, confirm: 10, sessions: 5, matters: 2}
cases:
  - {id: city, prompt: A night city}
  - {id: fox, prompt: A fox on a shelf}
  - {id: harbour, prompt: A harbour in the morning}
"""
DAYS, EACH = 5, 4
"""Of an epoch: days, and answers a cell of each."""
SAME, STRONG = "same", "strong"
ALARM = 0.05 * CONFIRM_ALPHA[WEEKLY]
"""Chance of a false alarm of one quiet look, over references."""


class Year:
    """A suite, a calendar, and who paints."""

    def __init__(self, folder: Path) -> None:
        self._time = datetime(2026, 1, 5, 5, tzinfo=UTC)
        self.file = folder / "suites" / "panel.yaml"
        self.file.parent.mkdir()
        self.file.write_text(SUITE, encoding="utf-8")
        self.folder = folder
        self.version = SAME
        self.files: dict[str, str] = {}

    @property
    def suite(self) -> Suite:
        return load_suite(self.file)

    def workspace(self, recording: str = "main") -> Workspace:
        """Give the workspace of this moment."""
        settings = Settings(
            endpoint="simulator", recording=recording, simulator_version=self.version
        )
        return Workspace(root=self.folder, settings=settings, environ={}, now=self._now)

    def _now(self) -> datetime:
        self._time += timedelta(milliseconds=1)
        return self._time

    def record(self, recording: str) -> None:
        """Record an epoch, a session a day, and pin it."""
        here = self.workspace(recording)
        for day in range(1, DAYS + 1):
            variants = tuple(replace(v, samples=EACH * day) for v in self.suite.variants)
            asked = replace(self.suite, variants=variants)
            obtain((asked,), here, Order(live=Live.MISSING), purse=here.purse())
            self._time += timedelta(days=1)
        pin([asked], here, by="drill", why="")

    def look(self, version: str = SAME) -> Look:
        """Take the look of a week."""
        self.version = version
        look = look_at(self.suite, self.workspace(), Wanted()).look
        self._time += timedelta(days=7)
        print(f"{look.at[:10]} {version:<6} {look.said[:150]}", flush=True)
        return look

    def say(self, closing: Closing | None = None) -> State:
        """Acknowledge the last incident, or close it."""
        said = Said(incident="last", by="drill", why="drill", closing=closing)
        return take_step(self.suite, self.workspace(), said)[1].state

    def unchanged(self) -> None:
        """Insist that no file of the monitor was changed since the last call."""
        folder = LookStore(self.file).folder
        now = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}
        insist(self.files.items() <= now.items(), "a file of the monitor was changed")
        self.files = now


def insist(holds: bool, what: str) -> None:
    """End where something does not hold."""
    if not holds:
        sys.exit(f"FAILS: {what}")


def drill(quiet: int) -> None:
    """Go through the year."""
    with tempfile.TemporaryDirectory() as empty:
        year = Year(Path(empty))
        year.record("main")
        calm = [year.look() for _ in range(quiet)]
        year.unchanged()
        _outage(year)
        calm += [year.look() for _ in range(2)]
        year.unchanged()
        calm += _changed(year)
        year.unchanged()
        _insist_calm(calm)
        _insist_fresh(year)


def _outage(year: Year) -> None:
    outage = year.look(STRONG)
    insist(outage.verdict is Shift.CHANGED and outage.alarm, "the outage is no alarm")
    insist(year.say() is State.ACKNOWLEDGED, "it cannot be acknowledged")
    insist(year.say(Closing.FALSE_ALARM) is State.CLOSED, "it cannot be closed")


def _changed(year: Year) -> list[Look]:
    """Let the model change for good, and live with it."""
    changed, again = year.look(STRONG), year.look(STRONG)
    insist(changed.verdict is Shift.CHANGED and changed.alarm, "the change is no alarm")
    insist(again.verdict is Shift.SUSPECT and again.confirm is None, "a confirmation was paid for")
    insist(again.incident == changed.id, "the incident is not the one that is open")
    year.record("after")
    year.say(Closing.NEW_EPOCH)
    (arm,) = state_of(year.suite, year.workspace()).arms
    insist(arm.incidents == (), "an incident is left")
    return [year.look(STRONG) for _ in range(3)]


def _insist_calm(calm: list[Look]) -> None:
    alarms = sum(look.alarm for look in calm)
    count = sum(fired(look.screen) for look in calm)
    low, _ = rate_interval(count, len(calm), level=0.99)
    chance = 1 - (1 - ALARM) ** len(calm)
    insist(alarms == 0, f"{alarms} false alarms; by chance {chance:.1%} of drills hold one")
    insist(low <= 0.05, f"{count} of {len(calm)} screens fired without a change")
    print(
        f"{len(calm)} quiet weeks: {count} screens fired, {alarms} alarms; outage and change found"
    )


def _insist_fresh(year: Year) -> None:
    looks = LookStore(year.file).looks()
    insist(len({look.recording for look in looks}) == len(looks), "two looks share a recording")
    places = [
        (look.recording, item.key, item.session)
        for look in looks
        for item in year.workspace().cassettes("panel", look.recording).load()
    ]
    due = sum(12 + (30 if look.confirm else 0) for look in looks)
    insist(len(set(places)) == len(places) == due, f"{len(places)} answers, {due} are due")


def main() -> None:
    """Run the drill."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quiet", type=int, default=40, help="quiet weeks before the outage")
    drill(parser.parse_args().quiet)


if __name__ == "__main__":
    main()
