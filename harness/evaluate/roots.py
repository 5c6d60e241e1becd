"""Gather the names of the blobs that something still needs: the roots of pruning.

Any 64 hex digits that stand in a JSON file of a root count as a name, so that a form
that is not known yet protects its blobs as well.
"""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import StoreError
from harness.evaluate.holdings import holdings
from harness.evaluate.workspace import Workspace
from harness.store.committed import FOLDER
from harness.store.files import read_bytes, read_json
from harness.store.git import Repository, git_above

RECORDINGS, REPLACED, JOURNALS = "recordings", "replaced answers", "journals"
BASELINES, LOOKS, RUNS = "baselines and decisions", "monitor looks", "kept runs"
REFS = "git refs and indexes"
ALL = (RECORDINGS, REPLACED, JOURNALS, BASELINES, LOOKS, RUNS, REFS)

_NAME = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_OTHERS = re.compile(rb'"(?:cell|request_digest|accepted_before)": "[0-9a-f]{64}"')
"""Digests that are no blob's name; what else there may be is asked for in vain."""
_MOST = 1_000_000_000
"""Bytes of a journal."""
_NOT_OURS = frozenset({"node_modules", "__pycache__"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Roots:
    """What protects blobs.

    Attributes:
        named: The sha256s that each root names, by the root's name; every root is there.
        troubles: What could not be read; where there is any, the names are not all.
    """

    named: Mapping[str, frozenset[str]]
    troubles: tuple[str, ...]


class _Gathered:
    """Roots while they are gathered."""

    def __init__(self) -> None:
        self.named: dict[str, set[str]] = defaultdict(set)
        self.troubles: list[str] = []

    def file(self, root: str, path: Path) -> None:
        """Add what a file names; one that is no JSON may name more than can be seen."""
        try:
            if path.suffix == ".json":
                read_json(path)
            self.named[root] |= names_in(read_bytes(path, limit=_MOST))
        except StoreError as error:
            self.troubles.append(str(error))

    def files(self, folder: Path, spared: Callable[[Path], bool]) -> Iterator[Path]:
        """Give every file below `folder`, links followed, each folder once."""
        seen: set[str] = set()
        if not folder.exists():
            return
        for place, folders, files in os.walk(folder, onerror=self._unlisted, followlinks=True):
            real = os.path.realpath(place)
            here = Path(place)
            folders[:] = [name for name in folders if real not in seen and not spared(here / name)]
            if real not in seen:
                yield from (here / name for name in files)
            seen.add(real)

    def _unlisted(self, error: OSError) -> None:
        self.troubles.append(f"{error.filename}: cannot be listed ({error.strerror})")


def names_in(data: bytes) -> set[str]:
    """Give every sha256 that stands in a text."""
    return {name.decode() for name in _NAME.findall(data)}


def gather_roots(workspace: Workspace) -> Roots:
    """Read every root; what cannot be read is told, not passed over."""
    found = _Gathered()
    _recordings(workspace, found)
    _beside_suites(workspace, found)
    for path in found.files(workspace.reports, lambda _: False):
        if path.name == "run.json":
            found.file(RUNS, path)
    _refs(workspace, found)
    named = {root: frozenset(found.named[root]) for root in ALL}
    return Roots(named=named, troubles=tuple(dict.fromkeys(found.troubles)))


class _Shown(_Gathered):
    """Pictures that baselines and decisions name, while they are gathered."""

    def file(self, root: str, path: Path) -> None:
        try:
            self.named[root] |= names_in(_OTHERS.sub(b"", read_bytes(path, limit=_MOST)))
        except StoreError as error:
            self.troubles.append(str(error))


def pictures_beside(workspace: Workspace) -> frozenset[str]:
    """Give the sha256 of every picture that a baseline or a decision names."""
    found = _Shown()
    _beside_suites(workspace, found)
    return frozenset(found.named[BASELINES])


def _recordings(workspace: Workspace, found: _Gathered) -> None:
    for holding in holdings(workspace):
        found.troubles += holding.broken
    folder, blobs = workspace.root / workspace.settings.cassettes, workspace.blobs.root
    for path in found.files(folder, lambda place: place == blobs):
        if path.suffix == ".jsonl" or path.name.startswith("_journal"):
            found.file(JOURNALS, path)
        elif path.suffix == ".json" and path.parent.name != FOLDER:  # a measure protects nothing
            found.file(REPLACED if "_replaced" in path.parts else RECORDINGS, path)


def _beside_suites(workspace: Workspace, found: _Gathered) -> None:
    """Read what lies beside suites, wherever suites lie."""
    cassettes = workspace.root / workspace.settings.cassettes
    told = (workspace.root / path for path in workspace.settings.suites)
    folders = {path if path.is_dir() else path.parent for path in told}

    def spared(place: Path) -> bool:
        ours = place in (cassettes, workspace.reports, workspace.state)
        return ours or place.name.startswith(".") or place.name in _NOT_OURS

    for folder in sorted({workspace.root, *folders}):
        for path in found.files(folder, spared):
            if path.suffix == ".json" and path.parent.suffix == ".baseline":
                found.file(BASELINES, path)
            elif path.suffix == ".json" and path.parent.suffix == ".monitor":
                found.file(LOOKS, path)


def _refs(workspace: Workspace, found: _Gathered) -> None:
    """Read the refs of every repository that something of the workspace lies in."""
    settings = workspace.settings
    parts = (Path(), settings.cassettes, settings.reports, *settings.suites)
    places = {git_above(workspace.root / part) for part in parts}
    for top in sorted(place for place in places if place is not None):
        try:
            for data in Repository(top, environ=workspace.environ).json_files():
                found.named[REFS] |= names_in(data)
        except StoreError as error:
            found.troubles.append(str(error))
