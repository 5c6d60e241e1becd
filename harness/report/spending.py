"""Show what was spent: this run's calls, every answer's tokens, what may be charged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.model.run import Charge, Judged, Run
from harness.model.sample import Sample
from harness.report.page_views import ChargeRow, SpendRow, SpendView
from harness.report.variants import link_to
from harness.report.words import count_of, money

MOST_ROWS = 40
"""Above this many variants the dearest are listed, and the others in one row."""


def spend(run: Run) -> SpendView | None:
    """Give the section of a run; None where nothing was answered and nothing sent."""
    answered = [judged for judged in run.judged if _answers(judged.samples)]
    if not answered and not run.calls and not run.may_be_charged:
        return None
    samples = [sample for judged in answered for sample in _answers(judged.samples)]
    return SpendView(
        now=spent_now(run),
        then=_then(samples),
        rows=tuple(_rows(answered)),
        total=_row("in all", samples),
        charges=tuple(map(_charge, run.may_be_charged)),
        charged=charged(run),
    )


def spent_now(run: Run) -> str:
    """Say what this run itself sent and spent; a replay spends nothing."""
    if not run.calls and not run.spent_usd and not run.may_be_charged:
        return "This run sent nothing and spent nothing."
    sent = f"This run sent {count_of(run.calls, 'request')} and spent {money(run.spent_usd)}"
    cap = f" Its cap was this shard's own, of {run.shard.of}." if run.shard else ""
    if not run.may_be_charged:
        return f"{sent}.{cap}"
    return f"{sent}, of which {money(_ceilings(run))} may be charged and may not.{cap}"


def to_record(run: Run) -> str:
    """Say how many answers are missing and what they are expected to cost; empty for none."""
    prices = [sample.expected_usd for sample in run.missing]
    known = [usd for usd in prices if usd is not None]
    if not prices:
        return ""
    unknown = len(prices) - len(known)
    price = f"about {money(sum(known))}" if known else "at a price that is not known"
    beside = f", and {unknown} at a price that is not known" if known and unknown else ""
    return f"{count_of(len(prices), 'answer')} to be recorded: {price}{beside}"


def charged(run: Run) -> str:
    """Say how many calls may be charged; empty for none."""
    count = len(run.may_be_charged)
    if not count:
        return ""
    return (
        f"{count_of(count, 'call')} may be charged, at most {money(_ceilings(run))}: "
        "no usage came, so that only the service's bill can tell"
    )


def _ceilings(run: Run) -> float:
    return sum(charge.ceiling_usd for charge in run.may_be_charged)


def _then(samples: Sequence[Sample]) -> str:
    """Say what the answers shown cost when they were made, and what is not known of it."""
    if not samples:
        return ""
    unpriced = sum(sample.cost_usd is None for sample in samples)
    batched = sum(bool(sample.receipt and sample.receipt.batch) for sample in samples)
    said = [_made(samples)]
    if batched:
        said.append(f"{batched:,} by batch at half price")
    if unpriced:
        said.append(f"{unpriced:,} without a known price")
    return f"{'; '.join(said)}."


def _made(samples: Sequence[Sample]) -> str:
    """Say what making them cost; of simulated ones, what the model's own would."""
    simulated = sum(bool(sample.receipt and sample.receipt.simulated) for sample in samples)
    answers, cost = f"The {count_of(len(samples), 'answer')} shown", _cost(samples)
    if simulated == len(samples):
        return f"{answers}, all simulated, would cost {cost} of the model"
    some = f"; {simulated:,} of them, simulated, count as if the model had made them"
    return f"{answers} cost {cost} when made{some if simulated else ''}"


def _rows(answered: Sequence[Judged]) -> Iterable[SpendRow]:
    """Give a row a variant; of many, the dearest, in the suites' order."""
    kept = set(range(len(answered)))
    if len(answered) > MOST_ROWS:
        dearest = sorted(kept, key=lambda index: (-_usd(answered[index].samples), index))
        kept = set(dearest[:MOST_ROWS])
    for index in sorted(kept):
        variant = answered[index].variant
        yield _row(variant.id, _answers(answered[index].samples), href=link_to(variant))
    others = [s for i, j in enumerate(answered) if i not in kept for s in _answers(j.samples)]
    if others:
        yield _row(count_of(len(answered) - len(kept), "cheaper variant"), others)


def _row(name: str, samples: Sequence[Sample], *, href: str = "") -> SpendRow:
    tokens = [_tokens(sample) for sample in samples]
    return SpendRow(
        name=name,
        href=href,
        answers=f"{len(samples):,}",
        prompt=f"{sum(t.prompt for t in tokens):,}",
        tools=f"{sum(t.tools for t in tokens):,}",
        text=f"{sum(t.text for t in tokens):,}",
        thinking=f"{sum(t.thinking for t in tokens):,}",
        pictures=f"{sum(t.pictures for t in tokens):,}",
        queries=f"{sum(t.queries for t in tokens):,}",
        cost=_cost(samples),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tokens:
    """One answer's tokens by what they are charged as, and its search queries."""

    prompt: int = 0
    tools: int = 0
    text: int = 0
    thinking: int = 0
    pictures: int = 0
    queries: int = 0


def _tokens(sample: Sample) -> _Tokens:
    generation = sample.generation
    if generation is None:
        return _Tokens()
    queries = len(generation.grounding.queries) if generation.grounding else 0
    usage = generation.usage
    if usage is None:
        return _Tokens(queries=queries)
    return _Tokens(
        prompt=usage.prompt,
        tools=usage.tool_use_prompt,
        text=max(0, usage.candidates - usage.image),
        thinking=usage.thoughts,
        pictures=usage.image,
        queries=queries,
    )


def _answers(samples: Iterable[Sample]) -> list[Sample]:
    return [sample for sample in samples if sample.generation is not None]


def _usd(samples: Iterable[Sample]) -> float:
    return sum(sample.cost_usd or 0.0 for sample in samples)


def _cost(samples: Sequence[Sample]) -> str:
    """Sum what is known; say so where it is not all."""
    unpriced = sum(sample.cost_usd is None for sample in samples)
    if unpriced == len(samples):
        return money(None)
    return f"{money(_usd(samples))}{' or more' if unpriced else ''}"


def _charge(charge: Charge) -> ChargeRow:
    return ChargeRow(
        suite=charge.suite,
        sample=charge.sample,
        endpoint=charge.endpoint,
        ceiling=money(charge.ceiling_usd),
        why=charge.why,
    )
