"""Type a document's commands into one shell, as a person at a terminal would."""

import contextlib
import os
import pty
import signal
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 240
"""Seconds until a command that never ends is a failure, and not a hang."""
CARRIED = """\
test -f "$STATE/env" && . "$STATE/env"
test -f "$STATE/pwd" && cd "$(cat "$STATE/pwd")"
{command}
code=$?
export -p >"$STATE/env"
pwd >"$STATE/pwd"
exit $code
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a command ended with and printed, both streams together."""

    code: int
    text: str


class Shell:
    """A shell with a terminal, on which somebody says yes to every question."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder = folder
        self._state = folder.parent / f"{folder.name}.shell"
        self._state.mkdir(exist_ok=True)
        self._environ = {**environ, "STATE": str(self._state)}
        self._begun: list[subprocess.Popen[str]] = []
        self._ours, self._theirs = pty.openpty()
        os.write(self._ours, b"y\n" * 400)

    def run(self, command: str) -> Done:
        """Run a command to its end; exports and folders last to the next one."""
        process = self._start(CARRIED.replace("{command}", command))
        try:
            text, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            text, _ = process.communicate()
            text += f"\nnot at its end after {PATIENCE} s"
        return Done(code=process.returncode, text=text)

    def serve(self, command: str) -> tuple["subprocess.Popen[str]", str]:
        """Start what runs on until it is ended; give it and the address that it says."""
        command = command.rstrip("& ")
        before = '. "$STATE/env"; cd "$(cat "$STATE/pwd")"; ' if self._begun_before() else ""
        process = self._start(f"{before}exec {command}")
        self._begun.append(process)
        late = threading.Timer(PATIENCE, os.killpg, (process.pid, signal.SIGKILL))
        late.start()
        read = []
        for line in process.stdout:
            read.append(line)
            if "http://127.0.0.1:" in line:
                break
        late.cancel()
        text = "".join(read)
        _, _, address = text.partition("http://127.0.0.1:")
        assert address, f"{command}: it said no address: {text}"
        return process, f"http://127.0.0.1:{address.split()[0].rstrip('.,;)')}"

    def _begun_before(self) -> bool:
        return (self._state / "env").exists()

    def close(self) -> None:
        """End what still runs."""
        for process in self._begun:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            process.stdout.close()
        os.close(self._ours)
        os.close(self._theirs)

    def _start(self, script: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self._environ,
            stdin=self._theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
