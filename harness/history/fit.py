"""Fit what strangers wrote into columns: whatever is in it, a row is taken."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Integer, String, Table, Text

LONGEST = 2000
"""Characters of a text that are kept."""

_UNKEPT = re.compile("[\x00\ud800-\udfff]")
_MOST = 2**63 - 1

Row = Mapping[str, object]


def fitted(table: Table, row: Row) -> dict[str, object]:
    """Cut texts to their columns, numbers to 64 bits; what no database takes stands as U+FFFD.

    Args:
        table: Whose columns.
        row: A value for each of them.
    """
    limits = _limits(table)
    return {name: _fit(value, limits.get(name, 0)) for name, value in row.items()}


@cache
def _limits(table: Table) -> dict[str, int]:
    return {column.name: _limit(column.type) for column in table.columns}


def _limit(kind: Any) -> int:  # noqa: ANN401  # any column's
    if isinstance(kind, Text):
        return LONGEST
    if isinstance(kind, String):
        return kind.length or LONGEST
    return _MOST if isinstance(kind, BigInteger | Integer) else 0


def _fit(value: object, limit: int) -> object:
    if isinstance(value, str):
        return _UNKEPT.sub("\N{REPLACEMENT CHARACTER}", value[:limit])
    if type(value) is int and limit:
        return max(-limit, min(value, limit))
    return value
