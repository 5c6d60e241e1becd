"""Blobs lie elsewhere under their names: what arrives is whole, and what is not is refused."""

import errno
import hashlib
import os
import time
from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem

from harness.errors import BlobCorrupt, BlobMissing, BucketError, SettingsError
from harness.store.bucket import ASIDE, SHARDS, STALE, Bucket


def blob(data):
    """Give the name of some bytes, and them."""
    return f"{hashlib.sha256(data).hexdigest()}.bin", data


@pytest.fixture
def place(tmp_path):
    """Give a folder that is used as a bucket, and its URL."""
    return tmp_path / "there", f"file://{tmp_path}/there"


def test_what_is_sent_lies_under_its_name_and_comes_back(place):
    """The object's key is the blob's path; nothing else is left there."""
    folder, url = place
    name, data = blob(b"a picture")
    bucket = Bucket(url)

    bucket.put(name, data)

    assert [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()] == [
        f"{name[:2]}/{name}"
    ]
    assert Bucket(url).get(name) == data
    assert bucket.requests.read_back == 1  # a folder proves nothing by itself


def test_only_what_was_asked_for_is_told(place):
    """By listings; files of others and half-written ones are no blobs."""
    folder, url = place
    (name, data), (other, more) = blob(b"one"), blob(b"another")
    bucket = Bucket(url)
    bucket.put(name, data)
    bucket.put(other, more)
    (folder / name[:2] / "notes.txt").write_text("mine")
    (folder / "_incoming").mkdir(exist_ok=True)
    (folder / "_incoming" / name).write_bytes(b"o")
    (folder / other).write_bytes(b"in no folder of its own")

    assert bucket.sizes([name]) == {name: 3}
    assert bucket.sizes([name[:64]]) == {name: 3}
    assert bucket.everything() == {name: 3, other: 7}


def test_many_folders_are_listed_at_once(place):
    """One listing, where one a folder would be more."""
    bucket = Bucket(place[1])
    few = [f"{n:02x}{'0' * 62}" for n in range(SHARDS)]

    bucket.sizes(few)
    each = bucket.requests.listings
    bucket.sizes([*few, f"ff{'0' * 62}"])

    assert (each, bucket.requests.listings - each) == (SHARDS, 1)


def test_other_bytes_under_a_name_are_refused_by_name(place):
    """Whoever put them there."""
    folder, url = place
    name, data = blob(b"a picture")
    Bucket(url).put(name, data)
    (folder / name[:2] / name).write_bytes(b"tampered!")

    with pytest.raises(BlobCorrupt, match=f"{name}: 9 bytes that are not what the name says"):
        Bucket(url).get(name)


def test_what_is_not_there_is_missing(place):
    """Others may be: it is no fault of the bucket."""
    with pytest.raises(BlobMissing, match="not in the bucket"):
        Bucket(place[1]).get(blob(b"nobody's")[0])


def test_what_was_written_over_by_others_is_found_at_once(place, monkeypatch):
    """What is read back is held against what was sent; the name never shows it."""
    folder, url = place
    name, data = blob(b"a picture")
    bucket = Bucket(url)
    monkeypatch.setattr(bucket._fs, "cat_file", lambda *_, **__: b"cut")  # a disk that lies

    with pytest.raises(BlobCorrupt, match="what arrived is not what was sent"):
        bucket.put(name, data)

    assert not (folder / name[:2] / name).exists()


@pytest.mark.parametrize("scheme", ["gs", "file"])
def test_what_arrived_otherwise_does_not_stay(place, monkeypatch, scheme):
    """Of the right length it would pass for the blob, and never be sent again."""
    _, url = place
    name, data = blob(b"a picture")
    bucket = Bucket(url)
    bucket._scheme = scheme  # a store that shows objects when they are whole, or does not
    pipe = bucket._fs.pipe_file
    monkeypatch.setattr(bucket._fs, "pipe_file", lambda path, _: pipe(path, b"A PICTURE"))

    with pytest.raises(BlobCorrupt, match="push it again"):
        bucket.put(name, data)

    assert bucket.sizes([name]) == {}
    assert not [path for path in place[0].rglob("*") if path.is_file()]


def test_what_a_killed_upload_left_is_swept_a_day_later(place):
    """Not what is under way, and no blob; where nothing was left, nothing is said."""
    folder, url = place
    name, data = blob(b"a picture")
    bucket = Bucket(url)
    assert bucket.sweep() == 0
    bucket.put(name, data)
    old, fresh, mine = (folder / ASIDE / called for called in ("c0" * 8, "f0" * 8, "thesis.doc"))
    for path in (old, fresh, mine):
        path.write_bytes(b"half a pict")
    (folder / ASIDE / ("0a" * 8)).mkdir()
    aged = time.time() - 2 * STALE.total_seconds()
    for path in (old, mine, folder / ASIDE / ("0a" * 8), folder / name[:2] / name):
        os.utime(path, (aged, aged))

    assert bucket.sweep() == 1
    assert [path.exists() for path in (old, fresh, mine)] == [False, True, True]
    assert bucket.get(name) == data


def test_a_folder_in_a_blob_s_place_is_refused_by_name(place):
    """A push would move the blob into it, and call it sent."""
    folder, url = place
    name, data = blob(b"a picture")
    (folder / name[:2] / name).mkdir(parents=True)

    for act in (lambda: Bucket(url).put(name, data), lambda: Bucket(url).get(name)):
        with pytest.raises(BlobCorrupt, match=f"{name}: a folder lies in its place; remove it"):
            act()
    assert list(folder.rglob("*")) == [folder / name[:2], folder / name[:2] / name]


def test_an_upload_that_fails_leaves_nothing(place, monkeypatch):
    """A full disk is not kept full by parts of what did not fit."""
    folder, url = place
    name, data = blob(b"a picture")

    def fill(_self, path, data):
        Path(path).parent.mkdir(parents=True)
        Path(path).write_bytes(data[:3])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(LocalFileSystem, "pipe_file", fill)

    with pytest.raises(
        BucketError, match=r"No space left on device\); look at the folder and its disk"
    ):
        Bucket(url).put(name, data)
    assert list(folder.rglob("*")) == [folder / ASIDE]


def test_a_place_that_cannot_be_made_is_no_missing_blob():
    """Who pushes is told of the setting, not to ask somebody to push."""
    name, data = blob(b"a picture")

    with pytest.raises(BucketError, match=r"there is no such bucket .* correct the setting blobs"):
        Bucket("file:///proc/team").put(name, data)


def test_a_removed_blob_is_gone_whatever_its_kind(place):
    """By its sha256 alone."""
    name, data = blob(b"a face")
    bucket = Bucket(place[1])
    bucket.put(name, data)

    gone = bucket.remove(name[:64])

    assert gone == (f"{name[:2]}/{name}",)
    assert bucket.everything() == {}
    assert bucket.remove(name[:64]) == ()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a.bin", f"{'0' * 64}.exe"])
def test_a_name_that_is_no_blob_s_leads_nowhere(place, name):
    """No path is made of it."""
    with pytest.raises(BucketError, match="not the name of a blob"):
        Bucket(place[1]).get(name)


def test_a_folder_that_cannot_be_written_is_one_line(place):
    """With what to do."""
    folder, url = place
    folder.write_text("a file stands in its place")

    with pytest.raises(BucketError, match="cannot be used"):
        Bucket(url).put(*blob(b"a picture"))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("gs://bucket/prefix", "what speaks gs:// is not installed"),
        ("nobodys://bucket", "fsspec knows no nobodys://"),
    ],
)
def test_a_package_that_is_absent_is_one_line(url, says):
    """It says which scheme, before anything is done."""
    with pytest.raises(SettingsError, match=says):
        Bucket(url)


@pytest.mark.parametrize(
    ("url", "trouble", "says"),
    [
        ("reference:///etc/passwd", SettingsError, "needs more than a URL"),
        ("zip:///nowhere", BucketError, "cannot be used"),
        ("ftp://127.0.0.1:1/pictures", BucketError, "cannot be used .*refused"),
    ],
)
def test_a_place_that_cannot_be_opened_is_one_line(url, trouble, says):
    """Some of fsspec's places ask at once, and some need what no URL can say."""
    with pytest.raises(trouble, match=f"{url}: .*{says}"):
        Bucket(url)
