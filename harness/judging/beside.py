"""Tell what else differs between two sides, beside the test on pictures: it decides nothing."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from harness.judging.pools import Pool, blocks_of, outcomes_of
from harness.judging.subjects import Subject
from harness.model.drift import Beside
from harness.stats.channels import MeansChannel
from harness.stats.permutation import Block, Cell, permutation_test

DRAWS = 999


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """A number that each answer may have."""

    name: str
    of: Callable[[Subject], float | None]
    worded: Callable[[float], str]


_FIGURES = (
    _Figure(name="thinking tokens, median", of=lambda s: s.thoughts, worded=lambda v: f"{v:,.0f}"),
    _Figure(name="seconds, median", of=lambda s: s.seconds, worded=lambda v: f"{v:,.1f}"),
    _Figure(name="US dollars, median", of=lambda s: s.usd, worded=lambda v: f"{v:.4f}"),
)


def beside(pools: Sequence[Pool], *, unit: str, seed: int) -> tuple[Beside, ...]:
    """Tell outcomes, model versions, tokens, latency and price of both sides.

    Figures have a permutation test of their own, on the difference of the means of their
    logarithms in each cell.

    Args:
        pools: What was tested.
        unit: What is permuted.
        seed: Of the labellings.
    """
    olds = [subject for pool in pools for subject in pool.old]
    news = [subject for pool in pools for subject in pool.new]
    if not olds or not news:
        return ()
    worded = [
        Beside(name="outcomes", old=outcomes_of(olds), new=outcomes_of(news)),
        Beside(name="model versions", old=_versions(olds), new=_versions(news)),
    ]
    return (*worded, *_figures(pools, olds, news, unit=unit, seed=seed))


def _figures(
    pools: Sequence[Pool],
    olds: Sequence[Subject],
    news: Sequence[Subject],
    *,
    unit: str,
    seed: int,
) -> Iterator[Beside]:
    for figure in _FIGURES:
        sides = [[v for s in side if (v := figure.of(s)) is not None] for side in (olds, news)]
        if not all(sides):
            continue
        p = None
        if len({*sides[0], *sides[1]}) > 1:
            p = permutation_test(_blocks(pools, figure, unit), draws=DRAWS, seed=seed).p_all
        old, new = (figure.worded(float(median(side))) for side in sides)
        yield Beside(name=figure.name, old=old, new=new, p=p)


def _blocks(pools: Sequence[Pool], figure: _Figure, unit: str) -> list[Block]:
    known = {pool.id: pool for pool in pools}
    return [
        Block(
            design=block.design,
            cells=tuple(
                Cell(
                    name=cell.name, units=cell.units, channels=(_channel(known[cell.name], figure),)
                )
                for cell in block.cells
            ),
        )
        for block in blocks_of(pools, unit=unit, names=())
    ]


def _channel(pool: Pool, figure: _Figure) -> MeansChannel:
    values = [figure.of(subject) for subject in pool.subjects]
    present = np.array([value is not None for value in values], dtype=np.bool_)
    logs = np.log1p([max(value or 0.0, 0.0) for value in values])
    spread = float(logs[present].std()) if present.any() else 0.0
    scaled = (logs - logs[present].mean()) / spread if spread > 1e-9 else np.zeros_like(logs)
    features = scaled.astype(np.float32)[:, None]
    return MeansChannel(name=figure.name, features=features, present=present)


def _versions(subjects: Sequence[Subject]) -> str:
    named = Counter(subject.model_version or "not told" for subject in subjects)
    return ", ".join(name for name, _ in named.most_common())
