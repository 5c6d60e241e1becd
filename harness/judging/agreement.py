"""Say how far reviewers of one run agree, and which sheets divide them.

Each one's first word on a sheet counts: in a second round everybody sees what the others said.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from harness.judging.merging import when
from harness.model.baseline import Choice
from harness.model.review import Preferred, Review
from harness.stats.agreement import Alpha, Preferring, alpha, preferring

Words = Mapping[str, Mapping[str, Choice]]
"""What each reviewer chose first, by sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """How often two reviewers chose the same, of the sheets that both decided on."""

    first: str
    second: str
    same: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """How far reviewers agree.

    Attributes:
        same: Pairs of choices on one sheet that are the same.
        of: Pairs of choices on one sheet.
        pairs: The same by two reviewers.
        split: Sheets that they chose differently on, with everyone's choice.
        alpha: Agreement beyond chance.
    """

    same: int
    of: int
    pairs: tuple[Pair, ...]
    split: Words
    alpha: Alpha


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Which side of blind pairs reviewers prefer: a sheet counts once, by most of its reviewers.

    Attributes:
        candidate: Sheets on which the candidate was preferred, of those with a preference.
        even: Sheets where as many preferred one side as the other; ties are among them.
        bad: Sheets of which most said that both sides are bad.
        left: Choices of the left side.
        sides: Choices of one side; about half of them should be the left one.
    """

    candidate: Preferring
    even: int
    bad: int
    left: int
    sides: int


def first_words(reviews: Sequence[Review]) -> Words:
    """Give what each reviewer chose first on each sheet, in the order of the reviews."""
    found: dict[str, dict[str, Choice]] = {}
    votes = [(review.reviewer, vote) for review in reviews for vote in review.votes]
    for by, vote in sorted(votes, key=lambda each: when(each[1].at)):
        found.setdefault(vote.item, {}).setdefault(by, vote.choice)
    order = dict.fromkeys(vote.item for _, vote in votes)
    names = dict.fromkeys(review.reviewer for review in reviews)
    return {item: {n: found[item][n] for n in names if n in found[item]} for item in order}


def agreed(reviews: Sequence[Review], *, seed: int = 0) -> Agreed:
    """Hold the reviewers' first words against each other.

    Args:
        reviews: Of one run.
        seed: Of the resamples behind the interval of alpha.
    """
    words = first_words(reviews)
    names = list(dict.fromkeys(review.reviewer for review in reviews))
    every = [_pair(words, one, other) for one, other in combinations(names, 2)]
    pairs = tuple(pair for pair in every if pair.of)
    counted = [[*map([*said.values()].count, Choice)] for said in words.values()]
    return Agreed(
        same=sum(pair.same for pair in pairs),
        of=sum(pair.of for pair in pairs),
        pairs=pairs,
        split={item: said for item, said in words.items() if len({*said.values()}) > 1},
        alpha=alpha(counted, seed=seed),
    )


def _pair(words: Words, first: str, second: str) -> Pair:
    both = [said for said in words.values() if first in said and second in said]
    same = sum(said[first] is said[second] for said in both)
    return Pair(first=first, second=second, same=same, of=len(both))


def preferences(reviews: Sequence[Review]) -> Preferences | None:
    """Count the blind pairs; None where there were none.

    Ties, sheets that reviewers prefer evenly, and pairs that are both bad say nothing of
    which side is better: they are left out of the share and counted beside it. Several
    reviewers of one sheet are no further evidence of the model, so that they count as one.
    """
    first: dict[tuple[str, str], tuple[Preferred, bool]] = {}
    told = [(review.reviewer, each) for review in reviews for each in review.preferences]
    for by, each in sorted(told, key=lambda one: when(one[1].at)):
        first.setdefault((each.item, by), (each.preferred, each.baseline_left))
    if not first:
        return None
    by_item: dict[str, Counter[Preferred]] = {}
    for (item, _), (preferred, _) in first.items():
        by_item.setdefault(item, Counter())[preferred] += 1
    results = Counter(map(_most, by_item.values()))
    one_side = [(p, left) for p, left in first.values() if p in _SIDES]
    new, old = results[Preferred.CANDIDATE], results[Preferred.BASELINE]
    return Preferences(
        candidate=preferring(new, new + old),
        even=results[Preferred.TIE],
        bad=results[Preferred.BOTH_BAD],
        left=sum((p is Preferred.BASELINE) is left for p, left in one_side),
        sides=len(one_side),
    )


_SIDES = frozenset({Preferred.BASELINE, Preferred.CANDIDATE})


def _most(counts: Counter[Preferred]) -> Preferred:
    """Give what most reviewers of a sheet said; a tie where sides are even."""
    if counts[Preferred.BOTH_BAD] * 2 > counts.total():
        return Preferred.BOTH_BAD
    new, old = counts[Preferred.CANDIDATE], counts[Preferred.BASELINE]
    if new == old:
        return Preferred.TIE
    return Preferred.CANDIDATE if new > old else Preferred.BASELINE
