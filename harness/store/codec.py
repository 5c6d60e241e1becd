"""Turn the model's dataclasses into JSON trees and back, by their type hints.

A field that stands at its default is left out, so that a field added later changes
no old file and an old file still loads. What a hint asks for is worked out once for each
hint: recordings of a hundred thousand answers are read by it.
"""

import dataclasses
import functools
import math
import types
import typing
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from harness.errors import StoreError

T = TypeVar("T")

_Where = str | tuple[Any, str | int]
"""File and place: those of what holds it, and what follows them. Told only where it is asked."""
_Decoder = Callable[[Any, Any], Any]
"""Decodes a tree, which stands at a place."""

_AS_IT_IS = frozenset((str, int, float, bool, types.NoneType))


def encode(value: object) -> Any:
    """Encode a dataclass, or what one holds, as a JSON tree."""
    kind: Any = type(value)
    if kind in _AS_IT_IS:
        return value
    fields = _fields(kind)
    if fields is not None:
        return _encode_fields(value, fields)
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    return value.as_posix() if isinstance(value, Path) else value


def _encode_fields(value: Any, fields: Mapping[str, object]) -> dict[str, Any]:
    encoded: dict[str, Any] = {}
    for name, default in fields.items():
        item = getattr(value, name)
        if item != default:
            encoded[name] = item if type(item) in _AS_IT_IS else encode(item)
    return encoded


@functools.cache
def _fields(kind: type) -> Mapping[str, object] | None:
    """Give a dataclass's fields with their defaults; None of anything else."""
    if not dataclasses.is_dataclass(kind):
        return None
    return {field.name: _default(field) for field in dataclasses.fields(kind)}


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
    hint: Any = kind
    value: T = _decoder(hint)(tree, where)
    return value


@functools.cache
def _decoder(hint: Any) -> _Decoder:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _optional(hint)
    if origin is tuple:
        return _tuple(hint)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(hint)
    if dataclasses.is_dataclass(hint):
        return _dataclass(hint)
    return _leaf(hint)


def _optional(hint: Any) -> _Decoder:
    (only,) = [arg for arg in typing.get_args(hint) if arg is not types.NoneType]
    decoder = _decoder(only)
    return lambda tree, where: None if tree is None else decoder(tree, where)


def _tuple(hint: Any) -> _Decoder:
    decoder = _decoder(typing.get_args(hint)[0])

    def decode_tuple(tree: Any, where: _Where) -> tuple[Any, ...]:
        if not isinstance(tree, list):
            raise _misfit(where, "a list", tree)
        return tuple([decoder(item, (where, i)) for i, item in enumerate(tree)])

    return decode_tuple


def _mapping(hint: Any) -> _Decoder:
    decoder = _decoder(typing.get_args(hint)[1])

    def decode_mapping(tree: Any, where: _Where) -> dict[str, Any]:
        if not isinstance(tree, dict):
            raise _misfit(where, "an object", tree)
        return {key: decoder(item, (where, key)) for key, item in tree.items()}

    return decode_mapping


def _dataclass(kind: Any) -> _Decoder:
    hints = typing.get_type_hints(kind)
    required = _required(kind)
    decoders: dict[str, _Decoder] = {}  # filled when first asked: a kind may hold its own

    def decode_fields(tree: Any, where: _Where) -> Any:
        if not isinstance(tree, dict):
            raise _misfit(where, "an object", tree)
        if not decoders:
            decoders.update({name: _decoder(hint) for name, hint in hints.items()})
        if not tree.keys() <= decoders.keys():
            raise _unknown(where, sorted(set(tree) - set(decoders)))
        values = {name: decoders[name](item, (where, name)) for name, item in tree.items()}
        if not required <= values.keys():
            missing = sorted(required - set(values))
            raise StoreError(f"{_told(where)}: field {missing[0]!r} is missing")
        return kind(**values)

    return decode_fields


def _unknown(where: _Where, names: list[str]) -> StoreError:
    return StoreError(
        f"{_told(where)}: unknown field {names[0]!r}; "
        "this file was written by a newer harness, or changed by hand"
    )


def _leaf(hint: Any) -> _Decoder:
    if hint is Any:
        return lambda tree, where: tree
    if hint is float:
        return _decode_number
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return functools.partial(_decode_enum, hint)
    return functools.partial(_decode_leaf, hint)


def _decode_leaf(hint: Any, tree: Any, where: _Where) -> Any:
    if type(tree) is hint:
        return tree
    if hint is Path and isinstance(tree, str):
        return Path(tree)
    if not isinstance(tree, hint) or (hint is int and isinstance(tree, bool)):
        raise _misfit(where, hint.__name__, tree)
    return tree


def _decode_number(tree: Any, where: _Where) -> float:
    if isinstance(tree, int) and not isinstance(tree, bool):
        return _decode_float(tree, where)
    if not isinstance(tree, float):
        raise _misfit(where, "float", tree)
    if not math.isfinite(tree):
        raise _misfit(where, "a number", tree)
    return tree


def _decode_float(tree: int, where: _Where) -> float:
    try:
        return float(tree)
    except OverflowError:
        raise StoreError(f"{_told(where)}: a number of {tree.bit_length()} bits") from None


def _decode_enum(hint: type[StrEnum], tree: Any, where: _Where) -> StrEnum:
    try:
        return hint(tree)
    except ValueError:
        known = ", ".join(member.value for member in hint)
        raise _misfit(where, f"one of {known}", tree) from None


@functools.cache
def _required(kind: Any) -> frozenset[str]:
    missing = dataclasses.MISSING
    return frozenset(
        field.name
        for field in dataclasses.fields(kind)
        if field.default is missing and field.default_factory is missing
    )


def _misfit(where: _Where, expected: str, found: object) -> StoreError:
    return StoreError(f"{_told(where)}: expected {expected}, found {str(found)[:60]!r}")


def _told(where: _Where) -> str:
    """Say a place whole: `run.json.suites[0].title`."""
    steps: list[str] = []
    while not isinstance(where, str):
        where, step = where
        steps.append(f"[{step}]" if isinstance(step, int) else f".{step}")
    return where + "".join(reversed(steps))
