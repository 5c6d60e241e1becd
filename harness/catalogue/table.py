"""Read a table of the catalogue's data strictly: known keys, right types, nothing left over."""

import datetime
import math
import tomllib
from collections.abc import Callable
from importlib.resources.abc import Traversable
from typing import TypeVar

from harness.errors import StoreError

T = TypeVar("T")


def broken(place: str, message: str) -> StoreError:
    """Make the error that says where the catalogue's data is wrong, and what to do."""
    return StoreError(f"catalogue data: {place}: {message}; reinstall the harness or mend the file")


class Table:
    """Hand out a table's values once each, and refuse what nobody asked for."""

    def __init__(self, raw: object, *, place: str) -> None:
        if not isinstance(raw, dict):
            raise broken(place, "not a table")
        self._left: dict[str, object] = dict(raw)
        self.place = place

    def _at(self, key: str) -> str:
        return f"{self.place}: {key}"

    def _take(self, key: str, check: Callable[[object], T | None], *, wanted: str) -> T | None:
        if key not in self._left:
            return None
        value = check(self._left.pop(key))
        if value is None:
            raise broken(self._at(key), f"is not {wanted}")
        return value

    def _need(self, key: str, value: T | None) -> T:
        if value is None:
            raise broken(self._at(key), "is missing")
        return value

    def find_text(self, key: str) -> str | None:
        return self._take(key, _text, wanted="a text")

    def text(self, key: str) -> str:
        return self._need(key, self.find_text(key))

    def find_count(self, key: str) -> int | None:
        return self._take(key, _count, wanted="a whole number above 0")

    def count(self, key: str) -> int:
        return self._need(key, self.find_count(key))

    def find_number(self, key: str) -> float | None:
        return self._take(key, _number, wanted="a number of at least 0")

    def number(self, key: str) -> float:
        return self._need(key, self.find_number(key))

    def find_day(self, key: str) -> datetime.date | None:
        return self._take(key, _day, wanted="a date")

    def day(self, key: str) -> datetime.date:
        return self._need(key, self.find_day(key))

    def texts(self, key: str) -> tuple[str, ...]:
        return self._take(key, _texts, wanted="a list of different texts") or ()

    def source_names(self) -> tuple[str, ...]:
        """Take `source`: one name or a list of names; never absent, never empty."""
        return self._need("source", self._take("source", _names, wanted="one or more names"))

    def find_sides(self, key: str) -> tuple[int, int] | None:
        return self._take(key, _sides, wanted="[width, height]")

    def sides(self, key: str) -> tuple[int, int]:
        return self._need(key, self.find_sides(key))

    def find_table(self, key: str) -> "Table | None":
        raw = self._left.pop(key, None)
        return None if raw is None else Table(raw, place=self._at(key))

    def table(self, key: str) -> "Table":
        return self._need(key, self.find_table(key))

    def tables(self, key: str) -> "tuple[Table, ...]":
        raw = self._left.pop(key, [])
        if not isinstance(raw, list):
            raise broken(self._at(key), "is not a list of tables")
        return tuple(Table(row, place=f"{self._at(key)}[{i}]") for i, row in enumerate(raw))

    def keys_left(self) -> tuple[str, ...]:
        return tuple(self._left)

    def close(self) -> None:
        """Refuse keys that were not asked for.

        Raises:
            StoreError: there are some.
        """
        if self._left:
            raise broken(self.place, f"unknown keys: {', '.join(sorted(self._left))}")


def read_table(file: Traversable) -> Table:
    """Read a TOML file.

    Raises:
        StoreError: absent, unreadable, no UTF-8, or no TOML.
    """
    try:
        return Table(tomllib.loads(file.read_text(encoding="utf-8")), place=file.name)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise broken(file.name, f"cannot be read: {error}") from error


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _count(value: object) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and isinstance(value, int) and value > 0 else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and value >= 0 else None


def _day(value: object) -> datetime.date | None:
    plain = isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)
    return value if plain and isinstance(value, datetime.date) else None


def _texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    texts = [text for item in value if (text := _text(item)) is not None]
    return tuple(texts) if len(set(texts)) == len(value) else None


def _names(value: object) -> tuple[str, ...] | None:
    return _texts(value if isinstance(value, list) else [value]) or None


def _sides(value: object) -> tuple[int, int] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    width, height = _count(value[0]), _count(value[1])
    return None if width is None or height is None else (width, height)
