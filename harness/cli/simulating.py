"""The verb that serves the simulator: simulate."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli import shared


def simulate(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")
    ] = 8765,
    seed: Annotated[int | None, typer.Option(help="For a repeatable run.")] = None,
    version: Annotated[
        str, typer.Option("--model-version", help="same, subtle or strong.")
    ] = "same",
    latency: Annotated[float, typer.Option(min=0.0, help="Seconds before an answer.")] = 0.0,
    log: Annotated[
        Path | None, typer.Option(help="Note each request and answer in this file, by sha256.")
    ] = None,
) -> None:
    """Serve a Gemini-compatible endpoint that paints, on loopback."""
    try:
        from harness.simulator.server import serve
    except ImportError as error:
        from harness.errors import UsageError

        raise UsageError(
            "the simulator is not installed: pip install 'gemini-image-harness[simulator]'"
        ) from error

    def announce(url: str) -> None:
        shared.say(f"simulator at {url} (any key but 'invalid' is accepted; Ctrl-C stops it)")

    serve(port=port, seed=seed, version=version, latency=latency, log=log, announce=announce)
