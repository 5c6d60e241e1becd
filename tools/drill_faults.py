"""Let each fault of the simulator befall a live run, and hold what it made of it to the promise.

Every sample is good, or named with its fault; every answer that arrived is recorded, and none is
asked for again; the exit code says what was found; what was spent is no less than the bill.
"""

import math
import re
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from drill_ground import Answer, Broken, insist
from drill_live import TINY, Ran, Service, Site, by_sample, service
from drill_promises import OF_CALLS, Promise, promise_of

from harness.model.run import Run
from harness.model.sample import Sample
from harness.model.verdict import Finding, Status
from harness.simulator.faults.fault import Fault
from harness.simulator.faults.table import FAULTS

TWICE = 2
"""Samples of each prompt: what comes from a cache needs a question that came before."""
FLAGS = ("--pool", "8", "--signature-bytes", "300", "--retry-delay", "0.1", "--stall", "1.5")
DEADLINES = {"hang": 4}
"""Seconds that a call may take; a machine under load is no fault, so that others have 60."""
SUITE = """\
version: 1
suite: drill
model: {model}
defaults: {{samples: {samples}, image_size: {size}, aspect_ratio: 16:9, checks: {{pictures: 1}}}}
cases:
  - id: fox
    prompt: A fox with the number {{n}}
    matrix: {{n: [{numbers}]}}
"""


@dataclass(frozen=True)
class Sizes:
    """How large a drill is.

    Attributes:
        share: Of calls that the fault befalls.
        samples: How many are asked for.
        jobs: Calls in flight.
        seed: Chooses whom it befalls.
    """

    share: float
    samples: int
    jobs: int
    seed: int = 1


@dataclass(frozen=True)
class Row:
    """What came of one fault.

    Attributes:
        fault: Its name.
        calls: Requests that went out.
        struck: Of them, those that the fault befell.
        good: Samples that are good, though the fault may have befallen a call for them.
        named: Samples without a good answer that say why, by the name they say.
        code: The run's exit code.
        spent: What the run counts as spent, US dollars.
        bill: What the simulator charged, US dollars.
        seconds: How long the run took.
    """

    fault: str
    calls: int
    struck: int
    good: int
    named: Counter[str]
    code: int
    spent: float
    bill: float
    seconds: float

    def __str__(self) -> str:
        told = [f"{count} {name}" for name, count in sorted(self.named.items())]
        return (
            f"{self.fault:<26}{self.calls:>5}{self.struck:>7}{self.good:>6}  "
            f"{', '.join(told):<48}{self.code:>4}{self.spent:>9.2f}{self.bill:>9.2f}"
            f"{self.seconds:>7.1f}"
        )


HEAD = (
    f"{'fault':<26}{'calls':>5}{'struck':>7}{'good':>6}  {'named':<48}"
    f"{'exit':>4}{'spent $':>9}{'bill $':>9}{'s':>7}"
)


class Struck:
    """A live run that one fault befalls, and everything that is known of it."""

    def __init__(self, fault: Fault, sizes: Sizes, folder: Path) -> None:
        """Run it in `folder`, to its end.

        Raises:
            Broken: it did not end, or kept no run.
        """
        self.fault = fault
        self.promise = promise_of(fault)
        self._sizes = sizes
        flags = ("--fault", f"{fault.name}:{sizes.share}", "--seed", str(sizes.seed), *FLAGS)
        seconds = f"deadline_s = {DEADLINES.get(fault.name, 60)}\n"
        with service(folder / "service", *flags) as simulator:
            site = Site(folder / "site", simulator.url, suite=self._suite(), endpoint=seconds)
            started = time.monotonic()
            self.ran: Ran = site.live("--fail-on", "failed,unrecorded,incomplete", jobs=sizes.jobs)
            self.seconds = time.monotonic() - started
            self._note(simulator)
        self.run: Run = site.last_run()
        self.recorded = by_sample(site)
        self.samples: list[Sample] = [s for judged in self.run.judged for s in judged.samples]

    def _suite(self) -> str:
        count = math.ceil(self._sizes.samples / TWICE)
        return SUITE.format(
            model=self.promise.model,
            samples=TWICE,
            size=self.promise.size,
            numbers=", ".join(map(str, range(count))),
        )

    def _note(self, simulator: Service) -> None:
        simulator.quiet()
        self.events = simulator.log.events()
        self.bill = simulator.usd

    def befell(self, answer: Answer | None) -> bool:
        """Tell whether the fault befell an answer that is recorded."""
        return answer is not None and (answer.request, answer.body) in self._struck

    @property
    def _struck(self) -> frozenset[tuple[object, object]]:
        return frozenset(
            (event["request_sha256"], event["sha256"])
            for event in self.events
            if event.get("fault") == self.fault.name
        )

    def row(self) -> Row:
        """Hold the run to the promise, and give its figures.

        Raises:
            Broken: it was not held.
        """
        nothing_is_lost(self)
        good, named = told_of(self)
        bad = bool(named) and not self.promise.whole
        insist(
            self.ran.code == (self.promise.code if bad else 0),
            f"exit {self.ran.code}, with {dict(named)}: {self.ran.err[-300:]}",
        )
        insist(
            self.run.spent_usd >= self.bill - TINY,
            f"${self.run.spent_usd:.4f} are spent by its own account, ${self.bill:.4f} by the bill",
        )
        return Row(
            fault=self.fault.name,
            calls=sum(event["event"] == "asked" for event in self.events),
            struck=sum(event.get("fault") == self.fault.name for event in self.events),
            good=good,
            named=named,
            code=self.ran.code,
            spent=self.run.spent_usd,
            bill=self.bill,
            seconds=self.seconds,
        )


def nothing_is_lost(struck: Struck) -> None:
    """Hold what is recorded against what was answered whole, and what was asked.

    Raises:
        Broken: an answer is lost or invented, or was asked for again after it had come.
    """
    is_error = struck.fault.name == "error-200"
    arrived = Counter(
        (event["request_sha256"], event["sha256"])
        for event in struck.events
        if event["event"] == "answered"
        and 200 <= int(str(event["status"])) < 300
        and not (is_error and event.get("fault") == struck.fault.name)
    )
    recorded = Counter((each.request, each.body) for each in struck.recorded.values())
    lost, invented = arrived - recorded, recorded - arrived
    insist(not lost, f"{lost.total()} answers that arrived are not recorded")
    insist(not invented, f"{invented.total()} answers that are recorded never arrived")
    came = Counter(request for request, _ in arrived.elements())
    again = {request: count for request, count in came.items() if count > TWICE}
    insist(not again, f"{len(again)} requests were asked again though their answers had come")


def told_of(struck: Struck) -> tuple[int, Counter[str]]:
    """Count samples that are good, and those that are named, by name.

    Raises:
        Broken: one that the fault befell has no name, or another's, or one is blamed wrongly.
    """
    findings = _findings(struck.run)
    good, named = 0, Counter[str]()
    for sample in struck.samples:
        found = findings.get((sample.variant_id, sample.key.sample), [])
        befell = struck.befell(struck.recorded.get(sample.key))
        name = _name(sample, found, struck.promise)
        if name:
            insist(
                befell or sample.receipt is None or struck.fault.name == "cached",
                f"{sample.key.id} is blamed, and nothing befell it: {_said(found)}",
            )
            named[name] += 1
        else:
            insist(not _bad(sample, found), f"{sample.key.id} is not named: {_said(found)}")
            good += 1
            _excuse(struck, sample, befell=befell)
    if struck.promise.whole:
        named["delivery"] = _of_suite(struck)
        good -= named["delivery"]
    return good, named


def _excuse(struck: Struck, sample: Sample, *, befell: bool) -> None:
    """Let a sample be good that a fault befell only where that is promised."""
    promise = struck.promise
    allowed = promise.whole or not promise.names
    cached = struck.fault.name == "cached"  # the first answer is no repetition
    insist(not befell or allowed or cached, f"{sample.key.id} is struck, and called good")


def _findings(run: Run) -> dict[tuple[str, int | None], list[Finding]]:
    found: dict[tuple[str, int | None], list[Finding]] = {}
    for judged in run.judged:
        for finding in judged.verdict.findings:
            found.setdefault((judged.variant.id, finding.sample), []).append(finding)
    return found


def _bad(sample: Sample, found: Sequence[Finding]) -> bool:
    fine = (Status.PASS, Status.NEW)
    return sample.generation is None or any(finding.status not in fine for finding in found)


def _name(sample: Sample, found: Sequence[Finding], promise: Promise) -> str:
    """Give the promised name that a sample without a good answer has; empty for none."""
    if sample.failure is not None:
        return sample.failure.kind if sample.failure.kind in promise.names else ""
    if sample.generation is None:  # a run that was stopped says why
        stopped = promise.stops and re.search("key|API|credentials|token", sample.why, re.I)
        return "left for that reason" if stopped else ""
    told = [
        finding.check
        for finding in found
        if finding.status in (Status.FAIL, Status.WARN)
        and finding.check in promise.names
        and promise.says in finding.message
    ]
    return told[0] if told else ""


def _said(found: Sequence[Finding]) -> str:
    return "; ".join(f"{f.status} {f.check}: {f.message}" for f in found if f.status != "PASS")


def _of_suite(struck: Struck) -> int:
    """Count the answers that findings on the suite tell of; exactly those that were struck.

    Raises:
        Broken: they are others.
    """
    said = " ".join(f.message for s in struck.run.suites for f in s.findings)
    told = sum(map(int, re.findall(r"in ([0-9]+) of [0-9]+ answers", said)))
    count = sum(map(struck.befell, struck.recorded.values()))
    insist(told == count, f"{count} were struck, the delivery tells of {told}: {said[:300]}")
    return told


def drill(sizes: Sizes, *, only: Sequence[str] = (), at_once: int = 2) -> int:
    """Let faults befall runs, some of them at once; 1 where a promise was broken."""
    unknown = set(only) - set(FAULTS)
    if unknown:
        print(f"there is no such fault: {', '.join(sorted(unknown))}")
        return 2
    chosen = [fault for fault in OF_CALLS if not only or fault.name in only]
    print(HEAD, flush=True)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(at_once) as pool:

        def one(fault: Fault) -> Row | str:
            try:
                return Struck(fault, sizes, Path(folder) / fault.name).row()
            except Broken as error:
                return f"{fault.name:<26}BROKEN: {error}"

        rows = []
        for row in pool.map(one, chosen):
            print(row, flush=True)
            rows.append(row)
    return _sum_up([row for row in rows if isinstance(row, Row)], of=len(rows))


def _sum_up(rows: Sequence[Row], *, of: int) -> int:
    """Say what held; 1 where something did not."""
    samples = sum(row.good + row.named.total() for row in rows)
    print(
        f"{len(rows)} of {of} faults: every sample good or named ({samples:,} samples, "
        f"{sum(row.calls for row in rows):,} calls, {sum(row.struck for row in rows):,} struck); "
        f"nothing lost, nothing asked for again, spent ${sum(r.spent for r in rows):,.2f} "
        f"on a bill of ${sum(r.bill for r in rows):,.2f}"
    )
    return 0 if len(rows) == of else 1
