"""Plant each fault that a picture's contract is to find, and count how often it is found.

Every picture goes the whole way: asked of a simulator over HTTP, read by the provider, measured,
judged with its fellows. Simulated pictures say that what was planted is found; they say nothing
of the real service. Real pictures stand in tables of their own (`contract_real.py`).
"""

import os
import re
import ssl
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import contract_real
import httpx
from contract_plants import PLANTS, Plant, Question, good, missed, planted
from machine import ROOT, circumstances

from harness.catalogue import load_catalogue
from harness.judging.decided import Decided
from harness.judging.judge import judge, on_suite
from harness.measure.measures import measure
from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.generation import Generation
from harness.model.picture import Measures
from harness.model.sample import Receipt, Sample, SampleKey, Standing
from harness.model.suite import Variant
from harness.model.verdict import Finding, Status
from harness.provider.wire_answer import parse_answer
from harness.simulator.server import serving

HEADERS = {"x-goog-api-key": "a-key-of-the-drill"}
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Unused, and dear to make for each client."""
CATALOGUE = load_catalogue()
NOBODY = Decided(choices={}, sets={})
BETWEEN = frozenset({"stripped", "re-encoded"})
"""Faults of delivery: they are told by what came before."""
BAD = (Status.FAIL, Status.WARN)
PAGE = ROOT / "reports" / "prove" / "contract.md"

Counts = Counter[tuple[str, str]]
"""Pictures that a finding speaks of, by its check and status."""


@dataclass(frozen=True)
class Found:
    """What was found on the answers to one question.

    Attributes:
        fault: What befell them; empty for nothing.
        size: Asked for.
        pictures: How many came, or should have.
        due: How many of them are to be found.
        counts: Of what was found.
    """

    fault: str
    size: str
    pictures: int
    due: int
    counts: Counts


@dataclass(frozen=True)
class Rate:
    """How often a fault was found."""

    plant: Plant
    found: int
    of: int

    @property
    def holds(self) -> bool:
        return self.of > 0 and not missed(self.found, self.of, due=self.due)

    @property
    def due(self) -> float:
        """The share that is due of simulated pictures."""
        return self.plant.due if self.plant.painted is None else self.plant.painted

    def cells(self) -> tuple[str, ...]:
        """Give the row of the table."""
        plant, share = self.plant, self.found / max(1, self.of)
        due = f"{self.due:.0%} {plant.by if plant.painted is None else 'stated of painted ones'}"
        found = f"{self.found} of {self.of}"
        verdict = "holds" if self.holds else "MISSED"
        return (plant.fault, f"{plant.check} {plant.status}", found, f"{share:.1%}", due, verdict)


class Shelf:
    """Measure pictures as they are kept."""

    def __init__(self) -> None:
        self.measures: dict[str, Measures] = {}

    def keep(self, data: bytes) -> BlobRef:
        """Keep nothing of it but its measures; signatures are measured as no pictures."""
        ref = BlobRef.of(data)
        if ref.sha256 not in self.measures:
            self.measures[ref.sha256] = measure(data)
        return ref


def ask(question: Question) -> Found:
    """Ask, measure and judge; runs in a worker."""
    shelf = Shelf()
    calm = question.fault in BETWEEN
    answers = [(0, each) for each in _answers(question, "", shelf)] if calm else []
    answers += [(1, each) for each in _answers(question, question.fault, shelf)]
    samples = tuple(
        _sample(question, number=number, session=session, generation=generation)
        for number, (session, generation) in enumerate(answers)
    )
    variant = Variant(
        suite="drill", case="drill", label="", model=question.model, turns=(question.turn,),
        samples=len(samples),
    )  # fmt: skip
    verdict = judge(variant, samples, measures=shelf.measures, decided=NOBODY, catalogue=CATALOGUE)
    suite = on_suite({"drill": samples}, measures=shelf.measures, catalogue=CATALOGUE)
    return Found(
        fault=question.fault,
        size=question.size,
        pictures=len(samples),
        due=question.times - (question.fault == "cached"),
        counts=counted((*verdict.findings, *suite)),
    )


def _answers(question: Question, fault: str, shelf: Shelf) -> list[Generation]:
    turn = question.turn
    image = {"aspectRatio": turn.parameters.aspect_ratio, "imageSize": turn.parameters.image_size}
    body = {
        "contents": [{"parts": [{"text": turn.prompt}]}],
        "generationConfig": {"imageConfig": {k: v for k, v in image.items() if v is not None}},
    }
    faults = (fault,) if fault else ()
    with (
        serving(seed=question.number, faults=faults, signature_bytes=300) as url,
        httpx.Client(base_url=url, headers=HEADERS, timeout=120, verify=TLS) as client,
    ):
        path = f"/v1beta/models/{question.model}:generateContent"
        sent = [client.post(path, json=body).raise_for_status() for _ in range(question.times)]
    return [
        parse_answer(each.content, keep=shelf.keep, service=dict(each.headers)) for each in sent
    ]


def _sample(question: Question, *, number: int, session: int, generation: Generation) -> Sample:
    arm = Arm(model=question.model, endpoint="drill")
    receipt = Receipt(
        arm=arm,
        session=f"session {session}",
        recorded_at=f"2026-01-0{session + 1}T00:00:{number:02d}Z",
        seconds=None,
        request_digest="",
    )
    return Sample(
        key=SampleKey(case="drill", variant="", sample=number),
        variant_id="drill",
        cell="drill",
        arm=arm,
        prompt=question.turn.prompt,
        standing=Standing.RECORDED,
        generation=generation,
        receipt=receipt,
    )


def counted(findings: Iterable[Finding]) -> Counts:
    """Count the pictures that findings of WARN and FAIL speak of."""
    counts: Counts = Counter()
    single = {(f.check, f.status, f.sample) for f in findings if f.sample is not None}
    for check, status, _ in single:
        counts[check, status] += status in BAD
    for finding in findings:
        if finding.sample is None and finding.status in BAD:
            told = re.search(r"^([0-9]+) of|in ([0-9]+) of", finding.message)
            counts[finding.check, finding.status] += int(told[told.lastindex or 1]) if told else 1
    return +counts


def drill(*, pictures: int, each: int, at_once: int, short: bool) -> int:
    """Ask everything; write the tables unless in short; 1 where a rate is not reached."""
    started = time.monotonic()
    times = 1 if short else 4
    questions = [
        *planted(times=times, questions=-(-each // times), small=short),
        *good(pictures, times=times, small=short),
    ]
    with ProcessPoolExecutor(at_once, initializer=os.nice, initargs=(3,)) as pool:
        found = list(pool.map(ask, sorted(questions, key=lambda q: q.size, reverse=True)))
        real = None if short else contract_real.survey(pool)
    rates = [_rate(plant, found) for plant in PLANTS]
    alarms = [each for each in found if not each.fault]
    text = "\n".join([*_planted_table(rates), "", *_alarm_table(alarms)])
    if real is not None:
        text += "\n\n" + "\n".join(real.lines())
    seconds = time.monotonic() - started
    print(text)
    if not short:
        _write(text, seconds)
    held = [rate for rate in rates if rate.holds]
    print(
        f"{len(held)} of {len(rates)} planted faults are found at the rate that is due; "
        f"{sum(f.counts.total() for f in alarms)} alarms on "
        f"{sum(f.pictures for f in alarms)} good simulated pictures; {seconds:.0f} s"
    )
    return int(len(held) < len(rates) or (real is not None and not real.holds))


def _rate(plant: Plant, found: Sequence[Found]) -> Rate:
    own = [each for each in found if each.fault == plant.fault]
    hits = (min(each.counts[plant.check, plant.status], each.due) for each in own)
    return Rate(plant=plant, found=sum(hits), of=sum(each.due for each in own))


def _planted_table(rates: Sequence[Rate]) -> list[str]:
    head = ("planted in simulated pictures", "finding", "found", "rate", "due", "")
    return table(head, [rate.cells() for rate in rates])


def _alarm_table(good_ones: Sequence[Found]) -> list[str]:
    of = sum(each.pictures for each in good_ones)
    counts = sum((each.counts for each in good_ones), Counter())
    checks = dict.fromkeys([(plant.check, plant.status) for plant in PLANTS] + list(counts))
    rows = [
        (
            f"{check} {status}",
            f"{counts[check, status]} of {of}",
            f"{counts[check, status] / of:.1%}",
        )
        for check, status in checks
    ]
    sizes = Counter()
    for each in good_ones:
        sizes[each.size] += each.pictures
    told = ", ".join(f"{count} of {size}" for size, count in sorted(sizes.items()))
    return table((f"false alarms on good simulated pictures ({told})", "alarms", "rate"), rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Give the lines of a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cells) + " |" for cells in lines]


def _write(text: str, seconds: float) -> None:
    about = [f"- {name}: {value}" for name, value in circumstances().items()]
    lines = ["# What the contract finds", "", *about, f"- took: {seconds:.0f} s", "", text]
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"written to {PAGE.relative_to(ROOT)}")
