"""The blob store is kept in order from the command line: verify, prune, forget."""

import hashlib
import json
import os
import subprocess

import pytest

OLD = (10**9, 10**9)
NOBODYS = hashlib.sha256(b"nobody's").hexdigest()


@pytest.fixture
def littered(recorded):
    """Stand in a recorded folder with an old blob that nothing names."""
    path = recorded.blob(f"{NOBODYS}.bin")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"nobody's")
    for blob in (recorded.folder / "cassettes" / "blobs").glob("??/*"):
        os.utime(blob, OLD)
    return recorded


def test_verify_says_that_all_is_well(recorded):
    """In one line, with what was read; exit 0."""
    ran = recorded("cassette", "verify")

    assert ran.code == 0
    assert ran.out.startswith("1 recording, 3 answers, ")
    assert ran.out.endswith(": all well\n")


def test_verify_says_what_is_wrong_and_where(recorded):
    """A line a fault, with who is concerned and what to do; exit 1."""
    path = recorded.picture("fox")
    path.write_bytes(b"changed")

    ran = recorded("cassette", "verify")

    line, last = ran.out.splitlines()
    assert ran.code == 1
    assert line.startswith(f"corrupt      {path.relative_to(recorded.folder)}: 7 bytes that are")
    assert line.endswith(
        "restore it from git or the bucket (named by shop/main: fox sample 1 turn 1)"
    )
    assert last.endswith(": 1 fault")


def test_verify_tells_notes_without_a_fault(littered):
    """What may be pruned is no fault."""
    ran = littered("cassette", "verify")

    assert ran.code == 0
    assert "1 blob that no recording names; see: harness cassette prune" in ran.out


def test_verify_gives_one_document(recorded):
    """With every sample that is concerned."""
    recorded.picture("fox").unlink()

    ran = recorded("cassette", "verify", "shop/main", "--json")

    assert ran.code == 1
    assert ran.json["format"] == "gemini-image-harness/verified"
    assert ran.json["faults"] == 1
    (found,) = ran.json["found"]
    assert (found["kind"], found["samples"]) == ("missing", ["shop/main: fox sample 1 turn 1"])


def test_verify_refuses_what_is_not_there(recorded):
    """With what there is; exit 2."""
    ran = recorded("cassette", "verify", "shop/other")

    assert ran.code == 2
    assert "there are: shop/main" in ran.err


def test_many_of_a_kind_are_counted(recorded):
    """A screen is not flooded; the JSON has all."""
    for index in range(40):
        (recorded.folder / "cassettes" / "blobs" / f"notes{index}").write_text("x")

    ran = recorded("cassette", "verify")

    assert len(ran.out.splitlines()) == 30 + 2
    assert "... and 10 more name; --json has all" in ran.out


@pytest.mark.parametrize("words", [[], ["--dry-run"]])
def test_prune_only_shows(littered, words):
    """What would go with size, age and why, what protects the rest, and what moves it."""
    before = littered.files()

    ran = littered("cassette", "prune", *words)

    first, *_, last = ran.out.splitlines()
    assert ran.code == 0
    assert first.startswith(f"{NOBODYS[:16]}.bin")
    assert first.endswith("days old: nothing names it")
    assert "by recordings" in ran.out
    assert last == "next    harness cassette prune --apply"
    assert littered.files() == before


def test_what_prune_moved_is_put_back_by_the_command_that_it_says(littered):
    """The undo is a line to paste."""
    before = littered.files("cassettes/**/*")

    ran = littered("cassette", "prune", "--apply")

    assert ran.code == 0
    assert len(littered.files("cassettes/**/*")) == len(before) - 1
    undo = ran.out.splitlines()[-1].removeprefix("undo    ")
    subprocess.run(undo, shell=True, check=True, cwd=littered.folder)
    assert littered.files("cassettes/**/*") == before


def test_prune_moves_nothing_while_something_cannot_be_read(littered):
    """Every trouble is told; exit 2."""
    littered.cassette("fox").write_text("{")
    before = littered.files()

    shown, ran = littered("cassette", "prune"), littered("cassette", "prune", "--apply")

    assert (shown.code, ran.code) == (0, 2)
    assert "fox.json: broken JSON" in shown.err
    assert "nothing was moved" in ran.err
    assert littered.files() == before


def test_prune_says_nothing_to_do(recorded):
    """And makes no empty trash."""
    ran = recorded("cassette", "prune", "--apply")

    assert ran.code == 0
    assert ran.out.endswith("0 blobs of 0.0 MB that nothing names\n")
    assert not (recorded.folder / ".harness" / "trash").exists()


@pytest.mark.parametrize("words", [["--apply", "--dry-run"], ["--older-than", "0"]])
def test_prune_refuses_what_cannot_be_meant(littered, words):
    """Both at once; blobs of this minute."""
    before = littered.files()

    assert littered("cassette", "prune", *words).code == 2
    assert littered.files() == before


def test_prune_gives_one_document(littered):
    """With where it was moved to, or null."""
    shown = littered("cassette", "prune", "--json").json
    moved = littered("cassette", "prune", "--json", "--apply").json

    assert shown["format"] == "gemini-image-harness/prune"
    assert shown["moved_to"] is None
    assert [blob["name"] for blob in shown["candidates"]] == [f"{NOBODYS}.bin"]
    assert moved["moved_to"].startswith(".harness/trash/")


def test_a_forgotten_picture_is_nowhere(recorded):
    """Blob, measures, small forms and reports; what is out of reach is named."""
    recorded("run", "-o", "page.html")
    sha256 = recorded.picture("fox").stem

    ran = recorded(
        "cassette", "forget", sha256[:12], "--reason", "licence ended", "--by", "Ann", "--yes"
    )

    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0].startswith(f"✔ {sha256[:16]} forgotten on 20")
    held = [name for name in recorded.files() if sha256 in name]
    assert len(held) == 1
    assert held[0].startswith(f"cassettes/blobs/_forgotten/{sha256}/")
    assert ran.out.count("deleted ") >= 6
    assert "out of reach" in ran.out
    assert f"1 picture was forgotten: {sha256[:8]} (licence ended" in recorded("plan").err


def test_a_run_after_it_says_whom_it_misses_and_why(recorded):
    """With the reason; and to verify, an absence on purpose is no fault."""
    sha256 = recorded.picture("fox").stem
    recorded("cassette", "forget", sha256, "--reason", "licence ended", "--yes")

    ran = recorded("run", "--json")

    assert recorded.statuses(ran)["fox"] == "ERROR"
    assert "licence ended" in recorded.findings(ran)["fox"][0]["message"]
    assert recorded("cassette", "verify").code == 0


def test_without_a_terminal_forgetting_needs_a_yes(recorded):
    """Exit 4; nothing is deleted."""
    before = recorded.files()

    ran = recorded("cassette", "forget", recorded.picture("fox").stem, "--reason", "x")

    assert ran.code == 4
    assert "needs --yes" in ran.err
    assert recorded.files() == before


@pytest.mark.parametrize(("answer", "code"), [("n", 4), ("", 4), ("y", 0)])
def test_at_a_terminal_a_person_is_asked_before_it_is_forgotten(recorded, terminal, answer, code):
    """Who is concerned is said first; anything but a yes deletes nothing."""
    terminal(answer)
    path = recorded.picture("fox")

    ran = recorded("cassette", "forget", path.stem, "--reason", "x")

    assert ran.code == code
    assert path.exists() is (code != 0)
    assert "named by shop/main: fox sample 1 turn 1" in ran.err


def test_an_unknown_picture_is_refused(recorded):
    """Exit 2; nothing is laid."""
    before = recorded.files()

    ran = recorded("cassette", "forget", "0123456789abcdef", "--reason", "x", "--yes")

    assert ran.code == 2
    assert "no blob of the store" in ran.err
    assert recorded.files() == before


def test_forgetting_gives_one_document(recorded):
    """With the tombstone and everything that went."""
    sha256 = recorded.picture("fox").stem

    tree = recorded("cassette", "forget", sha256, "--reason", "x", "--yes", "--json").json

    assert tree["format"] == "gemini-image-harness/forgotten"
    assert (tree["tombstone"]["sha256"], tree["tombstone"]["reason"]) == (sha256, "x")
    assert json.dumps(tree["files"]).count(sha256) >= 1
