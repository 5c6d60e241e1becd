"""Verifying finds what is wrong with recordings and blobs, all of it, with its place."""

import json
import os

import pytest

from harness.errors import UsageError
from harness.evaluate.verify import Kind, verify
from harness.store.tombstones import Tombstone

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"


@pytest.fixture
def two(workspace, imported):
    """Give a workspace with two suites; `fox` has three pictures, `owl` one."""
    imported("fox", count=3)
    imported("owl")
    return workspace


def cassettes(workspace, suite="fox"):
    return sorted((workspace.root / "cassettes" / suite / "main").glob("*.json"))


def blob_of(workspace, cassette):
    """Give the picture's file of a cassette with one answer, and its answer's tree."""
    tree = json.loads(cassette.read_text())
    name = next(name for name in _strings(tree) if name.endswith(".png"))
    return workspace.blobs.root / name[:2] / name


def _strings(tree):
    if isinstance(tree, str):
        yield tree
    values = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    for value in values:
        yield from _strings(value)


def kinds(verified):
    return [one.kind for one in verified.found]


def test_all_is_well_where_nothing_is_wrong(two):
    """Everything is counted."""
    verified = verify(two)

    assert verified.found == ()
    assert (verified.recordings, verified.answers, verified.blobs) == (2, 4, 4)
    assert verified.size == sum(path.stat().st_size for path in two.blobs.root.glob("??/*"))


@pytest.mark.parametrize("count", [2, 40])
def test_changed_bytes_are_found(workspace, imported, count):
    """In this process and in several, however many are whole."""
    imported("fox", count=count)
    path = blob_of(workspace, cassettes(workspace)[0])
    path.write_bytes(path.read_bytes()[:-1] + b"!")

    (one,) = verify(workspace).found

    assert (one.kind, one.where) == (Kind.CORRUPT, str(path))
    assert one.samples[0].startswith("fox/main: fox-picture-")
    assert len(one.samples) == 1


def test_a_reference_without_a_blob_names_its_samples(two):
    """By recording and sample."""
    path = blob_of(two, cassettes(two, "owl")[0])
    path.unlink()

    (one,) = verify(two).found

    assert (one.kind, one.where) == (Kind.MISSING, path.name)
    assert one.samples == ("owl/main: owl-picture-0 sample 1 turn 1",)


def test_a_pointer_is_told_once(two):
    """With what fetches it."""
    blob_of(two, cassettes(two)[0]).write_bytes(POINTER)

    (one,) = verify(two).found

    assert one.kind is Kind.POINTER
    assert "git lfs pull" in one.message


def test_a_pointer_that_nothing_names_is_told(two):
    """It is not the bytes of its name."""
    path = two.blobs.root / "aa" / f"{'aa' * 32}.png"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(POINTER)

    assert kinds(verify(two)) == [Kind.POINTER, Kind.UNREFERENCED]


def test_what_was_forgotten_is_no_fault(two):
    """It is said, with who did it and whom it concerns."""
    path = blob_of(two, cassettes(two)[0])
    two.blobs.tombstones.add(Tombstone(sha256=path.stem, reason="licence ended", by="Ann"))
    path.unlink()

    verified = verify(two)

    (one,) = verified.found
    assert (one.kind, verified.faults) == (Kind.FORGOTTEN, 0)
    assert "by Ann: licence ended" in one.message
    assert len(one.samples) == 1


def test_what_was_forgotten_and_is_back_is_a_fault(two):
    """A merge or a pull brings bytes back."""
    path = blob_of(two, cassettes(two)[0])
    two.blobs.tombstones.add(Tombstone(sha256=path.stem, reason="licence ended"))

    verified = verify(two)

    (one,) = verified.found
    assert (one.kind, verified.faults) == (Kind.BACK, 1)
    assert f"harness cassette forget {path.stem}" in one.message


def test_blobs_that_nothing_names_are_counted(two):
    """They are no fault: a baseline or another branch may name them."""
    ref = two.blobs.put(b"nobody's")

    verified = verify(two)

    assert kinds(verified) == [Kind.UNREFERENCED]
    assert verified.unreferenced == (ref.name,)
    assert verified.faults == 0
    assert "harness cassette prune" in verified.found[0].message


def test_a_request_that_is_not_the_recorded_one_is_found(two):
    """Its digest is derived from what it unpacks to."""
    path = cassettes(two)[0]
    path.write_text(path.read_text().replace("fox picture", "fox portrait"))

    (one,) = verify(two).found

    assert one.kind is Kind.UNSOUND
    assert one.where.startswith("fox/main: fox-picture-")
    assert "unpacks to digest" in one.message


@pytest.mark.parametrize("mark", ["reserialised", "scrubbed"])
def test_a_request_that_was_changed_may_differ(two, mark):
    """Its original bytes are gone, and it says so."""
    path = cassettes(two)[0]
    tree = json.loads(path.read_text())
    for item in tree["interactions"]:
        item["reserialised"] = False
        item[mark] = True
        item["request_digest"] = "0" * 64
    path.write_text(json.dumps(tree))

    assert verify(two).found == ()


@pytest.mark.parametrize("side", ["request", "response"])
def test_a_body_that_does_not_unpack_is_found(two, side):
    """Of requests and of answers."""
    path = cassettes(two)[0]
    tree = json.loads(path.read_text())
    tree["interactions"][0][side]["body"] = {"json": {}, "style": "baroque"}
    path.write_text(json.dumps(tree))

    found = [one for one in verify(two).found if one.kind is Kind.UNSOUND]

    assert len(found) == 1
    assert found[0].message.startswith("request" if side == "request" else "answer")


def test_a_session_that_no_manifest_has_is_found(two):
    """Who was asked would not be known."""
    manifest = two.root / "cassettes" / "fox" / "main" / "_manifest"
    session = next(manifest.glob("*.json"))
    session.unlink()

    (one,) = verify(two).found

    assert (one.kind, one.where) == (Kind.MANIFEST, str(manifest))
    assert session.stem in one.message


def test_every_broken_cassette_is_found(two):
    """Not only the first; what is whole is verified all the same."""
    first, second, third = cassettes(two)
    first.write_text("{")
    second.write_bytes(POINTER)
    blob = blob_of(two, third)
    blob.unlink()

    verified = verify(two)

    broken = [one.where for one in verified.found if one.kind is Kind.BROKEN]
    assert broken == [str(first), str(second)]
    assert [one.where for one in verified.found if one.kind is Kind.MISSING] == [blob.name]


def test_a_name_that_leads_out_is_found(two, tmp_path):
    """A cassette of a stranger's opens no other file."""
    path = cassettes(two)[0]
    blob = blob_of(two, path)
    path.write_text(path.read_text().replace(blob.name, "../../../etc/passwd"))

    verified = verify(two)

    assert Kind.NAME in kinds(verified)
    assert "passwd" in next(one for one in verified.found if one.kind is Kind.NAME).where


def test_strangers_in_the_store_are_found(two):
    """A blob in another's folder, a name that is none, an extension that lies, a link."""
    ref = two.blobs.put(b"nobody's")
    path = two.blobs.path(ref.sha256)
    path.rename(two.blobs.root / path.name)
    path.symlink_to("/etc/hostname")
    (two.blobs.root / "notes.txt").write_text("x")
    (two.blobs.root / ".gitattributes").write_text("x")
    blob = blob_of(two, cassettes(two)[0])
    blob.with_suffix(".jpg").write_bytes(blob.read_bytes())

    found = [one.where for one in verify(two).found if one.kind is Kind.NAME]

    root = two.blobs.root
    expected = {root / path.name, path, root / "notes.txt", blob.with_suffix(".jpg")}
    assert set(found) == {str(place) for place in expected}


def test_what_a_killed_write_left_is_said(two):
    """Beside blobs and beside cassettes; it is no fault."""
    for folder in (two.blobs.root / "ab", two.root / "cassettes/fox/main"):
        folder.mkdir(exist_ok=True)
        (folder / ".x.json.a8s7d6.tmp").write_bytes(b"half")

    verified = verify(two)

    assert kinds(verified) == [Kind.TEMPORARY, Kind.TEMPORARY]
    assert verified.faults == 0


def test_a_left_journal_is_said(two):
    """Its answers count; the next recorder brings them in."""
    path = cassettes(two)[0]
    (item,) = json.loads(path.read_text())["interactions"]
    (path.parent / "_journal.jsonl").write_text(json.dumps(item) + "\n")

    verified = verify(two)

    assert kinds(verified) == [Kind.JOURNAL]
    assert verified.found[0].message.startswith("1 answer")
    assert verified.faults == 0


def test_folders_that_no_recording_can_be_are_named(two):
    """Nothing in them is ever replayed."""
    (two.root / "cassettes" / "Not Ours" / "main").mkdir(parents=True)

    (one,) = verify(two).found

    assert (one.kind, one.where) == (Kind.NAME, str(two.root / "cassettes/Not Ours/main"))


@pytest.mark.parametrize("only", ["owl", "owl/main"])
def test_one_recording_can_be_asked_for(two, only):
    """Then the others, and the blobs that only they name, are not looked at."""
    for path in cassettes(two):
        blob_of(two, path).write_bytes(b"broken")
    two.blobs.put(b"nobody's")

    verified = verify(two, [only])

    assert verified.found == ()
    assert (verified.recordings, verified.answers, verified.blobs) == (1, 1, 1)


def test_a_recording_that_is_not_there_is_refused(two):
    """With what there is."""
    with pytest.raises(UsageError, match=r"'cat/main'.*fox/main, owl/main"):
        verify(two, ["fox", "cat/main"])


def test_large_blobs_are_read_in_pieces(two):
    """Whole and with one byte wrong, of a size that is no multiple of a piece."""
    data = os.urandom(3_000_001)
    path = two.blobs.path(two.blobs.put(data).sha256)
    assert verify(two).faults == 0

    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))

    assert verify(two).faults == 1
