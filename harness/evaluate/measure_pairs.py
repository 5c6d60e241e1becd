"""Hold pictures from anywhere against each other: the same again, edited, how far in look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from harness.compute.executor import Executor
from harness.compute.processes import LOCAL
from harness.compute.tasks import Source, Task
from harness.evaluate.measure_looks import Described
from harness.evaluate.measure_paths import Picture
from harness.evaluate.measured import FEW
from harness.measure.sameness import (
    SAME_PICTURE_METHOD,
    SAME_PICTURE_SHARE,
    bit_share,
    clusters,
    mirrored_share,
)
from harness.model.features import Edit
from harness.model.picture import Measures

ALL_PAIRS = 1000
"""Of more pictures only neighbours are held against each other: pairs grow with the square."""

LISTED = 66
"""So many pairs are told one by one, those of 12 pictures; of more, neighbours and repeats."""

MOST_LISTED = 66
"""Neighbours and repeats that are told; each costs a map of what changed. The rest is counted."""

SAME_SHAPE = 0.01
"""Ratios that differ by less are one shape: sizes of one ratio are rounded to whole pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two pictures, in order.

    Attributes:
        first: Place among the pictures, from 0.
        second: Place of the later one.
        share: Of the bits of phash16 that differ; None where one has none.
        mirrored: The same, one of them mirrored; None where one has none.
        same: `"same bytes"`, `"same picture"`, `"mirror image"`, or empty.
        edit: What changed; None where shapes differ, or of equal bytes and mirror images.
        look: Distance in look; None where it was not measured.
    """

    first: int
    second: int
    share: float | None
    mirrored: float | None
    same: str
    edit: Edit | None = None
    look: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """What was found on pairs.

    Attributes:
        pairs: Told one by one, in order.
        compared: How many were held against each other by hash.
        possible: How many there are.
        unlisted: Repeats and neighbours that are not told one by one.
        clusters: Places of pictures that hang together as one picture, two or more each.
    """

    pairs: tuple[Pair, ...]
    compared: int
    possible: int
    unlisted: int
    clusters: tuple[tuple[int, ...], ...]


def measure_pairs(
    pictures: Sequence[Picture],
    described: Described | None = None,
    *,
    executor: Executor = LOCAL,
) -> Paired:
    """Hold every picture against every other, or neighbours alone where there are many.

    Args:
        pictures: Measured with `phash16` and `phash16_mirrored`.
        described: Their looks, where asked for.
        executor: Who maps what changed.
    """
    count = len(pictures)
    places = combinations(range(count), 2) if count <= ALL_PAIRS else pairwise(range(count))
    every = count * (count - 1) // 2 <= LISTED
    kept, links, compared, left = list[Pair](), list[Pair](), 0, 0
    for first, second in places:
        pair = _pair(pictures, first, second)
        compared += 1
        if pair.same:
            links.append(pair)
        if every or pair.same or second == first + 1:
            left += len(kept) >= MOST_LISTED
            kept += [pair] * (len(kept) < MOST_LISTED)
    return Paired(
        pairs=tuple(_told(kept, pictures, described, executor)),
        compared=compared,
        possible=count * (count - 1) // 2,
        unlisted=left,
        clusters=clusters((link.first, link.second) for link in links),
    )


def _pair(pictures: Sequence[Picture], first: int, second: int) -> Pair:
    one, two = pictures[first].measures, pictures[second].measures
    share, mirrored = _shares(one, two)
    return Pair(
        first=first,
        second=second,
        share=share,
        mirrored=mirrored,
        same=_same(one, two, share=share, mirrored=mirrored),
    )


def _shares(one: Measures, two: Measures) -> tuple[float | None, float | None]:
    first, second = one.fingerprint(SAME_PICTURE_METHOD), two.fingerprint(SAME_PICTURE_METHOD)
    if first is None or second is None:  # a picture that is cut or broken has no hashes
        return None, None
    return bit_share(first, second), mirrored_share(one, two)


def _same(one: Measures, two: Measures, *, share: float | None, mirrored: float | None) -> str:
    if one.sha256 == two.sha256:
        return "same bytes"
    if share is not None and share <= SAME_PICTURE_SHARE:
        return "same picture"
    return "mirror image" if mirrored is not None and mirrored <= SAME_PICTURE_SHARE else ""


def _told(
    pairs: Sequence[Pair],
    pictures: Sequence[Picture],
    described: Described | None,
    executor: Executor,
) -> Iterator[Pair]:
    """Add what changed, of pairs of one shape, and how far they lie apart in look."""
    edits = _edits([pair for pair in pairs if _one_shape(pictures, pair)], pictures, executor)
    for pair in pairs:
        one, two = (pictures[place].path for place in (pair.first, pair.second))
        yield Pair(
            first=pair.first,
            second=pair.second,
            share=pair.share,
            mirrored=pair.mirrored,
            same=pair.same,
            edit=edits.get((pair.first, pair.second)),
            look=described.distance(one, two) if described else None,
        )


def _one_shape(pictures: Sequence[Picture], pair: Pair) -> bool:
    one, two = (pictures[place].measures for place in (pair.first, pair.second))
    readable = pair.share is not None and pair.same not in ("same bytes", "mirror image")
    return readable and abs(one.width * two.height / (two.width * one.height) - 1) < SAME_SHAPE


def _edits(
    pairs: Sequence[Pair], pictures: Sequence[Picture], executor: Executor
) -> dict[tuple[int, int], Edit]:
    from harness.measure.edits import edits_version  # late: it loads numpy, scipy and Pillow

    key = edits_version()
    sources = [
        tuple(
            Source(path=picture.path, sha256=picture.measures.sha256)
            for picture in (pictures[pair.first], pictures[pair.second])
        )
        for pair in pairs
    ]
    tasks = (Task(key=key, about=None, files=files) for files in sources)
    found = executor.map(_edit, tasks, few=FEW, lost=_lost)
    return {
        (pair.first, pair.second): edit
        for pair, edit in zip(pairs, found, strict=True)
        if edit is not None
    }


def _lost(task: Task[None], why: str) -> Edit | None:
    before, after = task.files
    return Edit(before=before.sha256, after=after.sha256, unmeasurable=why)


def _edit(task: Task[None]) -> Edit | None:
    """Map what changed; None where a file is gone since it was measured."""
    from harness.measure.edits import edit_map  # late, and in the worker

    try:
        before, after = (file.read() for file in task.files)
    except OSError:
        return None
    return edit_map(before, after)
