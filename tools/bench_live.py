"""Measure live runs: as many answers a second as the service gives, on how much of a processor.

The simulator runs in a process of its own, holds every answer back for 2 s and prints
its pictures from a pool; it shares the machine's processors with the harness, which no
real service does.
"""

import contextlib
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench_rows import Row

HARNESS = str(Path(sys.executable).with_name("harness"))
LATENCY = 2.0
IN_FLIGHT = 64
FEW, MANY = IN_FLIGHT, 15 * IN_FLIGHT
"""Answers of the two runs between which the processor time of an answer is taken: what a
run of any length takes, such as its start, is in neither."""
SIGNATURE = 1_000_000
"""Bytes: with a picture of some 600 KB of the pool a body has 2 MB."""
KEY = "a-key-of-a-benchmark-with-39-characters"
"""As long as the keys of AI Studio: what is written is searched for each of its spellings."""
SUITE = """\
version: 1
suite: bench
cases: [{{id: fox, prompt: A red fox, image_size: 1K, aspect_ratio: 1:1, samples: {samples}}}]
"""
ENDPOINT = '[endpoints.local]\nbase_url = "{url}"\nkey_env = ["BENCH_KEY"]\n'


@dataclass(frozen=True)
class Measured:
    """One run: seconds of processor time, answers a second from first to last, bytes a body."""

    processor: float
    rate: float
    body: float


def rows() -> list[Row]:
    """Run a few answers and many, and compare."""
    with simulator() as (url, log):
        _record(url, log, samples=8)  # paints the pool
        few, many = _record(url, log, samples=FEW), _record(url, log, samples=MANY)
    most = IN_FLIGHT / LATENCY
    each = (many.processor - few.processor) / (MANY - FEW) * 1000
    return [
        Row(
            work=f"{MANY} live answers at {LATENCY:g} s latency, {IN_FLIGHT} in flight: seconds "
            "an answer",
            measured=1 / many.rate,
            against=1 / most,
            what=f"{most:g} answers a second",
            limit=">= 0.95 of the rate",
            within=many.rate >= 0.95 * most,
        ),
        Row(
            work=f"CPU of the harness for an answer of {many.body / 1e6:.1f} MB, recorded",
            measured=each,
            unit="ms",
            limit="< 20 ms",
            within=each < 20,
        ),
    ]


@contextlib.contextmanager
def simulator() -> Iterator[tuple[str, Path]]:
    """Serve; give the address, and the log."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.jsonl"
        flags = ("--pool", "4", "--signature-bytes", SIGNATURE, "--latency", LATENCY, "--log", log)
        command = [HARNESS, "simulate", "--port", "0", "--json", *map(str, flags)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            said = ""
            while "http" not in said:
                said = process.stdout.readline()
            url = re.findall(r"http://[0-9.:]+", said)[0]
            try:
                yield url, log
            finally:
                process.terminate()


def _record(url: str, log: Path, *, samples: int) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "suites").mkdir()
        (here / "suites" / "bench.yaml").write_text(SUITE.format(samples=samples))
        (here / "harness.toml").write_text(ENDPOINT.format(url=url))
        log.write_bytes(b"")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        flags = ("--endpoint", "local", "--live", "missing", "--record-only", "--yes")
        subprocess.run(
            [HARNESS, "run", *flags, "--max-cost", "100000", "-j", str(IN_FLIGHT)],
            cwd=here,
            check=True,
            capture_output=True,
            env={**os.environ, "BENCH_KEY": KEY},
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        size = sum(path.stat().st_size for path in here.glob("cassettes/blobs/*/*"))
    return Measured(
        processor=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        rate=_rate(log),
        body=size / samples * 4 / 3,
    )


def _rate(log: Path) -> float:
    """Give the answers a second, from the first request to the last answer."""
    events = [json.loads(line) for line in log.read_text().splitlines()]
    asked = [datetime.fromisoformat(e["at"]) for e in events if e["event"] == "asked"]
    answered = [datetime.fromisoformat(e["at"]) for e in events if e["event"] == "answered"]
    return len(answered) / (max(answered) - min(asked)).total_seconds()


if __name__ == "__main__":
    for row in rows():
        print(row)
