"""Hold law 4: a run that is interrupted, or killed, keeps every answer that had arrived."""

import json
import signal
import subprocess
import sys
import threading

import pytest

LIVE = ("run", "--endpoint", "local", "--live", "missing", "--yes", "--max-cost", "9", "-j", "1")
HARNESS = [sys.executable, "-m", "harness.cli.main"]


@pytest.fixture
def started(bench, counted, monkeypatch):
    """Start a recording whose second answer is held back until the test has its way."""
    monkeypatch.setenv("LOCAL_KEY", "a-key-of-a-test")
    (bench.folder / "harness.toml").write_text(counted.settings())
    bench.suite()
    asked, go_on = threading.Event(), threading.Event()

    def hold_back(count):
        if count == 2:
            asked.set()
            assert go_on.wait(60)

    counted.before.append(hold_back)
    with subprocess.Popen(
        [*HARNESS, *LIVE], cwd=bench.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            while not asked.wait(1):
                assert process.poll() is None, process.stderr.read()
            yield bench, process, go_on
        finally:
            go_on.set()
            process.kill()


def test_an_interrupted_recording_keeps_what_had_arrived(started, counted):
    """Ctrl-C: exit 130, the call under way is finished and kept, no other is made."""
    bench, process, go_on = started

    process.send_signal(signal.SIGINT)
    go_on.set()
    _, said = process.communicate(timeout=60)
    before = len(counted.asked)
    again = bench(*LIVE, "--json")

    assert process.returncode == 130
    assert b"answers that had arrived are kept" in said
    assert b"Traceback" not in said
    assert before == 2
    assert again.code == 0
    assert len(counted.asked) == 3


def test_a_second_interrupt_breaks_off_what_is_under_way(started, counted):
    """Exit 130 though the service holds its answer back; what it may charge is in the ledger."""
    bench, process, _ = started

    process.send_signal(signal.SIGINT)
    told = process.stderr.readline()
    while told and b"1 call under way" not in told:
        told = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)

    assert process.returncode == 130, said
    assert b"Traceback" not in said
    lines = bench.folder.joinpath("reports/spending/local").glob("*.jsonl")
    states = [json.loads(line)["state"] for line in next(lines).read_text().splitlines()]
    assert states == ["open", "spent", "open", "may be charged"]


def test_a_killed_recording_keeps_what_had_arrived(started, counted):
    """SIGKILL: the first answer is in the journal; only the other two are asked for."""
    bench, process, go_on = started

    process.kill()
    process.wait(timeout=60)
    go_on.set()
    standing = [how for how, _ in bench.standing("--endpoint", "local").values()]
    again = bench(*LIVE, "--json")

    assert sorted(standing) == ["missing", "missing", "recorded"]
    assert again.code == 0
    assert len(counted.asked) == 2 + 2
    assert set(bench.statuses(bench("run", "--json")).values()) == {"NEW"}
