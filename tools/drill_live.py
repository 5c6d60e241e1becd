"""Lay the ground for drills with faults: a simulator that bills, a workspace that pays it."""

import contextlib
import json
import os
import re
import subprocess
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from drill_ground import HARNESS, Answer, Broken, Ground, Log, awaited, insist

from harness.errors import HarnessError
from harness.model.run import Run
from harness.model.sample import Sample
from harness.store.runs import find_run, load_run

PATIENCE = 600.0
"""Seconds that a run may take; one that takes longer did not end."""
TINY = 1e-6
"""US dollars: what sums of floats may be off by."""


@dataclass(frozen=True)
class Service:
    """A simulator in a process of its own.

    Attributes:
        url: Its base URL.
        log: What it noted.
    """

    url: str
    log: Log

    def bill(self) -> dict[str, object]:
        """Give what it charged, without lines."""
        with urllib.request.urlopen(f"{self.url}/simulator/bill", timeout=30) as answer:
            return json.load(answer)

    @property
    def usd(self) -> float:
        """What it charged in all, US dollars."""
        return float(str(self.bill()["usd"]))

    def quiet(self) -> None:
        """Wait until the fate of every request is noted."""
        ends = ("answered", "gone", "cut")
        awaited(lambda: self.log.count("asked") == sum(map(self.log.count, ends)), every=0.02)


@contextlib.contextmanager
def service(folder: Path, *flags: str) -> Iterator[Service]:
    """Serve with flags of `harness simulate`; log and bill lie in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "answers.jsonl"
    words = (*HARNESS, "simulate", "--port", "0", "--log", str(path), *flags)
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            said = process.stdout.readline() if process.stdout else ""
            found = re.search(r"http://[0-9.]+:[0-9]+", said)
            insist(found, f"the simulator did not start: {said!r}")
            assert found is not None
            yield Service(found[0], Log(path))
        finally:
            process.kill()


@dataclass(frozen=True)
class Ran:
    """What a command line did."""

    code: int
    out: str
    err: str


class Site(Ground):
    """A workspace of one suite, whose endpoint `drill` costs money and is a simulator."""

    def __init__(self, root: Path, url: str, *, suite: str, endpoint: str = "") -> None:
        """Lay it out.

        Args:
            root: A folder of its own.
            url: The simulator's.
            suite: The suite's text; its id is `drill`.
            endpoint: More lines of its table in harness.toml.
        """
        super().__init__(root, url, pictures=False)
        self.suite.write_text(suite, encoding="utf-8")
        with (root / "harness.toml").open("a", encoding="utf-8") as stream:
            stream.write(endpoint)

    def ask(self, *words: str) -> Ran:
        """Run the harness here to its end, whatever its exit code.

        Raises:
            Broken: it did not end, or with a traceback.
        """
        environ = os.environ | {"K": "a-key-of-the-drill-0123456789", "CI": "1"}
        try:
            done = subprocess.run(
                (*HARNESS, *words),
                cwd=self.root,
                env=environ,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Broken(f"the run did not end in {PATIENCE:g} s") from error
        insist("Traceback" not in done.stderr, done.stderr[-800:])
        return Ran(done.returncode, done.stdout, done.stderr)

    def live(self, *words: str, jobs: int, cap: str = "100000") -> Ran:
        """Buy what is missing."""
        flags = ("--live", "missing", "--yes", "--max-cost", cap, "-j", str(jobs))
        return self.ask("run", *flags, *words)

    def last_run(self) -> Run:
        """Read the run that was kept last.

        Raises:
            Broken: none was.
        """
        try:
            return load_run(find_run(self.root / "reports", "last"))
        except HarnessError as error:
            raise Broken(f"no run was kept: {error}") from error

    def samples(self) -> list[Sample]:
        """Give every sample of the last run."""
        return [sample for judged in self.last_run().judged for sample in judged.samples]


def kept(site: Site) -> Counter[tuple[str, str]]:
    """Count what is recorded, by the sha256 of request and body."""
    return Counter((each.request, each.body) for each in site.held().values())


def by_sample(site: Site) -> dict[object, Answer]:
    """Give what is recorded, by the sample's key."""
    return {place[1]: answer for place, answer in site.held().items()}
