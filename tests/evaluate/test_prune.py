"""Pruning moves what nothing needs, only when told to, and never for good."""

import json
import os
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import StoreError
from harness.evaluate.prune import plan_pruning, prune
from harness.evaluate.roots import BASELINES, RECORDINGS, REFS, RUNS
from harness.model.blob import BlobRef
from harness.settings import Settings
from harness.store.tombstones import Tombstone

DAY = 86_400
ENVIRON = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_NAME": "T" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "t@example.com" for who in ("AUTHOR", "COMMITTER")},
}


def git(folder, *words):
    subprocess.run(["git", *words], cwd=folder, env=ENVIRON, check=True, capture_output=True)


def put(workspace, data, *, days):
    """Keep a blob, as if `days` ago."""
    path = workspace.blobs.path(workspace.blobs.put(data).sha256)
    age(path, days)
    return path


def age(path, days):
    at = time.time() - days * DAY
    os.utime(path, (at, at))


def store(workspace):
    """Give every blob of the store with its bytes."""
    root = workspace.blobs.root
    return {str(p.relative_to(root)): p.read_bytes() for p in root.glob("??/*")}


@pytest.fixture
def old(workspace, imported):
    """Give a workspace with three recorded pictures and one that nothing names, all old."""
    imported("fox", count=3)
    put(workspace, b"nobody's", days=40)
    for path in workspace.blobs.root.glob("??/*"):
        age(path, 40)
    return workspace


def test_only_what_nothing_names_would_go(old):
    """With its size, its age and why; the others are counted by what protects them."""
    plan = plan_pruning(old)

    (blob,) = plan.candidates
    assert blob.name == BlobRef.of(b"nobody's").name
    assert (blob.size, round(blob.age_days), blob.why) == (8, 40, "nothing names it")
    assert (plan.size, plan.kept, plan.young) == (8, 3, 0)
    assert plan.protected[RECORDINGS] == 3
    assert plan.protected[BASELINES] == plan.protected[RUNS] == 0


def test_looking_moves_nothing(old):
    """A plan is only a plan."""
    before = store(old)

    plan_pruning(old)

    assert store(old) == before
    assert not (old.state / "trash").exists()


@pytest.mark.parametrize(("days", "older_than", "goes"), [
    (30.1, 30, True), (29.9, 30, False), (1.1, 1, True), (0.9, 1, False), (-5, 1, False),
])  # fmt: skip
def test_nothing_young_goes(workspace, days, older_than, goes):
    """The limit is on both sides what it says; a time to come counts as young."""
    put(workspace, b"x", days=days)

    plan = plan_pruning(workspace, older_than=older_than)

    assert (len(plan.candidates), plan.young) == ((1, 0) if goes else (0, 1))


def test_what_goes_can_be_put_back(old):
    """By copying the trash over the store; a manifest says what and when."""
    before = store(old)

    trash = prune(plan_pruning(old), old)

    assert len(store(old)) == 3
    manifest = json.loads((trash / "manifest.json").read_text())
    assert manifest["at"].startswith("2026-11-23T05:12:3")
    assert [blob["name"] for blob in manifest["blobs"]] == [BlobRef.of(b"nobody's").name]
    shutil.copytree(trash / "blobs", old.blobs.root, dirs_exist_ok=True)
    assert store(old) == before


def on_a_branch(folder):
    git(folder, "checkout", "-q", "-b", "other")
    git(folder, "add", "cassettes/fox")
    git(folder, "commit", "-q", "-m", "recorded")
    git(folder, "checkout", "-q", "main")


def on_a_tag(folder):
    on_a_branch(folder)
    git(folder, "tag", "v1", "other")
    git(folder, "branch", "-D", "other")


def in_a_stash(folder):
    git(folder, "add", "cassettes/fox")
    git(folder, "stash")


@pytest.mark.parametrize("place", [on_a_branch, on_a_tag, in_a_stash])
def test_what_only_git_still_names_stays(old, place):
    """A recording of another branch, of a tag or in a stash finds its pictures again."""
    git(old.root, "init", "-q", "-b", "main")
    git(old.root, "commit", "-q", "--allow-empty", "-m", "first")
    place(old.root)
    assert not list(old.root.glob("cassettes/fox/main/*.json"))

    plan = plan_pruning(old)
    prune(plan, old)

    assert plan.protected[RECORDINGS] == 0
    assert plan.protected[REFS] == 3
    assert len(store(old)) == 3


def test_two_prunings_have_a_folder_each(old):
    """A later one takes nothing from an earlier one."""
    first = prune(plan_pruning(old), old)
    put(old, b"another", days=40)

    second = prune(plan_pruning(old), old)

    assert first != second
    assert len(list((old.state / "trash").glob("*/blobs/??/*"))) == 2


def test_nothing_goes_while_something_cannot_be_read(old):
    """A broken cassette may name it: all are told, nothing is moved."""
    broken = old.root / "cassettes" / "fox" / "main" / "broken.json"
    broken.write_text("{")
    before = store(old)
    plan = plan_pruning(old)

    with pytest.raises(StoreError, match=r"nothing was moved(.|\n)*broken\.json"):
        prune(plan, old)

    assert plan.candidates
    assert store(old) == before
    assert not (old.state / "trash").exists()


def test_what_is_put_again_meanwhile_stays(old):
    """A recorder that needs it makes it young."""
    plan = plan_pruning(old)
    old.blobs.put(b"nobody's")

    prune(plan, old)

    assert len(store(old)) == 4


def test_what_somebody_else_took_is_no_error(old):
    """Two may prune at once."""
    plan = plan_pruning(old)
    prune(plan, old)

    prune(plan, old)

    assert len(store(old)) == 3


def test_links_and_strangers_stay(workspace, tmp_path):
    """Only what is named and placed as a blob is one."""
    put(workspace, b"x", days=40).unlink()
    folder = next(workspace.blobs.root.glob("??"))
    (tmp_path / "outside").write_bytes(b"x")
    (folder / BlobRef.of(b"x").name).symlink_to(tmp_path / "outside")
    age(tmp_path / "outside", 40)
    (folder / "notes.txt").write_text("x")
    age(folder / "notes.txt", 40)

    assert plan_pruning(workspace).candidates == ()


def test_bytes_of_what_was_forgotten_say_so(old):
    """They came back with a merge, say."""
    (blob,) = plan_pruning(old).candidates
    stone = Tombstone(sha256=blob.name[:64], reason="licence ended", at="2026-11-25T00:00:00Z")
    old.blobs.tombstones.add(stone)

    (blob,) = plan_pruning(old).candidates

    assert blob.why == "forgotten on 2026-11-25: licence ended"


def test_the_trash_may_lie_on_another_disk(old):
    """Then bytes are copied before they go."""
    disk = Path("/dev/shm")
    if not disk.is_dir() or disk.stat().st_dev == old.root.stat().st_dev:
        pytest.skip("no other disk is here")
    state = disk / f"harness-test-{os.getpid()}"
    far = replace(old, settings=Settings(state=state))
    try:
        trash = prune(plan_pruning(far), far)

        (path,) = trash.glob("blobs/??/*")
        assert path.read_bytes() == b"nobody's"
        assert len(store(old)) == 3
    finally:
        shutil.rmtree(state)
