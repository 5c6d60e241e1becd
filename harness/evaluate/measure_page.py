"""Show pictures from anywhere on one page that stands alone, its pictures within it."""

import base64
import os
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from harness.compute.executor import Executor
from harness.compute.processes import LOCAL
from harness.compute.tasks import Source, Task
from harness.errors import ImageError, UsageError
from harness.evaluate import measure_words as words
from harness.evaluate.measure_all import Measured
from harness.evaluate.measure_looks import Likeness
from harness.evaluate.measure_pairs import Pair, Paired
from harness.evaluate.measure_paths import Picture
from harness.evaluate.measured import FEW
from harness.evaluate.regression_page import lost_tile
from harness.model.features import EditKind
from harness.model.verdict import Status
from harness.report.check_views import EditView, LookView
from harness.report.edits import facts as edit_facts
from harness.report.findings import finding_views
from harness.report.looks import distance_rows, matrix_of
from harness.report.measured import (
    LikenessView,
    MeasuredPage,
    NearView,
    PairsView,
    PairView,
    PictureView,
    to_measured_html,
)
from harness.report.pictures import Rendition, Tile
from harness.report.views import Fact, Mark, Shot
from harness.report.words import count_of
from harness.store.files import write_atomic

MOST_SHOWN = 200
"""Pictures that the page shows, 15 KB each at most; the rest is counted."""

MOST_HEATS = 24
"""Maps of what changed that the page shows."""

MOST_ROWS = 500
MOST_HEADS = 24
MATRIX = 12
"""Pictures of which the page shows all distances in look."""

Tiles = dict[Path, Tile]


def check_page(path: Path) -> None:
    """Refuse a page in the place of anything but a page: most names here are of pictures.

    Raises:
        UsageError: it does not end in .html.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"--html {path}: a page ends in .html; name another file")


def write_measured(found: Measured, path: Path, *, executor: Executor = LOCAL) -> None:
    """Write the page; the executor makes its thumbs.

    Raises:
        StoreError: it cannot be written.
    """
    pictures, unreadable = found.looked.pictures, found.looked.unreadable
    tiles = _tiles(_shown(found), executor)
    above = _above([*(it.path for it in pictures), *(it.path for it in unreadable)])
    title = count_of(len(pictures), "picture")
    page = MeasuredPage(
        title=f"{title} measured",
        said=_said(found),
        simulated=any(picture.measures.markings.simulated for picture in pictures),
        pictures=tuple(_picture(picture, tiles, above) for picture in pictures[:MOST_SHOWN]),
        more=_more(len(pictures) - MOST_SHOWN, "picture"),
        unreadable=tuple(Fact(name=_told(file.path, above), value=file.why) for file in unreadable),
        likeness=_likeness(found.likeness, tiles) if found.likeness else None,
        pairs=_pairs(found, found.paired, tiles) if found.paired else None,
    )
    write_atomic(path, to_measured_html(page).encode())


def _more(count: int, noun: str) -> str:
    return f"and {count_of(count, noun)} more; --json lists all" if count > 0 else ""


def _said(found: Measured) -> str:
    odd = sum(bool(words.odd(picture)) for picture in found.looked.pictures)
    strange = f"{odd} of them show something beyond a limit" if odd else "none is beyond a limit"
    unread = found.looked.unreadable
    gone = f"; {count_of(len(unread), 'file')} could not be measured" if unread else ""
    return f"{count_of(len(found.looked.pictures), 'picture')}: {strange}{gone}."


def _shown(found: Measured) -> Iterable[Path]:
    """Name the files whose thumbs the page shows, each once."""
    pictures = found.looked.pictures
    references = found.likeness.references[:MOST_HEADS] if found.likeness else ()
    groups = found.paired.clusters[:MOST_HEADS] if found.paired else ()
    grouped = [pictures[place].path for group in groups for place in group[:MOST_HEADS]]
    changed = [
        pictures[place].path
        for pair in _mapped(found.paired.pairs if found.paired else ())
        for place in (pair.first, pair.second)
    ]
    first = [picture.path for picture in pictures[:MOST_SHOWN]]
    return dict.fromkeys(chain(first, references, grouped, changed))


def _tiles(paths: Iterable[Path], executor: Executor) -> Tiles:
    files = list(paths)
    tasks = (Task(key="thumb", about=None, files=(Source(path=path),)) for path in files)
    made = executor.map(_tile, tasks, few=FEW, lost=lost_tile)
    return dict(zip(files, made, strict=True))


def _tile(task: Task[None]) -> Tile:
    """Make a thumb within the page, or say why there is none; in a worker."""
    from harness.measure.derivatives import Kind, derive

    try:
        thumb = derive(task.files[0].read(), kind=Kind.THUMB)
    except (OSError, ImageError) as error:
        return Tile(words=f"cannot be shown: {error}")
    return Tile(thumb=_within(thumb.data, thumb.width, thumb.height))


def _within(data: bytes, width: int, height: int) -> Rendition:
    href = f"data:image/webp;base64,{base64.b64encode(data).decode()}"
    return Rendition(href=href, width=width, height=height)


def _above(paths: list[Path]) -> str:
    """Give the folder above the one that holds all: the page tells no folders above it."""
    folder = os.path.commonpath([path.absolute().parent for path in paths]) if paths else ""
    return os.path.dirname(folder)  # noqa: PTH120  # of a text


def _told(path: Path, above: str) -> str:
    """Tell a file from there on, so that a page that is sent on keeps the machine to itself."""
    return Path(os.path.relpath(path.absolute(), above or "/")).as_posix()


def _picture(picture: Picture, tiles: Tiles, above: str) -> PictureView:
    facts = {
        "pixels": f"{picture.measures.width}x{picture.measures.height}",
        "size": words.size_of(picture),
        "container": words.container_of(picture),
        "marks": words.marks_of(picture),
        "delivered by": picture.backend.name.value,
        **words.facts_of(picture),
    }
    return PictureView(
        name=_told(picture.path, above),
        tile=tiles[picture.path],
        facts=tuple(Fact(name=name, value=value) for name, value in facts.items()),
        findings=finding_views(list(words.odd(picture))),
    )


def _likeness(found: Likeness, tiles: Tiles) -> LikenessView:
    known = [near.nearest for near in found.pictures if near.nearest is not None]
    far = max(known, default=0.0)
    rows = distance_rows([near.nearest for near in found.pictures[:MOST_ROWS]], far)
    return LikenessView(
        mark=None if found.discriminative else Mark.of(Status.WARN),
        said=found.said,
        measure=words.look_note(found),
        references=tuple(_shot(path, tiles) for path in found.references[:MOST_HEADS]),
        more=_more(len(found.references) - MOST_HEADS, "reference"),
        rows=tuple(
            NearView(
                name=near.path.name,
                nearest=cell.figure,
                which=near.which.name if near.which else "",
                mean=words.distance_of(near.mean),
                shade=cell.shade,
            )
            for near, cell in zip(found.pictures, rows, strict=False)
        ),
        unlisted=_more(len(found.pictures) - MOST_ROWS, "picture"),
    )


def _shot(path: Path, tiles: Tiles) -> Shot:
    return Shot(label=path.name, alt=path.name, tile=tiles[path])


def _pairs(found: Measured, paired: Paired, tiles: Tiles) -> PairsView:
    pictures = found.looked.pictures
    return PairsView(
        said=f"{words.compared_of(paired)}.",
        caution=words.CAUTION,
        clusters=tuple(
            tuple(_shot(pictures[place].path, tiles) for place in group[:MOST_HEADS])
            for group in paired.clusters[:MOST_HEADS]
        ),
        rows=tuple(_pair(pair, pictures) for pair in paired.pairs),
        unlisted=words.unlisted_of(paired),
        matrix=_matrix(found, paired, tiles),
        edits=tuple(_edit(pair, pictures, tiles) for pair in _mapped(paired.pairs)),
    )


def _pair(pair: Pair, pictures: Sequence[Picture]) -> PairView:
    first, second = words.names_of(pictures, pair)
    return PairView(
        first=first,
        second=second,
        share=words.share_of(pair.share),
        mirrored=words.share_of(pair.mirrored),
        same=pair.same,
        edit=words.edit_of(pair.edit),
        look=words.distance_of(pair.look),
    )


def _mapped(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """Choose the pairs whose change is shown: a picture made anew is no edit to look at."""
    return tuple(
        pair
        for pair in pairs
        if pair.edit and not pair.edit.unmeasurable and pair.edit.kind is not EditKind.REGENERATED
    )[:MOST_HEATS]


def _edit(pair: Pair, pictures: Sequence[Picture], tiles: Tiles) -> EditView:
    first, second = words.names_of(pictures, pair)
    before, after = (pictures[place].path for place in (pair.first, pair.second))
    edit = pair.edit
    assert edit is not None
    return EditView(
        label=f"{first} to {second}",
        mark=None,
        before=Shot(label="before", alt=first, tile=tiles[before]),
        after=Shot(label="after", alt=second, tile=tiles[after]),
        heat=_heat(pair, after),
        alt=f"what changed: {edit.share:.1%} of the tiles",
        facts=edit_facts(edit),
        regions=(),
        words="",
    )


def _heat(pair: Pair, after: Path) -> Rendition | None:
    from harness.measure.heat import heat_map  # late: it loads scipy

    try:
        drawn = heat_map(after.read_bytes(), pair.edit) if pair.edit else None
    except (OSError, ImageError):
        return None
    return _within(drawn.data, drawn.width, drawn.height) if drawn else None


def _matrix(found: Measured, paired: Paired, tiles: Tiles) -> LookView | None:
    """Lay the looks of few pictures into a matrix."""
    pictures = found.looked.pictures
    if not found.look or not 2 <= len(pictures) <= MATRIX:
        return None
    looks = {frozenset((pair.first, pair.second)): pair.look for pair in paired.pairs}
    places = range(len(pictures))
    return matrix_of(
        f"by {found.look}",
        heads=tuple(_shot(picture.path, tiles) for picture in pictures),
        distances=[[looks.get(frozenset((one, two))) for two in places] for one in places],
    )
