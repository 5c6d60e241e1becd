"""Move the fresh samples of a channel by thought: what each labelling would then say.

A distance of negative type is the squared distance of points in some space (Sejdinovic et al.
2013). There an effect e is a shift of the fresh points by d with 2 |d|^2 = e * W, W the mean
distance within the reference. The energy statistic of a labelling then becomes
T + e * W + 4 <m, d>, m the difference of means that chance had made; and since the pooled
points lie further apart, the deviation over all labellings grows too. Without that growth
planned power was .43 where .28 was seen, with it .30 (8 v 8 on one cell, effect .3).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.stats.channels import Values
from harness.stats.labellings import Labels

Moved = NDArray[np.float64]
"""Shape (E, R): for each effect, the statistic of each labelling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """What a shift adds to each labelling of one cell and channel.

    Attributes:
        within: Mean distance of two old samples.
        along: Shape (R,): how far chance had moved the means along the shift.
        parts: Shape (R,) each: what the shift adds to the variance over the labellings, as
            shares of it, at |d| to the power of 1, 2, 3 and 4.
    """

    within: float
    along: Values
    parts: tuple[Values, Values, Values, Values]

    def moved(self, standard: Values, *, deviation: float, sizes: Values) -> Moved:
        """Give the standardised statistic of each labelling after the shift.

        Args:
            standard: Shape (R,): the standardised statistic as it is.
            deviation: What it was divided by.
            sizes: Shape (E,): effects.
        """
        length = np.sqrt(np.maximum(sizes, 0.0) * self.within / 2)[:, None]
        grown = 1.0 + sum(part[None, :] * length**n for n, part in enumerate(self.parts, 1))
        added = (2 * length**2 + 4 * length * self.along[None, :]) / deviation
        found: Moved = (standard[None, :] + added) / np.sqrt(np.maximum(grown, _LEAST))
        return found


_LEAST = 0.25
"""A labelling whose chance difference is undone by the shift varies less, but not by much."""


def planted(
    distances: NDArray[np.floating], labels: Labels, *, old: int, rng: np.random.Generator
) -> Planted | None:
    """Plan a shift in a direction in which the samples themselves vary.

    Args:
        distances: Shape (N, N), of one cell and channel, all measured.
        labels: Shape (R, N).
        old: How many samples, the first ones, are of the reference.
        rng: Draws the direction.

    Returns:
        None where the reference is too small or does not vary.
    """
    d = distances.astype(np.float64)
    if old < 2 or len(d) < 4:
        return None
    within = float(d[:old, :old].sum()) / (old * (old - 1))
    along = _direction(d, rng)
    if within <= 0 or along is None:
        return None
    x = labels.astype(np.float64)
    olds = x.sum(axis=1)
    news = len(d) - olds
    centred = x - (olds / len(d))[:, None]
    usable = np.maximum(olds * news, 1.0)
    return Planted(
        within=within,
        along=(centred @ along) * len(d) / usable,
        parts=_growth(_centred(d), centred, along),
    )


def _direction(d: NDArray[np.float64], rng: np.random.Generator) -> Values | None:
    """Give where each point lies along a random direction of unit length, about their mean."""
    gram = -0.5 * (d - d.mean(axis=0) - d.mean(axis=1)[:, None] + d.mean())
    mix = rng.normal(size=len(d))
    mix -= mix.mean()
    square = float(mix @ gram @ mix)
    if square <= 0:
        return None
    found: Values = gram @ mix / np.sqrt(square)
    return found


def _centred(d: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take rows and columns out of the pairs (the U-centring of Szekely and Rizzo 2014)."""
    count = len(d)
    rows = d.sum(axis=1) / (count - 2)
    mean = float(d.sum()) / ((count - 1) * (count - 2))
    found: NDArray[np.float64] = d - rows[:, None] - rows[None, :] + mean
    np.fill_diagonal(found, 0.0)
    return found


def _growth(
    pairs: NDArray[np.float64], x: NDArray[np.float64], g: Values
) -> tuple[Values, Values, Values, Values]:
    """Give what a shift of length s adds to the sum of the squared centred distances.

    The distances become D + s^2 C + 2 s X with C = -2 x x' and X = -(x g' + g x') up to terms
    of rows, which centring takes out; both have rows that sum to 0 with their diagonal, so
    that <A, B> of two centred ones is the full one less its diagonal's part.
    """
    count = len(pairs)
    own, base = count / (count - 2), 1 / ((count - 1) * (count - 2))
    total = max(float((pairs**2).sum()), 1e-300)
    square = x * x
    xx, xg, gg = square.sum(axis=1), x @ g, float(g @ g)
    reached = x @ pairs
    with_c = -2 * np.einsum("rn,rn->r", reached, x)
    with_x = -2 * (reached @ g)
    both_c = 4 * (xx**2 * (1 + base) - own * (square * square).sum(axis=1))
    both_x = 2 * xx * gg + (2 + 4 * base) * xg**2 - 4 * own * (square @ (g * g))
    c_and_x = 4 * (xx * xg * (1 + base) - own * ((square * x) @ g))
    parts = 4 * with_x, 2 * with_c + 4 * both_x, 4 * c_and_x, both_c
    first, second, third, fourth = (part / total for part in parts)
    return first, second, third, fourth
