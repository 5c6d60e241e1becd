"""Find samples that are one picture: byte for byte from a cache, or nearly, one after another."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from harness.errors import FingerprintMismatch
from harness.measure.blank import BLANK_BELOW
from harness.measure.sameness import (
    SAME_PICTURE_METHOD,
    SAME_PICTURE_SHARE,
    bit_share,
    clusters,
)
from harness.model.picture import Fingerprint, Measures
from harness.model.sample import Sample
from harness.model.suite import Turn
from harness.model.verdict import Finding, Status

NAMED = 3
"""Pairs that a finding names, the nearest; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """Two samples that lie near each other; `bits` of their fingerprints' `of` differ."""

    first: Sample
    second: Sample
    bits: int
    of: int

    def __str__(self) -> str:
        one, two = self.first.key.sample + 1, self.second.key.sample + 1
        return f"{one} and {two} ({self.bits} of {self.of} bits differ)"


def repeated_samples(samples: Iterable[Sample]) -> Iterator[tuple[Sample, Sample]]:
    """Find the samples whose picture is byte for byte an earlier sample's.

    They were not generated anew: drift leaves them out.

    Yields:
        The sample, and the first one that had its picture.
    """
    first: dict[str, Sample] = {}
    for sample in samples:
        sha256 = sample.picture
        if not sha256:
            continue
        twin = first.setdefault(sha256, sample)
        if twin is not sample:
            yield sample, twin


def cached_answers(samples: Iterable[Sample]) -> Iterator[Finding]:
    """Find byte-equal pictures among fresh samples: they came from somebody's cache.

    No false alarm can be: of the real pictures no two that were generated apart are byte-equal.
    """
    for sample, twin in repeated_samples(samples):
        yield Finding(
            check="fresh",
            status=Status.FAIL,
            message=f"byte for byte the picture of sample {twin.key.sample + 1}: "
            "answered from a cache, not generated; drift leaves it out",
            sample=sample.key.sample,
            turn=sample.key.turn,
        )


def near_duplicates(
    samples: Iterable[Sample], turn: Turn, *, measures: Mapping[str, Measures]
) -> Iterator[Finding]:
    """Find samples of one prompt that show nearly the same picture: mode collapse.

    Two samples lie near where `phash16` says that they are the same picture (.30 of its bits).
    MEASURES section 5: pictures encoded anew lie within .02 (9 of 9); of the pairs of samples
    of one prompt 5 % lie nearer than .40 to .45, in all four real groups. So it is a WARN.
    Blank pictures are alike and told of elsewhere; those that edit one picture are to be alike.

    Args:
        samples: Of one turn of a variant.
        turn: What was asked.
        measures: Of their pictures, by sha256.

    Yields:
        One finding a group of samples that hang together.
    """
    if turn.checks.edit is not None:
        return
    sides: dict[object, list[tuple[Sample, Fingerprint]]] = {}
    for sample, found in _printed(samples, measures):
        sides.setdefault((sample.arm, sample.cell), []).append((sample, found))
    for side in sides.values():
        yield from _groups(side)


def _printed(
    samples: Iterable[Sample], measures: Mapping[str, Measures]
) -> Iterator[tuple[Sample, Fingerprint]]:
    """Give each different picture once, with its fingerprint."""
    listed = tuple(samples)
    repeated = {id(sample) for sample, _ in repeated_samples(listed)}
    for sample in listed:
        found = measures.get(sample.picture)
        if found is None or id(sample) in repeated:
            continue
        fingerprint = found.fingerprint(SAME_PICTURE_METHOD)
        if fingerprint is not None and (found.tile_sd or 0.0) >= BLANK_BELOW:
            yield sample, fingerprint


def _groups(side: Sequence[tuple[Sample, Fingerprint]]) -> Iterator[Finding]:
    twins = {
        (first, second): twin
        for first, second in combinations(range(len(side)), 2)
        if (twin := _twin(side[first], side[second]))
    }
    for group in clusters(twins):
        own = [twin for (first, _), twin in twins.items() if first in group]
        yield _finding([side[place][0] for place in group], own, of=len(side))


def _twin(one: tuple[Sample, Fingerprint], two: tuple[Sample, Fingerprint]) -> Twin | None:
    try:
        share = bit_share(one[1], two[1])
    except FingerprintMismatch:  # measured by another version: not known to be near
        return None
    if share > SAME_PICTURE_SHARE:
        return None
    bits = one[1].bits
    return Twin(first=one[0], second=two[0], bits=round(share * bits), of=bits)


def _finding(members: Sequence[Sample], twins: Sequence[Twin], *, of: int) -> Finding:
    nearest = sorted(twins, key=lambda twin: twin.bits)
    named = ", ".join(map(str, nearest[:NAMED]))
    more = f" and {len(twins) - NAMED} more pairs" if len(twins) > NAMED else ""
    limit = int(SAME_PICTURE_SHARE * twins[0].of)
    return Finding(
        check="varied",
        status=Status.WARN,
        message=f"{len(members)} of {of} different answers show nearly the same picture: "
        f"samples {named}{more}; the same picture differs by {limit} bits at most: does the "
        "model repeat itself, or does a cache hand out copies?",
        turn=members[0].key.turn,
    )
