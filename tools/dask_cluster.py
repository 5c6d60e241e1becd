"""Start a Dask scheduler and some workers on loopback, and end them."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

_ADDRESS = re.compile(r"(?:tcp|tls)://(127\.0\.0\.1:\d+)")


@dataclass
class Loopback:
    """A scheduler and its workers, processes of this machine, without nannies.

    Attributes:
        workers: How many at the start.
        environ: What they have in their environment beside ours.
        protocol: How they speak: `"tcp"` or `"tls"`.
    """

    workers: int = 2
    environ: Mapping[str, str] = field(default_factory=dict)
    protocol: str = "tcp"
    address: str = ""
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        command = ["dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
        command += ["--protocol", self.protocol, "--dashboard-address", "127.0.0.1:0"]
        self.scheduler = self._started(*command, said=True)
        self.address = f"{'dask+tls' if self.protocol == 'tls' else 'dask'}://" + next(
            found[1] for line in self.scheduler.stderr or () if (found := _ADDRESS.search(line))
        )
        for _ in range(self.workers):
            self.add()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in (*self.running, self.scheduler):
            process.kill()
            process.wait()
        if self.scheduler.stderr:
            self.scheduler.stderr.close()

    def add(self, **environ: str) -> subprocess.Popen[str]:
        """Start one more worker, of one thread."""
        found = self._started(
            "dask_worker",
            f"{self.protocol}://{self.address.partition('://')[2]}",
            *("--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1"),
            environ=environ,
        )
        self.running.append(found)
        return found

    def _started(
        self, name: str, *options: str, said: bool = False, environ: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{name}", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if said else subprocess.DEVNULL,
            env={**os.environ, **self.environ, **(environ or {})},
            text=True,
        )
