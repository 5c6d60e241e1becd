"""Bytes lie under their own sha256, and come back only as what their name says."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import BlobCorrupt, BlobMissing, HarnessError, StoreError
from harness.model.blob import BlobRef
from harness.store.blobs import BlobStore

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "200"))
KINDS = {
    "jpg": b"\xff\xd8\xff rest",
    "png": b"\x89PNG\r\n\x1a\n rest",
    "webp": b"RIFF\0\0\0\0WEBP rest",
    "heic": b"\0\0\0\x18ftypheic rest",
    "bin": b"anything else",
}


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
    """What was not fetched says how to fetch it."""
    ref = store.put(KINDS["jpg"])
    store.path(ref.sha256).write_bytes(
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"
    )

    with pytest.raises(BlobMissing, match="git lfs pull"):
        store.get(ref)


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
