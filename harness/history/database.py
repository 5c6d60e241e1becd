"""Open the database of a history at the version of today, for one writer among several."""

import contextlib
import sqlite3
import warnings
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import SAWarning

from harness.errors import HistoryError, SettingsError
from harness.history.address import REBUILD, VARIABLE, Address, worded
from harness.history.tables import FIRST, VERSION

VERSION_TABLE = "harness_version"
WAIT_S = 15
"""How long a writer waits for another, and for a server to answer."""
_LOCK = 0x6E616E6F
"""Of PostgreSQL: one process at a time brings the tables to their version."""


class Database:
    """An open history.

    Attributes:
        where: Its address.
    """

    def __init__(self, where: Address, engine: Engine) -> None:
        self.where = where
        self._engine = engine

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read by.

        Raises:
            HistoryError: the database fails.
        """
        with worded(self.where), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose writes are kept whole at the end, or not at all.

        Raises:
            HistoryError: the database fails.
        """
        with worded(self.where), self._engine.connect() as connection:
            chosen = connection.execution_options(writes=True)
            with chosen.begin():
                yield chosen


@contextlib.contextmanager
def opened(where: Address) -> Iterator[Database]:
    """Open a history; an empty database gets its tables, an older one the newer tables.

    Raises:
        SettingsError: there is no such kind of database, or its driver is absent.
        HistoryError: it is broken, of a newer version, unwritable or cannot be reached.
    """
    with worded(where):
        engine = _engine(where)
    try:
        database = Database(where, engine)
        _bring_up(database)
        yield database
    finally:
        engine.dispose()


def remove(where: Address) -> None:
    """Delete the workspace's own file, with what SQLite lays beside it.

    Raises:
        HistoryError: it cannot be deleted.
    """
    if not where.own or where.path is None:
        return
    with worded(where):
        for ending in ("", "-wal", "-shm", "-journal"):
            where.path.with_name(where.path.name + ending).unlink(missing_ok=True)


def _engine(where: Address) -> Engine:
    if where.own and where.path is not None:
        where.path.parent.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {}
    if where.is_sqlite:
        options = {"timeout": WAIT_S}
    elif where.url.get_backend_name() == "postgresql" and "connect_timeout" not in where.url.query:
        options = {"connect_timeout": WAIT_S}
    engine = _made(where, options)
    if where.is_sqlite:
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)
    return engine


def _made(where: Address, options: dict[str, Any]) -> Engine:
    """Make the engine; what its URL says beside the address has to fit its driver."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SAWarning)
            return create_engine(where.url, connect_args=options)
    except (SAWarning, TypeError, ValueError):
        names = ", ".join(where.url.query)
        raise SettingsError(
            f"{VARIABLE}: the driver of {where.url.drivername} does not take its options "
            f"({names}); correct them"
        ) from None


def _set_up(connection: Any, _record: object) -> None:  # noqa: ANN401  # any driver's
    """Let readers and a writer work at once, and begin transactions ourselves."""
    connection.isolation_level = None
    with contextlib.suppress(sqlite3.OperationalError):  # a file system that cannot, or read only
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")


def _begin(connection: Connection) -> None:
    """Take the write lock at once: a reader that turns writer would fail, not wait."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def version_of(connection: Connection) -> str:
    """Tell the version of a database's tables; empty where it has none, `?` where it is blank."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return ""
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    return "" if found is None else str(found) or "?"


def _bring_up(database: Database) -> None:
    with database.reading() as connection:
        found = version_of(connection)
    if found == VERSION:
        return
    _refuse_unknown(database.where, found)
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if version_of(connection) == VERSION:
            return  # another process was first
        from harness.history.migrate import migrate  # late: alembic is heavy, and seldom needed

        migrate(connection, to="head")


def _refuse_unknown(where: Address, found: str) -> None:
    if found and not FIRST <= found <= VERSION:
        other = f", or {REBUILD}" if where.own else ""
        raise HistoryError(
            f"{where.shown}: the history is of version {found[:20]}, this harness reads {VERSION}; "
            f"upgrade it{other}"
        )
