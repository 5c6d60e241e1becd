"""What an edit changed, held against what it may change."""

from dataclasses import replace

import pytest

from harness.judging.edits import EditPair, edit_pairs, edits
from harness.model.blob import BlobRef
from harness.model.checks import Checks, EditLimits, Rate, Region
from harness.model.features import Edit, EditKind, Features
from harness.model.generation import Generation
from harness.model.reference import Reference
from harness.model.verdict import Status

NONE_BAD = Rate(bad=0, of=1)
CORNER = Region(left=0.0, top=0.0, right=0.25, bottom=0.25)
ELSEWHERE = Region(left=0.5, top=0.5, right=1.0, bottom=1.0)


def name_of(number):
    return BlobRef.of(b"\xff\xd8\xff %d" % number).sha256


def asked(variant, turn, **limits):
    """Ask for a picture, then for an edit of it."""
    checks = Checks(edit=EditLimits(**{"max_bad": NONE_BAD} | limits))
    return variant(turn(), turn(checks=checks))


def an_edit(before, after, *places, **changes):
    """Give the edit of two numbered pictures that changed these tiles of 16x16."""
    return replace(
        Edit(
            before=name_of(before),
            after=name_of(after),
            columns=16,
            rows=16,
            changed=tuple(place in places for place in range(256)),
            components=1 if places else 0,
        ),
        **changes,
    )


def found(suite, samples, *measured, turn=1):
    return list(edits(suite, tuple(samples), Features(edits=measured), turn=turn))


def chain(sample, *numbers):
    """Give one sample's turns with the pictures of these numbers."""
    return tuple(
        sample(0, pictures=() if number is None else (number,), turn=turn)
        for turn, number in enumerate(numbers)
    )


def test_an_edit_within_its_limits_passes(sample, turn, variant):
    """Every limit at once, each of them kept."""
    limits = {
        "changed_share_max": 4 / 256,
        "expect": "local",
        "must_change": (CORNER,),
        "must_keep": (ELSEWHERE,),
    }
    suite = asked(variant, turn, **limits)

    findings = found(suite, chain(sample, 1, 2), an_edit(1, 2, 0, 1, 16, 17))

    assert [f.check for f in findings] == ["edit", "edit_ratio"]
    assert {f.status for f in findings} == {Status.PASS}


@pytest.mark.parametrize(
    ("limits", "changes", "said"),
    [
        ({"changed_share_max": 3 / 256}, {}, "at most 1.2% may change"),
        ({"expect": "local"}, {"kind": EditKind.LARGE}, "expected no more than local"),
        ({"expect": "large"}, {"kind": EditKind.REGENERATED}, "expected no more than large"),
        ({"must_change": (CORNER, ELSEWHERE)}, {}, "nothing changed in the region 0.5 to 1 across"),
        ({"must_keep": (CORNER,)}, {}, "4 tiles changed in the region 0 to 0.25 across"),
    ],
    ids=["share", "local", "large", "must change", "must keep"],
)
def test_a_broken_limit_is_named(sample, turn, variant, limits, changes, said):
    """It fails the sample and the variant."""
    suite = asked(variant, turn, **limits)

    findings = found(suite, chain(sample, 1, 2), an_edit(1, 2, 0, 1, 16, 17, **changes))

    bad = [f for f in findings if f.check == "edit"]
    assert [(f.sample, f.status) for f in bad] == [(0, Status.FAIL), (None, Status.FAIL)]
    assert said in bad[0].message


def test_a_check_may_only_warn(sample, turn, variant):
    """The level is the suite's to choose."""
    suite = asked(variant, turn, level=Status.WARN, changed_share_max=0.0)

    findings = found(suite, chain(sample, 1, 2), an_edit(1, 2, 0, ratio="1:1 -> 16:9"))

    assert {f.status for f in findings} == {Status.WARN}


def test_an_edit_may_change_less_than_is_expected(sample, turn, variant):
    """`expect` is the most."""
    suite = asked(variant, turn, expect="regenerated")

    findings = found(suite, chain(sample, 1, 2), an_edit(1, 2, 5))

    assert {f.status for f in findings} == {Status.PASS}


def test_a_rate_is_allowed(sample, turn, variant):
    """One of two edits may break the limits: it is a warning then."""
    suite = asked(variant, turn, changed_share_max=0.01, max_bad=Rate(bad=1, of=2))
    samples = [
        sample(number, pictures=(10 * number + t,), turn=t) for number in (0, 1) for t in (0, 1)
    ]

    findings = found(suite, samples, an_edit(0, 1, 5), an_edit(10, 11, *range(9)))

    of_edit = [(f.sample, f.status) for f in findings if f.check == "edit"]
    assert of_edit == [(1, Status.WARN), (None, Status.PASS)]


@pytest.mark.parametrize(
    ("region", "tiles"),
    [
        (Region(left=0.0, top=0.0, right=1 / 16, bottom=1 / 16), {0}),
        (Region(left=0.03, top=0.0, right=0.13, bottom=1 / 16), {0, 1}),
        (Region(left=0.01, top=0.01, right=0.02, bottom=0.02), {0}),
        (Region(left=0.3, top=0.3, right=0.3125, bottom=0.3125), {4 * 16 + 4}),
    ],
    ids=["a tile", "two halves", "within a tile", "a part of a tile"],
)
def test_a_region_is_the_tiles_that_it_covers_by_half(sample, turn, variant, region, tiles):
    """A change just outside of what must stay does not count; a tiny region has its tile."""
    suite = asked(variant, turn, must_keep=(region,))

    counted = {
        place
        for place in range(80)
        if found(suite, chain(sample, 1, 2), an_edit(1, 2, place))[0].status is Status.FAIL
    }

    assert counted == tiles


def test_an_edit_that_changed_nothing_is_told(sample, turn, variant):
    """The model sent the picture back: no limit is broken, and somebody should look."""
    findings = found(asked(variant, turn), chain(sample, 1, 2), an_edit(1, 2))

    assert (findings[0].sample, findings[0].status) == (0, Status.WARN)
    assert findings[0].message.startswith("nothing changed: none of 256 tiles")


def test_a_changed_ratio_is_a_finding_of_its_own(sample, turn, variant):
    """It is named, and fails as the check does."""
    edit = an_edit(1, 2, 5, ratio="1:1 -> 16:9")

    findings = found(asked(variant, turn), chain(sample, 1, 2), edit)

    ratio = [f for f in findings if f.check == "edit_ratio"]
    assert [f.status for f in ratio] == [Status.FAIL, Status.FAIL]
    assert "1:1 -> 16:9" in ratio[0].message


def test_a_ratio_that_was_asked_for_is_the_contracts(sample, turn, variant):
    """The turn sent an aspectRatio, and what came is held against it elsewhere."""
    checks = Checks(edit=EditLimits(max_bad=NONE_BAD))
    suite = variant(turn(), turn(checks=checks, aspect_ratio="16:9"))

    findings = found(suite, chain(sample, 1, 2), an_edit(1, 2, 5, ratio="1:1 -> 16:9"))

    assert [f.check for f in findings] == ["edit"]


def test_what_was_not_measured_is_neither_good_nor_bad(sample, turn, variant):
    """It is a warning with the reason, and counts in no rate."""
    suite = asked(variant, turn, must_change=(CORNER,))
    broken = an_edit(1, 2, changed=(), unmeasurable="the picture after: truncated")

    for measured, said in (((), "was not measured"), ((broken,), "truncated")):
        (finding,) = found(suite, chain(sample, 1, 2), *measured)

        assert finding.status is Status.WARN
        assert said in finding.message


def test_a_turn_without_the_check_is_not_looked_at(sample, turn, variant):
    """Nothing is paired, nothing is said."""
    suite = variant(turn(), turn())

    assert list(edit_pairs(suite, chain(sample, 1, 2))) == []
    assert found(suite, chain(sample, 1, 2)) == []


def test_before_is_the_last_picture_of_the_same_sample(sample, turn, variant):
    """A turn that answered with text is passed over."""
    checks = Checks(edit=EditLimits(max_bad=NONE_BAD))
    suite = variant(turn(), turn(), turn(), turn(checks=checks))
    other = sample(1, pictures=(9,), turn=2)

    (pair,) = edit_pairs(suite, (*chain(sample, 1, 2, None, 4), other))

    assert pair == EditPair(sample=0, turn=3, before=name_of(2), after=name_of(4))


def reference(number):
    blob = BlobRef.of(b"\xff\xd8\xff %d" % number)
    return Reference(path=f"r/{number}.jpg", blob=blob, mime_type="image/jpeg")


@pytest.mark.parametrize(
    ("numbers", "before"), [((), ""), ((7,), name_of(7)), ((7, 8), ""), ((7, 7), name_of(7))]
)
def test_a_first_turn_edits_the_one_reference(sample, turn, variant, numbers, before):
    """Of none or two nobody can tell which was meant: that is a warning."""
    checks = Checks(edit=EditLimits(max_bad=NONE_BAD))
    first = replace(turn(checks=checks), references=tuple(map(reference, numbers)))

    (pair,) = edit_pairs(variant(first), (sample(0, pictures=(2,)),))
    findings = found(variant(first), (sample(0, pictures=(2,)),), an_edit(7, 2, 5), turn=0)

    assert pair.before == before
    assert findings[0].status is (Status.PASS if before else Status.WARN)


def test_a_sample_without_a_picture_is_no_edit(sample, turn, variant):
    """That it has none is told by the contract."""
    nothing = sample(0, turn=1, generation=Generation(finish_reason="SAFETY"))

    assert found(asked(variant, turn), (sample(0, pictures=(1,)), nothing)) == []
