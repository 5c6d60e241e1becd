"""Parts of a sample are drawn against each other without measuring anything again."""

import numpy as np
import pytest

from harness.stats.channels import EnergyChannel, MeansChannel
from harness.stats.labellings import Design
from harness.stats.permutation import Block, Cell, permutation_test
from harness.stats.splits import random_halves, resplit


def cell_of(rows, units=None, present=None):
    distances = np.abs(rows[:, None] - rows[None, :]).astype(np.float32)
    channels = (
        EnergyChannel(name="far", distances=distances, present=present),
        MeansChannel(name="mean", features=rows[:, None].astype(np.float32), present=present),
    )
    return Cell(name="one", channels=channels, units=units)


def block_of(rows, old, **given):
    units = given.get("units")
    count = len(rows) if units is None else int(units.max()) + 1
    return Block(design=Design(old=old, new=count - old), cells=(cell_of(rows, **given),))


def result_of(block):
    return permutation_test([block], draws=99, seed=3)


def test_other_sides_are_tested_as_if_they_were_laid_out_anew():
    """Choosing units gives what their rows give, in their order, units left out included."""
    rows = np.random.default_rng(1).normal(size=12)
    old, new = np.array([7, 1, 4, 10]), np.array([0, 11, 3])

    found = resplit(block_of(rows, 12), old=old, new=new)

    assert result_of(found) == result_of(block_of(rows[[7, 1, 4, 10, 0, 11, 3]], 4))


def test_chains_move_whole():
    """A unit brings all its samples, and only them; what was not measured stays so."""
    rows = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
    units = np.array([0, 1, 0, 2, 2, 1])
    present = np.array([True, True, False, True, True, True])
    block = block_of(rows, 3, units=units, present=present)

    (cell,) = resplit(block, old=np.array([2]), new=np.array([0])).cells

    assert cell.units.tolist() == [0, 0, 1, 1]
    assert cell.channels[1].features[:, 0].tolist() == [3.0, 4.0, 0.0, 2.0]
    assert cell.channels[0].present.tolist() == [True, True, True, False]


@pytest.mark.parametrize(("count", "halves"), [(8, (4, 4)), (9, (4, 5))])
def test_halves_hold_every_unit_once(count, halves):
    """Nothing is lost or taken twice, and another draw splits otherwise."""
    rows = np.arange(float(count))
    rng = np.random.default_rng(5)

    drawn = [random_halves([block_of(rows, count)], rng)[0] for _ in range(2)]

    assert [(b.design.old, b.design.new) for b in drawn] == [halves, halves]
    features = [block.cells[0].channels[1].features[:, 0].tolist() for block in drawn]
    assert [sorted(each) for each in features] == [rows.tolist()] * 2
    assert features[0] != features[1]
