"""Name the options that several verbs have."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli import completing

Keyword = Annotated[
    str | None,
    typer.Option(
        "-k",
        help="Only variants whose id matches, e.g. 'fox and not 4K'.",
        autocompletion=completing.cases,
    ),
]
Tags = Annotated[
    list[str] | None,
    typer.Option("--tag", help="Only cases with this tag.", autocompletion=completing.tags),
]
Samples = Annotated[int | None, typer.Option(min=1, help="Samples a variant, for this call.")]
Endpoint = Annotated[
    str | None,
    typer.Option(help="Who is asked: gemini, simulator, ...", autocompletion=completing.endpoints),
]
Model = Annotated[str | None, typer.Option(help="Model id, instead of the suite's.")]
ShardOption = Annotated[
    str | None,
    typer.Option(
        "--shard",
        metavar="N/OF",
        help="Only this share, e.g. 3/5; report --merge joins them.",
        show_default=False,
    ),
]
Jobs = Annotated[int | None, typer.Option("-j", "--jobs", min=1, help="Calls in flight.")]
ExecutorOption = Annotated[
    str | None,
    typer.Option(
        "--executor",
        metavar="NAME",
        help="Who measures and tests: processes, processes:N, dask://HOST:PORT.",
        show_default="processes",
    ),
]
MaxCost = Annotated[float | None, typer.Option(min=0.0, help="Cap in US dollars.")]
LiveOption = Annotated[
    str, typer.Option(help="Generate what is missing, or all anew: none, missing, all.")
]
Arms = Annotated[
    str | None,
    typer.Option(
        "--arms", metavar="A,B", help="Ask these side by side, interleaved: model@endpoint, ..."
    ),
]
Anchor = Annotated[
    str | None,
    typer.Option(help="A known cheaper model at the first arm's endpoint, as one more arm."),
]
AllowCode = Annotated[
    bool,
    typer.Option("--allow-code", help="Run checks of the suites' own folders; read them first."),
]
Outputs = Annotated[
    list[Path] | None,
    typer.Option(
        "-o", "--output", help="Also write FILE.{json,junit.xml,codequality.json,md,html}."
    ),
]


def set_of(text: str | None) -> tuple[str, ...] | None:
    """Read a set of words with commas between them; `none` is the empty one."""
    if text is None:
        return None
    return tuple(name for name in text.replace(" ", "").split(",") if name not in ("", "none"))
