"""Bring what lies in files into the history: only what it does not know yet is read."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from harness.errors import HarnessError, HistoryError
from harness.history import rows
from harness.history.charges import LEDGER, months, read_month
from harness.history.database import Database
from harness.history.tables import (
    DecisionSetRow,
    EpochRow,
    LookRow,
    RunRow,
    StepRow,
    Table,
    UndoRow,
)
from harness.history.write import Rows, add, add_month, core
from harness.model.monitor import Look
from harness.model.sample import Sample
from harness.store.baselines import BaselineStore
from harness.store.looks import LookStore
from harness.store.runs import load_run

FEW = 100
"""Runs that are asked for by name: each part of a large run looks for itself alone."""
MANY = 50
"""Runs that take their time to be read, some 30 ms each."""


def _unheard(_said: str) -> None:
    pass


def _none_of(_look: Look) -> Iterable[Sample]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where the files lie that a history is made of.

    Attributes:
        reports: Folder of the runs, and of the ledger.
        runs: Folders of the runs that are looked at; all below `reports` if None.
        suites: The suites' files; epochs, decisions and looks lie beside each.
        answers: Gives the answers that a look recorded.
        told: Is told what takes its time, in one line.
    """

    reports: Path
    runs: tuple[Path, ...] | None = None
    suites: tuple[Path, ...] = ()
    answers: Callable[[Look], Iterable[Sample]] = _none_of
    told: Callable[[str], None] = _unheard


@dataclass(slots=True, kw_only=True)
class Synced:
    """What was read.

    Attributes:
        added: Runs, looks, epochs, decisions, steps and calls that are new in the history.
        unread: What could not be read and was passed over, a sentence each.
    """

    added: int = 0
    unread: list[str] = field(default_factory=list)


def sync(database: Database, files: Files, *, anew: bool = False) -> Synced:
    """Read what is not known; a file that cannot be read is passed over.

    Args:
        database: The history.
        files: Where they lie.
        anew: Read everything again, in place of what is known of it. What other
            workspaces put into the database stays.

    Raises:
        HistoryError: the database fails.
    """
    synced = Synced()
    for folder in _new_runs(database, files, anew=anew):
        with _passed_over(synced):
            synced.added += add(database, rows.of_run(load_run(folder)), anew=anew)
    for shelf in _SHELVES:
        for suite in _new_suites(database, files, shelf, anew=anew):
            with _passed_over(synced):
                things = list(shelf.read(suite, files))
                synced.added += sum(add(database, thing, anew=anew) for thing in things)
    for path in months(files.reports / LEDGER):
        with _passed_over(synced):
            synced.added += add_month(database, read_month(path))
    return synced


@contextlib.contextmanager
def _passed_over(synced: Synced) -> Iterator[None]:
    """Note a file that cannot be read; a database that fails ends it all."""
    try:
        yield
    except HistoryError:
        raise
    except HarnessError as error:
        synced.unread.append(str(error))


def _new_runs(database: Database, files: Files, *, anew: bool) -> list[Path]:
    """Give the runs whose folders are not known by name."""
    found = files.runs
    if found is None:
        found = tuple(path.parent for path in sorted(files.reports.glob("*/run.json")))
    few = [folder.name for folder in found] if len(found) <= FEW else None
    known: Counter[str] = Counter() if anew else _known(database, RunRow, few)
    new = [folder for folder in found if folder.name not in known]
    if len(new) >= MANY:
        files.told(f"reading {len(new):,} runs that are new to the history")
    return new


def _known(
    database: Database, table: type[Table], names: Sequence[str] | None = None
) -> Counter[str]:
    """Count how often an id is known: two suites may each have one of the same name.

    Args:
        database: The history.
        table: What is looked for.
        names: Only these ids; every one if None.
    """
    ids = core(table).c.id
    asked = select(ids) if names is None else select(ids).where(ids.in_(names))
    with database.reading() as connection:
        return Counter(connection.execute(asked).scalars())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shelf:
    """One kind of small immutable files beside suites.

    Attributes:
        table: What they are kept in.
        pattern: Of a file's name.
        folder: Gives the folder of a suite's file.
        read: Gives all things of the kind that a suite has, with their rows.
    """

    table: type[Table]
    pattern: str
    folder: Callable[[Path], Path]
    read: Callable[[Path, Files], Iterable[Rows]]


def _new_suites(database: Database, files: Files, shelf: _Shelf, *, anew: bool) -> list[Path]:
    """Give the suites that have a file whose name is not known."""
    names = {
        suite: [path.stem for path in shelf.folder(suite).glob(shelf.pattern)]
        for suite in files.suites
    }
    known: Counter[str] = Counter() if anew else _known(database, shelf.table)
    wanted = Counter(name for found in names.values() for name in found)
    new = {name for name, count in wanted.items() if known[name] < count}
    return [suite for suite, found in names.items() if new.intersection(found)]


def _beside(suite: Path) -> Path:
    return BaselineStore(suite).folder


def _watched(suite: Path) -> Path:
    return LookStore(suite).folder


def _epochs(suite: Path, _files: Files) -> Iterable[Rows]:
    return map(rows.of_epoch, BaselineStore(suite).epochs())


def _decisions(suite: Path, _files: Files) -> Iterable[Rows]:
    return map(rows.of_decisions, BaselineStore(suite).every_decision_set())


def _undos(suite: Path, _files: Files) -> Iterable[Rows]:
    store = BaselineStore(suite)
    named = next((decided.suite for decided in store.every_decision_set()), suite.stem)
    return [rows.of_undo(undo, named) for undo in store.undos()]


def _looks(suite: Path, files: Files) -> Iterable[Rows]:
    for look in LookStore(suite).looks():
        yield [*rows.of_look(look), *rows.of_answers(look, files.answers(look))]


def _steps(suite: Path, _files: Files) -> Iterable[Rows]:
    store = LookStore(suite)
    named = next((look.suite for look in store.looks()), suite.stem)
    return [rows.of_step(step, named) for step in store.steps()]


_SHELVES = (
    _Shelf(table=EpochRow, pattern="epoch-*.json", folder=_beside, read=_epochs),
    _Shelf(table=DecisionSetRow, pattern="decisions-*.json", folder=_beside, read=_decisions),
    _Shelf(table=UndoRow, pattern="undo-*.json", folder=_beside, read=_undos),
    _Shelf(table=LookRow, pattern="look-*.json", folder=_watched, read=_looks),
    _Shelf(table=StepRow, pattern="step-*.json", folder=_watched, read=_steps),
)
