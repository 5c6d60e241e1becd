"""Text that was read in pictures, held against what is expected there."""

import pytest

from harness.judging.reading import picture_text
from harness.model.blob import BlobRef
from harness.model.checks import PictureText, Rate
from harness.model.features import Features, Reading
from harness.model.verdict import Status

TITLE = "OPEN LATE"


def name_of(number):
    return BlobRef.of(b"\xff\xd8\xff %d" % number).sha256


def reading(number, *lines, **changes):
    return Reading(sha256=name_of(number), language="eng", lines=lines, **changes)


def expected(*texts, **changes):
    return PictureText(contains=texts or (TITLE,), **{"max_bad": Rate(bad=0, of=1)} | changes)


def found(samples, check, *readings):
    return list(picture_text(tuple(samples), check, Features(readings=readings), turn=0))


def test_expected_text_passes_in_either_pass(sample):
    """Light text on dark ground is read in the inverted pass alone."""
    findings = found([sample(1)], expected(), reading(1, "noise", "BAR OPEN LATE"))

    assert [(f.check, f.status, f.sample) for f in findings] == [("text", Status.PASS, None)]


@pytest.mark.parametrize("level", [Status.WARN, Status.FAIL])
def test_a_wrong_text_is_told_with_what_was_read(sample, level):
    """Expected, best window, rate and limit, and how far OCR is to be believed."""
    check = expected("OPEN LATE TONIGHT", level=level)

    findings = found([sample(1)], check, reading(1, "THE OPNE LATE TONIHGT BAR", ""))

    assert [(f.sample, f.status) for f in findings] == [(1, level), (None, level)]
    assert findings[0].message == (
        "expected 'OPEN LATE TONIGHT', read 'OPNE LATE TONIHGT': 24% of the characters are wrong "
        "(limit 10%) (OCR misreads 60 % of correct text on photographic ground)"
    )


def test_it_warns_unless_asked_otherwise(sample):
    """A check that is so often wrong fails nobody by default."""
    findings = found([sample(1)], expected(), reading(1, "", ""))

    assert {f.status for f in findings} == {Status.WARN}
    assert "nothing like it was read" in findings[0].message


@pytest.mark.parametrize(("limit", "status"), [(1 / 9, Status.PASS), (0.1, Status.WARN)])
def test_the_limit_is_within(sample, limit, status):
    """One wrong of nine characters."""
    findings = found([sample(1)], expected(error_max=limit), reading(1, "OPEN LATF"))

    assert findings[-1].status is status


def test_every_expected_text_is_looked_for(sample):
    """One that is there does not excuse the other."""
    findings = found([sample(1)], expected(TITLE, "BAR"), reading(1, "OPEN LATE"))

    assert "'BAR'" in findings[0].message
    assert TITLE not in findings[0].message


def test_a_rate_is_allowed(sample):
    """One of two pictures may lack it."""
    check = expected(max_bad=Rate(bad=1, of=2), level=Status.FAIL)

    findings = found([sample(1), sample(2)], check, reading(1, TITLE), reading(2, "?"))

    assert [(f.sample, f.status) for f in findings] == [(2, Status.WARN), (None, Status.PASS)]


def test_without_ocr_one_warning_says_what_to_install(sample):
    """Neither good nor bad, however many pictures wait."""
    readings = [reading(n, unmeasurable="install Tesseract") for n in (1, 2, 3)]

    (finding,) = found(map(sample, (1, 2, 3)), expected(level=Status.FAIL), *readings)

    assert (finding.status, finding.message) == (Status.WARN, "install Tesseract")
    assert finding.sample is None


def test_a_picture_that_cannot_be_read_counts_in_no_rate(sample):
    """It is told of its sample; the others are judged."""
    findings = found(
        [sample(1), sample(2), sample(3)],
        expected(),
        reading(1, TITLE),
        reading(2, unmeasurable="broken JPEG"),
    )

    assert [(f.sample, f.status) for f in findings[:2]] == [(2, Status.WARN), (3, Status.WARN)]
    assert "run again" in findings[1].message
    assert findings[2].message.startswith("0 of 1 pictures")


def test_another_turns_picture_is_not_looked_at(sample):
    """Every turn has checks of its own."""
    assert found([sample(1, turn=1)], expected(), reading(1, "")) == []
