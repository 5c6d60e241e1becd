"""Whether two pictures are one picture."""

from dataclasses import replace

import pytest

from harness.errors import FingerprintMismatch
from harness.measure.sameness import (
    MIRRORED_METHOD,
    SAME_PICTURE_SHARE,
    bit_share,
    clusters,
    same_picture,
)
from harness.model.picture import Fingerprint, Measures


def with_bits(value: int, *, sha: str = "a") -> Measures:
    """Make the measures of a picture whose phash16 is `value`."""
    made = Fingerprint(method="phash16", bits=256, hex=f"{value:064x}", version="1")
    return Measures(sha256=sha * 64, true_type="image/png", size=1, fingerprints=(made,))


def segments(*values: int) -> Fingerprint:
    """Make a crop resistant hash of these segments."""
    digits = "".join(f"{value:016x}" for value in values)
    return Fingerprint(method="crop_resistant", bits=64 * len(values), hex=digits, version="1")


@pytest.mark.parametrize(("bits", "same"), [(0, True), (76, True), (77, False), (256, False)])
def test_the_limit_is_30_percent_of_256_bits(bits, same):
    """76 differing bits of 256 are within .30, 77 are beyond."""
    assert SAME_PICTURE_SHARE == 0.30
    assert same_picture(with_bits(0), with_bits(2**bits - 1, sha="b")) is same


def test_equal_bytes_are_the_same_picture():
    """Nothing needs to be measured of bytes that are equal."""
    broken = Measures(sha256="c" * 64, true_type="image/png", size=1, unmeasurable="broken")

    assert same_picture(broken, broken)


def test_what_could_not_be_read_is_not_known_to_be_the_same():
    """A broken picture is the same as no other."""
    broken = Measures(sha256="c" * 64, true_type="image/png", size=1, unmeasurable="broken")

    assert not same_picture(broken, with_bits(0))


def test_a_picture_without_the_hash_is_refused():
    """Without phash16 no verdict can be reached."""
    bare = Measures(sha256="c" * 64, true_type="image/png", size=1)

    with pytest.raises(FingerprintMismatch, match="has no phash16"):
        same_picture(bare, with_bits(0))


def turned(value: int, *, mirrored: int, sha: str) -> Measures:
    """Make the measures of a picture with a phash16 and one of its mirror image."""
    made = with_bits(value, sha=sha)
    other = replace(made.fingerprints[0], method=MIRRORED_METHOD, hex=f"{mirrored:064x}")
    return replace(made, fingerprints=(*made.fingerprints, other))


@pytest.mark.parametrize(("bits", "same"), [(76, True), (77, False)])
def test_a_mirrored_copy_is_the_same_only_where_asked(bits, same):
    """Within the same limit, whichever of the two was measured mirrored."""
    far = 2**256 - 1
    first, second = turned(0, mirrored=far, sha="a"), with_bits(far ^ (2**bits - 1), sha="b")

    assert not same_picture(first, second)
    assert same_picture(first, second, mirrored=True) is same
    assert same_picture(second, first, mirrored=True) is same


def test_an_upright_copy_is_the_same_also_where_mirrored_ones_count():
    """Mirrored copies count beside, not instead."""
    assert same_picture(turned(5, mirrored=2**256 - 1, sha="a"), with_bits(5), mirrored=True)


def test_mirrored_copies_cannot_be_told_without_their_hash():
    """One of the two needs `phash16_mirrored`, and the error says so."""
    with pytest.raises(FingerprintMismatch, match="has no phash16_mirrored"):
        same_picture(with_bits(0), with_bits(2**256 - 1, sha="b"), mirrored=True)


def test_segments_count_where_they_are_not_found_again():
    """The worse direction counts: what the crop lacks, not what it shares."""
    whole, crop = segments(0, 2**64 - 1, 2**32 - 1), segments(0)

    assert bit_share(whole, crop) == bit_share(crop, whole) == pytest.approx(2 / 3)


@pytest.mark.parametrize(("bits", "share"), [(16, 0), (17, 1)])
def test_a_segment_is_found_within_a_quarter_of_its_bits(bits, share):
    """16 differing bits of 64 still match, 17 do not."""
    assert bit_share(segments(0), segments(2**bits - 1)) == share


def test_what_hangs_together_by_others_is_one_cluster():
    """Two that are not alike hang together by a third, in whatever order they were met."""
    found = clusters([(3, 4), (0, 2), (5, 6), (2, 4)])

    assert found == ((0, 2, 3, 4), (5, 6))
    assert clusters([]) == ()
