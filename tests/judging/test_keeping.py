"""Contract and delivery of both sides stand beside a test of drift, and decide nothing."""

import pytest

from harness.catalogue import load_catalogue
from harness.judging.keeping import keeping
from harness.model.picture import Markings
from tests.judging.drifting import subject

CATALOGUE = load_catalogue()


@pytest.fixture
def told(sample, turn, measured):
    """Give what stands beside a side of one picture and a side of another, by its name."""

    def found(old, new, *, asked=True):
        pictures = [measured(number, **changes) for number, changes in enumerate((old, new))]
        wish = turn(image_size="1K", aspect_ratio="1:1") if asked else None
        sides = [
            [subject(n, side=str(number), sample=sample(number), asked=wish) for n in range(3)]
            for number in range(2)
        ]
        by_sha = {picture.sha256: picture for picture in pictures}
        rows = keeping(*sides, measures=by_sha, catalogue=CATALOGUE)
        return {row.name: (row.old, row.new) for row in rows}

    return found


def test_a_contract_that_only_fresh_answers_break_is_told(told):
    """With the checks that fail, counted."""
    rows = told({}, {"width": 1500, "height": 1000})

    assert rows["contract"] == ("0 of 3 fail", "3 of 3 fail (3 aspect_ratio)")


def test_facts_of_the_usual_delivery_that_differ_are_told(told):
    """And nothing of it where both came alike."""
    plain = {"markings": Markings(luma_sum=64, subsampling="4:2:0")}
    coarse = {"markings": Markings(luma_sum=2000, subsampling="4:2:0")}

    rows, alike = told(plain, coarse), told(plain, plain)

    assert rows["usual delivery: JPEG quantisation"] == ("all ones", "coarse")
    assert list(alike) == ["contract", "delivered by"]
    assert alike["delivered by"][0] == alike["delivered by"][1]


def test_a_contract_that_nobody_knows_is_not_told(told):
    """An epoch holds answers to questions that the suite asks no more."""
    assert told({}, {}, asked=False)["contract"] == ("not told", "not told")


def test_answers_without_a_recording_say_nothing():
    """Made-up and long pruned ones: no row claims that they kept the contract."""
    rows = keeping([subject(0)], [subject(1)], measures={}, catalogue=CATALOGUE)

    assert {(row.old, row.new) for row in rows} == {("not told", "not told")}
