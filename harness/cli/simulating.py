"""The verb that serves the simulator: simulate."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli import shared

FaultNames = Annotated[
    list[str],
    typer.Option("--fault", metavar="NAME[:share]", help="What goes wrong; 'list' names all."),
]


def simulate(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")
    ] = 8765,
    seed: Annotated[int | None, typer.Option(help="For a repeatable run.")] = None,
    version: Annotated[
        str, typer.Option("--model-version", help="same, subtle or strong.")
    ] = "same",
    fault: FaultNames = [],  # noqa: B006  # Typer reads it and never changes it
    retry_delay: Annotated[
        float, typer.Option(min=0.0, help="Seconds that a refusal for quota asks to wait.")
    ] = 1.0,
    stall: Annotated[
        float, typer.Option(min=0.0, help="Seconds that a slow or dripping answer takes.")
    ] = 30.0,
    latency: Annotated[str, typer.Option(help="Seconds before an answer, or 'recorded'.")] = "0",
    sizes: Annotated[str, typer.Option(help="Of files: painted or recorded.")] = "painted",
    signature_bytes: Annotated[
        int, typer.Option(min=0, max=8_000_000, help="Of a thought signature.")
    ] = 6_000,
    pool: Annotated[
        int, typer.Option(min=0, max=1_000, help="Paint so many of a size, then print them.")
    ] = 0,
    batch_seconds: Annotated[
        float, typer.Option(min=0.0, help="How long a batch job takes.")
    ] = 0.0,
    ask_error: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="Share of wrong answers to questions about a picture."),
    ] = 0.0,
    log: Annotated[
        Path | None, typer.Option(help="Note each request and answer in this file, by sha256.")
    ] = None,
    bill: Annotated[
        Path | None, typer.Option(help="Write each charged answer to this file, a line each.")
    ] = None,
    as_json: shared.Json = False,
) -> None:
    """Serve a Gemini-compatible endpoint that paints, on loopback."""
    try:
        from harness.simulator.pace import read_latency
        from harness.simulator.server import serve
    except ImportError as error:
        from harness.errors import UsageError

        raise UsageError(
            "the simulator is not installed: pip install 'gemini-image-harness[simulator]'"
        ) from error

    def announce(url: str) -> None:
        if as_json:
            shared.print_json({"url": url})
            return
        shared.say(f"simulator at {url} (any key but 'invalid' is accepted; Ctrl-C stops it)")

    if "list" in fault:
        _list_faults(as_json=as_json)
        return
    serve(
        port=port,
        announce=announce,
        seed=seed,
        version=version,
        faults=tuple(fault),
        retry_delay=retry_delay,
        stall=stall,
        latency=read_latency(latency),
        sizes=sizes,
        signature_bytes=signature_bytes,
        pool=pool,
        batch_seconds=batch_seconds,
        ask_error=ask_error,
        log=log,
        bill=bill,
    )


def _list_faults(*, as_json: bool) -> None:
    from harness.simulator.faults.table import FAMILIES

    if as_json:
        shared.print_json(
            {fault.name: fault.says for family in FAMILIES.values() for fault in family}
        )
        return
    for name, family in FAMILIES.items():
        shared.say(f"{name}:")
        for fault in family:
            shared.say(f"  {fault.name:<26} {fault.says}")
