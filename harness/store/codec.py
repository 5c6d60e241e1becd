"""Turn the model's dataclasses into JSON trees and back, by their type hints.

A field that stands at its default is left out, so that a field added later changes
no old file and an old file still loads.
"""

import dataclasses
import functools
import math
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from harness.errors import StoreError

T = TypeVar("T")


def encode(value: object) -> Any:
    """Encode a dataclass, or what one holds, as a JSON tree."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _encode_fields(value)
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    return value.as_posix() if isinstance(value, Path) else value


def _encode_fields(value: Any) -> dict[str, Any]:
    encoded: dict[str, Any] = {}
    for field in dataclasses.fields(value):
        item = getattr(value, field.name)
        if item != _default(field):
            encoded[field.name] = encode(item)
    return encoded


def _default(field: "dataclasses.Field[Any]") -> object:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def decode(kind: type[T], tree: object, *, where: str) -> T:
    """Decode a JSON tree into `kind`.

    Args:
        kind: A dataclass of the model.
        tree: As `encode` gave it.
        where: File and place, for the error.

    Raises:
        StoreError: the tree is not of this form.
    """
    value: T = _decode(kind, tree, where)
    return value


def _decode(hint: Any, tree: Any, where: str) -> Any:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _decode_optional(hint, tree, where)
    if origin is tuple:
        return _decode_tuple(hint, tree, where)
    if origin is not None and issubclass(origin, Mapping):
        return _decode_mapping(hint, tree, where)
    if dataclasses.is_dataclass(hint):
        return _decode_fields(hint, tree, where)
    return _decode_leaf(hint, tree, where)


def _decode_optional(hint: Any, tree: Any, where: str) -> Any:
    if tree is None:
        return None
    (only,) = [arg for arg in typing.get_args(hint) if arg is not types.NoneType]
    return _decode(only, tree, where)


def _decode_tuple(hint: Any, tree: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(tree, list):
        raise _misfit(where, "a list", tree)
    item = typing.get_args(hint)[0]
    return tuple(_decode(item, value, f"{where}[{i}]") for i, value in enumerate(tree))


def _decode_mapping(hint: Any, tree: Any, where: str) -> dict[str, Any]:
    if not isinstance(tree, dict):
        raise _misfit(where, "an object", tree)
    _, item = typing.get_args(hint)
    return {key: _decode(item, value, f"{where}.{key}") for key, value in tree.items()}


def _decode_fields(kind: Any, tree: Any, where: str) -> Any:
    if not isinstance(tree, dict):
        raise _misfit(where, "an object", tree)
    hints = _hints(kind)
    unknown = sorted(set(tree) - set(hints))
    if unknown:
        raise StoreError(
            f"{where}: unknown field {unknown[0]!r}; "
            "this file was written by a newer harness, or changed by hand"
        )
    values = {name: _decode(hints[name], item, f"{where}.{name}") for name, item in tree.items()}
    missing = sorted(_required(kind) - set(values))
    if missing:
        raise StoreError(f"{where}: field {missing[0]!r} is missing")
    return kind(**values)


def _decode_leaf(hint: Any, tree: Any, where: str) -> Any:
    if hint is Any:
        return tree
    if hint is Path and isinstance(tree, str):
        return Path(tree)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _decode_enum(hint, tree, where)
    if hint is float and isinstance(tree, int) and not isinstance(tree, bool):
        return _decode_float(tree, where)
    if hint is float and isinstance(tree, float) and not math.isfinite(tree):
        raise _misfit(where, "a number", tree)
    if not isinstance(tree, hint) or (hint is int and isinstance(tree, bool)):
        raise _misfit(where, hint.__name__, tree)
    return tree


def _decode_float(tree: int, where: str) -> float:
    try:
        return float(tree)
    except OverflowError:
        raise StoreError(f"{where}: a number of {tree.bit_length()} bits") from None


def _decode_enum(hint: type[StrEnum], tree: Any, where: str) -> StrEnum:
    try:
        return hint(tree)
    except ValueError:
        known = ", ".join(member.value for member in hint)
        raise _misfit(where, f"one of {known}", tree) from None


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@functools.cache
def _required(kind: Any) -> frozenset[str]:
    missing = dataclasses.MISSING
    return frozenset(
        field.name
        for field in dataclasses.fields(kind)
        if field.default is missing and field.default_factory is missing
    )


def _misfit(where: str, expected: str, found: object) -> StoreError:
    return StoreError(f"{where}: expected {expected}, found {str(found)[:60]!r}")
