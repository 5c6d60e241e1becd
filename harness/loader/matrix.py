"""Lay out a case's matrix: its points in order, without what is excluded, with what is added."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from harness.loader.axes import Axis, Value, label_of, read_axis, read_value
from harness.loader.findings import At, Findings
from harness.loader.forms import MatrixForm
from harness.loader.hints import did_you_mean
from harness.loader.layers import Layer
from harness.loader.parameter_forms import PARAMETERS
from harness.loader.place import Path, quoted

MOST_POINTS = 10_000
MOST_SETTINGS = 500_000
"""Values and variables that a case's points may choose together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of a matrix.

    Attributes:
        label: Labels joined by commas; an axis of one value is no choice and not in it.
        choices: Axis to label, in the file's order.
        values: What is chosen, in that order.
        path: Where it is written: the matrix, or an entry of `include`.
    """

    label: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    values: tuple[Value, ...] = ()
    path: Path

    @property
    def variables(self) -> Mapping[str, str]:
        return {name: text for value in self.values for name, text in value.variables.items()}

    def layer(self, base: Layer) -> Layer:
        """Lay what the point chooses over the case's own parameters."""
        for value in self.values:
            base = base.under(value.layer)
        return base


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The axes of a case and its points.

    Attributes:
        axes: In the file's order.
        points: In the file's order, the first axis slowest; the added ones last.
        values: Everything that axes and added points choose from, whether it makes a point or not.
        open: There may be more values: some could not be read.
        certain: Every point is one that was meant, and none is left out for want of room.
        complete: Every point and value is there, so that the variables are known.
    """

    axes: tuple[Axis, ...]
    points: tuple[Point, ...]
    values: tuple[Value, ...]
    open: bool
    certain: bool
    complete: bool


def read_matrix(
    form: MatrixForm, path: Path, findings: Findings, *, most: int = MOST_POINTS
) -> Matrix:
    """Lay out `form`, which stands at `path`, giving at most the first `most` of its points."""
    most = _bounded(form, path, findings, most=most)
    axes = _read_axes(form, path, findings)
    include = form.include
    if _is_too_wide(axes, form, path, findings):
        most, include = 1, include[:1]
    reader = _Points(axes, path, findings)
    excluded = tuple(reader.excluded(entry, at) for at, entry in enumerate(form.exclude))
    added = [reader.added(entry, at) for at, entry in enumerate(include)]
    product = list(itertools.islice(reader.product(), most))
    points = [point for point in product if not _fits_any(point, excluded)]
    points.extend(point for point in added if point is not None)
    if all(axis.labelled for axis in axes):
        _refuse_equal(points, findings)
    is_open = (
        None in added
        or len(include) < len(form.include)
        or not all(axis.labelled for axis in axes)
        or _is_open(path, findings)
    )
    right = not is_open and all(excluded) and not findings.spoiled((*path, "exclude"))
    certain = right and len(product) == math.prod(len(axis.values) for axis in axes)
    complete = certain and all(value.complete for value in reader.values)
    if not points and complete:
        findings.problem((*path, "exclude"), "leaves no variant; remove an entry")
    return Matrix(
        axes=axes,
        points=tuple(points),
        values=tuple(reader.values),
        open=is_open,
        certain=certain,
        complete=complete,
    )


def _is_open(path: Path, findings: Findings) -> bool:
    return any(findings.spoiled(place) for place in (path, (*path, "include")))


def _bounded(form: MatrixForm, path: Path, findings: Findings, *, most: int) -> int:
    """Say how many points are laid out: one will do where there are far too many."""
    size = math.prod(len(values) for values in form.axes.values())
    if size <= MOST_POINTS:
        return most
    message = f"{size} variants, at most {MOST_POINTS} in a case; shorten or split it"
    findings.problem(path, message, at=At.KEY)
    return 1


def _is_too_wide(axes: Sequence[Axis], form: MatrixForm, path: Path, findings: Findings) -> bool:
    """Tell whether the points together choose far too much, which is noted."""
    chosen = sum(max((1 + len(v.variables) for v in axis.values), default=0) for axis in axes)
    size = math.prod(len(axis.values) or 1 for axis in axes) + len(form.include)
    if min(size, MOST_POINTS) * chosen <= MOST_SETTINGS:
        return False
    message = (
        f"{size} variants of {chosen} values and variables each, at most {MOST_SETTINGS} "
        "in a case; shorten or split it"
    )
    findings.problem(path, message, at=At.KEY)
    return True


def _read_axes(form: MatrixForm, path: Path, findings: Findings) -> tuple[Axis, ...]:
    """Read the axes; those whose lists are wrong are known by name all the same."""
    written = findings.keys(path) or tuple(form.axes)
    names = [name for name in written if name not in MatrixForm.model_fields]
    return tuple(
        read_axis(name, form.axes[name], (*path, name), findings)
        if name in form.axes
        else Axis(name=name, values=(), labelled=False)
        for name in names
    )


def _fits_any(point: Point, excluded: Sequence[Mapping[str, str]]) -> bool:
    return any(entry and entry.items() <= point.choices.items() for entry in excluded)


def _refuse_equal(points: Sequence[Point], findings: Findings) -> None:
    seen: set[str] = set()
    for point in points:
        if point.label in seen:
            what = f"the variant [{point.label}]" if point.label else "the variant without a label"
            findings.problem(point.path, f"{what} is there already; remove this one")
        seen.add(point.label)


class _Points:
    def __init__(self, axes: tuple[Axis, ...], path: Path, findings: Findings) -> None:
        self._axes = axes
        self._by_name = {axis.name: axis for axis in axes}
        self._path = path
        self._findings = findings
        self.values = [value for axis in axes for value in axis.values]

    def product(self) -> Iterator[Point]:
        """Give every combination of what is known: an axis without values is as if not there."""
        axes = [axis for axis in self._axes if axis.values]
        for values in itertools.product(*(axis.values for axis in axes)):
            chosen = dict(zip((axis.name for axis in axes), values, strict=True))
            yield self._point(chosen, self._path)

    def _point(self, chosen: Mapping[str, Value], path: Path) -> Point:
        several = [value.label for name, value in chosen.items() if not self._is_only(name, value)]
        return Point(
            label=",".join(several),
            choices={name: value.label for name, value in chosen.items()},
            values=tuple(chosen.values()),
            path=path,
        )

    def _axis(self, name: str) -> Axis | None:
        return self._by_name.get(name)

    def _is_only(self, name: str, value: Value) -> bool:
        axis = self._axis(name)
        return axis is not None and axis.values == (value,)

    def excluded(self, entry: Mapping[str, object], at: int) -> Mapping[str, str]:
        """Read an entry of `exclude`: axis to label; empty where it is wrong."""
        path: Path = (*self._path, "exclude", at)
        if not entry:
            self._findings.problem(path, "excludes everything; name an axis and a label")
        right = [self._is_label(name, label_of(raw), (*path, name)) for name, raw in entry.items()]
        return {name: label_of(raw) for name, raw in entry.items()} if all(right) else {}

    def _is_label(self, name: str, label: str, path: Path) -> bool:
        axis = self._axis(name)
        if axis is None:
            known = [axis.name for axis in self._axes]
            self._findings.problem(path, f"no such axis; {did_you_mean(name, known)}", at=At.KEY)
            return False
        if axis.labelled and axis.find(label) is None:
            hint = did_you_mean(label, axis.labels)
            self._findings.problem(path, f"{name} has no value {quoted(label)}; {hint}")
        return axis.find(label) is not None

    def added(self, entry: Mapping[str, object], at: int) -> Point | None:
        """Read an entry of `include`: axis or parameter to a label or a value.

        An axis of one value applies as if it stood on the case; the others do not, unless named.
        """
        path: Path = (*self._path, "include", at)
        if self._findings.spoiled(path):
            return None
        order = dict.fromkeys((*self._by_name, *entry))
        found = {name: self._added_value(name, entry, path) for name in order}
        self.values.extend(value for value in found.values() if value is not None)
        if any(found[name] is None for name in entry):
            return None
        chosen = {name: value for name, value in found.items() if value is not None}
        return self._point(chosen, path)

    def _added_value(self, name: str, entry: Mapping[str, object], path: Path) -> Value | None:
        axis = self._axis(name)
        if name not in entry:
            return axis.values[0] if axis and len(axis.values) == 1 else None
        if axis is None and name not in PARAMETERS:
            known = dict.fromkeys((*(axis.name for axis in self._axes), *PARAMETERS))
            hint = did_you_mean(name, known)
            self._findings.problem((*path, name), f"no such axis; {hint}", at=At.KEY)
            return None
        raw = entry[name]
        known_value = axis.find(label_of(raw)) if axis and not isinstance(raw, dict) else None
        return known_value or read_value(name, raw, (*path, name), self._findings)
