"""Say what is handed to an executor: a task, the files that it reads, and whose they are."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

P = TypeVar("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that a task reads.

    Attributes:
        path: Where it lies.
        sha256: What it must hold; empty where nobody knows yet.
        data: Its bytes, where they were sent along; a worker elsewhere has no such file.
    """

    path: Path
    sha256: str = ""
    data: bytes | None = None

    def read(self, by: Callable[[Path], bytes] = Path.read_bytes) -> bytes:
        """Give its bytes.

        Args:
            by: How the file is read where no bytes were sent along.

        Raises:
            OSError: the file cannot be read; or what `by` raises.
        """
        return by(self.path) if self.data is None else self.data


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Generic[P]):
    """One piece of work: done twice it gives the same, and it leaves nothing behind.

    Attributes:
        key: Names its result by content: the version of what is computed, the sha256 of
            what is read, the parameters. Empty where there is no better name than all of it.
        about: The parameters.
        files: What it reads.
    """

    key: str = ""
    about: P
    files: tuple[Source, ...] = ()

    @property
    def shown(self) -> str:
        """Name it for people: by its files."""
        return " and ".join(str(file.path) for file in self.files) or self.key or "a calculation"
