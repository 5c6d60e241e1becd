"""What lies in files comes into the history once, whoever reads it and how often."""

import subprocess
import sys
from dataclasses import replace

import pytest
from sqlalchemy import delete, event

from harness.errors import HistoryError
from harness.history import sync as syncing
from harness.history.tables import FindingRow, RunRow
from harness.model.suite import Turn
from harness.store.runs import load_run
from tests.history.made import DECIDED, STEP, a_run, look, sample

HOSTILE = "a\x00b\ud800\u202e" + "x" * 3000

OTHER_PROCESS = """
import sys
from pathlib import Path
from harness.history.address import address
from harness.history.database import opened
from harness.history.sync import Files, sync
root = Path(sys.argv[1])
files = Files(reports=root / "reports", suites=(root / "suites" / "shop.yaml",))
print("ready", flush=True)
sys.stdin.readline()
with opened(address("", root=root, state=root / ".harness")) as database:
    print(sync(database, files).added)
"""


def test_everything_that_files_hold_has_rows(filled):
    """Each kind of thing, with what hangs on it."""
    synced = filled.sync()

    assert {name: len(found) for name, found in filled.rows().items()} == {
        "runs": 2, "run_suites": 2, "samples": 3, "findings": 1, "charges": 1, "epochs": 1,
        "decision_sets": 1, "decisions": 1, "undos": 1, "looks": 2, "steps": 1,
    }  # fmt: skip
    assert (synced.added, synced.unread) == (9, [])


def test_reading_again_changes_nothing_and_opens_no_run(filled, monkeypatch):
    """What is known by its name is not read a second time."""
    filled.sync()
    before = filled.rows()
    monkeypatch.setattr(syncing, "load_run", lambda _: pytest.fail("a known run was read"))

    synced = filled.sync()

    assert synced.added == 0
    assert filled.rows() == before


def test_what_takes_its_time_is_told_before(filled, monkeypatch):
    """Many runs that are new; the next time there are none."""
    monkeypatch.setattr(syncing, "MANY", 2)
    told = []

    filled.sync(told=told.append)
    filled.sync(told=told.append)

    assert told == ["reading 2 runs that are new to the history"]


def test_a_history_made_anew_equals_one_that_grew(filled):
    """Thing by thing, or all at once, in place of what is there or into nothing."""
    filled.sync()
    filled.run(a_run("r3", sample(2), failed=("blank", "count")))
    filled.beside(replace(DECIDED, id="decisions-2"), replace(STEP, id="step-2"))
    filled.sync()
    grown = filled.rows()

    filled.sync(anew=True)
    replaced = filled.rows()
    filled.where.path.unlink()
    filled.sync()

    assert replaced == grown
    assert filled.rows() == grown


def test_what_is_made_anew_in_place_leaves_what_others_added(filled, tmp_path):
    """A shared database has runs of machines whose files are not here."""
    filled.run(a_run("r9", sample()))
    filled.sync()
    (tmp_path / "reports" / "r9" / "run.json").unlink()

    filled.sync(anew=True)

    assert [row["id"] for row in filled.rows()["runs"]] == ["r1", "r2", "r9"]


def test_what_is_made_anew_is_put_right(filled):
    """Rows that somebody changed or deleted are again what the files say."""
    filled.sync()
    right = filled.rows()
    with filled.open() as database, database.writing() as connection:
        connection.execute(delete(FindingRow))
        connection.execute(RunRow.__table__.update().values(status="PASS", spent_usd=99.0))

    filled.sync(anew=True)

    assert filled.rows() == right


def test_two_processes_at_once_add_each_thing_once(filled):
    """From no database at all: both make the tables, both read all files."""
    for number in range(20):
        filled.run(a_run(f"q{number}", sample(), failed=("blank",)))
    filled.where.path.unlink()
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, str(filled.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    other.stdout.readline()

    other.stdin.write("go\n")
    other.stdin.flush()
    ours = filled.sync().added
    theirs = int(other.communicate()[0])

    assert ours + theirs == 29
    rows = filled.rows()
    assert (len(rows["runs"]), len(rows["samples"]), len(rows["findings"])) == (22, 23, 21)


def test_what_strangers_wrote_is_taken(place):
    """NUL, lone surrogates, ten megabytes, and numbers that no column holds."""
    run = a_run("r1", replace(sample(), variant_id=HOSTILE), failed=(HOSTILE,))
    (judged,) = run.suites[0].judged
    variant = replace(judged.variant, turns=(Turn(prompt=HOSTILE + "x" * 10_000_000),))
    suite = replace(run.suites[0], judged=(replace(judged, variant=variant),))
    place.run(replace(run, suites=(suite,), calls=10**30))
    place.ledger({"id": HOSTILE, "state": HOSTILE, "usd": 1e300, "for": HOSTILE})
    place.beside(replace(DECIDED, why=HOSTILE), look(incident=HOSTILE))

    synced = place.sync()

    rows = place.rows()
    assert synced.unread == []
    assert rows["samples"][0]["variant"] == "a\ufffdb\ufffd\u202e" + "x" * 195
    assert len(rows["findings"][0]["message"]) == 2000
    assert rows["runs"][0]["calls"] == 2**63 - 1
    assert place.sync().added == 0


def test_a_file_that_is_broken_is_passed_over(filled):
    """It is named; what lies beside it is read."""
    (filled.root / "reports" / "r1" / "run.json").write_text("{")

    synced = filled.sync()

    assert len(synced.unread) == 1
    assert "r1/run.json" in synced.unread[0]
    assert [row["id"] for row in filled.rows()["runs"]] == ["r2"]


def test_two_suites_may_have_files_of_one_name(filled, tmp_path):
    """A set of decisions that was applied to both bears one name."""
    filled.sync()
    filled.suite = tmp_path / "suites" / "zoo.yaml"
    filled.beside(replace(DECIDED, suite="zoo"))

    filled.sync(suites=(tmp_path / "suites" / "shop.yaml", filled.suite))

    assert [row["suite"] for row in filled.rows()["decisions"]] == ["shop", "zoo"]


def test_the_answers_of_a_look_are_samples(filled):
    """They bear the look's id where others bear a run's."""
    filled.sync(answers=lambda look: [sample(), sample(1)] if look.id == "look-1" else [])

    rows = [row for row in filled.rows()["samples"] if row["run"] == "look-1"]
    assert [(row["number"], row["thought_tokens"]) for row in rows] == [(0, 300), (1, 300)]


def test_a_call_becomes_what_its_bill_says(filled):
    """An open one, of which a later line says more."""
    filled.sync()
    filled.ledger({"id": "a-1", "state": "spent", "usd": 0.13, "at": "2026-11-23", "for": "c"})
    filled.ledger({"id": "a-2", "state": "open", "usd": 0.3}, {"no": "call"})

    assert filled.sync().added == 2
    assert [(r["id"], r["state"], r["usd"]) for r in filled.rows()["charges"]] == [
        ("a-1", "spent", 0.13),
        ("a-2", "open", 0.3),
    ]
    assert filled.sync().added == 0


def test_a_database_that_fails_is_no_file_that_is_passed_over(filled):
    """It ends the reading: nobody is told of a history that has half of it."""
    with filled.open() as database:

        @event.listens_for(database._engine, "before_cursor_execute")
        def fail(_connection, _cursor, statement, *_):
            if "INTO epochs" in statement:
                raise OSError("the disk is full")

        with pytest.raises(HistoryError, match="disk is full"):
            syncing.sync(database, filled.files)


def test_a_thing_is_added_whole_or_not_at_all(filled):
    """A database that fails in between leaves no run without its findings."""
    run = load_run(filled.root / "reports" / "r1")

    with filled.open() as database:

        @event.listens_for(database._engine, "before_cursor_execute")
        def fail(_connection, _cursor, statement, *_):
            if "INTO findings" in statement:
                raise OSError("the disk is full")

        with pytest.raises(HistoryError, match="disk is full"):
            syncing.add(database, syncing.rows.of_run(run))

    assert (filled.rows()["runs"], filled.rows()["samples"]) == ([], [])
