"""Read the catalogue's data files into a `Catalogue`."""

import functools
import importlib.resources
from dataclasses import replace
from importlib.resources.abc import Traversable

from harness.catalogue.offer import Catalogue, Limits, Model
from harness.catalogue.read_model import Alias, read_model
from harness.catalogue.sources import Sources, read_sources
from harness.catalogue.table import Table, broken, read_table


@functools.cache
def load_catalogue() -> Catalogue:
    """Read the catalogue that ships with the harness, once in a process.

    Raises:
        StoreError: a data file is missing or broken.
    """
    return read_catalogue(importlib.resources.files("harness.catalogue") / "data")


def read_catalogue(directory: Traversable) -> Catalogue:
    """Read `catalogue.toml`, `sources.toml`, `limits.toml` and `models/<id>.toml`.

    Raises:
        StoreError: a file is missing or broken, or they do not fit together; says which and where.
    """
    index = read_table(directory / "catalogue.toml")
    default, ids = index.text("default_model"), index.texts("models")
    index.close()
    sources = read_sources(directory / "sources.toml")
    entries = [
        read_model(directory / "models" / f"{model_id}.toml", model_id=model_id, sources=sources)
        for model_id in ids
    ]
    limits = _read_limits(directory / "limits.toml", sources)
    sources.close()
    models = _resolve(entries)
    _check_names(models, default)
    return Catalogue(models=models, endpoint_limits=limits, default_model=default)


def _resolve(entries: list[Model | Alias]) -> tuple[Model, ...]:
    whole = {entry.id: entry for entry in entries if isinstance(entry, Model)}
    models: list[Model] = []
    for entry in entries:
        if isinstance(entry, Model):
            models.append(entry)
        elif entry.alias_of in whole:
            models.append(_as_model(entry, whole[entry.alias_of]))
        else:
            raise broken(f"{entry.id}.toml", f"alias of {entry.alias_of!r}, which is no model")
    return tuple(models)


def _as_model(alias: Alias, target: Model) -> Model:
    """Give an alias the figures of its target, and a life of its own."""
    figures = tuple(row for row in target.provenance if row.fact != "lifecycle")
    return replace(
        target,
        id=alias.id,
        display_name=alias.display_name,
        alias_of=alias.alias_of,
        released=alias.life.released,
        deprecated=alias.life.deprecated,
        shutdown=alias.life.shutdown,
        replacement=alias.life.replacement,
        notes=(*alias.notes, *target.notes),
        provenance=(alias.life.provenance, *figures),
    )


def _check_names(models: tuple[Model, ...], default: str) -> None:
    known = {model.id for model in models}
    if default not in known:
        raise broken("catalogue.toml", f"default model {default!r} is not among the models")
    for model in models:
        if model.replacement is not None and model.replacement not in known:
            raise broken(f"{model.id}.toml", f"unknown replacement {model.replacement!r}")


def _read_limits(file: Traversable, sources: Sources) -> tuple[Limits, ...]:
    table = read_table(file)
    limits = tuple(_limits(row, sources) for row in table.tables("endpoints"))
    table.close()
    if len({row.endpoint for row in limits}) != len(limits):
        raise broken(file.name, "an endpoint stands twice")
    return limits


def _limits(row: Table, sources: Sources) -> Limits:
    origin = sources.provenance(row, "limits")
    limits = Limits(
        endpoint=row.text("endpoint"),
        references=row.count("references"),
        object_references=row.find_count("object_references"),
        person_references=row.find_count("person_references"),
        request_bytes=row.count("request_bytes"),
        inline_bytes=row.find_count("inline_bytes"),
        file_bytes=row.find_count("file_bytes"),
        input_tokens=row.count("input_tokens"),
        output_tokens=row.count("output_tokens"),
        formats=row.texts("formats"),
        source=origin.source,
        date=origin.date,
    )
    row.close()
    return limits
