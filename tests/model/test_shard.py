"""A selection is dealt out: each thing once, evenly, and standing still when more is added."""

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model.shard import Shard, dealt

weights = st.lists(st.integers(1, 10**9), max_size=40)
counts = st.integers(1, 12)
few = settings(max_examples=40)


@few
@given(weights, counts)
def test_everything_is_in_one_shard(weighed, of):
    """Each thing has one shard, of those that there are; what weighs alike is dealt in turn."""
    places = dealt(weighed, of)

    assert len(places) == len(weighed)
    assert set(places) <= set(range(1, of + 1))
    assert dealt([7] * of, of) == tuple(range(1, of + 1))


@few
@given(weights, st.integers(1, 10**9), counts)
def test_what_is_added_at_the_end_moves_nothing(weighed, more, of):
    """A case at the end of a suite leaves every other where it was."""
    assert dealt([*weighed, more], of)[:-1] == dealt(weighed, of)


@few
@given(weights, counts)
def test_no_shard_weighs_much_more_than_another(weighed, of):
    """The heaviest has at most one thing more than the lightest."""
    places = dealt(weighed, of)

    held = [sum(w for w, p in zip(weighed, places, strict=True) if p == n + 1) for n in range(of)]
    assert max(held) - min(held) <= max(weighed, default=0)


def test_a_shard_is_named_as_it_is_asked_for():
    """By the same words, for people and for the command line."""
    shard = Shard(number=3, of=5)

    assert (shard.flag, shard.name) == ("3/5", "shard 3 of 5")
