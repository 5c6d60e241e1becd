"""Samples that are one picture are found: equal to the byte, or nearly so."""

from dataclasses import replace

import pytest

from harness.judging.duplicates import cached_answers, near_duplicates, repeated_samples
from harness.model.arm import Arm
from harness.model.checks import Checks, EditLimits, Rate
from harness.model.verdict import Status

FREE = Checks()
EDIT = Checks(edit=EditLimits(max_bad=Rate(bad=0, of=1)))


def near(samples, turn, *measures):
    return list(near_duplicates(samples, turn, measures={m.sha256: m for m in measures}))


def test_byte_equal_answers_came_from_a_cache(sample):
    """Two fresh samples are never equal to the byte; the later one is named."""
    fresh = cached_answers((sample(0), sample(1)))
    (finding,) = cached_answers((sample(0), sample(1), sample(2, pictures=(0,))))

    assert list(fresh) == []
    assert (finding.status, finding.sample) == (Status.FAIL, 2)
    assert "picture of sample 1" in finding.message


def test_repeats_are_named_with_the_first_that_had_the_picture(sample):
    """What drift leaves out; an answer without a picture repeats none."""
    first, other = sample(0), sample(1)
    again, once_more = sample(2, pictures=(0,)), sample(3, pictures=(0,))
    silent = [sample(number, pictures=(), text="no") for number in (4, 5)]

    found = list(repeated_samples((first, other, again, once_more, *silent)))

    assert found == [(again, first), (once_more, first)]


@pytest.mark.parametrize(("bits", "count"), [(76, 1), (77, 0)])
def test_samples_near_each_other_are_a_warning(sample, turn, measured, bits, count):
    """At .30 of 256 bits they are the same picture; the limit itself is within."""
    findings = near((sample(0), sample(1)), turn(), measured(0), measured(1, bits=bits))

    assert [finding.status for finding in findings] == [Status.WARN] * count
    for finding in findings:
        assert (finding.check, finding.sample) == ("varied", None)
        assert "2 of 2 different answers" in finding.message
        assert "1 and 2 (76 of 256 bits differ)" in finding.message


def test_samples_that_hang_together_are_one_finding(sample, turn, measured):
    """1 is near 2 and 2 near 3, so all three are told of at once; 4 stands alone."""
    samples = tuple(map(sample, range(4)))
    shapes = [measured(n, bits=bits) for n, bits in enumerate((0, 60, 120, 256))]

    (finding,) = near(samples, turn(), *shapes)

    assert "3 of 4 different answers" in finding.message
    assert "samples 1 and 2 (60 of 256 bits differ), 2 and 3 (60 of" in finding.message
    assert "4 (" not in finding.message.partition("samples")[2]


def test_many_pairs_are_counted(sample, turn, measured):
    """Five alike are ten pairs: three are named."""
    samples = tuple(map(sample, range(5)))

    (finding,) = near(samples, turn(), *(measured(n, bits=n) for n in range(5)))

    assert "and 7 more pairs" in finding.message


def test_equal_bytes_are_no_near_duplicates(sample, turn, measured):
    """They are told of as not fresh, and once is enough."""
    samples = (sample(0), sample(1, pictures=(0,)))

    assert near(samples, turn(), measured(0)) == []


def test_other_arms_and_cells_are_not_held_against_each_other(sample, turn, measured):
    """Two models may well agree."""
    shapes = (measured(0), measured(1))
    arm = Arm(model="another", endpoint="gemini")

    assert near((sample(0), sample(1, arm=arm)), turn(), *shapes) == []
    assert near((sample(0), sample(1, cell="other")), turn(), *shapes) == []
    assert near((sample(0), sample(1)), turn(), *shapes) != []


def test_edits_of_one_picture_are_to_be_alike(sample, turn, measured):
    """Where the suite says that a turn is an edit, likeness is what was asked for."""
    samples, shapes = (sample(0), sample(1)), (measured(0), measured(1))

    assert near(samples, turn(checks=EDIT), *shapes) == []
    assert near(samples, turn(checks=FREE), *shapes) != []


def test_what_cannot_be_compared_is_not_near(sample, turn, measured):
    """Blank pictures, absent ones, and fingerprints of two versions."""
    samples = (sample(0), sample(1))
    other = measured(1)
    old = replace(other, fingerprints=(replace(other.fingerprints[0], version="0"),))

    assert near(samples, turn(), measured(0), old) == []
    assert near(samples, turn(), measured(0)) == []
    assert near(samples, turn(), measured(0, tile_sd=0.0), measured(1, tile_sd=0.0)) == []
