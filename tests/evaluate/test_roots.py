"""Whatever may still need a blob names it; what cannot be read is told."""

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from harness.evaluate import roots
from harness.evaluate.roots import ALL, gather_roots

NAME = "5a" * 32
ENVIRON = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_NAME": "T" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "t@example.com" for who in ("AUTHOR", "COMMITTER")},
}


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def naming(form="any"):
    """Give a file of ours of a form that nobody knows yet, which names the blob."""
    return json.dumps({"format": f"gemini-image-harness/{form}", "to": f"{NAME}.png"})


def git(folder, *words):
    subprocess.run(["git", *words], cwd=folder, env=ENVIRON, check=True, capture_output=True)


@pytest.fixture
def here(workspace):
    return replace(workspace, environ=ENVIRON)


@pytest.fixture
def checked_out(here):
    """Give a workspace in git, on its branch `main`."""
    git(here.root, "init", "-q", "-b", "main")
    write(here.root / "suites" / "x.json", "{}")
    git(here.root, "add", ".")
    git(here.root, "commit", "-q", "-m", "first")
    return here


FILES = {
    "suites/fox.baseline/epoch-1.json": roots.BASELINES,
    "elsewhere/fox.baseline/decisions-1.json": roots.BASELINES,
    "suites/fox.monitor/look-1.json": roots.LOOKS,
    "reports/20261123T051233Z-9f2c/run.json": roots.RUNS,
    "cassettes/fox/main/_journal.broken": roots.JOURNALS,
    "cassettes/fox/main/_replaced/fox-s1.json": roots.REPLACED,
    "cassettes/Not Ours/main/fox.json": roots.RECORDINGS,
}


@pytest.mark.parametrize("path", FILES)
def test_every_root_names_its_blobs(here, path):
    """In forms of later versions too: any sha256 that stands in the file counts."""
    write(here.root / path, naming())

    found = gather_roots(here)

    assert {root for root in ALL if NAME in found.named[root]} == {FILES[path]}


def test_a_recording_names_its_blobs(here, imported):
    """Every picture of every recording."""
    imported("fox", count=3)
    blobs = {path.stem for path in here.blobs.root.glob("??/*")}

    found = gather_roots(here)

    assert len(blobs) == 3
    assert blobs <= found.named[roots.RECORDINGS]
    assert found.troubles == ()


def test_a_journal_names_its_blobs(here):
    """Of a recorder that is open or was killed; a line cut off counts as well."""
    line = json.dumps({"body": {"$blob": f"{NAME}.png"}})
    write(here.root / "cassettes/fox/main/_journal.jsonl", f'{line[:-1]}, "cut')

    assert NAME in gather_roots(here).named[roots.JOURNALS]


def test_a_recording_behind_a_link_names_its_blobs(here, tmp_path_factory):
    """The harness reads it, so it counts; links in a ring end."""
    folder = tmp_path_factory.mktemp("disk")
    write(folder / "main" / "_replaced" / "fox.json", naming())
    (folder / "main" / "ring").symlink_to(folder)
    (here.root / "cassettes").mkdir()
    (here.root / "cassettes" / "fox").symlink_to(folder)

    assert NAME in gather_roots(here).named[roots.REPLACED]


def test_the_blobs_name_nothing(here):
    """A pointer of Git LFS, or a blob that is JSON, keeps no other alive, nor a tombstone."""
    write(here.blobs.root / "aa" / f"{'aa' * 32}.json", naming())
    write(here.blobs.root / "_forgotten" / NAME / "x.json", naming())

    assert not any(gather_roots(here).named.values())


def test_a_recording_may_be_called_blobs(here):
    """Only the folder of blobs is passed over."""
    write(here.root / "cassettes/fox/blobs/_replaced/x.json", naming())

    assert NAME in gather_roots(here).named[roots.REPLACED]


def on_a_branch(folder):
    git(folder, "checkout", "-q", "-b", "other")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "x")
    git(folder, "checkout", "-q", "main")


def on_a_tag(folder):
    on_a_branch(folder)
    git(folder, "tag", "-a", "-m", "x", "v1", "other")
    git(folder, "branch", "-D", "other")


def in_a_stash(folder):
    git(folder, "stash", "-u")


def in_the_index(folder):
    git(folder, "add", ".")
    (folder / "cassettes/fox/main/_replaced/x.json").unlink()


@pytest.mark.parametrize("place", [on_a_branch, on_a_tag, in_a_stash, in_the_index])
def test_git_names_blobs(checked_out, place):
    """What only another branch, a tag, a stash or the index holds."""
    path = write(checked_out.root / "cassettes/fox/main/_replaced/x.json", naming())
    place(checked_out.root)
    assert not path.exists()

    found = gather_roots(checked_out)

    assert {root for root in ALL if NAME in found.named[root]} == {roots.REFS}
    assert found.troubles == ()


def test_a_pointer_in_git_is_no_reference(checked_out):
    """The blob itself in another branch does not protect it: what names it would."""
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{NAME}\nsize 9\n"
    write(checked_out.blobs.root / "5a" / f"{NAME}.png", pointer)
    on_a_branch(checked_out.root)

    assert not any(gather_roots(checked_out).named.values())


def test_cassettes_may_lie_in_a_repository_of_their_own(here):
    """Its refs count as well."""
    folder = here.root / "cassettes"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    write(folder / "x.json", naming())
    git(folder, "stash", "-u")

    assert NAME in gather_roots(here).named[roots.REFS]


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
BROKEN = {
    "cassettes/fox/main/fox.json": "{",
    "cassettes/fox/main/owl.json": POINTER,
    "cassettes/fox/main/new.json": json.dumps(
        {"format": "gemini-image-harness/cassette", "version": 99, "interactions": []}
    ),
    "cassettes/fox/main/_replaced/fox-s1.json": "<<<<<<< ours",
    "cassettes/fox/main/_manifest/s1.json": "[]",
    "cassettes/fox/main/_journal.jsonl": "{}\n",
    "suites/fox.baseline/epoch-1.json": "{",
    "suites/fox.monitor/look-1.json": "",
    "reports/20261123T051233Z-9f2c/run.json": "{",
}


@pytest.mark.parametrize("path", BROKEN)
def test_what_cannot_be_read_is_told(here, path):
    """By its file; it may name what nothing else does."""
    write(here.root / path, BROKEN[path])

    (trouble, *_) = gather_roots(here).troubles

    assert path in trouble


def test_everything_that_is_broken_is_told(here):
    """Not only the first."""
    for path, text in BROKEN.items():
        write(here.root / path, text)

    told = "\n".join(gather_roots(here).troubles)

    assert [path for path in BROKEN if path not in told] == []


def test_a_folder_that_cannot_be_listed_is_told(here):
    """What lies in it is not known."""
    write(here.reports, "a file in the folder's place")

    (trouble,) = gather_roots(here).troubles

    assert trouble.startswith(f"{here.reports}: cannot be listed")


def test_an_absent_git_is_told(checked_out):
    """A .git without a git hides what its refs name."""
    without = replace(checked_out, environ={"PATH": str(Path(__file__).parent)})

    (trouble,) = gather_roots(without).troubles

    assert "install git" in trouble


def test_an_empty_folder_has_no_roots(here):
    """And no trouble."""
    found = gather_roots(here)

    assert not any(found.named.values())
    assert found.troubles == ()
