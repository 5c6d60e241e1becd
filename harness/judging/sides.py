"""Hold two sides' answers against each other: contract, delivery, cost, latency, outcomes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from harness.judging.changes import Delivered, usual
from harness.judging.delivery import backend_of, provenance_of
from harness.model.comparison import Comparison, Delivery, Difference, Pair, Side
from harness.model.provenance import OF_THE_MODEL, Change, Provenance
from harness.model.run import Run
from harness.model.sample import Sample
from harness.model.verdict import Status

CONTRACT = frozenset(
    {
        "answered", "count", "present", "type", "decodes", "blank", "alpha", "aspect_ratio",
        "image_size", "tokens", "fresh",
    }
)  # fmt: skip
"""Checks of what was asked against what was delivered."""

Place = tuple[str, str]
"""A suite and a cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of a side.

    Attributes:
        sample: Has a generation.
        suite: Id of the suite.
        recording: Where it was recorded.
        broken: The contract checks that it fails.
        provenance: How it was delivered.
    """

    sample: Sample
    suite: str
    recording: str
    broken: frozenset[str]
    provenance: Provenance

    @property
    def place(self) -> Place:
        return (self.suite, self.sample.cell)


def answers_of(run: Run) -> Iterator[Answer]:
    """Give every answer of a run, errors and what is not recorded left out."""
    for suite in run.suites:
        for judged in suite.judged:
            for sample in judged.samples:
                if sample.generation is None:
                    continue
                findings = judged.verdict.of(sample=sample.key.sample, turn=sample.key.turn)
                failed = {f.check for f in findings if f.status is Status.FAIL}
                yield Answer(
                    sample=sample,
                    suite=suite.suite,
                    recording=suite.recording,
                    broken=CONTRACT & failed,
                    provenance=provenance_of(sample, run.measures),
                )


def compare(
    names: tuple[str, str], first: Sequence[Answer], second: Sequence[Answer]
) -> Comparison:
    """Hold the answers of two sides against each other, in the cells that both have.

    A contract check differs where it fails on one side and never on the other: the contract
    allows no rate. A delivery differs where answers came in a way in which none came on the
    other side. Cost and latency are told, and decide nothing.
    """
    here, there = _by_place(first), _by_place(second)
    both = [place for place in here if place in there]
    pairs = tuple(_pair(place, here[place], there[place]) for place in both)
    one = _paired(here, both)
    two = _paired(there, both)
    sides = (_side(names[0], one), _side(names[1], two))
    found = (*_contract(sides), *_delivery(names, one, two)) if both else ()
    return Comparison(
        sides=sides,
        pairs=pairs,
        unpaired=(len(here) - len(both), len(there) - len(both)),
        differences=found,
    )


def _by_place(answers: Iterable[Answer]) -> dict[Place, list[Answer]]:
    places: dict[Place, list[Answer]] = {}
    for answer in answers:
        places.setdefault(answer.place, []).append(answer)
    return places


def _paired(places: Mapping[Place, list[Answer]], both: Sequence[Place]) -> list[Answer]:
    return [answer for place in both for answer in places[place]]


def _pair(place: Place, one: Sequence[Answer], two: Sequence[Answer]) -> Pair:
    sample = one[0].sample
    return Pair(
        suite=place[0],
        variant=sample.variant_id,
        turn=sample.key.turn,
        cell=place[1],
        answers=(len(one), len(two)),
        failed=(_failed(one), _failed(two)),
    )


def _failed(answers: Sequence[Answer]) -> int:
    return sum(bool(answer.broken) for answer in answers)


def _side(name: str, answers: Sequence[Answer]) -> Side:
    samples = [answer.sample for answer in answers]
    generations = [s.generation for s in samples if s.generation is not None]
    receipts = [s.receipt for s in samples if s.receipt is not None]
    prices = [s.cost_usd for s in samples if s.cost_usd is not None]
    served = [g.server_ms / 1000 for g in generations if g.server_ms is not None]
    walls = [receipt.seconds for receipt in receipts if receipt.seconds is not None]
    times = sorted(receipt.recorded_at for receipt in receipts if receipt.recorded_at)
    return Side(
        name=name,
        arms=tuple(sorted({sample.arm.name for sample in samples})),
        recordings=tuple(sorted({answer.recording for answer in answers})),
        answers=len(answers),
        failed=_failed(answers),
        checks=Counter(check for answer in answers for check in sorted(answer.broken)),
        outcomes=Counter(str(sample.outcome) for sample in samples),
        delivery=_delivered(answers),
        priced=len(prices),
        mean_usd=_rounded(fmean(prices)) if prices else None,
        mean_tokens=_mean([g.usage.total for g in generations if g.usage]),
        timed=len(served),
        median_s=_median(served),
        median_wall_s=_median(walls),
        recorded_from=times[0] if times else "",
        recorded_to=times[-1] if times else "",
        simulated=any(receipt.simulated for receipt in receipts),
    )


def _rounded(value: float) -> float:
    return round(value, 6)


def _mean(values: Sequence[int]) -> float | None:
    return round(fmean(values), 1) if values else None


def _median(values: Sequence[float]) -> float | None:
    return round(median(values), 3) if values else None


def _delivered(answers: Sequence[Answer]) -> Delivery:
    common = _usual(answers)
    pictured = [a.provenance for a in answers if a.provenance.container is not None]
    return Delivery(
        usual=common,
        backend=backend_of(common),
        backends=Counter(str(backend_of(provenance).name) for provenance in pictured),
        digests=Counter(answer.provenance.digest for answer in answers),
    )


def _usual(answers: Sequence[Answer]) -> Provenance:
    return usual([Delivered(sample=a.sample, provenance=a.provenance) for a in answers])


def _contract(sides: tuple[Side, Side]) -> Iterator[Difference]:
    one, two = sides
    for check in sorted(one.checks.keys() | two.checks.keys()):
        failed = (one.checks.get(check, 0), two.checks.get(check, 0))
        if 0 in failed:
            said = (
                f"{check} fails in {failed[0]} of {one.answers} answers of {one.name}, "
                f"in {failed[1]} of {two.answers} of {two.name}"
            )
            yield Difference(what="contract", said=said)


def _delivery(
    names: tuple[str, str], one: Sequence[Answer], two: Sequence[Answer]
) -> Iterator[Difference]:
    """Find the ways of delivery of one side that the other side has not."""
    before = _usual(one)
    ways = (_ways(before, one), _ways(before, two))
    for way in dict.fromkeys((*ways[0], *ways[1])):
        counts = (ways[0].get(way, 0), ways[1].get(way, 0))
        if not way or all(counts):
            continue
        side = 0 if counts[0] else 1
        total = len(one if side == 0 else two)
        said = f"{counts[side]} of {total} answers of {names[side]}: {'; '.join(map(str, way))}"
        yield Difference(what="delivery", said=said, changes=way)


def _ways(before: Provenance, answers: Sequence[Answer]) -> dict[tuple[Change, ...], int]:
    """Count the ways in which answers came otherwise than `before`.

    Two models have two names, and count their thoughts or not: no difference of delivery.
    """
    return Counter(
        tuple(
            change
            for change in before.changes_to(answer.provenance)
            if change.fact not in OF_THE_MODEL or before.asked == answer.provenance.asked
        )
        for answer in answers
    )
