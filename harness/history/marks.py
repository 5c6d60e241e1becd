"""Tell what happened to a suite: versions, what is asked, epochs, decisions and incidents."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from sqlalchemy import Connection, func, select

from harness.history.tables import (
    DecisionRow,
    DecisionSetRow,
    EpochRow,
    LookRow,
    SampleRow,
    StepRow,
    UndoRow,
)
from harness.history.trends import (
    DECISIONS,
    EPOCH,
    INCIDENT,
    MODEL_VERSION,
    PROMPT,
    Day,
    Mark,
)
from harness.model.baseline import Choice

_DONE = {Choice.ACCEPT: "accepted", Choice.REJECT: "rejected", Choice.DISCUSS: "to discuss"}


def marks(connection: Connection, suite: str, days: Sequence[Day]) -> list[Mark]:
    """Give what happened, in the order of time.

    Args:
        connection: To the history.
        suite: Whose.
        days: Its days, by arm, then day.
    """
    found = [
        *_versions(days),
        *_asked(connection, suite),
        *_epochs(connection, suite),
        *_decisions(connection, suite),
        *_incidents(connection, suite),
    ]
    return sorted(found, key=lambda mark: mark.at)


def _versions(days: Sequence[Day]) -> Iterator[Mark]:
    """Mark each day on which an arm answered with other model versions than the day before."""
    told = [day for day in days if day.versions]
    for before, after in pairwise(told):
        if before.arm == after.arm and before.versions != after.versions:
            said = f"{', '.join(before.versions)} became {', '.join(after.versions)}"
            yield Mark(at=after.day, kind=MODEL_VERSION, said=said, arm=after.arm)


def _asked(connection: Connection, suite: str) -> Iterator[Mark]:
    """Mark each day on which variants were first recorded with another cell than before.

    A cell is what was declared; the history holds no prompt, and cannot tell which part of
    it changed.
    """
    place = (SampleRow.case_id, SampleRow.variant, SampleRow.turn, SampleRow.cell)
    first = func.min(SampleRow.recorded_at).label("first")
    recorded = (SampleRow.suite == suite) & (SampleRow.recorded_at != "")
    asked = select(*place, first).where(recorded).group_by(*place)
    rows = sorted(connection.execute(asked), key=lambda row: (*row[:3], row.first))
    changed: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (name, variant, _), group in groupby(rows, key=lambda row: tuple(row[:3])):
        for _, after in pairwise(group):
            changed[after.first[:10], name].add(variant)
    for (day, name), variants in sorted(changed.items()):
        many = "" if len(variants) == 1 else f" in {len(variants)} variants"
        said = f"{name}: prompt, references or parameters changed{many}"
        yield Mark(at=day, kind=PROMPT, said=said)


def _epochs(connection: Connection, suite: str) -> Iterator[Mark]:
    for row in connection.execute(select(EpochRow.__table__).where(EpochRow.suite == suite)):
        why = f": {row.why}" if row.why else ""
        of = "1 session" if row.sessions == 1 else f"{row.sessions} sessions"
        count = f"{row.samples} answers of {of}"
        yield Mark(at=row.at, kind=EPOCH, said=f"{row.id}, {count}, pinned by {row.by}{why}")


def _decisions(connection: Connection, suite: str) -> Iterator[Mark]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    chosen = (DecisionRow.decision_set, DecisionRow.choice)
    asked = select(*chosen, func.count()).where(DecisionRow.suite == suite).group_by(*chosen)
    for decided, choice, count in connection.execute(asked):
        counts[decided][choice] = count
    for row in connection.execute(
        select(DecisionSetRow.__table__).where(DecisionSetRow.suite == suite)
    ):
        of_set = counts[row.id]
        told = [f"{of_set[choice]} {done}" for choice, done in _DONE.items() if of_set[choice]]
        why = f": {row.why}" if row.why else ""
        unseen = " unseen" if row.unseen else ""
        said = f"{', '.join(told) or 'nothing decided'}{unseen} by {row.by}{why}"
        yield Mark(at=row.at, kind=DECISIONS, said=said)
    for row in connection.execute(select(UndoRow.__table__).where(UndoRow.suite == suite)):
        why = f": {row.why}" if row.why else ""
        yield Mark(at=row.at, kind=DECISIONS, said=f"{row.undone} taken back by {row.by}{why}")


def _incidents(connection: Connection, suite: str) -> Iterator[Mark]:
    opened = select(LookRow.__table__).where(LookRow.suite == suite, LookRow.incident == LookRow.id)
    for row in connection.execute(opened):
        arm = f"{row.model}@{row.endpoint}"
        yield Mark(at=row.at, kind=INCIDENT, said=f"{row.id} opened: {row.said}", arm=arm)
    for row in connection.execute(select(StepRow.__table__).where(StepRow.suite == suite)):
        closing = f" ({row.closing})" if row.closing else ""
        why = f": {row.why}" if row.why else ""
        said = f"{row.incident} {row.state}{closing} by {row.by}{why}"
        yield Mark(at=row.at, kind=INCIDENT, said=said)
