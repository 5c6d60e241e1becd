"""Read the ledger's files, `<folder>/<endpoint>/2026-11.jsonl`, as rows of the history."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.store.files import read_bytes

_MOST_BYTES = 256_000_000
LEDGER = "spending"
"""The ledger's folder below the reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The calls of a month at an endpoint.

    Attributes:
        endpoint: Its name.
        month: E.g. `"2026-11"`.
        rows: A row for each call, by its id.
    """

    endpoint: str
    month: str
    rows: dict[str, dict[str, object]]


def months(folder: Path) -> Iterator[Path]:
    """Give the ledger's files."""
    yield from sorted(folder.glob("*/*.jsonl"))


def read_month(path: Path) -> Month:
    """Read one file; the last line of an id counts, and what is no line is passed over.

    Raises:
        StoreError: it cannot be read.
    """
    endpoint, month = path.parent.name, path.stem
    rows: dict[str, dict[str, object]] = {}
    for line in read_bytes(path, limit=_MOST_BYTES).splitlines():
        row = _row(line)
        if row is not None:
            rows[str(row["id"])] = row | {"endpoint": endpoint, "month": month}
    return Month(endpoint=endpoint, month=month, rows=rows)


def _row(line: bytes) -> dict[str, object] | None:
    try:
        tree = json.loads(line)
        name, usd, state = str(tree["id"]), float(tree["usd"]), str(tree["state"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    if not math.isfinite(usd) or usd < 0:
        return None
    at, sample = str(tree.get("at", "")), str(tree.get("for", ""))
    return {"id": name, "state": state, "usd": usd, "at": at, "sample": sample}
