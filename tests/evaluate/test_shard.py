"""A shard is a share of whole variants that every machine deals alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from harness.errors import NothingSelected, UsageError
from harness.evaluate.order import Order
from harness.evaluate.run import run_suites
from harness.evaluate.shard import shard_of, share_of
from harness.evaluate.workspace import Wish
from harness.model.suite import unsharded
from tests.evaluate.sharded import lay, rewrite, selected, workspace_of

WISH = Wish()


@pytest.fixture
def here(tmp_path):
    """Give a workspace with suites of which nothing is recorded."""
    lay(tmp_path)
    return workspace_of(tmp_path)


def shares(here, of, **selection):
    suites = selected(here, **selection)
    return [share_of(suites, here, shard_of(f"{n}/{of}"), wish=WISH) for n in range(1, of + 1)]


def ids(share):
    return [variant.id for suite in share.suites for variant in suite.variants]


@pytest.mark.parametrize("said", ["0/5", "6/5", "3", "a/b", "-1/5", "3/0", "1/1001", "1/2/3", ""])
def test_what_names_no_shard_is_refused(said):
    """With what to say instead."""
    with pytest.raises(UsageError, match=r"--shard .*: say which of how many, e\.g\. 3/5"):
        shard_of(said)


def test_every_variant_is_in_one_shard_with_all_its_samples(here):
    """And each suite still knows the whole selection, in its order."""
    dealt = shares(here, 3)

    found = [name for share in dealt for name in ids(share)]
    assert sorted(found) == ["ant", "city", "fox[at home]", "fox[at sea]", "hat", "owl"]
    whole = {suite.id: suite.variants for suite in selected(here)}
    assert all(unsharded(s).variants == whole[s.id] for share in dealt for s in share.suites)


def test_a_dear_variant_weighs_what_it_costs(here):
    """A 4K variant stands alone beside two of 1K."""
    rewrite(here, "shop", "A night city", "A night city\n    image_size: 4K\n    samples: 4")

    dealt = shares(here, 2, keyword="fox or owl or city")

    assert [ids(share) for share in dealt] == [["fox[at sea]", "owl"], ["fox[at home]", "city"]]


def test_shards_agree_on_what_is_whole(here):
    """They carry the same digests; another selection carries others."""
    one, two = (share.shard for share in shares(here, 2))

    assert replace(one, number=2) == two
    assert shares(here, 2, samples=3)[0].shard.selection != one.selection
    assert shares(here, 2, samples=3)[0].shard.suites == one.suites
    rewrite(here, "zoo", "An ant", "Two ants")
    changed = shares(here, 2)[0].shard
    assert [s.digest == t.digest for s, t in zip(changed.suites, one.suites, strict=True)] == [
        True,
        False,
    ]


def test_no_two_shards_name_a_session_alike(here):
    """Though they begin at one moment, at the last one of a second too."""
    last = datetime(2026, 11, 26, 9, 0, 0, 999_999, tzinfo=UTC)
    for moment in (last, last - timedelta(microseconds=500_000)):
        frozen = replace(here, now=lambda moment=moment: moment)

        names = {share.workspace.stamp() for share in shares(frozen, 7)}

        assert len(names) == 7
        assert {name[:15] for name in names} == {"20261126T090000"}


def test_only_a_shard_may_hold_nothing(here):
    """A selection that leaves nothing is refused as ever."""
    with pytest.raises(NothingSelected):
        run_suites((), here, Order())

    empty = shares(here, 9)[8]
    assert run_suites((), empty.workspace, Order(shard=empty.shard)).run.judged == ()
