"""Keep one reviewer's decisions on disk: whole, at each key press, and never over another's."""

import hashlib
import threading
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from harness.errors import DecisionError, StoreError, UsageError
from harness.loader.review import parse_review
from harness.model.review import Review
from harness.review.files import DECISIONS
from harness.store.files import read_bytes, write_atomic

LIMIT = 8_000_000
"""Bytes of a review."""
ABSENT = "none"
"""The revision of a file that is not there yet."""
_LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A review that is on disk.

    Attributes:
        revision: Of its file.
        votes: How many it holds.
    """

    revision: str
    votes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Another tab or person saved in between; nothing was written.

    Attributes:
        revision: Of what is on disk.
    """

    revision: str


class Keeper:
    """The file of one reviewer of one run.

    Attributes:
        run: Id of the run.
        reviewer: Who decides.
        path: The file.
    """

    def __init__(self, folder: Path, *, run: str, reviewer: str) -> None:
        """Take what is on disk already.

        Raises:
            UsageError: the reviewer's name makes no file name.
            DecisionError: what is on disk is broken, or another's.
            StoreError: it cannot be read.
        """
        self.run = run
        self.reviewer = unicodedata.normalize("NFC", " ".join(reviewer.split()))
        self.path = folder / decisions_name(run, self.reviewer)
        self._lock = threading.Lock()
        self.review()

    def review(self) -> Review | None:
        """Give what is on disk; None where there is no file.

        Raises:
            DecisionError: it is broken, or another's.
            StoreError: it cannot be read.
        """
        data = self.data()
        return self._own(data, str(self.path)) if data else None

    def held(self) -> bytes:
        """Give the file's bytes, which are a review of this run by this reviewer, or none.

        Raises:
            DecisionError: they are broken, or another's.
            StoreError: they cannot be read.
        """
        data = self.data()
        if data:
            self._own(data, str(self.path))
        return data

    def data(self) -> bytes:
        """Give the file's bytes; none where there is no file."""
        return read_bytes(self.path, limit=LIMIT) if self.path.exists() else b""

    def save(self, data: bytes, *, after: str, report: str) -> Saved | Moved:
        """Write a review, if what is on disk is what it goes on from.

        Args:
            data: The whole review.
            after: Revision of the file that it was made from.
            report: Digest of the sheets that the page shows.

        Raises:
            DecisionError: the bytes are no review of this run by this reviewer.
            StoreError: they cannot be written.
        """
        review = self._own(data, "the review")
        if review.report != report:
            raise DecisionError("the review is of another report; load the page again")
        if not self.path.parent.is_dir():
            raise StoreError(f"{self.path.parent}: the report's folder is gone; export and save")
        with self._lock:
            found = revision_of(self.data())
            if found != after:
                return Moved(revision=found)
            write_atomic(self.path, data)
        return Saved(revision=revision_of(data), votes=len(review.votes))

    def _own(self, data: bytes, where: str) -> Review:
        review = parse_review(data, file=where)
        if (review.run, review.reviewer) != (self.run, self.reviewer):
            raise DecisionError(
                f"{where}: it is of run {review.run} by {review.reviewer!r}, not of "
                f"{self.run} by {self.reviewer!r}; say another name with --as"
            )
        return review


def revision_of(data: bytes) -> str:
    """Name the bytes of a file; those that are not there have a name too."""
    return hashlib.sha256(data).hexdigest()[:16] if data else ABSENT


def decisions_name(run: str, reviewer: str) -> str:
    """Name the file of a reviewer's decisions.

    Raises:
        UsageError: nothing of the name can stand in a file's name.
    """
    kept = "".join(letter if _is_safe(letter) else "-" for letter in reviewer.strip())
    name = kept[:_LONGEST].strip("-.")
    if not name:
        raise UsageError(f"--as {reviewer!r}: say a name with letters or digits in it")
    return f"{DECISIONS}{run}-{name}.json"


def _is_safe(letter: str) -> bool:
    return letter.isalnum() or letter in "._-"
