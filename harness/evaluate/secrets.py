"""The story of secrets in files: find them for CI, and take them out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import UsageError
from harness.evaluate.workspace import Workspace
from harness.recording.secrets.lint import Finding, Linter
from harness.recording.secrets.mend import Mended, mend
from harness.settings import FILE
from harness.store.tracked import Files, every_file, tracked_files


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """What was found in files.

    Attributes:
        findings: Secrets, in the order of the files.
        warnings: What is worth a word.
        files: How many files were looked at.
        passed_over: How many were not, since git does not track them.
    """

    findings: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    files: int
    passed_over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubbed:
    """What became of files that held secrets.

    Attributes:
        files: Each that held something.
        passed_over: How many were not looked at, since git does not track them.
    """

    files: tuple[Mended, ...]
    passed_over: int

    @property
    def left(self) -> tuple[Finding, ...]:
        return tuple(finding for file in self.files for finding in file.left)


def lint(paths: Sequence[Path], workspace: Workspace, *, every: bool) -> Linted:
    """Look for secrets in files.

    Args:
        paths: Files and folders; the recordings, suites and settings if there are none.
        workspace: Whose keys are looked for, where any are set.
        every: Also files that git does not track.

    Raises:
        StoreError: a file cannot be read.
        UsageError: a path is not there.
    """
    linter = linter_of(workspace)
    files = _files(paths, workspace, every=every)
    found = [finding for path in files.paths for finding in linter.lint(path)]
    return Linted(
        findings=tuple(finding for finding in found if finding.grave),
        warnings=tuple(finding for finding in found if not finding.grave),
        files=len(files.paths),
        passed_over=files.passed_over,
    )


def scrub(paths: Sequence[Path], workspace: Workspace, *, every: bool, dry_run: bool) -> Scrubbed:
    """Take secrets out of files, one after the other.

    Args:
        paths: As for `lint`.
        workspace: As for `lint`.
        every: Also files that git does not track.
        dry_run: Change nothing.

    Raises:
        StoreError: a file cannot be read or written; those before it are mended.
        UsageError: a path is not there.
    """
    linter = linter_of(workspace)
    files = _files(paths, workspace, every=every)
    became = [mend(path, linter, dry_run=dry_run) for path in files.paths]
    return Scrubbed(
        files=tuple(file for file in became if file.found), passed_over=files.passed_over
    )


def linter_of(workspace: Workspace) -> Linter:
    """Build the linter with the keys and the key headers of the workspace."""
    headers = [endpoint.key_header for endpoint in workspace.settings.endpoints.values()]
    return Linter(workspace.keys(), key_headers=headers)


def _files(paths: Sequence[Path], workspace: Workspace, *, every: bool) -> Files:
    """Name the files to look at; one that is named itself counts, tracked or not."""
    found: dict[Path, None] = {}
    passed_over = 0
    for path in paths or tuple(_usual(workspace)):
        if not path.exists():
            raise UsageError(f"{path}: is not there; name a file or a folder")
        part = _below(path, workspace, every=every)
        found.update(dict.fromkeys(part.paths))
        passed_over += part.passed_over
    return Files(paths=tuple(found), passed_over=passed_over)


def _below(path: Path, workspace: Workspace, *, every: bool) -> Files:
    if not path.is_dir():
        return Files(paths=(path,))
    tracked = None if every else tracked_files(path, environ=workspace.environ)
    return tracked or every_file(path)


def _usual(workspace: Workspace) -> Iterator[Path]:
    """Name the recordings, the suites with what lies beside them, and the settings."""
    settings, root = workspace.settings, workspace.root
    usual: list[Path] = [root / settings.cassettes]
    for place in settings.suites:
        suites = root / place
        usual.append(suites)
        usual += [] if suites.is_dir() else _beside(suites)
    yield from (path for path in (*usual, root / FILE) if path.exists())


def _beside(suite: Path) -> list[Path]:
    """Name the baseline and the looks of one suite's file."""
    return [suite.with_suffix(ending) for ending in (".baseline", ".monitor")]
