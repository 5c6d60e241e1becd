"""The story of a monitor, on a server that answers with small pictures of one mood or another."""

import base64
import contextlib
import io
import json
import os
import shutil
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from PIL import Image

from harness.errors import SettingsError, SpendingRefused, StoreError, UsageError
from harness.evaluate.baseline import pin
from harness.evaluate.history import trends
from harness.evaluate.monitor import look_at
from harness.evaluate.monitor_draw import Wanted
from harness.evaluate.monitor_state import Said, state_of, take_step
from harness.evaluate.monitor_target import target_of
from harness.evaluate.obtain import obtain
from harness.evaluate.order import Order
from harness.evaluate.workspace import Wish, Workspace
from harness.judging.concluding import PROVISIONAL
from harness.loader import load_suite
from harness.model.calibration import Calibration, DayEffect
from harness.model.drift import Drift, Shift
from harness.model.monitor import Closing, Look, State
from harness.runner.chain import Live
from harness.settings import Settings
from harness.store.calibrations import CalibrationStore
from harness.store.looks import LookStore

SUITE = """\
version: 1
suite: panel
defaults: {samples: 2, image_size: 1K}
drift: {cells: 2, fresh: 4, confirm: 10, sessions: 3, matters: 5}
cases:
  - id: city
    prompt: A night city
  - id: fox
    prompt: A fox
"""
PLAIN, WARM = 0, 70


class Gallery:
    """A paid endpoint of several names on loopback that paints noise of a mood."""

    def __init__(self) -> None:
        self.moods: dict[str, int] = {}
        self.asked: list[str] = []
        self.broken = False
        self.cached: dict[bytes, list[bytes]] | None = None
        self.dice = np.random.default_rng(1)
        self._lock = threading.Lock()

    def answer(self, path: str, body: bytes) -> bytes:
        with self._lock:
            name = path.split("/")[1]
            self.asked.append(name)
            data = self._earlier(body) or self._picture(self.moods.get(name, PLAIN))
            if self.cached is not None:
                self.cached.setdefault(body, []).append(data)
        picture = {
            "inlineData": {"mimeType": "image/jpeg", "data": base64.b64encode(data).decode()}
        }
        usage = {
            "promptTokenCount": 10,
            "candidatesTokenCount": 1120,
            "totalTokenCount": 1130,
            "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1120}],
        }
        found = {"content": {"role": "model", "parts": [picture]}, "finishReason": "STOP"}
        return json.dumps({"candidates": [found], "usageMetadata": usage}).encode()

    def _earlier(self, body: bytes) -> bytes:
        """Give the oldest of four pictures of a request, where they are cached."""
        known = (self.cached or {}).get(body, [])
        return known.pop(0) if len(known) == 4 else b""

    def _picture(self, mood: int) -> bytes:
        pixels = self.dice.integers(0, 120, (8, 8, 3)).astype(np.uint8)
        pixels[..., 0] += np.uint8(mood)
        kept = io.BytesIO()
        Image.fromarray(pixels).resize((64, 64), Image.Resampling.BICUBIC).save(kept, "JPEG")
        return kept.getvalue()


@pytest.fixture(scope="module")
def served():
    """Serve the gallery; it has `url`."""
    found = Gallery()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            data = b"{}" if found.broken else found.answer(self.path, body)
            self.send_response(400 if found.broken else 200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                self.wfile.write(data)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        found.url = f"http://127.0.0.1:{server.server_port}"
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture
def gallery(served):
    """Give the gallery in its plain mood, asked by nobody."""
    served.moods, served.asked, served.broken, served.cached = {}, [], False, None
    served.dice = np.random.default_rng(2)  # other pictures than were recorded
    return served


@pytest.fixture(scope="module", autouse=True)
def _one_processor():
    """Describe pictures in this process: they are small, and processes take long to start."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    yield
    os.sched_setaffinity(0, before)


class Panel:
    """A suite with an epoch of some days, and a calendar."""

    def __init__(self, folder, gallery) -> None:
        self.gallery = gallery
        self._time = datetime(2026, 1, 1, 5, tzinfo=UTC)
        self.file = folder / "suites" / "panel.yaml"
        self.file.parent.mkdir(exist_ok=True)
        self.file.write_text(SUITE)
        endpoints = {
            name: {"base_url": f"{gallery.url}/{name}", "key_env": ["KEY"]}
            for name in ("gateway", "direct")
        }
        settings = Settings(endpoints=endpoints, endpoint="gateway", jobs=1)
        self.workspace = Workspace(
            root=folder, settings=settings, environ={"KEY": "k" * 20}, now=self._now
        )

    def _now(self):
        self._time += timedelta(milliseconds=1)
        return self._time

    @property
    def suite(self):
        return load_suite(self.file)

    def sleep(self, days=1):
        self._time += timedelta(days=days)

    def record(self, *, days=4, recording="main"):
        """Record two answers a cell and day, and pin them."""
        settings = self.workspace.settings.model_copy(update={"recording": recording})
        here = replace(self.workspace, settings=settings)
        for day in range(1, days + 1):
            variants = tuple(replace(v, samples=2 * day) for v in self.suite.variants)
            suite = replace(self.suite, variants=variants)
            obtain((suite,), here, Order(live=Live.MISSING), purse=here.purse())
            self.sleep()
        pin([suite], here, by="ada", why="")

    def look(self, *, cap=None, **wanted):
        settings = self.workspace.settings.model_copy(update={"max_cost": cap})
        self.sleep()
        return look_at(
            self.suite, replace(self.workspace, settings=settings), Wanted(**wanted)
        ).look

    def say(self, closing=None):
        said = Said(incident="last", by="ada", why="seen", closing=closing)
        return take_step(self.suite, self.workspace, said)[1]

    @property
    def store(self):
        return LookStore(self.file)

    @property
    def state(self):
        return state_of(self.suite, self.workspace)


@pytest.fixture
def blank(tmp_path, gallery):
    """Give a panel of which nothing is recorded."""
    return Panel(tmp_path, gallery)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory, served):
    """Record and pin four days, and describe their pictures, once."""
    folder = tmp_path_factory.mktemp("recorded")
    panel = Panel(folder, served)
    panel.record()
    target_of(panel.suite, panel.workspace, Wish())
    return folder


@pytest.fixture
def panel(tmp_path, recorded, gallery):
    """Give a panel with an epoch of four days."""
    shutil.copytree(recorded, tmp_path, dirs_exist_ok=True)
    found = Panel(tmp_path, gallery)
    found.sleep(4)
    return found


def test_a_year_of_a_monitor(panel, gallery):
    """Quiet, changed, known, closed by a new epoch, quiet again: each look asks afresh."""
    quiet = panel.look()
    gallery.moods["gateway"] = WARM
    changed = panel.look()
    before = len(gallery.asked)
    again = panel.look()
    spent = len(gallery.asked) - before
    states = [panel.say().state]
    panel.record(recording="after")
    states.append(panel.say(Closing.NEW_EPOCH).state)
    calm = panel.look()

    assert quiet.verdict is Shift.NO_CHANGE_SEEN, quiet.said
    assert (changed.verdict, changed.alarm) == (Shift.CHANGED, True)
    assert {(cell.old, cell.new) for cell in changed.confirm.cells} == {(4, 10)}
    assert (again.verdict, again.incident, again.confirm) == (Shift.SUSPECT, changed.id, None)
    assert spent == 8
    beside = {row.name: (row.old, row.new) for row in changed.confirm.beside}
    assert beside["contract"] == ("8 of 8 fail (8 image_size)", "20 of 20 fail (20 image_size)")
    assert [told[:2] for told in beside["delivered by"]] == ["8 ", "20"]
    assert states == [State.ACKNOWLEDGED, State.CLOSED]
    assert calm.verdict is Shift.NO_CHANGE_SEEN, calm.said
    assert (calm.incident, calm.epoch == changed.epoch) == ("", False)
    assert len({look.recording for look in panel.store.looks()}) == 4


def test_the_history_has_a_look_with_its_answers(panel, gallery):
    """What the monitor found, and what it drew: as the file of the look says it."""
    gallery.moods["gateway"] = WARM
    look = panel.look()

    (found,) = trends(panel.workspace).suites

    (seen,) = found.looks
    assert (seen.id, seen.at, seen.epoch) == (look.id, look.at, look.epoch)
    assert (seen.verdict, seen.incident) == (str(Shift.CHANGED), look.id)
    assert (seen.screen_p, seen.confirm_p) == (look.screen.p, look.confirm.p)
    assert (seen.spent_usd, f"{seen.model}@{seen.endpoint}") == (look.spent_usd, look.arm)
    assert sum(day.answers for day in found.days if day.day == look.at[:10]) == 8 + 20


def test_a_budget_that_ends_before_the_confirmation_leaves_a_suspicion(panel, gallery):
    """The screen is paid for, the confirmation is not begun, and no incident is opened."""
    gallery.moods["gateway"] = WARM
    before = len(gallery.asked)

    look = panel.look(cap=2.0)

    assert look.verdict is Shift.SUSPECT
    assert "unconfirmed" in look.said
    assert "of the cap is left" in look.said
    assert len(gallery.asked) - before == 8
    assert 0 < look.spent_usd <= 2.0
    assert panel.state.arms[0].incidents == ()


def test_a_cache_confirms_nothing(panel, gallery):
    """The screen's pictures, handed out again, are no fresh answers; it is told how many."""
    gallery.moods["gateway"], gallery.cached = WARM, {}

    look = panel.look()

    assert (look.screen.verdict, look.verdict) == (Shift.SUSPECT, Shift.SUSPECT)
    assert look.confirm.verdict is Shift.NOT_ENOUGH_DATA
    assert not look.alarm
    assert any("20 answers of the confirmation from somebody's cache" in n for n in look.notes)


def test_a_control_says_whether_it_is_the_gateway_alone(panel, gallery):
    """The confirmation is repeated on a second endpoint, whose answers are brought to one form."""
    gallery.moods["gateway"] = WARM

    look = panel.look(control="direct")

    assert look.verdict is Shift.CHANGED
    assert look.control_arm.endswith("@direct")
    assert look.control.verdict is Shift.NO_CHANGE_SEEN
    assert gallery.asked.count("direct") == 20
    assert any("holds no answers" in note for note in look.notes)


def test_below_the_sessions_that_are_due_a_look_is_provisional(panel, gallery):
    """SUSPECT at most; its alarm opens an incident all the same, so that nobody pays again."""
    panel.file.write_text(SUITE.replace("sessions: 3", "sessions: 5"))
    gallery.moods["gateway"] = WARM

    look = panel.look()

    assert look.verdict is Shift.SUSPECT
    assert look.said.startswith(PROVISIONAL)
    assert look.provisional
    assert look.alarm


@pytest.mark.parametrize(("control", "error"), [("gateway", UsageError), ("nobody", SettingsError)])
def test_a_control_that_cannot_be_is_refused_before_money_is_spent(panel, gallery, control, error):
    """The arm itself, or an endpoint that nobody set."""
    before = len(gallery.asked)

    with pytest.raises(error, match=control):
        panel.look(control=control)

    assert len(gallery.asked) == before


def test_changed_prompts_are_told_and_the_others_are_looked_at(panel, gallery):
    """A prompt edit never looks like drift: only equal cells are tested."""
    panel.file.write_text(SUITE.replace("A fox", "A wolf").replace("cells: 2", "cells: 1"))
    before = len(gallery.asked)

    look = panel.look()

    assert [cell.variant for cell in look.screen.cells] == ["city"]
    assert any("not in the epoch: fox" in note for note in look.notes)
    assert len(gallery.asked) - before == 4


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("A ", "An ", "no cell of the suite"),
        ("A fox", "A wolf", "asks for 2"),
        ("image_size: 1K}", "image_size: 1K}\nmodel: gemini-3.1-flash-image", "never mixed"),
    ],
    ids=["every prompt", "too few cells", "the model"],
)
def test_a_look_that_could_not_alarm_is_refused_before_money_is_spent(
    panel, gallery, old, new, why
):
    """Not enough data, and nothing is written down: nobody looked."""
    panel.file.write_text(SUITE.replace(old, new))
    before = len(gallery.asked)

    look = panel.look()

    assert look.verdict is Shift.NOT_ENOUGH_DATA
    assert why in look.said
    assert len(gallery.asked) == before
    assert panel.store.looks() == ()


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ({"unit": "sessions"}, "days differ"),
        ({"armed": False}, "alarms too often"),
        ({"unit": "sessions", "epoch": "epoch-0"}, ""),
    ],
    ids=["day effects", "not armed", "of another epoch"],
)
def test_a_calibration_of_the_epoch_decides_the_unit_and_whether_to_look(panel, found, why):
    """Two sessions a half can never alarm where they are units; another epoch's is no word."""
    (epoch,) = panel.workspace.baselines(panel.suite).epochs()
    days = DayEffect(sessions=4, days=4, needed=3, alpha=0.05, p=0.01)
    plain = Calibration(
        id="calibration-1", suite="panel", at="2026-01-05", epoch=epoch.id,
        arm=epoch.samples[0].arm.name, answers=16, repeated=0, halves=(), between=(), days=days,
        unit="answers", armed=True, provisional=False, said="it alarms too often",
    )  # fmt: skip
    CalibrationStore(panel.file).add(replace(plain, **found))

    target = target_of(panel.suite, panel.workspace, Wish())

    assert why in target.refusal
    assert bool(target.refusal) == bool(why)


def test_without_an_epoch_it_is_said_what_to_do(blank, gallery):
    """There is nothing to hold fresh answers against."""
    look = blank.look()

    assert look.verdict is Shift.NOT_ENOUGH_DATA
    assert "harness baseline pin" in look.said
    assert gallery.asked == []


def test_a_look_that_could_not_be_kept_is_not_asked_for(panel, gallery):
    """A file stands where the monitor's folder is to be: no money is spent."""
    before = len(gallery.asked)
    panel.suite.path.with_suffix(".monitor").write_text("in the way")

    with pytest.raises(StoreError, match="nothing was asked for"):
        panel.look()

    assert len(gallery.asked) == before


def test_what_is_not_agreed_to_is_not_asked_for(panel, gallery):
    """Asked once, with the screen's price and the whole, which is the ceiling."""
    before, shown = len(gallery.asked), []

    def refuse(screen, whole):
        shown.extend([len(screen.due), len(whole.due)])
        raise SpendingRefused("no")

    with pytest.raises(SpendingRefused):
        panel.look(confirm=refuse, control="direct")

    assert shown == [8, 8 + 20 + 20]
    assert len(gallery.asked) == before


def test_an_endpoint_that_fails_gives_not_enough_data(panel, gallery):
    """The look is kept, and counts as none for the schedule."""
    gallery.broken = True

    look = panel.look()

    assert look.verdict is Shift.NOT_ENOUGH_DATA
    assert "0 cells" in look.said
    assert panel.state.arms[0].overdue


def test_a_look_that_was_interrupted_is_told_and_not_gone_on_with(panel, gallery):
    """What had arrived is kept in its recording; the next look asks for all anew."""

    def interrupt(going):
        if going.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        panel.look(progress=interrupt)
    (recording,) = panel.state.unfinished
    before = len(gallery.asked)
    look = panel.look()

    assert panel.workspace.cassettes("panel", recording).load() != ()
    assert any(recording in note for note in look.notes)
    assert look.recording != recording
    assert len(gallery.asked) - before >= 8


@pytest.mark.parametrize(
    ("days", "overdue"), [(7.5, False), (7.7, True)], ids=["in time", "too late"]
)
def test_a_look_that_is_older_than_the_schedule_is_overdue(blank, days, overdue):
    """Weekly, with half a day of grace for a timer that starts late."""
    blank.store.add(seen(blank, verdict=Shift.NO_CHANGE_SEEN))
    blank.sleep(days)

    (arm,) = blank.state.arms

    assert arm.overdue == overdue
    assert ("OVERDUE" in arm.said) == overdue


def seen(panel, **changed):
    """Give a look of this moment at which something was seen."""
    screen = Drift(
        verdict=Shift.NO_CHANGE_SEEN, said="", alpha=0.05, p=0.5, p_all=0.5, p_few=0.5,
        smallest_p=0.0005, draws=1999, seed=0, power=None, seen=None, matters=0.1, margin=0.1,
    )  # fmt: skip
    return Look(
        id="look-1", suite="panel", at=panel.workspace.now().isoformat(), epoch="epoch-1",
        arm="m@gateway", recording="monitor-1", said="", screen=screen, **changed,
    )  # fmt: skip


def test_a_suite_that_nobody_ever_looked_at_is_overdue(blank):
    """Whatever lies in it."""
    (arm,) = blank.state.arms

    assert arm.overdue
    assert "nobody ever looked" in arm.said


def test_an_arm_that_the_epoch_does_not_hold_is_refused(panel, gallery):
    """Arms are never mixed: the baseline belongs to a cell and an arm."""
    look = panel.look(wish=Wish(endpoint="direct"))

    assert look.verdict is Shift.NOT_ENOUGH_DATA
    assert "never mixed" in look.said
    assert gallery.asked == []
