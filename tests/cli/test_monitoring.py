"""The verb that watches an arm: what it costs, what it says, how it ends."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from harness.model.drift import Drift, Shift
from harness.model.monitor import Look
from harness.store.looks import LookStore

SUITE = """\
version: 1
suite: shop
defaults: {samples: 8, image_size: 1K, aspect_ratio: 1:1}
drift: {cells: 1, sessions: 1, matters: 5}
cases:
  - id: city
    prompt: A night city
"""


@pytest.fixture
def panel(bench, counted, monkeypatch):
    """Give a suite with a pinned epoch of a paid endpoint that counts what is asked."""
    monkeypatch.setenv("LOCAL_KEY", "k" * 20)
    bench.suite(SUITE)
    (bench.folder / "harness.toml").write_text(f'endpoint = "local"\n{counted.settings()}')
    return bench


def recorded(panel):
    panel("run", "--live", "missing", "--record-only", "--yes", "--max-cost", "20")
    panel("baseline", "pin", "main")
    return panel


def written(panel, *, days, opens=False, verdict=Shift.NO_CHANGE_SEEN):
    """Write down a look of some days ago."""
    at = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
    screen = Drift(
        verdict=verdict, said="", alpha=0.05, p=0.5, p_all=0.5, p_few=0.5, smallest_p=0.0005,
        draws=1999, seed=0, power=None, seen=None, matters=0.1, margin=0.1,
    )  # fmt: skip
    look = Look(
        id=f"look-{days}", suite="shop", at=at, epoch="epoch-1", arm="m@local",
        recording=f"monitor-{days}", verdict=verdict, said=f"{verdict}: so", screen=screen,
        incident=f"look-{days}" if opens else "",
    )  # fmt: skip
    LookStore(panel.folder / "suites" / "shop.yaml").add(look)


def monitor(panel, *words):
    return panel("monitor", "suites/shop.yaml", *words)


def test_without_an_epoch_it_ends_with_3_and_says_what_to_do(panel, counted):
    """Nothing is asked for; in JSON too."""
    ran, told = monitor(panel), monitor(panel, "--json").json

    assert ran.code == 3
    assert ran.out.splitlines()[-1] == "next    harness baseline grow suites/shop.yaml"
    assert (told["verdict"], told["format"]) == ("NOT ENOUGH DATA", "gemini-image-harness/alarm")
    assert counted.asked == []


def test_money_is_not_spent_by_surprise(panel, counted):
    """Without a terminal it needs --yes and --max-cost, for the confirmation too."""
    recorded(panel)
    before = len(counted.asked)

    ran = monitor(panel)

    assert ran.code == 4
    assert "screen: 4 answers to generate" in ran.err
    assert "14 answers to generate" in ran.err
    assert len(counted.asked) == before
    assert not (panel.folder / "suites" / "shop.monitor").exists()


@pytest.mark.parametrize(
    ("days", "code", "said"), [(6, 0, "6.0 days old"), (8, 3, "OVERDUE")], ids=["in time", "late"]
)
def test_status_fails_where_the_last_look_is_older_than_the_schedule(panel, days, code, said):
    """Weekly unless the suite says daily."""
    written(panel, days=days)

    ran = monitor(panel, "--status")

    assert ran.code == code
    assert said in ran.out


def test_a_look_of_the_future_does_not_silence_the_status(panel):
    """One look under a wrong clock would else count as the last one till that time comes."""
    written(panel, days=40)
    written(panel, days=-400)

    ran = monitor(panel, "--status")

    assert ran.code == 3
    assert "still to come: look at the clock" in ran.out


def test_status_is_of_the_arm_that_is_asked_for(panel):
    """A fresh look at one endpoint says nothing of another, which nobody ever looked at."""
    written(panel, days=1)

    own = panel("monitor", "suites/shop.yaml", "--status", "--endpoint", "local")
    other = panel("monitor", "suites/shop.yaml", "--status", "--endpoint", "reseller")

    assert (own.code, other.code) == (0, 3)
    assert "m@local" in own.out
    assert "shop, reseller: nobody ever looked" in other.out


def test_an_interrupted_look_says_that_the_next_one_begins_anew(panel, monkeypatch):
    """Exit 130; `run --resume` would not go on with it, and is not named."""

    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("harness.evaluate.monitor.look_at", interrupt)

    done = panel("monitor", "suites/shop.yaml")

    assert done.code == 130
    assert "the next look begins anew: harness monitor" in done.err
    assert "--resume" not in done.err


def test_status_of_a_suite_that_nobody_looked_at_fails(panel):
    """And names the command that looks."""
    ran = monitor(panel, "--status", "--json")

    assert ran.code == 3
    assert ran.json["monitors"][0]["overdue"]


def test_an_incident_goes_its_way_from_the_command_line(panel):
    """Open fails the status; acknowledged and closed do not; each is one more file."""
    written(panel, days=1, opens=True, verdict=Shift.CHANGED)
    codes = [monitor(panel, "--status").code]
    by = ("--by", "ada", "--why", "looked")

    acknowledged = monitor(panel, "--ack", "last", *by)
    codes.append(monitor(panel, "--status").code)
    closed = monitor(panel, "--close", "look-1", "--as", "false alarm", *by, "--json")
    codes.append(monitor(panel, "--status").code)
    again = monitor(panel, "--close", "last", "--as", "fixed", *by)

    assert codes == [1, 0, 0]
    assert "look-1 is acknowledged" in acknowledged.out
    assert closed.json["step"]["closing"] == "false alarm"
    assert (again.code, "false alarm by ada" in again.err) == (2, True)
    assert len(list((panel.folder / "suites" / "shop.monitor").iterdir())) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--ack", "last"], "--by NAME --why TEXT"),
        (["--ack", "nothing", "--by", "a", "--why", "b"], "names 0 incidents"),
        (["--ack", "", "--by", "a", "--why", "b"], "names 0 incidents"),
        (["--close", "last", "--by", "a", "--why", "b"], '"false alarm"'),
        (["--close", "", "--status"], "one of --status"),
        (["--close", "last", "--as", "gone", "--by", "a", "--why", "b"], '"false alarm"'),
        (["--close", "last", "--as", "new epoch", "--by", "a", "--why", "b"], "baseline pin"),
        (["--ack", "last", "--status"], "one of --status"),
        (["--fail-on", "suspicious"], "--fail-on"),
        (["--fail-on", "none"], "--fail-on"),
        (["--json", "--notify", "-"], "both are for stdout"),
        (["--as", "fixed"], "--close"),
    ],
)
def test_what_cannot_be_said_is_refused(panel, words, said):
    """Exit code 2, in one line."""
    written(panel, days=1, opens=True, verdict=Shift.CHANGED)

    ran = monitor(panel, *words)

    assert ran.code == 2
    assert said in ran.err


def test_a_webhook_in_the_clear_stops_a_look_before_it_begins(panel, monkeypatch):
    """And its address is not shown."""
    monkeypatch.setenv("HARNESS_WEBHOOK", "http://hooks.example/sEcReT")

    ran = monitor(panel)

    assert ran.code == 2
    assert "HARNESS_WEBHOOK" in ran.err
    assert "sEcReT" not in ran.err + ran.out


def test_a_look_is_told_to_a_file_and_to_stdout(panel):
    """A JSON line each; with -, it is all of stdout, and people read stderr."""
    ran = monitor(panel, "--notify", "-", "--notify", "looks.jsonl")

    assert json.loads(ran.out)["verdict"] == "NOT ENOUGH DATA"
    assert json.loads((panel.folder / "looks.jsonl").read_text())["look"] == ran.json["look"]
    assert "next    harness baseline grow" in ran.err


@pytest.mark.parametrize(
    "words",
    [[], ["--ack", "look-1", "--by", "ada", "--why", "seen"]],
    ids=["a look", "a word of a person's"],
)
def test_a_history_that_is_set_knows_of_looks_at_once(panel, monkeypatch, words):
    """When their files are gone by the time it is asked, as in CI, what was there is in it."""
    monkeypatch.setenv("HARNESS_HISTORY", "sqlite:///shared.db")
    written(panel, days=1, opens=True, verdict=Shift.CHANGED)

    monitor(panel, *words)
    shutil.rmtree(panel.folder / "suites" / "shop.monitor")

    (suite,) = panel("trends", "--json").json["suites"]
    assert [(look["id"], look["verdict"]) for look in suite["looks"]] == [("look-1", "CHANGED")]


def test_a_history_that_fails_costs_a_look_one_line(panel, monkeypatch):
    """The exit code is the look's own."""
    monkeypatch.setenv("HARNESS_HISTORY", "postgresql://ada:hush@127.0.0.1:1/x")

    ran = monitor(panel)

    assert ran.code == 3
    assert "the history has nothing of this" in ran.err
    assert "hush" not in ran.err
