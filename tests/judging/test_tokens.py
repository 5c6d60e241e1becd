"""Picture tokens against those that the asked size costs."""

from dataclasses import replace

import pytest

from harness.catalogue import load_catalogue
from harness.judging.tokens import tokens
from harness.model.generation import Usage
from harness.model.verdict import Status


@pytest.fixture
def check(sample, measured, turn):
    """Give `check(size, image=..., side=...)`: the findings on an answer of such tokens."""

    def found(size, *, image, side=1024, count=1, **changes):
        one = replace(sample(pictures=range(count)), **changes)
        usage = Usage(candidates=image, candidates_by_modality={"IMAGE": image}) if image else None
        one = replace(one, generation=replace(one.generation, usage=usage))
        pictures = [measured(number, width=side, height=side) for number in range(count)]
        by_sha = {picture.sha256: picture for picture in pictures}
        return list(tokens(one, turn(image_size=size), measures=by_sha, catalogue=load_catalogue()))

    return found


@pytest.mark.parametrize(
    ("size", "image", "side"), [("1K", 1120, 1024), ("2K", 1120, 2048), ("4K", 2000, 4096)]
)
def test_due_tokens_pass(check, size, image, side):
    """Each size has its price in tokens."""
    (finding,) = check(size, image=image, side=side)

    assert (finding.check, finding.status) == ("tokens", Status.PASS)


def test_a_dropped_size_fails(check):
    """4K asked, tokens and pixels of 1K: billed and delivered as 1K."""
    (finding,) = check("4K", image=1120, side=1024)

    assert finding.status is Status.FAIL
    assert finding.message == (
        "asked 4K: 2000 IMAGE tokens are due, 1120 came, and 1024x1024: "
        "size dropped, billed and delivered as 1K"
    )


def test_tokens_of_a_smaller_size_with_large_pixels_warn(check):
    """Large pixels for few tokens: somebody may have enlarged them."""
    (finding,) = check("4K", image=1120, side=4096)

    assert finding.status is Status.WARN
    assert "enlarged on the way?" in finding.message


@pytest.mark.parametrize(("size", "status"), [("1K", Status.FAIL), (None, Status.WARN)])
def test_a_size_that_was_not_asked_for_cannot_be_dropped(check, sample, size, status):
    """Tokens and pixels of 512 fail where 1K was sent, and warn where nothing was."""
    flash = replace(sample().arm, model="gemini-3.1-flash-image")

    (finding,) = check(size, image=747, side=512, arm=flash)

    assert finding.status is status


@pytest.mark.parametrize(("size", "image"), [("4K", 1999), ("1K", 2000), (None, 2000)])
def test_other_tokens_warn(check, size, image):
    """Tokens of no smaller size are told, whatever the pixels: prices may have changed."""
    (finding,) = check(size, image=image)

    assert finding.status is Status.WARN


def test_enlarged_pixels_with_due_tokens_cannot_be_told(check):
    """2000 tokens and 4K pixels pass, however the pixels came about."""
    (finding,) = check("4K", image=2000, side=4096)

    assert finding.status is Status.PASS


def test_tokens_count_for_every_picture(check):
    """Two pictures cost twice."""
    (finding,) = check("1K", image=2240, count=2)

    assert finding.status is Status.PASS


def test_what_is_not_told_is_not_judged(check, sample):
    """Without usage, of an unknown model, or of a size without known tokens nothing is found."""
    unknown = replace(sample().arm, model="somebody-elses")

    assert check("1K", image=0) == []
    assert check("1K", image=1120, arm=unknown) == []
    assert check("8K", image=1120) == []
