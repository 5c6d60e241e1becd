"""Say what a character's pictures are held to: accepted ones set the limit, others control it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from harness.model.features import Character, Features, Looks

DISCRIMINATIVE = 0.75
"""Smallest AUC of own against other pictures with which a measure may pass or fail a suite.

MEASURES section 3: hashes have .50-.58 there, `look` .80-.90, and two characters of one
style and palette .45-.52.
"""

ROUGH = 10
"""Fewer pictures on either side give an AUC that is said to be rough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """What is known of a character's look in one arm; every score is a distance of 0 or more.

    Attributes:
        looks: The distances.
        references: sha256 of the pictures that show how it looks.
        accepted: Scores of accepted pictures.
        drawn: Scores of the samples' pictures.
        control: Scores of other characters' pictures, or of distractors.
        painted: The control is the distractors that ship with the package.
        spread: Largest mean distance of one accepted picture to the other accepted ones;
            None for fewer than three.
    """

    looks: Looks
    references: tuple[str, ...]
    accepted: tuple[float, ...]
    drawn: tuple[float, ...]
    control: tuple[float, ...]
    painted: bool
    spread: float | None

    def score(self, sha256: str) -> float | None:
        """Give a picture's distance to the nearest reference; None where none was measured."""
        return _score(self.looks, sha256, self.references)

    @property
    def own(self) -> tuple[float, ...]:
        """Scores of what is held to be the character: accepted pictures, else the samples'."""
        return self.accepted or self.drawn

    @property
    def auc(self) -> float | None:
        return auc(self.own, self.control)

    @property
    def is_discriminative(self) -> bool:
        return self.auc is not None and self.auc >= DISCRIMINATIVE

    @property
    def is_rough(self) -> bool:
        return min(len(self.own), len(self.control)) < ROUGH

    @property
    def by_chance(self) -> float:
        """Give how often a measure that sees nothing would reach `DISCRIMINATIVE` here, 0 to 1.

        By the normal approximation of the Mann-Whitney statistic, of which the AUC is a share.
        """
        own, control = len(self.own), len(self.control)
        spread = ((own + control + 1) / (12 * own * control)) ** 0.5
        return 1 - NormalDist(0.5, spread).cdf(DISCRIMINATIVE)

    def is_bad(self, score: float) -> bool:
        """Tell whether a score is worse than every accepted one and than the nearest control."""
        return score > max(self.accepted) and score >= min(self.control)


def standard_of(character: Character, looks: Looks, features: Features) -> Standard:
    """Score a character's pictures, and its control's: other characters, else distractors."""
    control = character.others or features.controls

    def scores(names: Iterable[str]) -> tuple[float, ...]:
        found = (_score(looks, name, character.references) for name in names)
        return tuple(score for score in found if score is not None)

    means = [mean for _, mean in mean_distances(character.accepted, looks)]
    return Standard(
        looks=looks,
        references=character.references,
        accepted=scores(character.accepted),
        drawn=scores(character.drawn),
        control=scores(control),
        painted=not character.others,
        spread=max(means) if len(means) > 2 else None,
    )


def mean_distances(names: Sequence[str], looks: Looks) -> Iterator[tuple[int, float]]:
    """Give the place and the mean distance to all others of every picture that was measured."""
    measured = [place for place, name in enumerate(names) if looks.distance(name, name) is not None]
    for place in measured:
        others = [looks.distance(names[place], names[one]) for one in measured if one != place]
        known = [distance for distance in others if distance is not None]
        if known:
            yield place, sum(known) / len(known)


def auc(own: Sequence[float], control: Sequence[float]) -> float | None:
    """Give the share of (own, control) pairs in which the own one is nearer; ties count half.

    The area under the ROC curve: 1 where every own picture is nearer than every control,
    .5 by chance. None where a side is empty.
    """
    if not own or not control:
        return None
    wins = sum((mine < other) + (mine == other) / 2 for mine in own for other in control)
    return wins / (len(own) * len(control))


def _score(looks: Looks, sha256: str, references: Iterable[str]) -> float | None:
    found = (looks.distance(sha256, reference) for reference in references)
    return min((distance for distance in found if distance is not None), default=None)
