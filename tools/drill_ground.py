"""Lay the ground for drills: a simulator that notes what it answers, a workspace that records."""

import contextlib
import hashlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from machine import ROOT

from harness.recording.cassettes import Cassettes
from harness.recording.interaction import Interaction
from harness.recording.packing import unpack
from harness.store.blobs import BlobStore

HARNESS = (sys.executable, "-m", "harness.cli.main")
LATENCY = "0.05"
PATIENCE = 60.0
"""Seconds after which something that is waited for will not come any more."""

SUITE = """\
version: 1
suite: drill
defaults: {samples: 3, image_size: 1K}
references: {fox: fox.jpg}
cases:
  - id: words
    prompt: "[[text]] a {thing} in a drill"
    matrix: {thing: [fox, owl, cat, bear]}
    modalities: [TEXT]
  - id: streamed
    prompt: "[[text]] a stream in a drill"
    samples: 2
    modalities: [TEXT]
    stream: true
  - id: chat
    samples: 2
    modalities: [TEXT]
    turns:
      - prompt: "[[text]] a shelf"
      - prompt: "[[text]] now put a fox on it"
  - id: picture
    prompt: A fox on a shelf
    samples: 2
    references: [fox]
"""
PICTURES = SUITE.index("  - id: picture")
"""Where the cases begin that paint."""


class Broken(Exception):
    """A promise that was not held."""


def insist(holds: object, said: str) -> None:
    """Go on only where the promise held.

    Raises:
        Broken: it did not; `said` tells how.
    """
    if not holds:
        raise Broken(said)


def awaited(ready: Callable[[], object], *, every: float = 0.001) -> None:
    """Wait for something that another process does.

    Raises:
        Broken: it did not come.
    """
    until = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > until:
            raise Broken(f"nothing came for {PATIENCE:g} s")
        time.sleep(every)


@dataclass(frozen=True)
class Answer:
    """One recorded answer, by what is compared of it.

    Attributes:
        place: Arm and sample; no two of a recording share it.
        request: sha256 of the body that was sent.
        body: sha256 of the answer's body.
    """

    place: tuple[object, ...]
    request: str
    body: str


Held = dict[tuple[object, ...], Answer]


class Log:
    """What the simulator noted; `since` is a place in it, by `mark`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def mark(self) -> int:
        """Give the place where the next line will stand."""
        return self._path.stat().st_size

    def count(self, event: str, since: int = 0) -> int:
        """Count the lines of an event."""
        return self._read(since).count(b'{"event": "%s"' % event.encode())

    def events(self, since: int = 0) -> list[dict[str, object]]:
        """Give the lines, all of which are whole."""
        return [json.loads(line) for line in self._read(since).splitlines()]

    def asked(self, since: int = 0) -> Counter[object]:
        """Count requests by the sha256 of their body."""
        return Counter(e["request_sha256"] for e in self.events(since) if e["event"] == "asked")

    def answered(self) -> Counter[tuple[object, object]]:
        """Count answers that went out whole, by the sha256 of request and body."""
        found = (e for e in self.events() if e["event"] == "answered" and e["status"] == 200)
        return Counter((e["request_sha256"], e["sha256"]) for e in found)

    def bounded(self, jobs: int, since: int) -> None:
        """Hold that no more than `jobs` requests were under way together.

        An answer is noted before the request that its asker sends next.

        Raises:
            Broken: more were.
        """
        steps = (1 if e["event"] == "asked" else -1 for e in self.events(since))
        most = max(itertools.accumulate(steps, initial=0))
        insist(most <= jobs, f"{most} calls were in flight together, not {jobs}")

    def settle(self) -> None:
        """Wait until no request is under way."""
        awaited(lambda: self.count("asked") == self.count("answered") + self.count("gone"))

    def _read(self, since: int) -> bytes:
        with self._path.open("rb") as stream:
            stream.seek(since)
            return stream.read()


@contextlib.contextmanager
def simulator(folder: Path) -> Iterator[tuple[str, Log]]:
    """Serve in a process of its own; give the address and the log."""
    path = folder / "answers.jsonl"
    words = ("simulate", "--port", "0", "--latency", LATENCY, "--log", str(path))
    with subprocess.Popen([*HARNESS, *words], stdout=subprocess.PIPE, text=True) as process:
        try:
            said = process.stdout.readline() if process.stdout else ""
            found = re.search(r"http://[0-9.]+:[0-9]+", said)
            insist(found, f"the simulator did not start: {said!r}")
            assert found is not None
            yield found[0], Log(path)
        finally:
            process.kill()


class Ground:
    """A workspace with a suite, whose endpoint is the simulator."""

    def __init__(self, root: Path, url: str, *, pictures: bool = True, jobs: int = 8) -> None:
        """Lay it out in a folder of its own; without `pictures` nothing is painted."""
        self.root = root
        self.jobs = jobs
        self.suite = root / "suites" / "drill.yaml"
        self.wanted = 20 if pictures else 18
        (root / "suites").mkdir(parents=True)
        suite = SUITE if pictures else SUITE[:PICTURES]
        self.suite.write_text(suite, encoding="utf-8")
        shutil.copy(ROOT / "suites" / "references" / "mascot" / "fox.jpg", root / "suites")
        settings = f'endpoint = "drill"\n[endpoints.drill]\nbase_url = "{url}"\nkey_env = ["K"]\n'
        (root / "harness.toml").write_text(settings, encoding="utf-8")
        self.store = root / "cassettes"
        self.cassettes = Cassettes(self.store, suite="drill", recording="main")
        self.blobs = BlobStore(self.store / "blobs")

    def recording(self, live: str = "missing") -> tuple[str, ...]:
        """Give the command that records; the endpoint counts as one that charges."""
        spend = ("--yes", "--max-cost", "10000", "-j", str(self.jobs))
        return (*HARNESS, "run", "--live", live, "--record-only", *spend)

    def start(
        self, command: tuple[str, ...], *, before: Callable[[], None] | None = None
    ) -> subprocess.Popen[str]:
        """Start a command line here; `before` is done in its process first."""
        return subprocess.Popen(
            command,
            cwd=self.root,
            env=os.environ | {"K": "a-key-of-the-drill-0123456789"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=before,
        )

    def run(
        self,
        command: tuple[str, ...],
        *,
        code: int = 0,
        before: Callable[[], None] | None = None,
    ) -> tuple[str, str]:
        """Run a command line here to its end; give stdout and stderr.

        Raises:
            Broken: it ended otherwise, or with a traceback.
        """
        with self.start(command, before=before) as process:
            out, complaint = process.communicate()
        said = f"exit {process.returncode}, not {code}: {' '.join(command[3:])}: {complaint[-600:]}"
        insist(process.returncode == code, said)
        insist("Traceback" not in complaint, said)
        return out, complaint

    def held(self) -> Held:
        """Read what is recorded, by place, through the harness's own reader."""
        return {answer.place: answer for answer in map(self._answer, self.cassettes.load())}

    def replaced(self) -> list[Answer]:
        """Read what was replaced."""
        return [self._answer(item) for item in self.cassettes.replaced()]

    def _answer(self, item: Interaction) -> Answer:
        bodies = (
            unpack(
                packed, read=lambda name: self.blobs.get(self.blobs.ref(name)), where=item.key.id
            )
            for packed in (item.request.body, item.response.body)
        )
        request, body = (hashlib.sha256(data).hexdigest() for data in bodies)
        return Answer(place=(item.arm, item.key), request=request, body=body)

    @property
    def journal_left(self) -> bool:
        """Tell whether answers wait to be brought into the cassettes."""
        return any(path.stat().st_size for path in self.cassettes.folder.rglob("*.jsonl"))

    def compacted(self) -> dict[str, tuple[int, int]]:
        """Tell which cassette files lie here, in which state."""
        paths = self.cassettes.folder.rglob("*.json")
        found = {}
        for path in paths:
            if not any(part.startswith(("_", ".")) for part in path.parts[-2:]):
                with contextlib.suppress(OSError):
                    found[str(path)] = (path.stat().st_ino, path.stat().st_mtime_ns)
        return found

    def replay(self, log: Log) -> None:
        """Replay everything offline, each sample with its answer.

        Raises:
            Broken: one is absent or an error, or something was asked.
        """
        since = log.mark()
        out, _ = self.run((*HARNESS, "run", "--json"))
        run = json.loads(out)["run"]
        judged = [single for suite in run["suites"] for single in suite["judged"]]
        samples = [sample for single in judged for sample in single["samples"]]
        statuses = {f.get("status", "PASS") for j in judged for f in j["verdict"]["findings"]}
        fine = {"PASS", "NEW", "WARN"}  # a warning is of what is painted, not of what is kept
        insist(statuses <= fine, f"the replay says {statuses}")
        insist(len(samples) == self.wanted, f"{len(samples)} samples are replayed")
        insist(log.mark() == since, "a replay asked the endpoint")


@dataclass(frozen=True)
class Files:
    """What the files of a store are like after a kill.

    Attributes:
        whole: Files that hold what their name says.
        strays: Files that were being written to one side.
        torn: Lines of a journal that were cut off.
    """

    whole: int
    strays: int
    torn: int

    def __str__(self) -> str:
        counts = ((self.strays, "stray"), (self.torn, "torn"))
        return "".join(f", {count} {what}" for count, what in counts if count)


def looked_at(folder: Path) -> Files:
    """Read every file below `folder`.

    Raises:
        Broken: one is half written under its own name.
    """
    whole = strays = torn = 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path.name == ".lock":
            continue
        if path.name.startswith(".") and path.suffix == ".tmp":
            strays += 1
            continue
        torn += _checked(path)
        whole += 1
    return Files(whole=whole, strays=strays, torn=torn)


def _checked(path: Path) -> int:
    """Read one file; give how many of its lines are cut off."""
    data = path.read_bytes()
    if "blobs" in path.parts:
        insist(hashlib.sha256(data).hexdigest() == path.stem, f"{path}: not what its name says")
        return 0
    *lines, rest = data.split(b"\n") if path.suffix == ".jsonl" else (data, b"")
    try:
        for line in lines:
            json.loads(line)
    except ValueError as error:
        raise Broken(f"{path}: half written: {error}") from error
    return int(bool(rest))


def genuine(held: Held, log: Log) -> None:
    """Hold what is recorded against what was answered, byte for byte.

    Raises:
        Broken: something was never given, or stands for more than one sample.
    """
    kept = Counter((answer.request, answer.body) for answer in held.values())
    invented = kept - log.answered()
    insist(not invented, f"{invented.total()} recorded answers were never given")


def unchanged(before: Held, after: Held) -> None:
    """Hold that every sample still has its own answer.

    Raises:
        Broken: one has not.
    """
    insist(before.items() <= after.items(), "an answer that was kept is gone, or another's")


def resume(ground: Ground, log: Log, *, live: str = "missing") -> tuple[Held, Held]:
    """Record the rest by the same command; just what is missing is asked for.

    Returns:
        What was recorded before, and after.

    Raises:
        Broken: something was asked for again, or is not there at the end.
    """
    before, since = ground.held(), log.mark()
    ground.run(ground.recording(live))
    after = ground.held()
    insist(len(after) == ground.wanted, f"{len(after)} are recorded at the end")
    insist(not ground.journal_left, "a journal is left by a run that ended")
    genuine(after, log)
    looked_at(ground.store)
    fresh = Counter(a.request for place, a in after.items() if before.get(place) != a)
    log.bounded(ground.jobs, since)
    asked = log.asked(since)
    insist(asked == fresh, f"asked {asked.total()} to obtain {fresh.total()}")
    return before, after
