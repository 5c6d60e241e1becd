"""Decisions of reviewers go from their files into the suite, and into what a run says."""

import json
import re

import pytest

from harness.loader.review import review_document
from harness.store.runs import find_run, load_run
from tests.evaluate.reviewed import A, D, R, resolution, review_of


@pytest.fixture
def reviewed(recorded):
    """Stand where a run was judged; `say(by, *choices)` writes a reviewer's file."""
    assert recorded("run").code == 0
    run = load_run(find_run(recorded.folder / "reports", "last"))

    def say(by, *choices, **changes):
        path = recorded.folder / f"decisions-{by}.json"
        path.write_text(json.dumps(review_document(review_of(run, by, *choices, **changes))))
        return path.name

    recorded.run, recorded.say = run, say
    return recorded


def test_a_review_makes_the_next_run_green_and_an_undo_takes_it_back(reviewed):
    """The run that was reviewed is meant without a word, whichever is the last one."""
    name = reviewed.say("ann", A, A, A)
    reviewed("run", "-k", "fox")

    dry = reviewed("approve", "--from", name, "--dry-run")
    kept = reviewed.files("suites/*.baseline/*")
    told = reviewed("approve", "--from", name)
    green = reviewed("run", "--fail-on", "failed,unreviewed", "--json")
    undone = reviewed("approve", "--undo", "--dry-run"), reviewed("approve", "--undo")

    assert kept == {}
    assert "nothing was written" in dry.out
    assert re.match(r" +sheet +pictures +was +is now +who +note", told.out)
    assert "3 sheets decided: 3 pictures accepted, 0 rejected" in told.out
    assert told.out.splitlines()[-1].startswith("next    harness run")
    assert green.code == 0
    assert set(reviewed.statuses(green).values()) == {"PASS"}
    assert [ran.code for ran in undone] == [0, 0]
    assert reviewed("approve", "--undo").code == 2


def test_two_reviewers_and_a_chair_come_to_one_result(reviewed):
    """What is split is left, with everyone's marks and the next command; then it is resolved."""
    wrong = {"choice": R, "reasons": ("anatomy",), "note": "six\x1b[2J fingers"}
    files = reviewed.say("ann", A, A, D), reviewed.say("bob", A, wrong, D)
    words = [word for name in files for word in ("--from", name)]

    first = reviewed("approve", *words, "--quorum", "2")
    chair = reviewed.say("eve", resolutions=(resolution(reviewed.run, 1, R),))
    second = reviewed("approve", *words, "--from", chair, "--json")
    red = reviewed("run", "--json")

    assert "left: ann accept, bob reject (anatomy)" in first.out
    assert "1 sheet decided: 1 picture accepted, 0 rejected; 2 left open" in first.out
    assert first.out.splitlines()[-1].startswith(f"next    harness review {reviewed.run.id} --from")
    assert " --quorum 2 " in first.out.splitlines()[-1]
    assert "\x1b" not in first.out
    assert [s["result"] for s in second.json["sheets"]] == ["accepted", "rejected", "discuss"]
    (found,) = [f for fs in reviewed.findings(red).values() for f in fs if f["status"] == "FAIL"]
    assert found["message"].endswith("by eve (anatomy): the glove has five fingers")
    assert red.code == 1


def test_a_file_that_does_not_fit_changes_nothing(reviewed):
    """Exit 2, with file and place; a good file beside it is not applied either."""
    good, bad = reviewed.say("ann", A), reviewed.say("bob", A)
    path = reviewed.folder / bad
    path.write_text(path.read_text().replace('"seen": true', '"seen": false'))

    ran = reviewed("approve", "--from", good, "--from", bad)

    assert ran.code == 2
    assert f"{bad}: votes[0].pictures[0].seen: sample 1 of" in ran.err
    assert reviewed.files("suites/*.baseline/*") == {}


@pytest.mark.parametrize(
    "words", [[], ["--all"], ["--all", "--unseen", "--by", "Ann"]], ids=" ".join
)
def test_nothing_is_accepted_by_a_word_too_few(reviewed, words):
    """Unseen is said, by whom and why; or files are given."""
    ran = reviewed("approve", *words)

    assert ran.code == 2
    assert "say --from decisions-RUN-NAME.json" in ran.err
    assert "--by NAME --why TEXT" in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "a.json", "--undo"], "exclude each other"),
        (["--from", "a.json", "--all"], "exclude each other"),
        (["--undo", "--all", "--unseen", "--by", "a", "--why", "b"], "exclude each other"),
        (["--undo", "--skip-stale"], "--quorum and --skip-stale go with --from"),
        (["--from", "absent.json"], "absent.json: no such file"),
        (["--from", "absent.json", "--quorum", "0"], "--quorum"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_asked_is_refused_before_anything_is_read(bench, words, said):
    """Exit 2 and what to say instead, in a folder that has no run."""
    ran = bench("approve", *words)

    assert ran.code == 2
    assert said in ran.err
