"""Lay out a comparison as a page that stands alone: DELIVERY and PICTURES, each by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from harness.errors import UsageError
from harness.evaluate.compare import Compared
from harness.evaluate.drift_report import strips_of, write_drift
from harness.evaluate.workspace import Workspace
from harness.model.comparison import Comparison, Side
from harness.model.drift import Beside
from harness.report.drift_page import DriftReport, Shown, Told


def check_page(path: Path) -> None:
    """Refuse a page in the place of anything but a page.

    Raises:
        UsageError: it does not end in .html.
    """
    if path.suffix != ".html":
        raise UsageError(f"{path}: a comparison is written as .html; --json gives it to programs")


def write_page(compared: Compared, path: Path, workspace: Workspace) -> None:
    """Write a comparison as a page; its cells' pictures were tested.

    Raises:
        StoreError: it cannot be written.
    """
    write_drift(report_of(compared), path, workspace)


def report_of(compared: Compared) -> DriftReport:
    """Give what the page shows: every answer, the pictures' test with examples."""
    found = compared.comparison
    one, two = found.sides
    return DriftReport(
        title=f"{one.name} against {two.name}",
        old=one.name,
        new=two.name,
        answers=tuple(_answers(compared)),
        command=compared.question.again((one.name, two.name), "--dossier", "dossier"),
    )


def _answers(compared: Compared) -> Iterator[Told | Shown]:
    found = compared.comparison
    rows = tuple(_rows(*found.sides))
    for line in found.said:
        name, _, said = line.partition(": ")
        if name == "PICTURES" and found.pictures is not None:
            said = said.removeprefix(found.pictures.verdict).lstrip(": ")
            strips = strips_of(compared.subjects[0], compared.subjects[1])
            yield Shown(name=name, drift=replace(found.pictures, said=said), strips=strips)
        else:
            yield _told(found, name, said, rows if name == "DELIVERY" else ())


def _told(found: Comparison, name: str, said: str, rows: tuple[Beside, ...]) -> Told:
    differs = any(difference.what == name.lower() for difference in found.differences)
    word = said.partition(" over ")[0].partition(":")[0]
    known = word if name in ("CONTRACT", "DELIVERY") else ""  # the others remark on these
    return Told(name=name, word=known, said=said, found=differs, rows=rows)


def _rows(one: Side, two: Side) -> Iterator[Beside]:
    """Hold the sides against each other in figures."""
    told = {
        "answered by": [", ".join(side.arms) for side in (one, two)],
        "recording": [", ".join(side.recordings) for side in (one, two)],
        "recorded": [" to ".join(_times(side)) for side in (one, two)],
        "answers": [str(side.answers) for side in (one, two)],
        "contract failed in": [str(side.failed) for side in (one, two)],
        "back end": [_counts(side.delivery.backends) for side in (one, two)],
        "container": [side.delivery.usual.container or "no picture" for side in (one, two)],
        "quantisation": [side.delivery.usual.quantisation or "none" for side in (one, two)],
        "price, mean US dollars": [_figure(side.mean_usd) for side in (one, two)],
        "seconds, median": [_figure(side.median_s) for side in (one, two)],
        "seconds by our clock, median": [_figure(side.median_wall_s) for side in (one, two)],
    }
    for name, (old, new) in told.items():
        yield Beside(name=name, old=old, new=new)


def _times(side: Side) -> list[str]:
    return list(dict.fromkeys((side.recorded_from[:10], side.recorded_to[:10])))


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counted.items())) or "none"


def _figure(value: float | None) -> str:
    return "not told" if value is None else f"{value:.4g}"
