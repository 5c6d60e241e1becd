"""Draw a reference and a fresh sample with a known change in it, from one set of answers.

The fresh side is drawn from the answers that the reference did not take, so that no picture
is held against itself.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from harness.judging.channels import HASHES
from harness.judging.pools import LEAST, blocks_of, pools_of
from harness.judging.subjects import Subject
from harness.stats.effect import effects
from harness.stats.permutation import Block, permutation_test

if TYPE_CHECKING:
    from harness.measure.description import Description


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many answers a cell each side has.

    Attributes:
        old: Of the reference.
        new: Of the fresh sample.
    """

    old: int
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One drawing.

    Attributes:
        sizes: The effect in each channel, averaged over the cells.
        p: Of the test; 1 where none was made.
        hashes_p: Of a test by perceptual hashes alone.
    """

    sizes: Mapping[str, float]
    p: float = 1.0
    hashes_p: float = 1.0


def planted(
    subjects: Sequence[Subject], descriptions: Mapping[str, "Description"], *, name: str
) -> tuple[Subject, ...]:
    """Give the same answers with a change in their pictures; those without one stay as they are.

    An embedder has not seen the changed pictures, so that its channel says nothing.

    Args:
        subjects: As they were recorded.
        descriptions: Of the changed pictures, by sha256 of the picture as it was recorded.
        name: Of the change.
    """
    return tuple(
        replace(
            s, description=descriptions[s.picture], picture=f"{s.picture} {name}", embedding=None
        )
        if s.picture in descriptions
        else replace(s, description=None, picture="", embedding=None)
        for s in subjects
    )


def trials(
    plain: Sequence[Subject],
    changed: Sequence[Subject],
    size: Size,
    *,
    times: int,
    draws: int,
    seed: int,
) -> Iterator[Trial]:
    """Draw and test many times, in this process; see `drawings`."""
    drawn = drawings(plain, changed, size, times=times, draws=draws, seed=seed)
    return map(trial_of, drawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Both sides of one trial, laid out.

    Attributes:
        blocks: What is tested.
        draws: Labellings of the tests; 0: none is made.
        seed: Of the tests.
    """

    blocks: tuple[Block, ...]
    draws: int
    seed: int


def drawings(
    plain: Sequence[Subject],
    changed: Sequence[Subject],
    size: Size,
    *,
    times: int,
    draws: int,
    seed: int,
) -> Iterator[Drawing]:
    """Draw both sides many times.

    Args:
        plain: All answers that the reference is drawn from.
        changed: The same with a change in them, or the answers of another recording. An
            answer that was drawn for one side is not drawn for the other.
        size: Of both sides, see `drawable`.
        times: How often is drawn.
        draws: Labellings of each test; 0: no test is made, effects only.
        seed: Of everything.
    """
    olds, news = _chains(plain), _chains(changed)
    for number in range(times):
        rng = np.random.default_rng(np.random.SeedSequence((seed, number)))
        old, new = _drawn(olds, news, size, rng)
        blocks = tuple(blocks_of(pools_of(old, new).pools))
        if not blocks:
            return
        yield Drawing(blocks=blocks, draws=draws, seed=number)


def trial_of(drawing: Drawing) -> Trial:
    """Test one drawing; in a worker where there are many."""
    blocks, draws, seed = drawing.blocks, drawing.draws, drawing.seed
    told = {effect.channel: effect.size for effect in effects(blocks, draws=0).channels}
    if not draws:
        return Trial(sizes=told)
    hashes = [_only(block, HASHES) for block in blocks]
    return Trial(
        sizes=told,
        p=permutation_test(blocks, draws=draws, seed=seed).p,
        hashes_p=permutation_test(hashes, draws=draws, seed=seed).p,
    )


def drawable(plain: Sequence[Subject], changed: Sequence[Subject], size: Size) -> Size | None:
    """Give the largest sides up to `size` that every variant has answers for.

    Returns:
        None where a variant has too few for both.
    """
    olds, news = _chains(plain), _chains(changed)
    both = [variant for variant in olds if variant in news]
    if not both:
        return None
    new = min(size.new, *(len(news[variant]) for variant in both))
    old = min(size.old, *(_left(olds[variant], news[variant], new) for variant in both))
    return Size(old=old, new=new) if min(old, new) >= LEAST else None


_Chains = Mapping[tuple[str, str], Mapping[str, Sequence[Subject]]]
"""The turns of each conversation by its name, by variant."""


def _chains(subjects: Sequence[Subject]) -> _Chains:
    found: dict[tuple[str, str], dict[str, list[Subject]]] = defaultdict(dict)
    for subject in subjects:
        own = found[subject.suite, subject.variant]
        own.setdefault(subject.chain, []).append(subject)
    return found


def _left(olds: Mapping[str, object], news: Mapping[str, object], new: int) -> int:
    """Count the reference's answers that are surely left when `new` were drawn."""
    return len(olds) - min(new, sum(name in news for name in olds))


def _drawn(
    olds: _Chains, news: _Chains, size: Size, rng: np.random.Generator
) -> tuple[list[Subject], list[Subject]]:
    old: list[Subject] = []
    new: list[Subject] = []
    for variant in (variant for variant in olds if variant in news):
        chosen = _some(list(news[variant]), size.new, rng)
        rest = [name for name in olds[variant] if name not in chosen]
        for name in chosen:
            new += news[variant][name]
        for name in _some(rest, size.old, rng):
            old += olds[variant][name]
    return old, new


def _some(names: Sequence[str], count: int, rng: np.random.Generator) -> list[str]:
    return [names[place] for place in rng.permutation(len(names))[:count]]


def _only(block: Block, names: Sequence[str]) -> Block:
    """Give the block with some of its channels."""
    cells = tuple(
        replace(cell, channels=tuple(c for c in cell.channels if c.name in names))
        for cell in block.cells
    )
    return replace(block, cells=cells)
