"""The verb that looks whether all is in place: doctor."""

from typing import Annotated

import typer

from harness.cli import shared
from harness.cli.shared import Json


def doctor(
    online: Annotated[
        bool, typer.Option("--online", help="Ask each endpoint with a key one free question.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Look at versions, keys (never shown), folders, recordings; no network unless --online."""
    from harness.evaluate.doctor import examine
    from harness.model.verdict import Status

    found = examine(shared.workspace(), online=online)
    failed = any(examined.status is Status.FAIL for examined in found)
    if as_json:
        from harness.store.codec import encode

        document = {"format": "gemini-image-harness/doctor", "version": 1}
        shared.print_json(document | {"examined": [encode(examined) for examined in found]})
        raise typer.Exit(2 if failed else 0)
    width = max(len(examined.name) for examined in found)
    for examined in found:
        shared.say(f"{examined.status:<5} {examined.name:<{width}}  {examined.message}")
    shared.say("something is wrong; mend what says FAIL" if failed else "all well")
    raise typer.Exit(2 if failed else 0)
