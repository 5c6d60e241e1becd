"""Name the sources of the catalogue's data once, and give each row its own."""

import datetime
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from harness.catalogue.offer import Provenance
from harness.catalogue.table import Table, broken, read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source.

    Attributes:
        where: URL, or the recordings' names.
        date: Day it was written or read.
    """

    where: str
    date: datetime.date


class Sources:
    """Resolve names of sources, and remember which were used."""

    def __init__(self, named: dict[str, Source]) -> None:
        self._named = named
        self._used: set[str] = set()

    def provenance(self, row: Table, fact: str) -> Provenance:
        """Take `source` out of `row` and resolve it.

        Raises:
            StoreError: the row names no source, or one that is not listed.
        """
        names = row.source_names()
        unknown = [name for name in names if name not in self._named]
        if unknown:
            raise broken(row.place, f"unknown source {unknown[0]!r}")
        self._used.update(names)
        found = [self._named[name] for name in names]
        newest = max(source.date for source in found)
        where = "; ".join(source.where for source in found)
        return Provenance(fact=fact, source=where, date=newest.isoformat())

    def close(self) -> None:
        """Refuse sources that no row names: they would be read as if they backed something.

        Raises:
            StoreError: there are some.
        """
        unused = sorted(set(self._named) - self._used)
        if unused:
            raise broken("sources.toml", f"named by no row: {', '.join(unused)}")


def read_sources(file: Traversable) -> Sources:
    """Read `sources.toml`.

    Raises:
        StoreError: missing or broken.
    """
    table = read_table(file)
    return Sources({name: _source(table.table(name)) for name in table.keys_left()})


def _source(row: Table) -> Source:
    source = Source(where=row.text("where"), date=row.day("date"))
    row.close()
    return source
