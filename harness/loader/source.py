"""Read a suite's text: bounded, UTF-8, no characters that nobody can see."""

import re
import stat
from pathlib import Path

from harness.errors import SuiteError
from harness.loader.findings import Findings
from harness.loader.tree import Mark
from harness.store.conflicts import conflict_line, keep_one

MOST_BYTES = 1_000_000

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Controls, line ends that editors do not count, byte order marks, halves of a pair."""


def read_text(path: Path, findings: Findings) -> str:
    """Read the file at `path`.

    Raises:
        SuiteError: no readable file, too large, not UTF-8, in conflict, or with control
            characters.
    """
    data = _read_bytes(path, findings)
    if line := conflict_line(data):
        raise _refused(findings, keep_one(path), Mark(line=line, column=1))
    text = _decode(data, findings)
    for match in FORBIDDEN.finditer(text):
        if findings.full:
            break
        findings.problem_at(
            _mark(text, match.start()),
            f"control character U+{ord(match[0]):04X}; delete it, or write it as an escape "
            "in double quotes",
        )
    findings.stop_on_problems()
    return text


def read_bounded(path: Path, *, most: int = MOST_BYTES) -> bytes:
    """Read at most `most` + 1 bytes of a regular file.

    Raises:
        OSError: there is none, or it cannot be read.
        ValueError: not a name that a file can have.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError("is not a regular file")
    with path.open("rb") as file:
        return file.read(most + 1)


def _read_bytes(path: Path, findings: Findings) -> bytes:
    try:
        data = read_bounded(path)
    except FileNotFoundError:
        raise _refused(findings, "no such file; correct the path") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise _refused(findings, f"cannot be read: {why}; give a suite file") from error
    if len(data) > MOST_BYTES:
        raise _refused(findings, "is larger than 1 MB; split it into several suites")
    return data


def _decode(data: bytes, findings: Findings) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8", errors="replace")
        mark = _mark(before, len(before))
        message = f"is not UTF-8 (byte {error.object[error.start]:#04x}); save the file as UTF-8"
        raise _refused(findings, message, mark) from error


def _refused(findings: Findings, message: str, mark: Mark | None = None) -> SuiteError:
    findings.problem_at(mark, message)
    return SuiteError(findings.problems)


def _mark(text: str, index: int) -> Mark:
    """Count lines as the parser does: LF, CR LF and CR end one."""
    before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
    start = before.rfind("\n") + 1
    return Mark(line=before.count("\n") + 1, column=len(before) - start + 1)
