"""Name the database of a history, and word what is wrong with it without its password."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from harness.errors import HistoryError, SettingsError
from harness.history.own import FILE

VARIABLE = "HARNESS_HISTORY"
EXAMPLES = "e.g. sqlite:///history.db or postgresql://user@host/name"
REBUILD = "make it anew from the files with: harness trends --rebuild"
_POSTGRESQL = "postgresql+psycopg"
_LONGEST = 300
"""Characters of a driver's sentence that are repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a history lies.

    Attributes:
        url: As SQLAlchemy takes it; it may hold a password.
        own: It is the workspace's own file, of which nobody else has rows.
    """

    url: URL = field(repr=False)
    own: bool

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database; None where there is none."""
        named = self.url.database or ""
        return Path(named) if self.is_sqlite and named and not _is_in_memory(named) else None

    @property
    def shown(self) -> str:
        """For people: the file, or the URL without password and options."""
        return str(self.path or self.url.set(query={}).render_as_string(hide_password=True))

    @property
    def advice(self) -> str:
        """What to do where it cannot be used."""
        return REBUILD if self.own else f"check {VARIABLE} and that database"

    def hidden(self, said: str) -> str:
        """Take the password and what the options say out of a driver's sentence."""
        options = (value for values in self.url.normalized_query.values() for value in values)
        for secret in (self.url.password, *options):
            if secret:
                said = said.replace(str(secret), "***")
        return " ".join(said.split())[:_LONGEST]


def address(said: str, *, root: Path, state: Path) -> Address:
    """Read what is set; a relative file of SQLite starts at the workspace's root.

    Args:
        said: A URL of SQLAlchemy; empty for the workspace's own file.
        root: The workspace's.
        state: Folder of what can be made anew.

    Raises:
        SettingsError: it is no URL; never repeats it.
    """
    if not said:
        return Address(url=URL.create("sqlite", database=str(state / FILE)), own=True)
    try:
        url = make_url(said)
    except (ArgumentError, ValueError):
        raise SettingsError(f"{VARIABLE}: not the URL of a database; write {EXAMPLES}") from None
    if url.drivername == "postgresql":
        url = url.set(drivername=_POSTGRESQL)
    found = Address(url=url, own=False)
    if found.path is None or str(found.path).startswith("file:"):
        return found
    return Address(url=url.set(database=str(root / found.path)), own=False)


def _is_in_memory(named: str) -> bool:
    return named == ":memory:" or "mode=memory" in named


@contextlib.contextmanager
def worded(where: Address) -> Iterator[None]:
    """Let what goes wrong with a database be one clear line.

    Raises:
        SettingsError: there is no such kind of database, or its driver is absent.
        HistoryError: it is broken, locked, unwritable or cannot be reached.
    """
    try:
        yield
    except NoSuchModuleError:
        kind = where.url.drivername
        raise SettingsError(
            f"{VARIABLE}: {kind} is no database that SQLAlchemy knows; write {EXAMPLES}"
        ) from None
    except ImportError as error:
        raise SettingsError(f"{VARIABLE}: {_absent(where, error)}") from None
    except DBAPIError as error:
        raise _failed(where, str(error.orig)) from None
    except SQLAlchemyError as error:
        raise _failed(where, str(error)) from None
    except OSError as error:
        raise _failed(where, error.strerror or str(error)) from None


def _absent(where: Address, error: ImportError) -> str:
    package = error.name or where.url.drivername
    if where.url.drivername == _POSTGRESQL:
        return "psycopg is not installed: pip install 'gemini-image-harness[postgresql]'"
    return f"the driver {package} of {where.url.drivername} is not installed; pip install it"


def _failed(where: Address, said: str) -> HistoryError:
    return HistoryError(
        f"{where.shown}: the history cannot be used ({where.hidden(said)}); {where.advice}"
    )
