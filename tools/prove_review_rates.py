"""Prove that the acceptance rate's interval and alpha's hold the truth as often as they say.

Runs of many shapes are reviewed by a draw, failures first beside it, with many seeds; the share
of draws whose interval holds the share of all sheets is told. Where a person decides by what
kind of case a sheet is, strata matter most: so are some of the shapes.
"""

import random
import sys
from pathlib import Path

import krippendorff
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness.judging.acceptance import acceptance_of, rate, together
from harness.judging.merging import merge
from harness.judging.selecting import Draw, plan
from harness.model.baseline import Acceptance, Choice
from harness.model.run import Run
from harness.model.showing import NOTHING_MORE
from harness.model.verdict import Status
from harness.stats.agreement import alpha
from tests.judging.reviewed import ids, review, run_of

SEEDS = 400
TABLES = 100
LEVEL = 0.95
SLACK = 4
"""Standard errors of the simulation that a share may lie below what is said."""

SHAPES = {
    "40 cases of 1 to 5 variants, take 50": ({f"c{n}": 1 + n % 5 for n in range(40)}, 50),
    "200 cases of one variant, take 60": ({f"c{n}": 1 for n in range(200)}, 60),
    "3 cases of 40 variants, take 40": ({f"c{n}": 40 for n in range(3)}, 40),
}


def covered(cases: dict[str, int], take: int, *, by_case: bool, seed: int) -> tuple[float, float]:
    """Give the share of draws whose interval holds the truth, and the mean error of the rate."""
    dice = random.Random(seed)
    every = ids(run_of(cases))
    failed = {item: Status.FAIL for item in every if dice.random() < 0.12}
    run = run_of(cases, status=failed)
    taste = {f"s/{case}": dice.choice([0.15, 0.95]) if by_case else 0.85 for case in cases}
    chance = {i: 0.1 if i in failed else taste[i.partition("[")[0]] for i in every}
    truth = {i: Choice.ACCEPT if dice.random() < chance[i] else Choice.REJECT for i in every}
    share = sum(choice is Choice.ACCEPT for choice in truth.values()) / len(every)
    held, error = 0, 0.0
    for lot in range(SEEDS):
        found = rate(_counted(run, truth, Draw(take=take, seed=lot)))
        held += found.low <= share <= found.high
        error += (found.share - share) / SEEDS
    return held / SEEDS, error


def _counted(run: Run, truth: dict[str, Choice], draw: Draw) -> Acceptance:
    chosen = plan(run, NOTHING_MORE, draw=draw).sheets
    seen = {each.item: truth[each.item] for each in chosen}
    ann = review("ann", seen, drawn=tuple(each.item for each in chosen if each.random))
    counted = together(acceptance_of(run, [ann], merge([ann])).values())
    assert counted is not None
    return counted


def alpha_covered(items: int, raters: int, *, seed: int) -> tuple[float, int, float]:
    """Give the share of tables whose interval holds the alpha that endless tables have."""
    rng = np.random.default_rng(seed)

    def table(size: int) -> NDArray[np.int64]:
        hard = rng.random(size) < 0.3
        truth = rng.random(size) < 0.7
        wrong = rng.random((raters, size)) < np.where(hard, 0.4, 0.05)
        accepts = (truth ^ wrong).sum(axis=0)
        return np.column_stack([accepts, raters - accepts])

    endless = krippendorff.alpha(value_counts=table(200_000), level_of_measurement="nominal")
    found = [alpha(table(items).tolist(), seed=n) for n in range(TABLES)]
    told = [a for a in found if a.low is not None]
    return sum(a.low <= endless <= a.high for a in told) / len(told), len(told), endless


def main() -> int:
    """Print the shares; fail where the rate's interval holds less than it says."""
    fine = True
    for name, (cases, take) in SHAPES.items():
        for by_case in (False, True):
            held, error = covered(cases, take, by_case=by_case, seed=11)
            said = "accepted by kind of case" if by_case else "accepted at random"
            print(f"{name}, {said}: holds in {held:.1%} of {SEEDS} draws, mean error {error:+.3f}")
            fine &= held >= LEVEL - SLACK * (LEVEL * (1 - LEVEL) / SEEDS) ** 0.5
            fine &= abs(error) < 0.02
    for items, raters in ((20, 2), (40, 4)):
        held, told, endless = alpha_covered(items, raters, seed=5)
        print(
            f"alpha of {raters} people on {items} sheets (truly {endless:.2f}): the interval is "
            f"given in {told} of {TABLES} tables and holds it in {held:.1%}"
        )
        fine &= held >= 0.85  # a resampled interval is a guide, and says so
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
