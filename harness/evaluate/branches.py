"""Find what a merge left in files of ours, and what git does not see: `validate` names it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import Problem, StoreError
from harness.evaluate.holdings import all_recordings
from harness.evaluate.workspace import Workspace
from harness.judging.contested import contested
from harness.judging.unheld import Unheld, unheld
from harness.model.baseline import Epoch
from harness.model.identity import cell_digest
from harness.model.suite import Suite
from harness.recording.glance import Glance, answers, glances
from harness.report.words import count_of
from harness.store.conflicts import conflict_line, keep_one
from harness.store.files import read_bytes
from harness.store.lineage import Lineage

_LARGEST = 64_000_000
_AGAIN = "look at it again: harness run, harness review, harness approve --from FILE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with files of the harness.

    Attributes:
        kind: `conflict`, `broken`, `twice`, `contested`, `unheld`, `epochs` or `absent`.
        problem: Where, what, and what to do.
        is_error: It has to be mended; else it is a warning.
    """

    kind: str
    problem: Problem
    is_error: bool = True


def conflicts(workspace: Workspace) -> tuple[Fault, ...]:
    """Find the files of ours in which a merge left both sides; suites need not be readable."""
    return tuple(_conflicts(_files(workspace)))


def faults(suites: Sequence[Suite], workspace: Workspace) -> tuple[Fault, ...]:
    """Hold the recordings and decisions of suites against themselves; no picture is read.

    Args:
        suites: Theirs are looked at, with every case that a selection leaves out.
        workspace: Where they lie.
    """
    ids = {suite.id for suite in suites}
    looked: dict[str, list[Glance]] = {suite: [] for suite in ids}
    for place in all_recordings(workspace):
        if place.suite in ids:
            looked[place.suite] += glances(place.folder)
    found: list[Fault] = []
    for suite in suites:
        found += _of_recordings(suite, looked[suite.id], workspace)
        found += _of_baseline(suite, looked[suite.id], workspace)
    return tuple(found)


def undecidable(suite: Suite, workspace: Workspace, *, held: frozenset[str]) -> Iterator[str]:
    """Say which decisions of a suite decide nothing, though what they are of is asked for.

    Args:
        suite: Whose decisions are looked at.
        workspace: Where they lie.
        held: sha256 of pictures that are known to be recorded; where a decision names
            another, every recording of the suite is looked through.

    Yields:
        What is so, and what to do.
    """
    store = workspace.baselines(suite)
    sets = store.decision_sets()
    for each in contested(sets, store.every_decision_set()):
        yield f"{each.what}: {each}; {_AGAIN}"
    cells = _cells(suite)
    if any(each.open for each in unheld(sets, held=held, cells=cells)):
        held |= _held(suite, workspace)
        for lost in unheld(sets, held=held, cells=cells):
            if lost.open:
                yield f"{lost.source}.json {lost}; {_AGAIN}"


def _held(suite: Suite, workspace: Workspace) -> frozenset[str]:
    places = (place for place in all_recordings(workspace) if place.suite == suite.id)
    every = (single.blobs for place in places for single in glances(place.folder))
    return frozenset[str]().union(*every)


def _cells(suite: Suite) -> frozenset[str]:
    return frozenset(
        cell_digest(variant.turns[: turn + 1])
        for variant in (*suite.variants, *suite.left_out)
        for turn in range(len(variant.turns))
    )


def _files(workspace: Workspace) -> Iterator[Path]:
    """Name every file of ours in git that is text; what a bucket holds is not looked at."""
    cassettes = workspace.root / workspace.settings.cassettes
    for folder in sorted(cassettes.glob("*/*")):
        if folder.parent.name != "blobs" and folder.is_dir():
            yield from sorted(folder.rglob("*.json*"))
    yield from sorted(workspace.blobs.root.glob("_forgotten/*/*.json"))
    for place in workspace.settings.suites:
        where = workspace.root / place
        home = where if where.is_dir() else where.parent
        for ending in ("baseline", "monitor"):
            yield from sorted(home.rglob(f"*.{ending}/*.json"))


def _conflicts(paths: Iterable[Path]) -> Iterator[Fault]:
    for path in paths:
        try:
            line = conflict_line(read_bytes(path, limit=_LARGEST))
        except StoreError as error:
            yield _fault("broken", path, str(error))
            continue
        if line:
            yield _fault("conflict", path, keep_one(path), line=line)


def _of_recordings(suite: Suite, looked: Sequence[Glance], workspace: Workspace) -> Iterator[Fault]:
    for single in looked:
        if single.conflict:
            said = f"{keep_one(single.path)}; harness run --live missing records what it lacks"
            where = f"{suite.id}/{single.about}" if single.about else ""
            yield _fault("conflict", single.path, said, line=single.conflict, where=where)
        elif single.broken:
            yield _fault("broken", single.path, single.broken)
    yield from _twice(looked)
    yield from _absent(looked, workspace)


def _twice(looked: Sequence[Glance]) -> Iterator[Fault]:
    """Find answers of one place in two files of a recording, or twice in one."""
    seen: dict[tuple[Path, bytes], Path] = {}
    for single in looked:
        others = []
        for place in single.places:
            other = seen.setdefault((single.path.parent, place), single.path)
            if other != single.path:
                others.append((place, other))
        if len(set(single.places)) < len(single.places):
            said = "holds two answers of one sample; delete one of them, or restore it from git"
            yield _fault("twice", single.path, said)
        if others:
            yield _copied(single.path, others)


def _copied(path: Path, others: Sequence[tuple[bytes, Path]]) -> Fault:
    """Say of a file that it answers what other files answer; equal answers are a mere copy."""
    mine = answers(path, path.read_bytes())
    differ = any(
        mine[place] != answers(other, other.read_bytes())[place] for place, other in others
    )
    names = ", ".join(dict.fromkeys(other.name for _, other in others))
    what = "other answers of the samples" if differ else "the answers"
    said = f"holds {what} that {names} holds: a copy, or left by a merge; move one of them away"
    return _fault("twice", path, said, is_error=differ)


def _absent(looked: Sequence[Glance], workspace: Workspace) -> Iterator[Fault]:
    blobs = workspace.blobs
    here = {path.name[:64] for path in blobs.root.glob("??/*")}
    for single in looked:
        gone = sorted(sha for sha in single.blobs - here if sha not in blobs.tombstones)
        if gone:
            said = (
                f"{count_of(len(gone), 'blob')} of it not here, e.g. {gone[0][:12]}; "
                "fetch what is missing: harness cassette pull, or git lfs pull"
            )
            yield _fault("absent", single.path, said, is_error=False)


def _of_baseline(suite: Suite, looked: Sequence[Glance], workspace: Workspace) -> Iterator[Fault]:
    store = workspace.baselines(suite)
    broken = tuple(_unreadable(store.folder))
    yield from broken
    if broken:
        return
    try:
        sets, epochs = store.decision_sets(), store.epochs()
        for each in contested(sets, store.every_decision_set()):
            path = store.folder / f"{each.words[-1][0]}.json"
            yield _fault("contested", path, f"{each}; {_AGAIN}", where=each.what)
        heads = _unlike(Lineage(epochs).heads(epochs))
    except StoreError as error:
        name, _, said = str(error).partition(": ")
        yield _fault("broken", Path(name), said)
        return
    held = frozenset[str]().union(*(single.blobs for single in looked))
    for lost in unheld(sets, held=held, cells=_cells(suite)):
        yield _unheld(lost, store.folder)
    if len(heads) > 1:
        names = ", ".join(epoch.id for epoch in heads)
        said = (
            f"{names} were pinned on two branches, neither knowing the other; the newest is in "
            f"force: pin what shall hold: harness baseline pin {heads[-1].recording}"
        )
        yield _fault("epochs", store.folder / f"{heads[-1].id}.json", said, is_error=False)


def _unlike(heads: tuple[Epoch, ...]) -> tuple[Epoch, ...]:
    """Leave out all but the last of heads that pin the same answers."""
    return heads if any(epoch.samples != heads[-1].samples for epoch in heads) else heads[-1:]


def _unreadable(folder: Path) -> Iterator[Fault]:
    return _conflicts(sorted(folder.glob("*.json")))


def _unheld(lost: Unheld, folder: Path) -> Fault:
    what = f"{lost}; {_AGAIN}" if lost.open else f"{lost}; it decides nothing"
    return _fault("unheld", folder / f"{lost.source}.json", what, is_error=lost.open)


def _fault(
    kind: str,
    path: Path,
    message: str,
    *,
    line: int = 0,
    where: str = "",
    is_error: bool = True,
) -> Fault:
    """Give a fault; a message that begins with its file loses it."""
    said = message.removeprefix(f"{path}: ")
    problem = Problem(file=str(path), line=line, column=min(line, 1), path=where, message=said)
    return Fault(kind=kind, problem=problem, is_error=is_error)
