"""How much of a run a report holds: cases, forms of pictures, and nothing of older reports."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.model.drift import CellDrift
from harness.model.showing import CellShow, Showing
from harness.model.verdict import Status
from harness.report.extent import Extent, Group, Images, extent_of, included, with_originals
from harness.report.linking import prune, weigh
from harness.report.pictures import gather, shown
from harness.report.write import write_report

MOVED = CellDrift(
    suite="storefront", cell="c", variant="case-3", turn=0, old=16, new=4, p=0.001, q=0.01,
    moved=True,
)  # fmt: skip


@pytest.fixture
def run(workshop):
    """Give a run of four cases: failed, passed, new, and passed with a drift that moved."""
    found = [Status.FAIL, Status.PASS, Status.NEW, Status.PASS]
    return workshop.run(*(workshop.one(index, status) for index, status in enumerate(found)))


@pytest.fixture
def showing(workshop):
    """Say that case-3 has moved from a picture that stands beside it."""
    old = workshop.blob(b"\xff\xd8\xff old").sha256
    cell = CellShow(drift=MOVED, baseline=(old,))
    return Showing(cells={("storefront", "case-3", 0): cell})


def bring(run, workshop, folder, **said):
    """Gather a run's pictures; give the gallery and the files of the folder."""
    showing = said.pop("showing", Showing())
    extent = Extent(images=Images(said.pop("images", "needed")))
    sources = replace(workshop.sources, **said)
    gallery = gather(run, folder=folder, sources=sources, showing=showing, extent=extent)
    return gallery, sorted(path.name for path in folder.rglob("*.*"))


def test_originals_of_what_needs_a_person_are_brought(run, showing, workshop, tmp_path):
    """Failed, new and moved: the very bytes, linked, with the size that their header states."""
    gallery, _ = bring(run, workshop, tmp_path / "r", showing=showing)

    fail, passed, new, moved = shown(run)
    assert gallery[passed].full is None
    for sha256 in (fail, new, moved):
        full = gallery[sha256].full
        assert full.href == f"img/{sha256[:2]}/{sha256}.jpg"
        assert (full.width, full.height) == (64, 48)
        assert (tmp_path / "r" / full.href).samefile(workshop.original(sha256))


@pytest.mark.parametrize(
    ("images", "forms"),
    [
        ("thumb", {"thumb.webp": 4}),
        ("preview", {"thumb.webp": 4, "preview.webp": 4}),
        ("needed", {"thumb.webp": 4, "preview.webp": 4, "jpg": 2}),
        ("full", {"thumb.webp": 4, "preview.webp": 4, "jpg": 4}),
    ],
)
def test_the_forms_that_are_asked_for_lie_in_the_folder(run, workshop, tmp_path, images, forms):
    """Thumbs alone, previews too, originals of two that need a person, or all originals."""
    _, files = bring(run, workshop, tmp_path / "r", images=images)

    endings = [name.partition(".")[2] for name in files]
    assert {ending: endings.count(ending) for ending in endings} == forms


def test_what_stands_beside_a_moved_cell_is_brought_too(run, showing):
    """To compare at 100 % both sides are needed."""
    old = showing.cells["storefront", "case-3", 0].baseline[0]

    assert old in set(with_originals(run, showing, Extent()))
    assert old not in set(with_originals(run, Showing(), Extent()))


def test_an_original_is_copied_where_it_cannot_be_linked(run, workshop, tmp_path, monkeypatch):
    """Another file system, or one without links: the bytes are the same."""
    monkeypatch.setattr("os.link", lambda *_: (_ for _ in ()).throw(OSError("no links")))

    gallery, _ = bring(run, workshop, tmp_path / "r")

    fail = next(shown(run))
    data = (tmp_path / "r" / gallery[fail].full.href).read_bytes()
    assert hashlib.sha256(data).hexdigest() == fail


@pytest.mark.parametrize(
    "data", [b"version https://git-lfs.github.com/spec/v1\n", b"\xff\xd8\xff other", b""]
)
def test_other_bytes_are_no_original(run, workshop, tmp_path, data):
    """A pointer, another picture or nothing in its place: the zoom stays a preview's."""
    bring(run, workshop, tmp_path / "a")
    fail = next(shown(run))
    changed = tmp_path / "changed.jpg"
    changed.write_bytes(data)

    gallery, _ = bring(run, workshop, tmp_path / "b", original=lambda _: changed)

    assert gallery[fail].full is None
    assert gallery[fail].preview is not None


def test_a_picture_of_another_length_is_no_original(run, workshop, tmp_path):
    """One byte too many, and it is not what was measured and judged."""
    bring(run, workshop, tmp_path / "a")
    fail = next(shown(run))
    longer = tmp_path / "longer.jpg"
    longer.write_bytes(workshop.original(fail).read_bytes() + b"\0")

    gallery, _ = bring(run, workshop, tmp_path / "b", original=lambda _: longer)

    assert gallery[fail].full is None


def test_what_was_never_measured_is_hashed(run, workshop, tmp_path):
    """An original that no run measured is held against its name before it is shown."""
    run = replace(run, measures={})
    fail, passed, *_ = shown(run)
    there, _ = bring(run, workshop, tmp_path / "a")

    other = workshop.original(passed)
    swapped, _ = bring(run, workshop, tmp_path / "b", original=lambda _: other)

    assert there[fail].full is not None
    assert swapped[fail].full is None


@pytest.mark.parametrize(
    ("include", "cases"),
    [
        ("failed", ["case-0"]),
        ("new,changed", ["case-2", "case-3"]),
        ("passed", ["case-1"]),
        ("", ["case-0", "case-1", "case-2", "case-3"]),
    ],
)
def test_only_the_cases_that_are_asked_for_are_kept(run, showing, include, cases):
    """A case is kept whole where one of its cells is what was asked for."""
    kept = included(run, showing, extent_of(images="needed", include=include))

    assert [judged.variant.case for judged in kept.judged] == cases


@pytest.mark.parametrize(
    ("images", "include", "said"),
    [
        ("huge", "", "--images 'huge': no such word; say one of: thumb, preview, needed, full"),
        ("full", "failed,odd", "--include 'odd': no such word; say one of: failed, error"),
    ],
)
def test_a_word_that_is_none_is_refused(images, include, said):
    """The message names the flag and every word that it takes."""
    with pytest.raises(UsageError) as raised:
        extent_of(images=images, include=include)

    assert str(raised.value).startswith(said)


def test_a_report_of_some_cases_says_so(run, workshop, tmp_path):
    """What it opens with is of all cases; where none is what was asked for, none is shown."""
    extents = [Extent(include=frozenset({group})) for group in (Group.FAILED, Group.ERROR)]

    some, none = (
        write_report(run, folder=tmp_path / "r", sources=workshop.sources, extent=extent).read_text(
            encoding="utf-8"
        )
        for extent in extents
    )

    assert "1 of 4 cases shown" in some
    assert "0 of 4 cases shown" in none
    assert all("2 passed" in page for page in (some, none))
    assert "case-0" in some
    assert "case-0" not in none.partition("<main")[2]


def test_pictures_that_are_named_no_more_are_removed(run, workshop, tmp_path):
    """Only files of the report's own naming go; a stranger's, and a strange page's, stay."""
    folder = tmp_path / "r"
    bring(run, workshop, folder, images="full")
    first, second, third, _ = (f"img/{sha[:2]}/{sha}.thumb.webp" for sha in shown(run))
    strange = [folder / "img" / "ours.png", folder / "img" / first[4:6] / "photo.jpg"]
    for path in strange:
        path.write_bytes(b"kept")
    (folder / "other.html").write_text(f'<img src="{third}">', encoding="utf-8")
    left = folder / "img" / first[4:6] / f".{Path(first).name}.{'a' * 32}.tmp"
    left.write_bytes(b"cut short")

    prune(folder, named={second}, pages=("index.html",))

    there = {path.name for path in folder.rglob("*.*")}
    assert {path.name for path in strange} <= there
    assert Path(second).name in there
    assert Path(third).name in there
    assert Path(first).name not in there
    assert left.name not in there


def test_a_folder_of_pictures_that_is_a_link_is_left_alone(tmp_path):
    """Nothing outside the report is ever removed."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    kept = elsewhere / f"{'a' * 64}.jpg"
    kept.write_bytes(b"kept")
    (tmp_path / "r" / "img").mkdir(parents=True)
    (tmp_path / "r" / "img" / "aa").symlink_to(elsewhere)

    prune(tmp_path / "r", named=(), pages=())

    assert kept.exists()


def test_a_folder_weighs_what_it_sends(tmp_path):
    """Linked files count in full: an archive of the folder holds them all."""
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "a").write_bytes(b"12345")
    (tmp_path / "img" / "b").hardlink_to(tmp_path / "img" / "a")

    weight = weigh(tmp_path)

    assert (weight.size, weight.files, weight.heavy) == (10, 2, False)
