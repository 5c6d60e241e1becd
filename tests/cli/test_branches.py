"""What `run` and `validate` say of what two branches left: by name, and what to do."""

import hashlib
import json
import shutil
import subprocess

import pytest

from harness.loader.review import review_document
from harness.store.baselines import BaselineStore
from harness.store.runs import find_run, load_run
from tests.evaluate.reviewed import A, review_of

GATE = ("run", "--fail-on", "failed,unreviewed,unrecorded,incomplete")


def approved(bench):
    """Accept everything; give the decisions' file."""
    assert bench("run").code == 0
    before = set(bench.folder.glob("suites/*.baseline/*.json"))
    assert bench("approve", "--all", "--unseen", "--by", "ada", "--why", "a test").code == 0
    (file,) = set(bench.folder.glob("suites/*.baseline/*.json")) - before
    return file


def git(folder, *words, due=0):
    who = ("-c", "user.name=ada", "-c", "user.email=ada@x.invalid")
    done = subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == due, done.stdout + done.stderr
    return done.stdout


def changed(path, old, new, *, times=1):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, times))


def test_a_cell_that_two_branches_recorded_is_a_conflict_with_its_line(recorded):
    """Git leaves both sides; validate and run name the file, the cell and what to do."""
    name = "cassettes/shop/main/fox.json"
    cassette = recorded.folder / name
    git(recorded.folder, "init", "-qb", "main")
    git(recorded.folder, "add", "cassettes", "suites")
    git(recorded.folder, "commit", "-qm", "begin")
    for branch in ("ann", "bob"):
        git(recorded.folder, "checkout", "-qb", branch, "main")
        changed(cassette, '"session": "2', f'"session": "{branch}-2')
        git(recorded.folder, "commit", "-qam", branch)
    git(recorded.folder, "merge", "-q", "ann", due=1)

    ran, document = recorded("validate"), recorded("validate", "--json")

    line = cassette.read_text().splitlines().index("<<<<<<< HEAD") + 1
    said = f"{name}:{line}:1: shop/fox: a merge left both sides here; keep one: git checkout --ours"
    assert (ran.code, document.code) == (2, 2)
    assert said in ran.err
    (problem,) = document.json["problems"]
    assert (problem["kind"], problem["file"], problem["line"]) == ("conflict", name, line)
    stopped = recorded("run")
    assert stopped.code == 2
    assert f"{name}:{line}: a merge left both sides here" in stopped.err
    git(recorded.folder, "checkout", "-q", "--ours", name)
    assert recorded("validate").code == 0


def test_conflicts_are_named_beside_those_of_the_suite(recorded):
    """One round tells both, though the suite cannot be read."""
    cassette = recorded.cassette("fox")
    changed(cassette, "\n", "\n<<<<<<< HEAD\n")
    recorded.edit("A fox on a shelf", "A fox\n<<<<<<< HEAD")
    settings = recorded.folder / "harness.toml"

    ran = recorded("validate")
    settings.write_text('endpoint = "gemini"\n<<<<<<< HEAD\n')
    unset = recorded("validate")

    assert (ran.code, unset.code) == (2, 2)
    assert "harness.toml:2: a merge left both sides here; keep one" in unset.err
    assert "suites/shop.yaml:12:1: a merge left both sides here" in ran.err
    assert "fox.json:2:1: " in ran.err


def test_decisions_on_other_bytes_close_the_gate_by_name(recorded):
    """The file is named, and the picture that it does not decide on; a plain run goes on."""
    file = approved(recorded)
    assert recorded(*GATE).code == 0
    assert recorded("validate").code == 0
    tree = json.loads(file.read_text())
    changed(file, tree["decisions"][-1]["sha256"], "0" * 64)

    gate, valid, plain = recorded(*GATE), recorded("validate"), recorded("run", "--json")

    assert (gate.code, valid.code, plain.code) == (1, 2, 0)
    assert f"{file.name} decides on picture 00000000 of fox sample 1" in gate.out
    assert f"{file.name}: decides on picture 00000000 of fox sample 1" in valid.err
    assert recorded.statuses(plain)["fox"] == "NEW"


def test_decisions_that_two_branches_took_otherwise_are_named(recorded):
    """Neither knew the other; git merges them without a word."""
    file = approved(recorded)
    aside = recorded.folder / file.name
    shutil.move(file, aside)  # the other branch does not see it
    other = approved(recorded)
    changed(other, '"choice": "accept"', '"choice": "discuss"')
    shutil.move(aside, file)

    gate, valid = recorded(*GATE), recorded("validate", "--json")

    assert (gate.code, valid.code) == (1, 2)
    assert f"{file.stem} says accept, {other.stem} says discuss" in gate.out
    assert [problem["kind"] for problem in valid.json["problems"]] == ["contested"]


def test_a_word_that_is_said_again_settles_what_two_branches_contest(recorded):
    """It is in force already; but who looks again has known both."""
    first = approved(recorded)
    aside = recorded.folder / first.name
    shutil.move(first, aside)
    second = approved(recorded)
    shutil.move(aside, first)
    early, late = sorted((first, second), key=lambda file: json.loads(file.read_text())["at"])
    changed(early, '"choice": "accept"', '"choice": "reject"', times=-1)
    for file in (early, late):
        changed(file, '"unseen": true', '"unseen": false')
    recorded("run")
    run = load_run(find_run(recorded.folder / "reports", "last"))
    sets = BaselineStore(recorded.folder / "suites" / "shop.yaml").decision_sets()
    yes = {"choice": A, "at": "2099-01-01T00:00:00Z"}
    review = review_document(review_of(run, "eve", yes, yes, yes, sets=sets))
    (recorded.folder / "eve.json").write_text(json.dumps(review))
    before = recorded("validate", "--json").json["problems"]

    said = recorded("approve", "--from", "eve.json")

    assert [problem["kind"] for problem in before] == ["contested"] * 3
    assert said.code == 0, said.err
    assert "3 pictures accepted" in said.out
    assert recorded("validate").code == 0
    assert recorded(*GATE).code == 0


def test_answers_that_lie_twice_are_named(recorded):
    """A copy is a warning; other answers of the same samples are an error."""
    cassette = recorded.cassette("fox")
    copy = cassette.with_name("fox_BASE.json")
    shutil.copy(cassette, copy)
    same = recorded("validate", "--json")
    changed(copy, '"session": "2', '"session": "other-2')

    differs = recorded("validate", "--json")

    assert (same.code, differs.code) == (0, 2)
    (warning,), (problem,) = same.json["warnings"], differs.json["problems"]
    assert (warning["kind"], problem["kind"]) == ("twice", "twice")
    assert "other answers of the samples that fox.json holds" in problem["message"]


def test_blobs_that_are_not_here_are_a_warning(recorded):
    """They may lie in a bucket; the file that names them is told."""
    recorded.picture("fox").unlink()

    ran = recorded("validate")

    assert ran.code == 0
    assert "cassettes/shop/main/fox.json: 1 blob of it not here, e.g. " in ran.err


def test_what_was_forgotten_is_not_missed(recorded):
    """It is away on purpose, and no pull brings it back."""
    sha256 = recorded.picture("fox").stem
    assert recorded("cassette", "forget", sha256, "--reason", "asked", "--yes").code == 0

    assert not recorded("validate", "--json").json["warnings"]


def test_epochs_that_two_branches_pinned_are_a_warning_until_one_knew_both(recorded):
    """The newest is in force, and says nothing of what the other branch recorded."""
    pin = ("baseline", "pin", "main", "--by", "ada")
    assert recorded(*pin).code == 0
    (file,) = recorded.folder.glob("suites/shop.baseline/epoch-*.json")
    aside = recorded.folder / file.name
    shutil.move(file, aside)
    assert recorded(*pin).code == 0
    shutil.copy(aside, file)
    alike = recorded("validate", "--json").json["warnings"]
    changed(file, '"outcome": "picture"', '"outcome": "refused"')

    (warning,) = recorded("validate", "--json").json["warnings"]
    assert recorded(*pin).code == 0

    assert (alike, warning["kind"]) == ([], "epochs")
    assert not recorded("validate", "--json").json["warnings"]


def test_without_a_key_a_run_lists_what_is_missing_with_its_price(recorded, offline):
    """In every form, and nobody is asked for a key: it is whoever records who needs one."""
    settings = '[endpoints.local]\nbase_url = "https://x.invalid"\nkey_env = ["NO_KEY"]\n'
    (recorded.folder / "harness.toml").write_text(settings)
    asked = ("run", "--endpoint", "local")

    ran = recorded(*asked, "-o", "reports/a.md", "-o", "reports/a.junit.xml")
    told = recorded(*asked, "--json")

    markdown, junit = (
        (recorded.folder / "reports" / f"a.{e}").read_text() for e in ("md", "junit.xml")
    )
    said = "3 answers to be recorded: about $0.42"
    assert (ran.code, told.code) == (3, 3)
    assert f"missing {said}\n" in ran.out
    assert "UNRECORDED shop/fox" in ran.out
    assert f"{said}." in markdown
    assert 'name="missing_usd" value="0.41' in junit
    assert told.json["missing"]["answers"] == 3
    assert told.json["missing"]["expected_usd"] == pytest.approx(0.416, abs=0.01)
    assert "key" not in (ran.out + ran.err).lower()


def test_what_git_brought_along_is_not_believed(recorded):
    """A pull request may not say what is remembered, nor which decisions are half written."""
    git(recorded.folder, "init", "-qb", "main")
    decisions = approved(recorded)
    journal = recorded.folder / ".harness" / "deciding" / "adding.json"
    named = {str(decisions): hashlib.sha256(decisions.read_bytes()).hexdigest()}
    journal.write_text(json.dumps(named))
    git(recorded.folder, "add", "-f", journal)

    ran = recorded(*GATE)

    assert (ran.code, decisions.exists()) == (2, True)
    assert ".harness: git tracks files of it" in ran.err
    git(recorded.folder, "rm", "-rq", "--cached", ".harness")
    journal.unlink()
    assert recorded(*GATE).code == 0
