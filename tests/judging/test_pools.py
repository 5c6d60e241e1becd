"""Answers are paired by cell, chains stay whole, and what is left out is told."""

from dataclasses import replace

import numpy as np

from harness.judging.pools import SESSIONS, blocks_of, designs_of, pools_of, sessions_of_units
from harness.judging.subjects import days_of, sessions_of
from harness.stats.labellings import Design
from tests.judging.drifting import made_up, subject

RNG = np.random.default_rng(1)


def conversation(count, *, side):
    """Make chains of two turns, each turn a cell of its own."""
    return [
        subject(n, side=f"{side}{turn}", cell=f"turn{turn}", turn=turn, variant="talk",
                chain=f"{side} {n}", session=f"{side} day {n % 2}")
        for n in range(count)
        for turn in (0, 1)
    ]  # fmt: skip


def test_the_turns_of_a_conversation_are_permuted_as_one():
    """Two cells, one block: a chain's turns have one label."""
    found = pools_of(conversation(6, side="old"), conversation(3, side="new"))

    (block,) = blocks_of(found.pools)

    assert block.design == Design(old=6, new=3)
    assert len(block.cells) == 2
    assert all(cell.units is None or list(cell.units) == list(range(9)) for cell in block.cells)


def test_a_chain_that_broke_keeps_its_label():
    """A turn that never came is missing from its cell; the others keep their places."""
    old = [s for s in conversation(6, side="old") if not (s.turn == 1 and s.chain == "old 2")]

    found = pools_of(old, conversation(3, side="new"))

    (block,) = blocks_of(found.pools)
    assert list(block.cells[1].units) == [0, 1, 3, 4, 5, 6, 7, 8]


def test_single_prompts_are_permuted_each_by_itself():
    """A block a cell."""
    old = [*made_up(4, rng=RNG, cell="a"), *made_up(5, rng=RNG, cell="b")]
    new = [*made_up(2, rng=RNG, cell="a", side="new"), *made_up(3, rng=RNG, cell="b", side="new")]

    designs = designs_of(pools_of(old, new).pools)

    assert designs == (Design(old=4, new=2), Design(old=5, new=3))


def test_sessions_are_one_block_over_all_cells():
    """A day is one for all cells: its label too."""
    pools = pools_of(conversation(6, side="old"), conversation(4, side="new")).pools

    (block,) = blocks_of(pools, unit=SESSIONS)
    (own,) = sessions_of_units(pools)

    assert block.design == Design(old=2, new=2)
    assert list(own) == [0, 1, 0, 1, 0, 1, 2, 3, 2, 3]


def test_a_picture_from_a_cache_is_left_out_and_told():
    """Byte for byte an earlier picture of its cell: it was not generated anew."""
    old = made_up(4, rng=RNG)
    new = [*made_up(3, rng=RNG, side="new"), subject(0, chain="again", description=None)]

    found = pools_of(old, new)

    assert len(found.pools[0].new) == 3
    assert "1 answer from somebody's cache" in found.left_out[-1]


def test_cells_without_a_twin_are_told():
    """What is asked on one side only is no change of the model."""
    old = [*made_up(3, rng=RNG, cell="a"), *made_up(3, rng=RNG, cell="gone")]
    new = [*made_up(3, rng=RNG, cell="a", side="new"), *made_up(1, rng=RNG, cell="b", side="new")]

    found = pools_of(old, new)

    assert [pool.old[0].cell for pool in found.pools] == ["a"]
    assert found.left_out == ("1 cell only in the reference", "1 cell only in the fresh sample")


def test_two_models_that_one_suite_asks_alike_are_never_mixed():
    """Cells do not name the model: where both sides have the same arms, arms keep apart."""
    old = [*made_up(3, rng=RNG, arm="one@e"), *made_up(3, rng=RNG, arm="two@e", side="o2")]
    new = [*made_up(3, rng=RNG, arm="one@e", side="n"), *made_up(3, rng=RNG, arm="two@e", side="m")]

    pools = pools_of(old, new).pools

    assert [{s.arm for s in pool.subjects} for pool in pools] == [{"one@e"}, {"two@e"}]


def test_arms_of_one_variant_are_permuted_each_by_itself():
    """An answer of one arm could never have been the other's: labels do not cross."""
    old = [*made_up(5, rng=RNG, arm="one@e"), *made_up(4, rng=RNG, arm="two@e", side="o2")]
    new = [*made_up(3, rng=RNG, arm="one@e", side="n"), *made_up(2, rng=RNG, arm="two@e", side="m")]

    designs = designs_of(pools_of(old, new).pools)

    assert designs == (Design(old=5, new=3), Design(old=4, new=2))


def test_turns_that_only_some_chains_share_are_permuted_as_one():
    """Cells of a variant belong together where any chain, of any turn between, links them."""
    old, new = conversation(6, side="old"), conversation(4, side="new")
    third = [replace(s, turn=2, cell="turn2") for s in (*old, *new) if s.turn == 1]
    olds = [*old, *third[:6]]
    early = [s for s in olds if not (s.turn == 0 and s.chain in ("old 4", "old 5"))]
    last = [s for s in early if s.turn != 2 or s.chain in ("old 4", "old 5")]

    (block,) = blocks_of(pools_of(last, [*new, *third[6:]]).pools)

    assert block.design == Design(old=6, new=4)
    assert len(block.cells) == 3


def test_days_are_counted_by_when_sessions_began():
    """Two sessions of one day are one day; a session past midnight is of its first."""
    told = [
        ("a", "2026-11-01T10:00"), ("b", "2026-11-01T12:00"),
        ("c", "2026-11-02T23:59"), ("c", "2026-11-03T00:01"),
    ]  # fmt: skip
    found = [subject(n, session=name, recorded_at=at) for n, (name, at) in enumerate(told)]

    assert days_of(found) == 2
    assert sessions_of(found) == ("a", "b", "c")


def test_pictures_that_nobody_could_look_at_are_told():
    """Absent or broken bytes are in no channel of pictures: a result never hides that."""
    old = [*made_up(3, rng=RNG), subject(9, description=None)]
    new = made_up(3, rng=RNG, side="new")

    found = pools_of(old, new)

    assert found.left_out == (
        "1 picture whose bytes are not here or cannot be read: harness cassette verify",
    )
