"""The doctor finds what would stop a run, and shows no key."""

import shutil

import pytest

from harness.evaluate.doctor import examine
from harness.evaluate.workspace import Workspace
from harness.model.verdict import Status
from harness.settings import Settings
from harness.store.tombstones import Tombstone


@pytest.fixture
def here(request, tmp_path):
    """Copy the demo's recordings into a workspace that holds a key."""
    shutil.copytree(request.config.rootpath / "cassettes", tmp_path / "cassettes")
    environ = {"GEMINI_API_KEY": "very-secret-key-of-nobody"}
    return Workspace(root=tmp_path, settings=Settings(), environ=environ)


def statuses(examined):
    return {one.name: one.status for one in examined}


def test_all_is_well_where_everything_is_in_place(here):
    """Folders, recordings and key pass, and the key itself is nowhere."""
    examined = examine(here)

    assert [one for one in examined if one.status is Status.FAIL] == []
    assert statuses(examined)["key of gemini"] is Status.PASS
    assert "very-secret" not in str(examined)


@pytest.mark.parametrize("instead", [None, b"version https://git-lfs.github.com/spec/v1\n"])
def test_a_picture_that_is_not_here_is_named(here, instead):
    """An absent blob, or an LFS pointer in its place, fails its recording."""
    blob = next((here.root / "cassettes" / "blobs").glob("*/*.jpg"))
    blob.unlink() if instead is None else blob.write_bytes(instead)

    found = next(one for one in examine(here) if one.name == "recording storefront/main")

    assert found.status is Status.FAIL
    assert blob.name[:12] in found.message


def test_what_was_forgotten_is_not_absent(here):
    """It is counted, and fails nothing."""
    blob = next((here.root / "cassettes" / "blobs").glob("*/*.jpg"))
    here.blobs.tombstones.add(Tombstone(sha256=blob.stem, reason="licence ended"))
    blob.unlink()

    found = next(one for one in examine(here) if one.name == "recording storefront/main")

    assert found.status is Status.PASS
    assert found.message.endswith("1 forgotten on purpose")


def test_a_broken_cassette_is_named(here):
    """A cassette that cannot be read fails its recording, and nothing else."""
    (here.root / "cassettes" / "storefront" / "main" / "hat-edit.json").write_text("{")

    failed = [one.name for one in examine(here) if one.status is Status.FAIL]

    assert failed == ["recording storefront/main"]
