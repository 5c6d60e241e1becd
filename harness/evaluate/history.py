"""Keep the history: made of the files when it is asked for, or at the end of each run.

SQLAlchemy takes half a second to load, a fifth of a small replay. So a run leaves the
workspace's own history alone: `trends` reads what is new. Where a database is set, rows
are added at the end of each run, for the machine that ran may be gone the next minute.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import HarnessError, UsageError
from harness.evaluate.standing import answer_of, sample_of
from harness.evaluate.workspace import Workspace
from harness.history.own import FILE
from harness.loader import find_suites
from harness.model.monitor import Look
from harness.model.run import Run
from harness.model.sample import Sample
from harness.recording.interaction import Interaction

if TYPE_CHECKING:
    from harness.history.address import Address
    from harness.history.sync import Files
    from harness.history.trends import Month, Trend  # all of them load SQLAlchemy


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends:
    """What the history says.

    Attributes:
        suites: In the order asked for, else by their ids.
        months: What each month cost at each endpoint.
        where: The database, without its password.
        added: How many things were new in it.
        unread: Files that could not be read, a sentence each.
    """

    suites: "tuple[Trend, ...]"
    months: "tuple[Month, ...]"
    where: str
    added: int
    unread: tuple[str, ...]


def trends(
    workspace: Workspace,
    *,
    suites: Sequence[str] = (),
    since: str = "",
    rebuild: bool = False,
    told: Callable[[str], None] = lambda _: None,
) -> Trends:
    """Bring the history up to the files, and tell what it says.

    Args:
        workspace: Whose history.
        suites: Their ids; all that are known if none.
        since: The first day that counts; empty for all.
        rebuild: The workspace's own is deleted before; in a database that is set, what
            these files hold is read again, and what others added stays.
        told: Is told what takes its time, in one line.

    Raises:
        UsageError: the history does not know a suite, or what is set is no database.
        HistoryError: the database fails.
    """
    from harness.history.database import opened, remove
    from harness.history.queries import known_suites, months, trend
    from harness.history.sync import sync

    where = _address(workspace)
    if rebuild:
        remove(where)
    with opened(where) as database:
        files = _files(workspace, _suites(workspace))
        synced = sync(database, replace(files, told=told), anew=rebuild)
        wanted = _wanted(suites, known_suites(database))
        return Trends(
            suites=tuple(trend(database, name, since=since) for name in wanted),
            months=months(database, since=since),
            where=where.shown,
            added=synced.added,
            unread=tuple(synced.unread),
        )


def trends_of(run: Run, folder: Path, workspace: Workspace) -> Trends:
    """Tell what the history says of a run's suites, with that run and nothing else that is new.

    Args:
        run: The run.
        folder: Where it is kept.
        workspace: Whose history.

    Raises:
        UsageError: what is set is no database.
        HistoryError: the database fails.
    """
    from harness.history.database import opened
    from harness.history.queries import known_suites, months, trend
    from harness.history.sync import sync

    where = _address(workspace)
    beside = tuple(workspace.root / suite.path for suite in run.suites)
    with opened(where) as database:
        synced = sync(database, replace(_files(workspace, beside), runs=(folder,)))
        known = known_suites(database)
        return Trends(
            suites=tuple(trend(database, s.suite) for s in run.suites if s.suite in known),
            months=months(database),
            where=where.shown,
            added=synced.added,
            unread=tuple(synced.unread),
        )


def _wanted(suites: Sequence[str], known: Sequence[str]) -> Sequence[str]:
    """Give the suites asked for, else those that are known; nothing is known at first."""
    unknown = next((name for name in suites if name not in known), None)
    if unknown is not None and known:
        raise UsageError(
            f"the history knows no suite {unknown!r}; it knows {', '.join(known)}; "
            "a suite is in it once it was run"
        )
    return suites or known


def remember(workspace: Workspace, *, suites: Sequence[Path], runs: Sequence[Path] = ()) -> str:
    """Add what is new to the database that is set; do nothing where none is.

    Args:
        workspace: Whose files.
        suites: The suites' files whose epochs, decisions and looks are looked at.
        runs: Folders of the runs that are looked at.

    Returns:
        Why that failed, in one line; empty where it did not. It never raises.
    """
    if workspace.settings.history is None:
        return ""
    from harness.history.database import opened
    from harness.history.sync import sync

    try:
        with opened(_address(workspace)) as database:
            synced = sync(database, replace(_files(workspace, suites), runs=tuple(runs)))
    except HarnessError as error:
        return f"the history has nothing of this: {error}; later, harness trends adds it"
    return f"the history lacks some files: {synced.unread[0]}" if synced.unread else ""


def remember_run(run: Run, folder: Path, workspace: Workspace) -> str:
    """Add a run that was kept in `folder`, and what lies beside its suites; as `remember`."""
    suites = [workspace.root / suite.path for suite in run.suites]
    return remember(workspace, suites=suites, runs=[folder])


def has_history(workspace: Workspace) -> bool:
    """Tell whether a database is set, or the workspace's own was asked before."""
    if workspace.settings.history is not None:
        return True
    return (workspace.state / FILE).is_file()


def _address(workspace: Workspace) -> "Address":
    from harness.history.address import address

    said = workspace.settings.history
    return address(said.url if said else "", root=workspace.root, state=workspace.state)


def _suites(workspace: Workspace) -> tuple[Path, ...]:
    """Find the suites' files; none where nothing is there any more."""
    try:
        return find_suites([workspace.root / path for path in workspace.settings.suites])
    except UsageError:
        return ()


def _files(workspace: Workspace, suites: Sequence[Path]) -> "Files":
    from harness.history.sync import Files

    return Files(reports=workspace.reports, suites=tuple(suites), answers=_answers_of(workspace))


def _answers_of(workspace: Workspace) -> Callable[[Look], Iterator[Sample]]:
    """Give what reads the answers of a look; none where its recording is gone or broken."""

    def answers(look: Look) -> Iterator[Sample]:
        if not look.recording:
            return
        try:
            items = workspace.cassettes(look.suite, look.recording).load()
            yield from (_sample(item, workspace) for item in items if not item.is_reply)
        except HarnessError:
            return

    return answers


def _sample(item: Interaction, workspace: Workspace) -> Sample:
    named = f"{item.key.case}[{item.key.variant}]" if item.key.variant else item.key.case
    return sample_of(item, answer_of(item, workspace.blobs), workspace, variant_id=named)
