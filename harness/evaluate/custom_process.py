"""Keep the child process in which checks of a suite's own run, and hear it out."""

import contextlib
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from harness.evaluate.custom_child import MOST_CHARACTERS, MOST_FINDINGS
from harness.loader.place import printable
from harness.model.custom import CheckFinding
from harness.model.verdict import Status

log = logging.getLogger(__name__)

MOST_BYTES = 1_000_000
"""Of an answer: 21 findings of 500 characters, each of 12 bytes at most, are far below."""
MOST_LINES = 100
"""Of what a check prints that are logged; the rest is dropped."""

LAST_WORDS_S = 2.0
"""Seconds that are waited for the pipes of a process that was ended."""

_ROOT = str(Path(__file__).resolve().parents[2])
_START = """
import sys
packages = (at for at, path in enumerate(sys.path) if path.endswith("-packages"))
sys.path.insert(next(packages, len(sys.path)), sys.argv[1])
from harness.evaluate.custom_child import serve
serve()
"""
"""The child finds this very harness: behind the standard library, before what is installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a check answered of one sample.

    Attributes:
        findings: What it found.
        problem: Why it did not answer, in one line; empty where it did.
        broken: Its process had to be ended, or ended itself.
    """

    findings: tuple[CheckFinding, ...] = ()
    problem: str = ""
    broken: bool = False


class CheckProcess:
    """A Python process without our keys, started when it is first asked, and again if it breaks."""

    def __init__(self, *, environ: Mapping[str, str], seconds: float) -> None:
        self._environ = dict(environ)
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._threads: list[threading.Thread] = []
        self._number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def ask(self, request: Mapping[str, Any]) -> Reply:
        """Let a check look at a sample, for as long as one may take."""
        process = self._process = self._process or self._start()
        answers: queue.Queue[bytes] = queue.Queue()
        self._number += 1
        line = json.dumps({**request, "number": self._number}).encode() + b"\n"
        self._begin(_talk, process, line, answers)
        try:
            raw = answers.get(timeout=self._seconds)
        except queue.Empty:
            self._stop()
            said = f"took longer than {self._seconds:g} s; make it faster, or raise check_seconds"
            return Reply(problem=said, broken=True)
        if raw.endswith(b"\n"):
            return self._heard(raw)
        self._stop()
        if raw:
            return Reply(problem=f"answered with more than {MOST_BYTES} bytes", broken=True)
        return Reply(problem=f"ended its process ({_end(process.returncode)})", broken=True)

    def _heard(self, raw: bytes) -> Reply:
        """Read an answer; behind one that is not to this question, none could be believed."""
        reply = reply_of(raw, number=self._number)
        if reply.broken:
            self._stop()
        return reply

    def _start(self) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, _ROOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self._environ,
            start_new_session=True,
        )
        self._begin(_log, process)
        return process

    def _begin(self, function: Callable[..., None], *words: object) -> None:
        thread = threading.Thread(target=function, args=words, daemon=True)
        thread.start()
        self._threads = [other for other in self._threads if other.is_alive()] + [thread]

    def _stop(self) -> None:
        """End the process and all that it started."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for thread in self._threads:
            thread.join(timeout=LAST_WORDS_S)
        if any(thread.is_alive() for thread in self._threads):
            return  # what it started got away, and holds the pipes
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _talk(process: "subprocess.Popen[bytes]", line: bytes, answers: "queue.Queue[bytes]") -> None:
    """Exchange a line; an empty answer tells that the process is gone."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(line)
        process.stdin.flush()
        answers.put(process.stdout.readline(MOST_BYTES))
    except (OSError, ValueError):
        answers.put(b"")


def _log(process: "subprocess.Popen[bytes]") -> None:
    """Take what checks print, so that they never wait for a reader."""
    stream = process.stderr
    assert stream is not None
    for _ in range(MOST_LINES):
        line = stream.readline(MOST_CHARACTERS)
        if not line:
            return
        log.info("a check says: %s", printable(line.decode(errors="replace").rstrip()))
    while stream.read(65_536):
        pass


def _end(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    return f"killed by signal {-code}"


def reply_of(raw: bytes, *, number: int) -> Reply:
    """Read the answer to a question by its number; the process can be made to write anything."""
    try:
        tree = json.loads(raw)
        if tree["number"] != number:
            return Reply(problem="answered out of turn", broken=True)
        if "problem" in tree:
            return Reply(problem=_line(tree["problem"]))
        found = tuple(
            CheckFinding(message=_line(item["message"]), status=Status(item["status"]))
            for item in tree["findings"][: MOST_FINDINGS + 1]
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return Reply(problem="answered with something else than findings", broken=True)
    return Reply(findings=found)


def _line(text: object) -> str:
    return printable(str(text)[:MOST_CHARACTERS])
