"""The verbs that tell what is known: models, prices, config."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli import shared
from harness.cli.shared import Json

if TYPE_CHECKING:
    from datetime import date

    from rich.table import Table

    from harness.catalogue import Catalogue, Model, Price
    from harness.settings import Configured, EndpointSettings

Seller = Annotated[
    str | None, typer.Option("--endpoint", help="Whose prices; the provider's own otherwise.")
]


def models(as_json: Json = False) -> None:
    """List the models: sizes, ratios, references, dates, and what was measured on them."""
    from datetime import UTC, datetime

    from harness.catalogue import load_catalogue

    today = datetime.now(UTC).date()
    known = load_catalogue().models
    if as_json:
        rows = [_model_row(model, today) for model in known]
        shared.print_json(shared.document("models", models=rows))
        return
    table = _table("model", "sizes", "ratios", "references", "shutdown")
    for model in known:
        shutdown = model.shutdown.isoformat() if model.shutdown else ""
        sizes, ratios = " ".join(model.sizes), " ".join(model.ratios)
        sizes = "no pictures, answers questions" if model.only_answers else sizes
        table.add_row(model.id, sizes, ratios, _references(model), shutdown)
    shared.out().print(table)
    for model in known:
        if lifecycle := model.lifecycle(today):
            shared.say(lifecycle)


def _model_row(model: "Model", today: "date") -> dict[str, Any]:
    from harness.catalogue.pricing import expectation_set

    return {
        "id": model.id,
        "alias_of": model.alias_of,
        "makes_pictures": not model.only_answers,
        "sizes": list(model.sizes),
        "ratios": list(model.ratios),
        "references": model.references,
        "object_references": model.object_references,
        "person_references": model.person_references,
        "input_token_limit": model.input_token_limit,
        "output_token_limit": model.output_token_limit,
        "expected_on": expectation_set(model),
        "expected_on_grounded": expectation_set(model, grounded=True),
        "shutdown": model.shutdown.isoformat() if model.shutdown else None,
        "lifecycle": model.lifecycle(today),
    }


def _references(model: "Model") -> str:
    if model.references is None:
        return ""
    kept = ((model.object_references, "objects"), (model.person_references, "people"))
    said = ", ".join(f"{count} {words}" for count, words in kept if count is not None)
    return f"{model.references} ({said})" if said else str(model.references)


def prices(endpoint: Seller = None, as_json: Json = False) -> None:
    """List what models cost, with source and date; an endpoint's own list by --endpoint."""
    from harness.store.codec import encode

    catalogue, whose = _offers(endpoint)
    found = [(model, price) for model in catalogue.models for price in model.prices]
    if as_json:
        rows = [
            {"model": model.id, "makes_pictures": not model.only_answers, **encode(price)}
            for model, price in found
        ]
        document = shared.document("prices", endpoint=endpoint, prices=rows, whose=whose)
        shared.print_json(document)
        return
    table = _table("model", "tier", "text in", "text out", "picture", "search", "as of")
    for model, price in found:
        money = _money(price, only_answers=model.only_answers)
        table.add_row(model.id, price.tier, *money, price.date or "now")
    shared.out().print(table)
    silent = [model.id for model in catalogue.models if not model.prices]
    if silent:
        shared.say(f"no price is known of {', '.join(silent)}")
    shared.say(
        "US dollars per million tokens, and per 1,000 searches; a 1K or 2K picture of the Pro "
        "model has 1120 tokens, one of 4K 2000"
    )
    shared.say(whose)


def _offers(endpoint: str | None) -> "tuple[Catalogue, str]":
    """Give the catalogue as an endpoint sells it, and a sentence on whose prices these are."""
    from harness.catalogue import load_catalogue
    from harness.evaluate.workspace import SIMULATOR
    from harness.settings import endpoint_settings

    if endpoint is None:
        return load_catalogue(), "prices of the provider's own list; others by --endpoint"
    here = shared.workspace()
    if endpoint != SIMULATOR:
        endpoint_settings(here.settings, endpoint)  # a name that nobody has set is refused
    offers = here.offers(endpoint)
    if offers is not here.catalogue:
        return offers, f"prices of endpoints.{endpoint}.prices in harness.toml"
    return offers, f"endpoint {endpoint!r} states no prices; the provider's list is taken to hold"


def _money(price: "Price", *, only_answers: bool) -> tuple[str, ...]:
    picture = "none" if only_answers else f"${price.image_out:.2f}"
    if price.per_picture is not None:
        each = ", ".join(f"{size} ${flat:.4g}" for size, flat in price.per_picture.items())
        picture = f"{each} each"
    search = "unknown" if price.search_per_1000 is None else f"${price.search_per_1000:.2f}"
    return f"${price.text_in:.2f}", f"${price.text_out:.2f}", picture, search


def _table(first: str, *others: str) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first, no_wrap=True)
    for column in others:
        table.add_column(column, overflow="fold")
    return table


def config(
    explain: Annotated[bool, typer.Option("--explain", help="Say where each came from.")] = False,
    as_json: Json = False,
) -> None:
    """Show the settings in force, those of every endpoint among them; never a key."""
    import os

    from harness.settings import read_settings

    found = read_settings(Path.cwd(), environ=os.environ, flags={})
    if as_json:
        values = found.settings.model_dump(mode="json")
        shared.print_json(shared.document("config", settings=values, origins=dict(found.origins)))
        return
    for name, value, origin in _explained(found, every=explain):
        shared.say(f"{name} = {_shown(value)}{f'   ({origin})' if explain else ''}")


def _explained(found: "Configured", *, every: bool) -> Iterator[tuple[str, object, str]]:
    """Give each setting with its value and origin; of endpoints what is said, or all."""
    from harness.settings import BUILT_IN

    for name, value in found.settings:
        if name != "endpoints":
            yield name, value, found.origins[name]
    written = found.settings.endpoints
    for name, endpoint in {**BUILT_IN, **written}.items():
        origin = found.origins["endpoints"] if name in written else "built in"
        for key, value, said in _endpoint_values(endpoint):
            if said or every:
                place = f"endpoints.{name}.{key}"
                yield place, value, _origin(name, key, value, origin if said else "default")


def _endpoint_values(endpoint: "EndpointSettings") -> Iterator[tuple[str, object, bool]]:
    """Give each key of an endpoint with its value, and whether it was said."""
    for key, value in endpoint:
        said = key in endpoint.model_fields_set
        if key == "limits":
            for limit, figure in endpoint.limits:
                yield f"limits.{limit}", figure, limit in endpoint.limits.model_fields_set
        elif key == "prices":
            for model, price in endpoint.prices.items():
                yield f"prices.{model}", price.model_dump(exclude_unset=True), True
        else:
            yield key, value, said


def _origin(endpoint: str, key: str, value: object, origin: str) -> str:
    """Tell what is filled in of a built-in endpoint from what a file says."""
    from harness.settings import BUILT_IN

    built_in = BUILT_IN.get(endpoint)
    same = built_in and dict(_pairs(built_in)).get(key) == value
    return "built in" if same and origin != "default" else origin


def _pairs(endpoint: "EndpointSettings") -> Iterator[tuple[str, object]]:
    return ((key, value) for key, value, said in _endpoint_values(endpoint) if said)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return str(value)
