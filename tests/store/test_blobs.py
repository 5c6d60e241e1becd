"""Bytes lie under their own sha256, and come back only as what their name says."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import BlobCorrupt, BlobForgotten, BlobMissing, HarnessError, StoreError
from harness.model.blob import BlobRef
from harness.store.blobs import MAX_POINTER, PIECE, BlobStore
from harness.store.tombstones import Tombstone

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "200"))
KINDS = {
    "jpg": b"\xff\xd8\xff rest",
    "png": b"\x89PNG\r\n\x1a\n rest",
    "webp": b"RIFF\0\0\0\0WEBP rest",
    "heic": b"\0\0\0\x18ftypheic rest",
    "bin": b"anything else",
}
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"


def stone(ref):
    at = "2026-11-25T10:00:00+00:00"
    return Tombstone(sha256=ref.sha256, reason="licence ended", by="Ann", at=at)


@pytest.fixture
def store(tmp_path):
    return BlobStore(tmp_path / "blobs")


@pytest.mark.parametrize("kind", KINDS)
def test_bytes_come_back_under_their_name(store, kind):
    """The kind is told by the bytes; the place by the digest."""
    ref = store.put(KINDS[kind])

    assert ref.extension == kind
    assert store.get(ref) == store.get(store.ref(ref.name)) == KINDS[kind]
    assert store.path(ref.sha256) == store.root / ref.sha256[:2] / ref.name


def test_a_blob_is_found_whatever_its_extension(store):
    """The digest alone names the bytes."""
    ref = store.put(KINDS["jpg"])

    assert store.get(BlobRef(sha256=ref.sha256, extension="png", size=0)) == KINDS["jpg"]


@pytest.mark.parametrize(
    "left", [b"", b"cut", b"\xff\xd8\xff REST"], ids=["empty", "cut", "equal size"]
)
def test_putting_mends_what_is_broken(store, left):
    """A file that is not what its name says is written anew, also where its size fits."""
    ref = store.put(KINDS["jpg"])
    store.path(ref.sha256).write_bytes(left)

    store.put(KINDS["jpg"])

    assert store.get(ref) == KINDS["jpg"]


def test_a_changed_blob_is_corrupt(store):
    """Bytes are held against their name each time."""
    ref = store.put(KINDS["jpg"])
    store.path(ref.sha256).write_bytes(b"\xff\xd8\xff REST")

    with pytest.raises(BlobCorrupt, match=r"restore the file"):
        store.get(ref)


def test_a_pointer_of_git_lfs_is_named(store):
    """What was not fetched says how to fetch it, by reference and by name."""
    ref = store.put(KINDS["jpg"])
    store.path(ref.sha256).write_bytes(POINTER)

    for ask in (lambda: store.get(ref), lambda: store.ref(ref.name)):
        with pytest.raises(BlobMissing, match=r"pointer.*git lfs pull"):
            ask()


@pytest.mark.parametrize(("size", "named"), [(MAX_POINTER - 1, True), (MAX_POINTER, False)])
def test_only_small_files_are_looked_into(store, size, named):
    """To name a blob costs no read of it: a pointer has less than 1 KB."""
    ref = store.put(KINDS["jpg"])
    store.path(ref.sha256).write_bytes(POINTER.ljust(size))

    if named:
        with pytest.raises(BlobMissing, match="pointer"):
            store.ref(ref.name)
    else:
        assert store.ref(ref.name).size == size


def test_putting_mends_a_pointer(store):
    """The bytes themselves are better than the promise of them."""
    ref = store.put(KINDS["jpg"])
    store.path(ref.sha256).write_bytes(POINTER)

    store.put(KINDS["jpg"])

    assert store.get(ref) == KINDS["jpg"]


def test_what_was_forgotten_says_who_when_and_why(store):
    """By reference and by name; it is a missing blob whose absence is wanted."""
    ref = BlobRef.of(KINDS["jpg"])
    store.tombstones.add(stone(ref))

    for ask in (lambda: store.get(ref), lambda: store.ref(ref.name)):
        with pytest.raises(BlobForgotten, match="2026-11-25 by Ann: licence ended"):
            ask()


def test_what_was_forgotten_is_not_kept_again(store, caplog):
    """An answer or an import that brings the bytes gets its reference, and no file."""
    ref = BlobRef.of(KINDS["jpg"])
    store.tombstones.add(stone(ref))

    assert store.put(KINDS["jpg"]) == ref
    assert store.path(ref.sha256) is None
    assert "forgotten on purpose" in caplog.text


def test_bytes_are_given_while_they_are_here(store):
    """A tombstone laid before the bytes went, or bytes that a merge brought back."""
    ref = store.put(KINDS["jpg"])
    store.tombstones.add(stone(ref))

    assert store.get(ref) == KINDS["jpg"]


def test_what_is_whole_is_not_written_again(store):
    """An equal file keeps its place, whatever its size."""
    data = os.urandom(3_000_001)
    path = store.path(store.put(data).sha256)
    before = path.stat().st_ino

    store.put(data)

    assert path.stat().st_ino == before


def test_what_is_put_again_is_young_again(store):
    """What names it comes after it: pruning must not take it in between."""
    path = store.path(store.put(KINDS["jpg"]).sha256)
    os.utime(path, (10**9, 10**9))

    store.put(KINDS["jpg"])

    assert path.stat().st_mtime > 10**9


@pytest.mark.parametrize("at", [0, 2_999_999, 1 << 20])
def test_one_wrong_byte_is_mended(store, at):
    """Files are compared to their end, also in pieces."""
    data = bytes(3_000_000)
    path = store.path(store.put(data).sha256)
    path.write_bytes(data[:at] + b"!" + data[at + 1 :])

    store.put(data)

    assert path.read_bytes() == data


def test_a_link_is_not_followed_out_of_the_folder(store, tmp_path):
    """Neither to read what lies elsewhere, nor to write there."""
    outside = tmp_path / "outside.jpg"
    outside.write_bytes(KINDS["jpg"])
    ref = BlobRef.of(KINDS["jpg"])
    place = store.root / ref.sha256[:2] / ref.name
    place.parent.mkdir(parents=True)
    place.symlink_to(outside)

    assert store.path(ref.sha256) is None
    for ask in (lambda: store.get(ref), lambda: store.ref(ref.name)):
        with pytest.raises(BlobMissing, match="link out of the folder"):
            ask()

    store.put(KINDS["jpg"])

    assert not place.is_symlink()
    assert store.get(ref) == KINDS["jpg"]


def test_a_folder_that_is_a_link_takes_no_bytes(store, tmp_path):
    """What is put stays in the folder."""
    ref = BlobRef.of(KINDS["jpg"])
    store.root.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (store.root / ref.sha256[:2]).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(StoreError, match="link out of the folder"):
        store.put(KINDS["jpg"])

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_the_whole_folder_may_be_a_link(tmp_path):
    """Blobs may lie on a disk of their own."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "blobs").symlink_to(tmp_path / "disk")
    store = BlobStore(tmp_path / "blobs")

    ref = store.put(KINDS["jpg"])

    assert store.get(store.ref(ref.name)) == KINDS["jpg"]


def test_an_absent_blob_says_what_to_do(store):
    """By reference and by name."""
    ref = BlobRef.of(b"never put")

    assert store.path(ref.sha256) is None
    for ask in (lambda: store.get(ref), lambda: store.ref(ref.name)):
        with pytest.raises(BlobMissing, match="record"):
            ask()


HASH = "ab" * 32


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.text(max_size=90)
    | st.sampled_from(["", "/", "../", "..%2f", "\0", "C:\\"]).map(lambda p: f"{p}{HASH}.jpg")
    | st.sampled_from(["/../x", ".jpg/../../x", ".exe", ".jpg\n", "\n.jpg"]).map(HASH.__add__)
)
def test_no_name_leaves_the_folder(tmp_path_factory, name):
    """Whatever a file of ours names, it is a blob below the folder or an error."""
    store = BlobStore(tmp_path_factory.getbasetemp() / "none")

    with pytest.raises(HarnessError):
        store.ref(name)
    if name != HASH:
        with pytest.raises(StoreError):
            store.path(name)


# --- in pieces ------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
def test_pieces_are_the_blob(tmp_path, size):
    """Joined they are its bytes; all but the last have the same multiple of three bytes."""
    store = BlobStore(tmp_path)
    data = bytes(range(256)) * (size // 256 + 1)
    ref = store.put(data[:size])

    pieces = [bytes(piece) for piece in store.pieces(ref)]

    assert b"".join(pieces) == data[:size]
    assert {len(piece) for piece in pieces[:-1]} <= {PIECE}
    assert PIECE % 3 == 0


def test_pieces_of_other_bytes_are_refused_behind_the_last_one(tmp_path):
    """Whoever used them must not go on with what they made of them."""
    store = BlobStore(tmp_path)
    ref = store.put(b"some bytes")
    store.path(ref.sha256).write_bytes(b"other bytes")

    with pytest.raises(BlobCorrupt, match="not those that the name says"):
        list(store.pieces(ref))


def test_pieces_of_an_absent_blob_are_refused(tmp_path):
    """As a whole one is."""
    with pytest.raises(BlobMissing):
        list(BlobStore(tmp_path).pieces(BlobRef.of(b"absent")))
