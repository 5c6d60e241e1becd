"""Which of two sides lies nearer to a third arm."""

from dataclasses import replace

import numpy as np
import pytest

from harness.judging.nearness import Names, _Drawer, nearness
from harness.judging.subjects import Subject
from harness.measure.description import LENGTH, PARTS

NAMES = Names(first="a", second="b", anchor="lite")


@pytest.fixture
def side():
    """Give `side(arm, moved, ...)`: described answers of an arm, drawn about a point."""

    def made(arm, *, moved=0.0, answers=8, cells=3, seed=0):
        rng = np.random.default_rng([seed, sum(map(ord, arm))])
        return [
            Subject(
                suite="s", variant=f"v{cell}", turn=0, cell=f"c{cell}", chain=f"{arm} {cell} {n}",
                session="one", arm=arm, outcome="picture", picture=f"{arm} {cell} {n}",
                description=description(rng, moved),
            )
            for cell in range(cells)
            for n in range(answers)
        ]  # fmt: skip

    return made


def description(rng, moved):
    found = np.zeros(LENGTH, dtype=np.float32)
    for name in ("scalars", "layout", "colours"):
        part = PARTS[name]
        found[part] = rng.normal(moved, 1, part.stop - part.start)
    return found


def test_the_side_of_the_anchors_kind_is_nearer(side):
    """The second side comes from where the anchor comes from: it is named, with its figures."""
    found = nearness((side("a"), side("b", moved=1.0), side("c", moved=1.0)), NAMES)

    assert found.nearer == "b"
    assert found.low > 0
    assert found.sizes[0] > found.sizes[1]
    assert found.said.startswith("NEARER: b is nearer to lite: a lies ")
    assert found.cells == 3


def test_swapped_sides_swap_the_answer(side):
    """The same two sides, named the other way round, differ by as much the other way."""
    one, two, anchor = side("a"), side("b", moved=1.0), side("c", moved=1.0)

    there, back = (nearness((*pair, anchor), NAMES) for pair in ((one, two), (two, one)))

    assert back.nearer == "a"
    assert back.difference == pytest.approx(-there.difference)


def test_equal_sides_are_seldom_told_apart(side):
    """Two sides of one kind: neither is nearer, but for about one time in 20."""
    named = [
        nearness(
            (side("a", seed=n), side("b", seed=n), side("c", moved=0.5, seed=n)), NAMES, draws=99
        ).nearer
        for n in range(20)
    ]

    assert len([name for name in named if name]) <= 3


@pytest.mark.parametrize("count", [2, 3, 8])
def test_few_chains_are_drawn_as_widely_as_their_mean_varies(count):
    """The variance over draws is that of a mean of so many, however few there are."""
    drawn = _Drawer(np.random.default_rng(1), 20_000).weights([f"{n}" for n in range(count)])[1:]
    values = np.arange(count)

    means = drawn @ values / drawn.sum(axis=1)

    assert means.var() == pytest.approx(values.var(ddof=1) / count, rel=0.1)


def test_an_anchor_that_was_not_recorded_decides_nothing(side):
    """One answer of the anchor in a cell is too few, and the sentence says so."""
    found = nearness((side("a"), side("b"), side("c", answers=1)), NAMES)

    assert (found.nearer, found.cells) == ("", 0)
    assert "NOT ENOUGH DATA: no cell has 2 pictures each of a, b and lite" in found.said


def test_equal_pictures_are_no_error(side):
    """An anchor without any spread has no unit: its cells say nothing."""
    still = [replace(subject, description=np.ones(LENGTH, np.float32)) for subject in side("c")]

    found = nearness((side("a"), side("b"), still), NAMES)

    assert found.cells == 0


def test_the_seed_decides_the_interval(side):
    """The same seed gives the same figures."""
    sides = (side("a"), side("b", moved=0.3), side("c", moved=1.0))

    assert nearness(sides, NAMES, seed=3) == nearness(sides, NAMES, seed=3)
    assert nearness(sides, NAMES, seed=3) != nearness(sides, NAMES, seed=4)
