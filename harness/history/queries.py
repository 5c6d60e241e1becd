"""Ask the history: what is known of suites over time."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, case, func, select

from harness.history.database import Database
from harness.history.days import by_day
from harness.history.kept import kept, runs_of
from harness.history.marks import marks
from harness.history.tables import (
    ChargeRow,
    EpochRow,
    FindingRow,
    LookRow,
    RunRow,
    SampleRow,
    StepRow,
    SuiteRow,
)
from harness.history.trends import Judging, Looked, Month, Trend
from harness.model.monitor import State
from harness.model.verdict import Status

_CENTS = 8
"""Digits of a dollar: a database adds in any order, and the last bits of a sum show it."""


def known_suites(database: Database) -> tuple[str, ...]:
    """Name every suite that the history has something of.

    Raises:
        HistoryError: the database fails.
    """
    found: set[str] = set()
    with database.reading() as connection:
        for column in (SuiteRow.suite, LookRow.suite, EpochRow.suite):
            found |= set(connection.execute(select(column).distinct()).scalars())
    return tuple(sorted(found))


def trend(database: Database, suite: str, *, since: str = "") -> Trend:
    """Tell all that is known of a suite.

    Args:
        database: The history.
        suite: Its id.
        since: The first day that counts, e.g. `"2026-11-01"`; empty for all.

    Raises:
        HistoryError: the database fails.
    """
    with database.reading() as connection:
        days = by_day(connection, suite)
        judgings = tuple(_judgings(connection, suite))
        looks = tuple(_looks(connection, suite))
        unsettled = tuple(_open(connection, suite))
        characters = tuple(kept(connection, suite))
        happened = tuple(marks(connection, suite, days))
    return Trend(
        suite=suite,
        days=tuple(day for day in days if day.day >= since),
        judgings=tuple(judging for judging in judgings if judging.at >= since),
        looks=tuple(look for look in looks if look.at >= since),
        kept=tuple(point for point in characters if point.at >= since),
        marks=tuple(mark for mark in happened if mark.at >= since),
        open=unsettled,
    )


def months(database: Database, *, since: str = "") -> tuple[Month, ...]:
    """Tell what each month cost at each endpoint, by the ledger.

    Args:
        database: The history.
        since: The first day that counts; its whole month does.

    Raises:
        HistoryError: the database fails.
    """
    is_open = ChargeRow.state == "open"
    asked = (
        select(
            ChargeRow.endpoint,
            ChargeRow.month,
            func.count(),
            func.sum(case((is_open, 0.0), else_=ChargeRow.usd)),
            func.sum(case((is_open, ChargeRow.usd), else_=0.0)),
        )
        .where(ChargeRow.month >= since[:7])
        .group_by(ChargeRow.endpoint, ChargeRow.month)
        .order_by(ChargeRow.endpoint, ChargeRow.month)
    )
    with database.reading() as connection:
        return tuple(
            Month(
                endpoint=endpoint,
                month=month,
                calls=calls,
                spent_usd=round(spent, _CENTS),
                open_usd=round(held, _CENTS),
            )
            for endpoint, month, calls, spent, held in connection.execute(asked)
        )


def _judgings(connection: Connection, suite: str) -> Iterator[Judging]:
    found = _findings(connection, suite)
    samples = _counted(connection, suite)
    asked = (
        select(SuiteRow, RunRow.at)
        .join(RunRow, RunRow.id == SuiteRow.run)
        .where(SuiteRow.suite == suite)
        .order_by(RunRow.at, RunRow.id)
    )
    for row in connection.execute(asked):
        of_run = found[row.run]
        yield Judging(
            run=row.run,
            at=row.at,
            recording=row.recording,
            status=row.status,
            generated=row.generated,
            samples=samples.get(row.run, 0),
            failed={name: n for (name, status), n in of_run.items() if status == Status.FAIL},
            errors=sum(n for (_, status), n in of_run.items() if status == Status.ERROR),
            simulated=row.simulated,
        )


def _counted(connection: Connection, suite: str) -> Mapping[str, int]:
    """Count the samples of each run."""
    asked = (
        select(SampleRow.run, func.count()).where(SampleRow.suite == suite).group_by(SampleRow.run)
    )
    return {row[0]: row[1] for row in connection.execute(asked)}


def _findings(connection: Connection, suite: str) -> Mapping[str, Mapping[tuple[str, str], int]]:
    """Count the grave findings of each run by check and status."""
    grave = (Status.FAIL.value, Status.ERROR.value)
    asked = (
        select(FindingRow.run, FindingRow.name, FindingRow.status, func.count())
        .where(
            FindingRow.run.in_(runs_of(suite)),
            FindingRow.suite == suite,
            FindingRow.status.in_(grave),
        )
        .group_by(FindingRow.run, FindingRow.name, FindingRow.status)
    )
    found: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    rows = sorted(connection.execute(asked))  # each database sorts words in its way
    for run, name, status, count in rows:
        found[run][name, status] = count
    return found


def _looks(connection: Connection, suite: str) -> Iterator[Looked]:
    asked = select(LookRow.__table__).where(LookRow.suite == suite)
    for row in connection.execute(asked.order_by(LookRow.at, LookRow.id)):
        yield _looked(row)


def _looked(row: Row[Any]) -> Looked:
    told = dict(row._mapping)  # SQLAlchemy's public name for a row as a mapping
    told["low"], told["high"] = told.pop("effect_low"), told.pop("effect_high")
    return Looked(**{name: told[name] for name in Looked.__slots__})


def _open(connection: Connection, suite: str) -> Iterator[str]:
    """Name the incidents whose last step does not close them."""
    steps = select(StepRow.incident, StepRow.state).where(StepRow.suite == suite)
    asked = steps.order_by(StepRow.at, StepRow.id)
    last = {row.incident: row.state for row in connection.execute(asked)}
    opened = select(LookRow.id).where(LookRow.suite == suite, LookRow.incident == LookRow.id)
    for name in connection.execute(opened.order_by(LookRow.at, LookRow.id)).scalars():
        if last.get(name) != State.CLOSED:
            yield name
