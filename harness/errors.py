"""Say why no verdict could be reached.

The tree, with the exit code that each class owns (DESIGN section 6)::

    HarnessError                  101  a fault of the harness itself
    ├── UsageError                  2  what was asked cannot be done as asked
    │   ├── SuiteError              2  a suite file, with every problem in it
    │   ├── SettingsError           2  harness.toml, the environment, a flag
    │   ├── CatalogueError          2  a model, size or ratio that nobody offers
    │   ├── CassetteError           2  a recording that cannot be read or imported
    │   ├── DecisionError           2  a baseline or decision that does not fit
    │   └── NothingSelected         5  a selection that leaves no sample
    ├── StoreError                  2  a file of ours that is missing, broken or locked
    │   ├── BlobMissing             3  a picture's bytes are not here
    │   │   └── BlobForgotten       3  a picture that was forgotten on purpose
    │   ├── BlobCorrupt             2  bytes that are not what their name says
    │   ├── BucketError             3  the bucket of the blobs cannot be used
    │   └── HistoryError            2  the database of the history fails
    ├── SecretFound                 2  a key was about to be written
    ├── ImageError                  2  bytes that are no usable picture
    ├── FingerprintMismatch         2  fingerprints that cannot be compared
    ├── SpendingRefused             4  a cap, or a confirmation that was not given
    ├── Unrecorded                  3  a replay that asked for what was never recorded
    ├── ComputeError                3  who measures is not there, was lost, or is killed by a file
    └── ProviderError               3  the service did not answer with an answer
        ├── KeyRejected             3  wrong, missing, expired, leaked or blocked key
        ├── RequestRejected         3  400, 404: the request itself is refused
        ├── QuotaExhausted          3  429, with the delay that the service asks for
        ├── ServiceFailed           3  5xx
        ├── Unreachable             3  a connection that broke; it may be charged
        │   └── NoConnection        3  no connection at all; nothing was sent
        ├── DeadlineExceeded        3  no answer in the time that was given
        └── MalformedAnswer         3  an answer that is not in the service's form

A red picture is a verdict, a value; none of these.
"""

from dataclasses import dataclass
from typing import Self


class HarnessError(Exception):
    """Be the root of everything that the harness raises on purpose."""

    exit_code = 101


class UsageError(HarnessError):
    """What was asked cannot be done as asked."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a file that people write.

    Attributes:
        file: Path as the user gave it.
        line: Line, from 1; 0 where the file as a whole is meant.
        column: Column, from 1; 0 where the file as a whole is meant.
        path: Where in the document, e.g. `cases[1].sample`; may be empty.
        message: What is wrong and what to do.
    """

    file: str
    line: int = 0
    column: int = 0
    path: str = ""
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class SuiteError(UsageError):
    """A suite file is wrong; all its problems at once.

    Attributes:
        problems: In the order of the file, at least one.
        warnings: What else is worth saying of the files, each with its place.
    """

    def __init__(self, problems: tuple[Problem, ...], warnings: tuple[str, ...] = ()) -> None:
        self.problems = problems
        self.warnings = warnings
        super().__init__("\n".join(str(problem) for problem in problems))

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """Come whole out of a worker process: by what it was made of, not by its text."""
        return type(self), (self.problems, self.warnings)


class SettingsError(UsageError):
    """harness.toml, an environment variable or a flag is wrong."""


class CatalogueError(UsageError):
    """A model, size, ratio or price that the catalogue does not hold."""


class CassetteError(UsageError):
    """A recording that cannot be read, or is of a form that cannot be imported."""


class DecisionError(UsageError):
    """A baseline or a decision that does not fit what is recorded."""


class NothingSelected(UsageError):
    """A selection that leaves nothing to do."""

    exit_code = 5


class StoreError(HarnessError):
    """A file of the harness is missing, broken, locked or cannot be written."""

    exit_code = 2


class BlobMissing(StoreError):
    """A picture's bytes are not in the blob store."""

    exit_code = 3


class BlobForgotten(BlobMissing):
    """A picture that was forgotten on purpose: its bytes are gone, a tombstone says why."""


class BlobCorrupt(StoreError):
    """A blob's bytes do not have the sha256 that they are named by."""


class BucketError(StoreError):
    """The place that `blobs` names cannot be reached, or does not let us in."""

    exit_code = 3


class HistoryError(StoreError):
    """The database of the history fails; the files that it is made of are as they were."""


class SecretFound(HarnessError):
    """Something that holds a key was about to be written; nothing was."""

    exit_code = 2


class ImageError(HarnessError):
    """Bytes that are no usable picture: broken, unknown, or too large to be honest."""

    exit_code = 2


class FingerprintMismatch(HarnessError):
    """Fingerprints of different method, length or version."""

    exit_code = 2


class SpendingRefused(HarnessError):
    """A cap would be passed, or a confirmation was not given; nothing more was spent."""

    exit_code = 4


class Unrecorded(HarnessError):
    """A replay was asked for an answer that was never recorded."""

    exit_code = 3


class ComputeError(HarnessError):
    """The processes or the cluster that measure are not there, or were lost for good."""

    exit_code = 3


class ProviderError(HarnessError):
    """The service did not answer with an answer.

    Attributes:
        status: HTTP status, 0 where no answer came.
        reason: The service's own word, e.g. `"RESOURCE_EXHAUSTED"`; may be empty.
        retry_after: Seconds that the service asks to wait, or None.
        attempts: How many calls were made for the answer, this one included.
    """

    exit_code = 3
    attempts = 1

    def __init__(
        self, message: str, *, status: int = 0, reason: str = "", retry_after: float | None = None
    ) -> None:
        self.status = status
        self.reason = reason
        self.retry_after = retry_after
        super().__init__(message)


class KeyRejected(ProviderError):
    """The key is missing, wrong, expired, leaked, or may not use this service."""


class RequestRejected(ProviderError):
    """The request itself is refused: asking again changes nothing."""


class QuotaExhausted(ProviderError):
    """Too many requests, or none left: 429.

    Attributes:
        lasting: No wait of minutes helps: a quota a day is used up, or the quota is 0.
    """

    lasting = False


class ServiceFailed(ProviderError):
    """The service failed: 5xx."""


class Unreachable(ProviderError):
    """A connection that broke: the request may have arrived, and be charged."""


class NoConnection(Unreachable):
    """No connection could be made: nothing was sent."""


class DeadlineExceeded(ProviderError):
    """No answer in the time that was given."""


class MalformedAnswer(ProviderError):
    """An answer that is not in the service's form."""
