"""What is forgotten is gone from every place of the harness, and the rest is named."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import SecretFound, StoreError, UsageError
from harness.evaluate.forget import LONGEST, check_reason, forget, trace
from harness.evaluate.prune import plan_pruning, prune
from harness.settings import Settings

KEY = "a-key-of-a-test-4711"
ENVIRON = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_NAME": "T" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "t@example.com" for who in ("AUTHOR", "COMMITTER")},
}


def git(folder, *words):
    done = subprocess.run(["git", *words], cwd=folder, env=ENVIRON, check=True, capture_output=True)
    return done.stdout.decode().strip()


@pytest.fixture
def here(workspace, imported):
    """Give a workspace with one recorded picture, and small forms of it all over."""
    imported("fox")
    here = replace(workspace, environ=ENVIRON)
    sha256 = only(here)
    for place in copies(here, sha256):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"a small form")
    return here


def only(here):
    (path,) = here.blobs.root.glob("??/[0-9a-f]*")
    return path.stem


def copies(here, sha256):
    """Name the places in which the harness lays what comes of a picture."""
    short = f"{sha256[:2]}/{sha256}"
    return [
        here.state / "features" / "0123456789abcdef" / f"{short}.json",
        here.state / "derivatives" / "derivatives-1" / f"{short}.thumb.webp",
        here.state / "derivatives" / "derivatives-1" / f"{short}.preview.webp",
        here.state / "trash" / "20261101T000000Z-0000" / "blobs" / f"{short}.png",
        here.reports / "20261123T051233Z-9f2c" / "img" / f"{short}.thumb.webp",
        here.root / "img" / f"{short}.preview.webp",
        here.blobs.root / sha256[:2] / f".{sha256}.png.a8d7f6.tmp",
    ]


def test_the_bytes_go_everywhere(here):
    """The blob, the trash, measures, small forms, reports, and what a killed write left."""
    sha256 = only(here)
    other = here.blobs.path(here.blobs.put(b"another").sha256)

    forget(here, trace(here, sha256), reason="licence ended", by="Ann")

    held = [path for path in here.root.rglob(f"*{sha256}*") if path.is_file()]
    assert held == []
    assert other.read_bytes() == b"another"


def test_a_tombstone_stays(here):
    """Who, when and why."""
    sha256 = only(here)

    stone = forget(here, trace(here, sha256), reason="licence ended", by="Ann")

    assert here.blobs.tombstones.all() == (stone,)
    assert (stone.sha256, stone.reason, stone.by) == (sha256, "licence ended", "Ann")
    assert stone.at.startswith("2026-11-23T05:12:3")


def test_the_tombstone_is_laid_first(here):
    """A crash in between leaves bytes, never an absence without a reason; it can go on."""
    sha256 = only(here)
    blocked = here.root / "img" / sha256[:2] / f"{sha256}.preview.webp"
    traces = trace(here, sha256)
    blocked.unlink()
    blocked.mkdir()  # cannot be unlinked

    with pytest.raises(StoreError, match="the tombstone is laid"):
        forget(here, traces, reason="licence ended", by="Ann")

    assert sha256 in here.blobs.tombstones
    blocked.rmdir()
    forget(here, trace(here, sha256), reason="again", by="Bob")
    assert here.blobs.path(sha256) is None
    assert [stone.reason for stone in here.blobs.tombstones.all()] == ["licence ended"]


def test_the_first_word_stands(here):
    """Bytes that a merge brought back go under the tombstone that is there."""
    sha256 = only(here)
    path = here.blobs.path(sha256)
    data = path.read_bytes()
    first = forget(here, trace(here, sha256), reason="licence ended", by="Ann")
    path.write_bytes(data)

    again = forget(here, trace(here, sha256), reason="something else", by="Bob")

    assert again == first
    assert here.blobs.path(sha256) is None


@pytest.mark.parametrize("digits", [8, 20, 64])
def test_a_unique_beginning_is_enough(here, digits):
    """From 8 digits on."""
    sha256 = only(here)

    assert trace(here, sha256[:digits]).sha256 == sha256


@pytest.mark.parametrize("asked", ["", "1234567", "../../etc", "XYZ" * 8, "a" * 65, "AABBCCDD"])
def test_what_is_no_sha256_is_refused(here, asked):
    """Before anything is looked for."""
    with pytest.raises(UsageError, match="first hex digits"):
        trace(here, asked)


def test_what_nobody_has_is_refused(here):
    """Rather than a tombstone for a slip of the pen."""
    with pytest.raises(UsageError, match="no blob of the store"):
        trace(here, "0123456789abcdef")


def test_an_ambiguous_beginning_is_refused(here):
    """Both are named."""
    for end in "12":
        path = here.blobs.root / "ab" / f"{'ab' * 31}c{end}.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")

    with pytest.raises(UsageError, match="2 blobs begin so"):
        trace(here, "ab" * 8)


def test_the_samples_that_name_it_are_told(here):
    """Those are what a run will miss."""
    traces = trace(here, only(here))

    assert traces.samples == ("fox/main: fox-picture-0 sample 1 turn 1",)


def test_drafts_and_signatures_of_the_same_answer_are_told(here):
    """They may show the picture too; those of other answers are not named."""
    sha256 = only(here)
    signature = here.blobs.put(b"signature").name
    (cassette,) = here.root.glob("cassettes/fox/main/*.json")
    text = cassette.read_text()
    mark = f'"$blob": "{sha256}.png"'
    assert text.count(mark) == 1
    cassette.write_text(text.replace(mark, f'{mark}, "more": {{"$blob": "{signature}"}}'))

    assert trace(here, sha256).beside == (signature,)
    assert trace(here, signature[:64]).beside == (f"{sha256}.png",)


def test_a_picture_whose_bytes_are_not_here_can_be_forgotten(here):
    """Not fetched, or gone: the tombstone keeps it from coming."""
    sha256 = only(here)
    for path in here.root.rglob(f"*{sha256}*"):
        path.unlink()

    forget(here, trace(here, sha256), reason="licence ended", by="")

    assert sha256 in here.blobs.tombstones


def test_a_reference_picture_with_these_bytes_is_named(here):
    """It is a file of people: it is told, and stays."""
    data = here.blobs.path(only(here)).read_bytes()
    mine = here.root / "suites" / "references" / "fox.png"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(data)
    (mine.parent / "owl.png").write_bytes(b"other")

    traces = trace(here, only(here))
    forget(here, traces, reason="licence ended", by="")

    assert f"{mine} has these bytes" in traces.elsewhere[0]
    assert not any("owl.png" in place for place in traces.elsewhere)
    assert mine.exists()


def test_what_git_holds_is_named(here):
    """The commit, and the local store of Git LFS."""
    sha256 = only(here)
    git(here.root, "init", "-q")
    git(here.root, "add", "-f", ".")
    git(here.root, "commit", "-q", "-m", "x")
    stored = here.root / ".git" / "lfs" / "objects" / sha256[:2] / sha256[2:4] / sha256
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"x")

    told = "\n".join(trace(here, sha256).elsewhere)

    assert f"(commit {git(here.root, 'rev-parse', '--short', 'HEAD')})" in told
    assert str(stored) in told


def test_what_is_out_of_reach_is_always_said(here):
    """Also where nothing else has it."""
    assert "out of reach" in trace(here, only(here)).elsewhere[-1]


@pytest.mark.parametrize("reason", ["", "  \n", "x" * (LONGEST + 1)])
def test_a_reason_is_asked_for(here, reason):
    """It is what every verb will say."""
    traces = trace(here, only(here))

    with pytest.raises(UsageError, match="--reason"):
        forget(here, traces, reason=reason, by="")

    assert here.blobs.path(only(here)) is not None
    assert here.blobs.tombstones.all() == ()


@pytest.mark.parametrize("said", [{"reason": KEY, "by": ""}, {"reason": "x", "by": KEY}])
def test_a_key_in_the_words_is_refused(here, said):
    """They go into a file, and onto every screen; nothing is deleted."""
    keyed = replace(here, environ={**ENVIRON, "GEMINI_API_KEY": KEY})

    with pytest.raises(SecretFound) as refused:
        forget(keyed, trace(here, only(here)), **said)

    assert KEY not in str(refused.value)
    assert here.blobs.path(only(here)) is not None
    assert here.blobs.tombstones.all() == ()


def test_the_longest_reason_is_taken():
    """The limit is what it says."""
    check_reason("x" * LONGEST)


def test_what_was_pruned_can_be_forgotten(here):
    """The trash is no hiding place."""
    path = here.blobs.path(here.blobs.put(b"nobody's").sha256)
    os.utime(path, (10**9, 10**9))
    trash = prune(plan_pruning(here), here)
    (kept,) = trash.glob("blobs/??/*")

    forget(here, trace(here, path.stem), reason="licence ended", by="")

    assert not kept.exists()


def test_a_store_below_the_suites_is_no_file_of_people(here):
    """Where suites lie in the same folder as everything else."""
    flat = replace(here, settings=Settings(suites=(Path(),)))

    told = trace(flat, only(here)).elsewhere

    assert not any("has these bytes" in place for place in told)
