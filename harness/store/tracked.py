"""Name the files below a folder: those that git tracks, or every one."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_MOVING = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX"
)  # fmt: skip
"""What a hook sets, and what would lead to another repository."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Files below a folder.

    Attributes:
        paths: Sorted; no links, nothing of `.git`.
        passed_over: How many others git knows of and does not track, ignored ones left out.
    """

    paths: tuple[Path, ...]
    passed_over: int = 0


def every_file(folder: Path) -> Files:
    """Name every file below `folder`; links are not followed."""
    return Files(paths=tuple(sorted(_walked(folder))))


def _walked(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".git"]
        for name in names:
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                yield path


def tracked_files(folder: Path, *, environ: Mapping[str, str]) -> Files | None:
    """Name the files below `folder` that git tracks, as they lie here; None outside of git.

    Git that is not installed, or refuses the folder, counts as no git: then there is no
    telling what is tracked.
    """
    kept = _listed(folder, environ=environ, words=("--cached",))
    if kept is None:
        return None
    others = _listed(folder, environ=environ, words=("--others", "--exclude-standard")) or []
    paths = (folder / name for name in kept)
    found = sorted(path for path in paths if path.is_file() and not path.is_symlink())
    return Files(paths=tuple(found), passed_over=len(others))


def is_tracked(folder: Path, *, environ: Mapping[str, str]) -> bool:
    """Tell whether git tracks a file below `folder`; without git nothing is tracked."""
    return bool(folder.is_dir() and _listed(folder, environ=environ, words=("--cached",)))


def _listed(
    folder: Path, *, environ: Mapping[str, str], words: tuple[str, ...]
) -> list[str] | None:
    """Run `git ls-files`; no program of the repository's is run by it."""
    kept = {name: value for name, value in environ.items() if name not in _MOVING}
    command = ["git", "-C", str(folder), "-c", "core.fsmonitor=false", "ls-files", "-z", *words]
    try:
        done = subprocess.run(command, env=kept, capture_output=True, check=False)
    except OSError:
        return None
    if done.returncode:
        return None
    return list(dict.fromkeys(os.fsdecode(name) for name in done.stdout.split(b"\0") if name))
