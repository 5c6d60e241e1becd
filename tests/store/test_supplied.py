"""A store with somebody behind it brings what is absent, and asks nobody for the rest."""

import pytest

from harness.errors import BlobForgotten, BlobMissing
from harness.model.blob import BlobRef
from harness.store.blobs import BlobStore
from harness.store.supplied import SuppliedBlobs
from harness.store.tombstones import Tombstone

PICTURE = b"\xff\xd8\xff a picture"
SIGNATURE = b"a signature"


class Behind:
    """Somebody who has blobs, and notes what is asked for."""

    def __init__(self, root, *held, sizes=()):
        self.held = {BlobRef.of(data).name: data for data in held}
        self.sizes = dict(sizes)
        self.asked = []
        self.here = BlobStore(root)
        self.store = SuppliedBlobs(root, bring=self.bring, known=self.sizes.get)

    def bring(self, name):
        self.asked.append(name)
        if name in self.held:
            self.here.put(self.held[name])
        return name in self.held


def test_an_absent_picture_is_brought_once(tmp_path):
    """What is here is asked of nobody."""
    behind = Behind(tmp_path, PICTURE)
    name = BlobRef.of(PICTURE).name

    found = [behind.store.get(behind.store.ref(name)) for _ in range(2)]

    assert found == [PICTURE] * 2
    assert behind.asked == [name]


def test_a_signature_is_brought_as_a_picture_is(tmp_path):
    """So that its size is the true one, also where somebody has said another."""
    ref = BlobRef.of(SIGNATURE)
    behind = Behind(tmp_path, SIGNATURE, sizes={ref.name: 0})

    named = behind.store.ref(ref.name)

    assert named == ref
    assert b"".join(map(bytes, behind.store.pieces(named))) == SIGNATURE


def test_a_picture_that_nobody_has_may_be_known_by_its_size(tmp_path):
    """Its bytes are missing all the same."""
    ref = BlobRef.of(PICTURE)
    behind = Behind(tmp_path, sizes={ref.name: ref.size})

    assert behind.store.ref(ref.name) == ref
    with pytest.raises(BlobMissing):
        behind.store.get(ref)


def test_what_nobody_has_and_nobody_knows_is_missing(tmp_path):
    """With what to do."""
    with pytest.raises(BlobMissing, match="harness cassette pull"):
        Behind(tmp_path).store.ref(BlobRef.of(PICTURE).name)


def test_what_was_forgotten_is_not_brought(tmp_path):
    """Whoever has it."""
    ref = BlobRef.of(PICTURE)
    behind = Behind(tmp_path, PICTURE, sizes={ref.name: ref.size})
    behind.here.tombstones.add(Tombstone(sha256=ref.sha256, reason="asked"))

    with pytest.raises(BlobForgotten):
        behind.store.ref(ref.name)
    with pytest.raises(BlobForgotten):
        behind.store.get(ref)
    assert behind.asked == []


def test_a_git_lfs_pointer_in_its_place_is_written_over(tmp_path):
    """By the picture itself."""
    behind = Behind(tmp_path, PICTURE)
    ref = BlobRef.of(PICTURE)
    place = tmp_path / ref.sha256[:2] / ref.name
    place.parent.mkdir()
    place.write_bytes(b"version https://git-lfs.github.com/spec/v1\n")

    behind.store.ref(ref.name)

    assert place.read_bytes() == PICTURE
