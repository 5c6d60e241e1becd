"""Write rows into the history: each thing whole or not at all, and once."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Connection, and_, delete, insert, select, update
from sqlalchemy import Table as CoreTable
from sqlalchemy.exc import IntegrityError

from harness.history.charges import Month
from harness.history.database import Database
from harness.history.fit import Row, fitted
from harness.history.tables import (
    ChargeRow,
    DecisionRow,
    DecisionSetRow,
    FindingRow,
    LookRow,
    RunRow,
    SampleRow,
    SuiteRow,
    Table,
)

Rows = Iterable[tuple[type[Table], Row]]

_HANGING: Mapping[type[Table], tuple[tuple[type[Table], Mapping[str, str]], ...]] = {
    RunRow: tuple((table, {"run": "id"}) for table in (SuiteRow, SampleRow, FindingRow)),
    DecisionSetRow: ((DecisionRow, {"suite": "suite", "decision_set": "id"}),),
    LookRow: ((SampleRow, {"suite": "suite", "run": "id"}),),
}
"""What hangs on a row: a table, and which of its columns names which of the row's."""


def core(table: type[Table]) -> CoreTable:
    """Give a table as SQLAlchemy's core knows it."""
    return cast("CoreTable", table.__table__)


def add(database: Database, rows: Rows, *, anew: bool = False) -> bool:
    """Add one thing: its first row, and what hangs on it.

    Args:
        database: The history.
        rows: The first one is what the thing is known by.
        anew: Take what is known of it out before.

    Returns:
        Whether it was added; what is known already is left as it is.

    Raises:
        HistoryError: the database fails; nothing of it is added.
    """
    first, *others = [(table, fitted(core(table), row)) for table, row in rows]
    with database.writing() as connection:
        if anew:
            _take_out(connection, *first)
        if not _claim(connection, *first):
            return False
        for table, same in groupby(others, key=lambda item: item[0]):
            connection.execute(insert(table), [row for _, row in same])
    return True


def _claim(connection: Connection, table: type[Table], row: dict[str, object]) -> bool:
    """Insert a row that nobody has inserted yet; of several writers one succeeds."""
    try:
        with connection.begin_nested():
            connection.execute(insert(table), row)
    except IntegrityError:
        return False
    return True


def _take_out(connection: Connection, table: type[Table], row: Row) -> None:
    own = {column.name: column.name for column in core(table).primary_key.columns}
    for hanging, names in (*_HANGING.get(table, ()), (table, own)):
        columns = core(hanging).c
        same = [columns[column] == row[name] for column, name in names.items()]
        connection.execute(delete(hanging).where(and_(*same)))


def add_month(database: Database, month: Month) -> int:
    """Add a month's calls, and bring those that were open to what they became.

    Returns:
        How many were added or changed.

    Raises:
        HistoryError: the database fails; nothing of the month is added.
    """
    rows = [fitted(core(ChargeRow), row) for row in month.rows.values()]
    with database.writing() as connection:
        known = _known_charges(connection, month)
        fresh = [row for row in rows if row["id"] not in known]
        moved = [r for r in rows if known.get(r["id"], _state(r)) != _state(r)]
        added = _insert_charges(connection, fresh)
        for row in moved:
            same = and_(ChargeRow.endpoint == row["endpoint"], ChargeRow.id == row["id"])
            connection.execute(update(ChargeRow).where(same).values(row))
    return added + len(moved)


def _state(row: Mapping[str, object]) -> tuple[object, object]:
    return (row["state"], row["usd"])


def _known_charges(connection: Connection, month: Month) -> dict[object, tuple[object, object]]:
    of_month = and_(ChargeRow.endpoint == month.endpoint, ChargeRow.month == month.month)
    asked = select(ChargeRow.id, ChargeRow.state, ChargeRow.usd).where(of_month)
    return {name: (state, usd) for name, state, usd in connection.execute(asked)}


def _insert_charges(connection: Connection, rows: list[dict[str, Any]]) -> int:
    """Insert all at once; one by one where another writer has some of them by now."""
    if not rows:
        return 0
    try:
        with connection.begin_nested():
            connection.execute(insert(ChargeRow), rows)
    except IntegrityError:
        return sum(_claim(connection, ChargeRow, row) for row in rows)
    return len(rows)
