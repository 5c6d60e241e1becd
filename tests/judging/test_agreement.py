"""Agreement is of first words; preferences are of sheets."""

import pytest

from harness.judging.agreement import agreed, first_words, preferences
from harness.model.baseline import Choice
from harness.model.review import Preference, Preferred
from tests.judging.reviewed import review

A, R, D = Choice.ACCEPT, Choice.REJECT, Choice.DISCUSS


def test_agreement_counts_pairs_of_choices():
    """Three on one sheet are three pairs; a sheet that one decided on is none."""
    ann = review("ann", {"s/a": A, "s/b": A, "s/c": A})
    bob = review("bob", {"s/a": A, "s/b": R})
    cat = review("cat", {"s/a": A, "s/b": A})

    found = agreed([ann, bob, cat])

    assert (found.same, found.of) == (4, 6)
    assert [(p.first, p.second, p.same, p.of) for p in found.pairs] == [
        ("ann", "bob", 1, 2),
        ("ann", "cat", 2, 2),
        ("bob", "cat", 1, 2),
    ]
    assert found.split == {"s/b": {"ann": A, "bob": R, "cat": A}}
    assert found.alpha.items == 2


def test_who_never_met_is_no_pair():
    """Two who shared no sheet are not said to agree in none."""
    found = agreed([review("ann", {"s/a": A}), review("bob", {"s/b": A})])

    assert (found.of, found.pairs) == (0, ())


def test_the_first_word_counts():
    """A second round shows what the others said; the order of files changes nothing."""
    first = review("ann", {"s/a": R})
    second = review("ann", {"s/a": A}, at="2026-11-26T12:00:00Z")

    assert first_words([second, first]) == {"s/a": {"ann": R}}


def blind(by, *preferred, items="abcdefgh", left=True):
    told = tuple(
        Preference(item=f"s/{item}", preferred=each, baseline_left=left)
        for item, each in zip(items, preferred, strict=False)
    )
    return review(by, {}, preferences=told)


NEW, OLD, TIE, BAD = (
    Preferred.CANDIDATE, Preferred.BASELINE, Preferred.TIE, Preferred.BOTH_BAD,
)  # fmt: skip


def test_ties_and_bad_pairs_are_left_out():
    """They are counted beside the share."""
    found = preferences([blind("ann", NEW, NEW, OLD, TIE, BAD)])

    assert (found.candidate.count, found.candidate.of) == (2, 3)
    assert (found.even, found.bad) == (1, 1)


def test_several_reviewers_of_a_sheet_count_once():
    """By most of them; even ones are ties."""
    found = preferences([blind("a", NEW, NEW), blind("b", NEW, OLD), blind("c", OLD, TIE)])

    assert (found.candidate.count, found.candidate.of, found.even) == (1, 1, 1)


@pytest.mark.parametrize(("left", "chosen"), [(True, 1), (False, 2)])
def test_the_side_is_told(left, chosen):
    """Who always chooses the left side is seen to do so."""
    found = preferences([blind("ann", NEW, NEW, OLD, TIE, left=left)])

    assert (found.left, found.sides) == (chosen, 3)


def test_no_blind_pairs_are_no_preference():
    """Nothing is told of them."""
    assert preferences([review("ann", {"s/a": A})]) is None
