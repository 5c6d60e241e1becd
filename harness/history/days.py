"""Sum answers up by arm and day; an answer that many runs replayed counts once."""

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import fmean, median
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select

from harness.history.tables import SampleRow
from harness.history.trends import Day
from harness.model.generation import Outcome

_REFUSED = frozenset({Outcome.REFUSED.value, Outcome.PROMPT_BLOCKED.value})


class _Answer(NamedTuple):
    """One answer, as its newest judging has it."""

    model: str
    endpoint: str
    recorded_at: str
    session: str
    outcome: str
    model_version: str
    simulated: bool
    cost_usd: float | None
    seconds: float | None
    thought_tokens: int | None
    picture_tokens: int | None

    @property
    def place(self) -> tuple[str, str, str]:
        return (self.model, self.endpoint, self.recorded_at[:10])


def by_day(connection: Connection, suite: str) -> tuple[Day, ...]:
    """Give the days of a suite, by arm, then day."""
    answers = [_Answer._make(row) for row in connection.execute(_answers(suite))]
    answers.sort(key=lambda answer: answer.place)
    return tuple(_days(answers))


def _answers(suite: str) -> Select[Any]:
    """Select each answer once: what the newest run says of it, prices may have been corrected."""
    same = (
        SampleRow.model, SampleRow.endpoint, SampleRow.session, SampleRow.cell, SampleRow.sample,
        SampleRow.turn, SampleRow.recorded_at, SampleRow.picture,
    )  # fmt: skip
    nth = func.row_number().over(partition_by=same, order_by=SampleRow.run.desc())
    every = (
        select(*(getattr(SampleRow, name) for name in _Answer._fields), nth.label("nth"))
        .where(SampleRow.suite == suite, SampleRow.recorded_at != "", SampleRow.failure == "")
        .subquery()
    )
    return select(*(every.c[name] for name in _Answer._fields)).where(every.c.nth == 1)


def _days(answers: Sequence[_Answer]) -> Iterator[Day]:
    for (model, endpoint, day), group in groupby(answers, key=lambda answer: answer.place):
        found = list(group)
        prices = [a.cost_usd for a in found if a.cost_usd is not None]
        seconds = [a.seconds for a in found if a.seconds is not None]
        yield Day(
            model=model,
            endpoint=endpoint,
            day=day,
            sessions=len({a.session for a in found}),
            answers=len(found),
            refusals=sum(a.outcome in _REFUSED for a in found),
            pictures=sum(a.outcome == Outcome.PICTURE for a in found),
            usd=math.fsum(prices),
            priced=len(prices),
            seconds_median=median(seconds) if seconds else None,
            seconds_p90=p90(seconds),
            thoughts=_mean([a.thought_tokens for a in found]),
            picture_tokens=_mean([a.picture_tokens for a in found]),
            versions=tuple(sorted({a.model_version for a in found if a.model_version})),
            simulated=any(a.simulated for a in found),
        )


def p90(values: Sequence[float]) -> float | None:
    """Give the least of `values` that nine of ten do not exceed; None of none."""
    return sorted(values)[math.ceil(0.9 * len(values)) - 1] if values else None


def _mean(values: Sequence[int | None]) -> float | None:
    told = [value for value in values if value is not None]
    return fmean(told) if told else None
