"""Thumbs and previews, derived once and linked into reports."""

from dataclasses import replace

import pytest
from PIL import Image

from harness.compute.processes import Processes
from harness.model.blob import BlobRef
from harness.model.request import Part
from harness.model.verdict import Status
from harness.report.extent import Extent, Images
from harness.report.pictures import FEW, SWAPPED, UNNAMED, Tile, gather, shown

SMALL = Extent(images=Images.PREVIEW)
TWO = Processes(workers=2)


@pytest.fixture
def run(workshop):
    return workshop.run(workshop.one(1, Status.FAIL), workshop.one(2, Status.PASS))


def with_bytes(workshop, data):
    """Give a run of one picture whose bytes are `data`, and its sha256."""
    part = Part(picture=workshop.blob(data), mime_type="image/jpeg")
    variant = workshop.variant()
    sample = workshop.sample(variant, workshop.generation(1, parts=(part,)))
    return workshop.run(workshop.judged(variant, sample, findings=())), part.picture.sha256


def test_both_forms_lie_in_the_folder_by_sha256(workshop, run, tmp_path):
    """Thumb and preview are WebP files under img/, with their true sizes told."""
    gallery = gather(run, folder=tmp_path / "r", sources=workshop.sources)

    assert len(gallery) == 2
    for sha256, tile in gallery.items():
        assert tile.thumb.href == f"img/{sha256[:2]}/{sha256}.thumb.webp"
        with Image.open(tmp_path / "r" / tile.preview.href) as image:
            assert (image.format, image.size) == ("WEBP", (64, 48))
        assert (tile.thumb.width, tile.thumb.height) == (64, 48)


def test_what_is_cached_is_not_derived_again(workshop, run, tmp_path):
    """A second report of small forms asks for no original at all."""
    gather(run, folder=tmp_path / "a", sources=workshop.sources)
    asked = []
    sources = replace(workshop.sources, original=asked.append)

    again = gather(run, folder=tmp_path / "b", sources=sources, extent=SMALL)

    assert asked == []
    assert all(tile.thumb for tile in again.values())


@pytest.mark.parametrize("part", [0.0, 0.9], ids=["empty", "most of it"])
def test_a_cache_cut_short_is_filled_anew(workshop, run, tmp_path, part):
    """What a power cut left of a file in the cache is no derivative."""
    gather(run, folder=tmp_path / "a", sources=workshop.sources)
    whole = {p: p.read_bytes() for p in workshop.sources.derivative_cache.rglob("*.webp")}
    for path, data in whole.items():
        path.unlink()
        path.write_bytes(data[: int(len(data) * part)])

    again = gather(run, folder=tmp_path / "b", sources=workshop.sources)

    assert all(tile.thumb for tile in again.values())
    assert {path: path.read_bytes() for path in whole} == whole


def test_a_report_written_twice_leaves_nothing_behind(workshop, run, tmp_path):
    """Linking over what is there leaves four pictures and no temporary file."""
    for _ in range(2):
        gather(run, folder=tmp_path / "r", sources=workshop.sources, extent=SMALL)

    files = [path.name for path in (tmp_path / "r").rglob("*") if path.is_file()]
    assert len(files) == 4
    assert not any(name.endswith(".tmp") for name in files)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "HEIC: no small copy of it can be made here"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "broken picture: truncated JPEG"),
        (b"no picture at all", "cannot be shown: not a JPEG"),
    ],
    ids=["heic", "truncated", "text"],
)
def test_what_cannot_be_shown_gets_words(workshop, tmp_path, data, words):
    """Bytes that cannot be derived from give a tile of words, never a crash."""
    run, sha256 = with_bytes(workshop, data)

    gallery = gather(run, folder=tmp_path / "r", sources=workshop.sources)

    assert gallery[sha256].words.startswith(words)


def test_a_pointer_in_its_place_is_named(workshop, run, tmp_path):
    """What Git LFS has not fetched is no swapped picture: it says how to fetch it."""
    first, _ = shown(run)
    workshop.original(first).write_bytes(b"version https://git-lfs.github.com/spec/v1\n")

    gallery = gather(run, folder=tmp_path / "r", sources=workshop.sources)

    assert gallery[first].words.startswith("picture absent: a Git LFS pointer")


def test_another_picture_in_its_place_is_not_shown(workshop, run, tmp_path):
    """Whoever looks decides on the bytes that the sha256 names, and on no others."""
    first, second = shown(run)
    workshop.original(first).write_bytes(workshop.original(second).read_bytes())

    gallery = gather(run, folder=tmp_path / "r", sources=workshop.sources)

    assert gallery[first] == Tile(words=SWAPPED)


@pytest.mark.parametrize("name", ["../../stray", "/stray", "", "\ud800", "A" * 64])
def test_a_name_that_is_no_sha256_names_no_file(workshop, tmp_path, name):
    """A run.json may have been changed by hand: nothing is read or linked by what it says."""
    variant = workshop.variant()
    part = Part(picture=BlobRef(sha256=name, extension="jpg", size=1), mime_type="image/jpeg")
    generation = workshop.generation(1, parts=(part,))
    sample = workshop.sample(variant, generation)
    changed = workshop.run(workshop.judged(variant, sample, findings=()))

    gallery = gather(changed, folder=tmp_path / "r", sources=workshop.sources)

    assert gallery == {name: Tile(words=UNNAMED)}
    assert not (tmp_path / "r").exists()


def test_an_absent_picture_gets_words(workshop, run, tmp_path):
    """Where the blob is not here, the tile says so and what to do."""
    sources = replace(workshop.sources, original=lambda _: None)

    gallery = gather(run, folder=tmp_path / "r", sources=sources)

    absent = Tile(
        words="picture absent: harness cassette pull (or git lfs pull) fetches it; or record it "
        "anew with --live all"
    )
    assert set(gallery.values()) == {absent}


def test_thoughts_and_references_are_pictures_too(workshop, tmp_path):
    """Whatever the page shows is brought: answers, interim thinking, references."""
    gallery = gather(workshop.every_status(), folder=tmp_path / "r", sources=workshop.sources)

    assert len(gallery) == 8


def test_processes_derive_what_one_process_does(workshop, tmp_path):
    """More workers change nothing but the time."""
    run = workshop.every_status()
    here = gather(run, folder=tmp_path / "r", sources=workshop.sources)
    elsewhere = replace(workshop.sources, derivative_cache=tmp_path / "other", executor=TWO)

    assert gather(run, folder=tmp_path / "s", sources=elsewhere) == here
    assert len(here) > FEW


def test_few_pictures_start_no_process(workshop, run, tmp_path, monkeypatch):
    """To start one takes longer than to derive them."""
    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor.submit", None)
    sources = replace(workshop.sources, executor=TWO)

    assert 0 < len(gather(run, folder=tmp_path / "r", sources=sources)) <= FEW
