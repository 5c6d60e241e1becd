"""Show how far samples lie in look from references and from each other, as a matrix."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.checks import Consistency
from harness.model.features import Looks
from harness.model.run import Judged
from harness.model.verdict import Finding, Status, worst
from harness.report.check_views import Cell, LookRow, LookView
from harness.report.findings import by_gravity, finding_views
from harness.report.shots import Scene, numbered
from harness.report.views import Mark, Shot
from harness.report.words import count_of

MOST = 12
"""Samples that a matrix holds; more would be read by nobody."""
SHADES = 6
_DASH = "-"
_NAMES = {"look": "colours of the subject", "keypoints": "keypoints"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    """A picture that a row or a column stands for."""

    sha256: str
    name: str
    mark: Mark | None = None


def looks(judged: Judged, scene: Scene) -> tuple[LookView, ...]:
    """Give a matrix for every character and measure that the variant's turns ask for."""
    asked: dict[tuple[tuple[str, ...], str], list[tuple[int, Consistency]]] = {}
    for number, turn in enumerate(judged.variant.turns):
        for check in turn.checks.consistency:
            asked.setdefault((check.character, check.measure), []).append((number, check))
    return tuple(
        _view(found[0][1], [number for number, _ in found], judged=judged, scene=scene)
        for found in asked.values()
    )


def _view(check: Consistency, turns: list[int], *, judged: Judged, scene: Scene) -> LookView:
    found = [f for f in judged.verdict.findings if f.turn in turns and _is_of(f, check)]
    samples = list(_samples(judged, turns, found))
    references = _references(check)
    measured = scene.features(judged.variant.suite).look(check.measure)
    why = _unavailable(measured, check.measure) if samples else "No sample has a picture."
    rows = (
        () if why or measured is None else tuple(_rows(references, samples[:MOST], measured, scene))
    )
    distances = [float(c.figure) for row in rows for c in row.cells if c.shade >= 0]
    return LookView(
        title=f"{check.name}, by {_NAMES.get(check.measure, check.measure)}",
        findings=finding_views(by_gravity(tuple(f for f in found if f.sample is None))),
        columns=tuple(_head(picture, scene) for picture in samples[:MOST]),
        rows=rows,
        legend=(f"{min(distances):.2f}", f"{max(distances):.2f}") if distances else ("", ""),
        more=_more(len(samples) - MOST),
        unavailable=why,
        calls=worst(f.status for f in found) is not Status.PASS,
    )


def _is_of(finding: Finding, check: Consistency) -> bool:
    """Tell whether a finding is of this check; a turn may have several."""
    return finding.check == check.finding


def _more(count: int) -> str:
    return f"{count_of(count, 'sample')} more: run.json has every distance" if count > 0 else ""


def _unavailable(measured: Looks | None, measure: str) -> str:
    if measured is None:
        return f"Nothing was measured by {measure}: judge this run anew."
    return measured.unavailable


def _samples(judged: Judged, turns: list[int], found: list[Finding]) -> Iterator[_Picture]:
    several = len(judged.variant.turns) > 1
    for sample in judged.samples:
        number, turn = sample.key.sample, sample.key.turn
        names = sample.pictures if turn in turns else ()
        status = worst(f.status for f in found if (f.sample, f.turn) == (number, turn))
        label = f"sample {number + 1}" + (f" turn {turn + 1}" if several else "")
        for index, sha256 in enumerate(names):
            yield _Picture(
                sha256=sha256,
                name=numbered(label, "picture", index, len(names)),
                mark=None if status is Status.PASS else Mark.of(status),
            )


def _references(check: Consistency) -> list[_Picture]:
    return [
        _Picture(sha256=reference.blob.sha256, name=reference.path.rsplit("/", 1)[-1])
        for reference in check.references
    ]


def _rows(
    references: Sequence[_Picture], samples: Sequence[_Picture], measured: Looks, scene: Scene
) -> Iterator[LookRow]:
    """Give the references, the nearest of them where there are several, then the samples."""
    every = [*references, *samples]
    far = _farthest(every, samples, measured)
    for index, picture in enumerate(every):
        distances = [_distance(picture, other, measured) for other in samples]
        if index == len(references) > 1:
            yield _nearest(references, samples, measured, far)
        yield LookRow(
            head=_head(picture, scene),
            name=picture.name,
            cells=distance_rows(distances, far),
            starts=index == len(references) > 0,
        )


def _nearest(
    references: Sequence[_Picture], samples: Sequence[_Picture], measured: Looks, far: float
) -> LookRow:
    """Give each sample's distance to its nearest reference, which its limit holds."""
    found = [[_distance(one, sample, measured) for one in references] for sample in samples]
    known = [[distance for distance in row if distance is not None] for row in found]
    nearest = [min(row, default=None) for row in known]
    return LookRow(head=None, name="nearest reference", cells=distance_rows(nearest, far))


def _distance(one: _Picture, other: _Picture, measured: Looks) -> float | None:
    """Give a distance; none of a picture to itself, or where it is no number."""
    found = None if one is other else measured.distance(one.sha256, other.sha256)
    return found if found is not None and math.isfinite(found) else None


def _farthest(ones: Sequence[_Picture], others: Sequence[_Picture], measured: Looks) -> float:
    found = (_distance(one, other, measured) for one in ones for other in others)
    return max((distance for distance in found if distance is not None), default=0.0)


def distance_rows(distances: Sequence[float | None], far: float) -> tuple[Cell, ...]:
    """Shade distances by their share of the greatest one."""
    return tuple(_cell(distance, far) for distance in distances)


def matrix_of(
    title: str, *, heads: Sequence[Shot], distances: Sequence[Sequence[float | None]]
) -> LookView:
    """Lay distances of pictures from each other into a matrix that nobody has judged."""
    known = [distance for row in distances for distance in row if distance is not None]
    far = max(known, default=0.0)
    rows = tuple(
        LookRow(head=head, name=head.label, cells=distance_rows(row, far))
        for head, row in zip(heads, distances, strict=True)
    )
    return LookView(
        title=title,
        findings=(),
        columns=tuple(heads),
        rows=rows,
        legend=(f"{min(known):.2f}", f"{far:.2f}") if known else ("", ""),
        more="",
        unavailable="",
        calls=False,
    )


def _cell(distance: float | None, far: float) -> Cell:
    """Shade by the share of the greatest distance of this matrix."""
    if distance is None:
        return Cell(figure=_DASH)
    share = distance / far if far > 0 else 0.0
    return Cell(figure=f"{distance:.2f}", shade=min(SHADES - 1, max(0, int(share * SHADES))))


def _head(picture: _Picture, scene: Scene) -> Shot:
    return Shot(
        label=picture.name,
        alt=picture.name,
        tile=scene.tile(picture.sha256),
        mark=picture.mark,
    )
