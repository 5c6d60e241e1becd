"""The verb that tells everything of pictures from anywhere."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import shared
from harness.cli.options import ExecutorOption
from harness.cli.shared import Json
from harness.model.checks import LOOK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from harness.compute.executor import Executor
    from harness.evaluate.measure_all import Measured
    from harness.evaluate.measure_paths import Picture
    from harness.measure.onnx import OnnxModel
    from harness.model.provenance import Backend

FEW = 3
"""So many pictures are described one by one; of more, each way of delivery once."""

MANY = 500
"""Rows that are listed at the terminal; `--json` has all."""

NARROW = 12
"""Columns that names of pictures have at the least."""

_COLUMNS = {"pixels": 10, "size": 12, "container": 15, "marks": 9, "delivered by": 21}
"""Titles and widths of what stands behind a name."""

_COLOURS = {
    "AI Studio": "green",
    "Vertex": "cyan",
    "re-encoded by someone": "yellow",
    "simulated": "magenta",
    "not known": "red",
}
_SIGNS = {"for": "+", "against": "-", "note": "·"}


def measure(
    paths: Annotated[list[Path], typer.Argument(help="Pictures, or folders of them.")],
    references: Annotated[
        Path | None, typer.Option(help="Pictures that they are to look like, with a control.")
    ] = None,
    pairs: Annotated[
        bool, typer.Option("--pairs", help="Hold them against each other: same, edited, alike.")
    ] = False,
    look: Annotated[
        str, typer.Option(help="What tells how far looks lie apart: look, keypoints, an embedder.")
    ] = LOOK,
    html: Annotated[
        Path | None, typer.Option(help="Write a page that stands alone, pictures within it.")
    ] = None,
    executor: ExecutorOption = None,
    as_json: Json = False,
) -> None:
    """Tell all that pictures tell: size, marks, delivery, processing. No suite, no API.

    Exits with 2 where no picture could be read.
    """
    from harness.evaluate.measure_all import measure_all
    from harness.evaluate.measure_page import check_page

    if html is not None:
        check_page(html)
    by = shared.workspace(executor=executor).executor
    found = measure_all(
        paths, references=references, pairs=pairs, measure=look, models=_models, executor=by
    )
    if look != LOOK and not pairs and references is None:
        shared.remark(f"--look {look} tells nothing alone: add --pairs or --references DIR")
    if as_json:
        shared.print_json(_document(found))
    else:
        _show(found)
    for file in found.looked.unreadable:
        shared.remark(f"{file.path}: not measured: {file.why}", style="red")
    if not found.looked.pictures:
        shared.remark("no picture could be read; name JPEG, PNG or WebP files, or folders of them")
        raise typer.Exit(2)
    if html is not None:
        _write(found, html, by)


def _models() -> "Mapping[str, OnnxModel]":
    """Give the networks that the settings name; they are read only where one is asked for."""
    from harness.evaluate.looks import onnx_models

    return onnx_models(shared.workspace())


def _write(found: "Measured", path: Path, by: "Executor") -> None:
    from harness.evaluate.measure_page import write_measured

    write_measured(found, path, executor=by)
    shared.remark(f"page    {path}")


def _show(found: "Measured") -> None:
    from harness.cli.measured import show_likeness, show_odd, show_pairs
    from harness.evaluate.measure_paths import by_delivery

    pictures = found.looked.pictures
    if not pictures:
        return
    _list(pictures[:MANY])
    if len(pictures) > MANY:
        shared.say(f"... and {len(pictures) - MANY} more; --json lists all")
    few = len(pictures) <= FEW
    for group in [[one] for one in pictures] if few else by_delivery(pictures).values():
        _tell(str(group[0].path) if few else _named(group), group[0].backend)
        if few:
            _describe(group[0])
    show_odd(pictures)
    if found.likeness:
        show_likeness(found.likeness)
    if found.paired:
        show_pairs(found.paired, pictures)


def _named(group: "Sequence[Picture]") -> str:
    from harness.report.words import count_of

    first = group[0].path.name
    return f"{count_of(len(group), 'picture')}: {first}{', ...' if len(group) > 1 else ''}"


def _tell(name: str, backend: "Backend") -> None:
    """Print one way of delivery: its back end, where that form was seen, and the evidence."""
    shared.say("")
    shared.say(f"{backend.name}   {name}", style=f"bold {_COLOURS[backend.name]}")
    if backend.row:
        shared.say(f"  known form: {backend.row}", style="dim")
    for item in backend.evidence:
        shared.say(f"  {_SIGNS[item.weight]} {item.said}")


def _describe(picture: "Picture") -> None:
    from harness.evaluate.measure_words import facts_of

    for name, said in facts_of(picture).items():
        shared.say(f"    {name:<10} {said}", style="dim")


def _list(pictures: "Sequence[Picture]") -> None:
    """Print a table a folder, all of the same columns."""
    console = shared.out()
    names = max(len(picture.path.name) for picture in pictures)
    room = console.width - sum(_COLUMNS.values()) - 2 * len(_COLUMNS)
    width = max(NARROW, min(names, room))
    folders = dict.fromkeys(picture.path.parent for picture in pictures)
    for number, folder in enumerate(folders):
        if len(folders) > 1 or number:
            shared.say(f"{folder}/", style="dim")
        inside = [picture for picture in pictures if picture.path.parent == folder]
        console.print(_table(inside, width=width, header=number == 0))


def _table(pictures: "Sequence[Picture]", *, width: int, header: bool) -> object:
    from rich.table import Table
    from rich.text import Text

    from harness.evaluate.measure_words import container_of, marks_of, size_of
    from harness.report.words import visible

    table = Table(box=None, pad_edge=False, header_style="bold", show_header=header)
    table.add_column("picture", width=width, overflow="fold")
    for title, wide in _COLUMNS.items():
        table.add_column(title, width=wide, no_wrap=title != "marks")
    for picture in pictures:
        name = str(picture.backend.name)
        table.add_row(
            Text(visible(picture.path.name)),
            f"{picture.measures.width}x{picture.measures.height}",
            size_of(picture),
            container_of(picture),
            marks_of(picture),
            Text(name, style=_COLOURS[name]),
        )
    return table


def _document(found: "Measured") -> dict[str, object]:
    from harness.cli.measured import likeness_document, pairs_document
    from harness.store.codec import encode

    pictures = found.looked.pictures
    fields: dict[str, object] = {"pictures": [_entry(picture) for picture in pictures]}
    if found.look:
        fields["look"] = found.look
    if found.likeness:
        fields["references"] = likeness_document(found.likeness)
    if found.paired:
        fields["pairs"] = pairs_document(found.paired, pictures)
    return shared.document("measured", **fields, unreadable=encode(found.looked.unreadable))


def _entry(picture: "Picture") -> dict[str, object]:
    from harness.evaluate.measure_words import odd
    from harness.store.codec import encode

    return {
        "path": picture.path.as_posix(),
        "tier": picture.tier,
        "ratio": picture.ratio,
        "ratio_off": picture.ratio_off,
        "backend": encode(picture.backend),
        "delivery": picture.provenance.digest,
        "provenance": encode(picture.provenance),
        "measures": encode(picture.measures),
        "beyond_limits": [
            {"check": f.check, "status": f.status.value, "message": f.message} for f in odd(picture)
        ],
    }
