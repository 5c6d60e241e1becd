"""Tell how characters keep their look: one point a recording, however often it was replayed."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, Select, case, func, select

from harness.history.tables import FindingRow, RunRow, SuiteRow
from harness.history.trends import Kept
from harness.model.verdict import Status


def kept(connection: Connection, suite: str) -> Iterator[Kept]:
    """Give the points of a suite, by the check's name, then time."""
    newest: dict[tuple[str, str, str], Kept] = {}
    for row in connection.execute(_asked(suite)):
        point = _point(row)
        newest[point.name, point.recording, point.at] = point
    yield from sorted(newest.values(), key=lambda point: (point.name, point.at))


def runs_of(suite: str) -> Select[Any]:
    """Select the runs of a suite: findings lie by run, and by suite alone all would be read."""
    return select(SuiteRow.run).where(SuiteRow.suite == suite)


def _asked(suite: str) -> Any:  # noqa: ANN401  # SQLAlchemy's, of seven columns
    """Select each run's checks that measured something, the oldest run first."""
    failed = case((FindingRow.status == Status.FAIL.value, 1), else_=0)
    named = (FindingRow.run, FindingRow.name, SuiteRow.recording, SuiteRow.recorded_to)
    of_suite = (SuiteRow.suite == FindingRow.suite) & (SuiteRow.run == FindingRow.run)
    return (
        select(
            *named,
            SuiteRow.simulated,
            RunRow.at,
            func.avg(FindingRow.measured).label("mean"),
            func.count(FindingRow.measured).label("variants"),
            func.sum(failed).label("failed"),
        )
        .join(SuiteRow, of_suite)
        .join(RunRow, RunRow.id == FindingRow.run)
        .where(FindingRow.run.in_(runs_of(suite)), FindingRow.suite == suite)
        .group_by(*named, SuiteRow.simulated, RunRow.at)
        .having(func.count(FindingRow.measured) > 0)
        .order_by(RunRow.at, FindingRow.run)
    )


def _point(row: Row[Any]) -> Kept:
    return Kept(
        at=row.recorded_to or row.at,
        run=row.run,
        recording=row.recording,
        name=row.name,
        mean=round(float(row.mean), 9),  # databases add in any order
        variants=row.variants,
        failed=int(row.failed),
        simulated=row.simulated,
    )
