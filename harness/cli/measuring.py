"""The verb that tells everything of pictures from anywhere."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import shared
from harness.cli.shared import Json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.evaluate.measure_paths import Looked, Picture
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
    as_json: Json = False,
) -> None:
    """Tell all that bytes tell of pictures: size, marks, who delivered them. No suite, no API.

    Exits with 2 where no picture could be read.
    """
    from harness.evaluate.measure_paths import measure_paths

    found = measure_paths(paths)
    if as_json:
        shared.print_json(_document(found))
    else:
        _show(found)
    for file in found.unreadable:
        shared.remark(f"{file.path}: not measured: {file.why}", style="red")
    if not found.pictures:
        shared.remark("no picture could be read; name JPEG, PNG or WebP files, or folders of them")
        raise typer.Exit(2)


def _show(found: "Looked") -> None:
    from harness.evaluate.measure_paths import by_delivery

    if not found.pictures:
        return
    _list(found.pictures[:MANY])
    if len(found.pictures) > MANY:
        shared.say(f"... and {len(found.pictures) - MANY} more; --json lists all")
    if len(found.pictures) <= FEW:
        for picture in found.pictures:
            _tell(str(picture.path), picture.backend)
            _describe(picture)
        return
    for group in by_delivery(found.pictures).values():
        _tell(_named(group), group[0].backend)


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
    from harness.report.words import weight

    found, marks = picture.measures, picture.measures.markings
    facts = {
        "bytes": f"{weight(found.size)}, sha256 {found.sha256[:16]}",
        "dpi": "x".join(map(str, marks.dpi)),
        "tables": marks.tables,
        "credit": marks.credit,
        "source": marks.source_type,
        "comment": found.comment,
        "blankness": "" if found.tile_sd is None else f"{found.tile_sd:.1f} (blank below 3)",
        "broken": found.unmeasurable,
    }
    facts |= {print_.method: print_.hex for print_ in found.fingerprints}
    for name, said in facts.items():
        if said:
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
            _size(picture),
            _container(picture),
            _marks(picture),
            Text(name, style=_COLOURS[name]),
        )
    return table


def _size(picture: "Picture") -> str:
    """Say the nearest size and ratio, and by how much the ratio is missed."""
    off = f" {picture.ratio_off:+.0%}" if abs(picture.ratio_off) >= 0.005 else ""
    return f"{picture.tier} {picture.ratio}{off}"


def _container(picture: "Picture") -> str:
    found, marks = picture.measures, picture.measures.markings
    kind = found.true_type.removeprefix("image/").upper()
    if marks.luma_sum:
        return f"{kind} {marks.luma_sum} {marks.subsampling}"
    return f"{kind} IDAT {marks.idat:,}" if marks.idat else kind


def _marks(picture: "Picture") -> str:
    found, marks = picture.measures, picture.measures.markings
    told = {
        "C2PA": found.c2pa,
        "IPTC": marks.iptc,
        "XMP": marks.xmp,
        "EXIF": marks.exif,
        "cut": found.truncated,
    }
    return " ".join(name for name, there in told.items() if there) or "none"


def _document(found: "Looked") -> dict[str, object]:
    from harness.store.codec import encode

    pictures = [
        {
            "path": picture.path.as_posix(),
            "tier": picture.tier,
            "ratio": picture.ratio,
            "ratio_off": picture.ratio_off,
            "backend": encode(picture.backend),
            "delivery": picture.provenance.digest,
            "provenance": encode(picture.provenance),
            "measures": encode(picture.measures),
        }
        for picture in found.pictures
    ]
    return shared.document("measured", pictures=pictures, unreadable=encode(found.unreadable))
