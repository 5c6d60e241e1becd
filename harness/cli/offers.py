"""The verbs that tell what is known: models, prices, config."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli import shared
from harness.cli.shared import Json


def models(as_json: Json = False) -> None:
    """List the models: sizes, ratios, dates."""
    from datetime import UTC, datetime

    from rich.table import Table

    from harness.catalogue import load_catalogue

    today = datetime.now(UTC).date()
    known = load_catalogue().models
    if as_json:
        rows = [
            {
                "id": model.id,
                "alias_of": model.alias_of,
                "sizes": list(model.sizes),
                "ratios": list(model.ratios),
                "shutdown": model.shutdown.isoformat() if model.shutdown else None,
                "lifecycle": model.lifecycle(today),
            }
            for model in known
        ]
        shared.print_json(shared.document("models", models=rows))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("model", no_wrap=True)
    for column in ("sizes", "ratios", "shutdown"):
        table.add_column(column, overflow="fold")
    for model in known:
        shutdown = model.shutdown.isoformat() if model.shutdown else ""
        table.add_row(model.id, " ".join(model.sizes), " ".join(model.ratios), shutdown)
    shared.out().print(table)
    for model in known:
        if lifecycle := model.lifecycle(today):
            shared.say(lifecycle)


def prices(as_json: Json = False) -> None:
    """List prices per million tokens, with source and date."""
    from rich.table import Table

    from harness.catalogue import load_catalogue
    from harness.store.codec import encode

    found = [(model.id, price) for model in load_catalogue().models for price in model.prices]
    if as_json:
        rows = [{"model": name, **encode(price)} for name, price in found]
        shared.print_json(shared.document("prices", prices=rows))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("model", no_wrap=True)
    for column in ("tier", "text in", "text out", "picture out", "as of"):
        table.add_column(column, overflow="fold")
    for name, price in found:
        money = [f"${v:.2f}" for v in (price.text_in, price.text_out, price.image_out)]
        table.add_row(name, price.tier, *money, price.date)
    shared.out().print(table)
    shared.say("US dollars per million tokens; a 1K or 2K picture of the Pro model has 1120")


def config(
    explain: Annotated[bool, typer.Option("--explain", help="Say where each came from.")] = False,
    as_json: Json = False,
) -> None:
    """Show the settings in force."""
    import os

    from harness.settings import read_settings

    found = read_settings(Path.cwd(), environ=os.environ, flags={})
    if as_json:
        values = found.settings.model_dump(mode="json")
        shared.print_json(shared.document("config", settings=values, origins=dict(found.origins)))
        return
    for name, value in found.settings:
        shown = ", ".join(map(str, value)) if isinstance(value, tuple | dict) else value
        origin = f"   ({found.origins[name]})" if explain else ""
        shared.say(f"{name} = {shown}{origin}")
