"""Say how far two fingerprints lie apart, and which pictures are one picture."""

from collections.abc import Iterable
from dataclasses import replace

from harness.errors import FingerprintMismatch
from harness.model.picture import Fingerprint, Measures

SAME_PICTURE_METHOD = "phash16"
MIRRORED_METHOD = "phash16_mirrored"

SAME_PICTURE_SHARE = 0.30
"""Largest share of differing bits (of 256, `phash16`) of one picture seen again: 76 bits.

Measured on 70 Gemini pictures (MEASURES section 2): re-encoded, resized, cast,
cropped 5 %, marked in a corner or edited in 2 % of their area they lie at .28 at
most (95 % quantiles); of unrelated pairs 1 % lie below .42, none below .36. Holds
for the same picture again; says nothing of two samples of one prompt, which lie as
far apart (.45 to .50) as strangers.
"""

SEGMENT_BITS = 64
"""Bits of one segment of `crop_resistant`, a dhash 8x8."""

SEGMENT_MATCH = 0.25
"""Largest share of differing bits of one segment found again (imagehash's default)."""


def bit_share(first: Fingerprint, second: Fingerprint) -> float:
    """Give the share of differing bits, 0 (equal) to 1; symmetric.

    For `crop_resistant`, whose length varies: the share of segments of the one
    that are not found in the other, the worse of both directions.

    Raises:
        FingerprintMismatch: of another method, length or version.
    """
    if first.method == second.method == "crop_resistant" and first.version == second.version:
        ones, others = _segments(first), _segments(second)
        return max(_unmatched(ones, others), _unmatched(others, ones))
    return first.distance(second) / first.bits


def same_picture(first: Measures, second: Measures, *, mirrored: bool = False) -> bool:
    """Tell whether two files show the same picture again, re-encoded or resized at most.

    Equal bytes are; pictures whose pixels could not be read are not known to be.

    Args:
        first: Measured with `phash16`.
        second: The same.
        mirrored: A picture that is the other's mirror image counts too; one of the two is
            measured with `phash16_mirrored` as well.

    Raises:
        FingerprintMismatch: one was measured without what it takes, or by another version.
    """
    if first.sha256 == second.sha256:
        return True
    if first.unmeasurable or second.unmeasurable:
        return False
    one, two = (_needed(measures, SAME_PICTURE_METHOD) for measures in (first, second))
    if bit_share(one, two) <= SAME_PICTURE_SHARE:
        return True
    return mirrored and mirrored_share(first, second) <= SAME_PICTURE_SHARE


def mirrored_share(first: Measures, second: Measures) -> float:
    """Hold the mirror image of the one that was measured mirrored against the other."""
    has = first.fingerprint(MIRRORED_METHOD) is not None
    turned, other = (first, second) if has else (second, first)
    image = replace(_needed(turned, MIRRORED_METHOD), method=SAME_PICTURE_METHOD)
    return bit_share(image, _needed(other, SAME_PICTURE_METHOD))


def clusters(links: Iterable[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """Lay places together that hang together by `links`, directly or by others.

    Returns:
        Groups of two and more, ordered by their first, each in order.
    """
    root: dict[int, int] = {}

    def top(place: int) -> int:
        while root.setdefault(place, place) != place:
            place = root[place] = root[root[place]]
        return place

    for first, second in links:
        one, two = sorted((top(first), top(second)))
        root[two] = one
    groups: dict[int, list[int]] = {}
    for place in sorted(root):
        groups.setdefault(top(place), []).append(place)
    return tuple(tuple(group) for group in groups.values())


def _needed(measures: Measures, method: str) -> Fingerprint:
    fingerprint = measures.fingerprint(method)
    if fingerprint is None:
        raise FingerprintMismatch(
            f"{measures.sha256[:12]} has no {method}; measure it anew with it"
        )
    return fingerprint


def _segments(fingerprint: Fingerprint) -> list[int]:
    digits = SEGMENT_BITS // 4
    text = fingerprint.hex
    return [int(text[at : at + digits], 16) for at in range(0, len(text), digits)]


def _unmatched(ones: list[int], others: list[int]) -> float:
    limit = SEGMENT_MATCH * SEGMENT_BITS
    nearest = [min((one ^ other).bit_count() for other in others) for one in ones]
    return sum(distance > limit for distance in nearest) / len(ones)
