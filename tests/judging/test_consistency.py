"""A character keeps its look: limits from accepted pictures, a control always."""

from dataclasses import replace

import pytest

from harness.judging.characters import characters_of
from harness.judging.consistency import characters, consistency
from harness.judging.decided import decided_of
from harness.judging.opinions import opinions
from harness.model.arm import Arm
from harness.model.baseline import Choice, Decision, DecisionSet
from harness.model.blob import BlobRef
from harness.model.checks import Checks, Consistency, Rate
from harness.model.features import Character, Features, Looks
from harness.model.identity import cell_digest
from harness.model.reference import Reference
from harness.model.suite import Suite, Turn
from harness.model.verdict import Status

ARM = Arm(model="gemini-3-pro-image", endpoint="gemini")
OTHER_ARM = Arm(model="gemini-3-pro-image", endpoint="gateway")
REFERENCE = BlobRef.of(b"\xff\xd8\xff fox")
OWL = BlobRef.of(b"\xff\xd8\xff owl")


def sha(number):
    """Name the picture of a number as the room's samples do."""
    return BlobRef.of(b"\xff\xd8\xff %d" % number).sha256


def reference(blob):
    return Reference(path=f"{blob.sha256}.jpg", blob=blob, mime_type="image/jpeg")


def check(name="fox", *, blobs=(REFERENCE,), rate=(1, 4), **changes):
    values = {"references": tuple(map(reference, blobs)), "max_bad": Rate(bad=rate[0], of=rate[1])}
    return Consistency(name=name, **values | changes)


def line(places, **changes):
    """Put pictures on a line: their distance is how far they lie apart on it."""
    rows = tuple(tuple(round(abs(a - b), 4) for b in places.values()) for a in places.values())
    values = {"measure": "look", "version": "look 1", "names": tuple(places), "rows": rows}
    return Looks(**values | changes)


@pytest.fixture
def features():
    """Give `features(drawn, accepted, others)`: of pictures this far from the reference.

    The samples' pictures are 0, 1, ...; accepted ones 100, ...; others 200, ...
    """

    def made(drawn=(), accepted=(), others=(), *, painted=(), **changes):
        groups = {0: drawn, 100: accepted, 200: others, 300: painted}
        places = {REFERENCE.sha256: 0.0}
        names = {}
        for first, scores in groups.items():
            names[first] = tuple(sha(first + number) for number in range(len(scores)))
            places |= dict(zip(names[first], scores, strict=True))
        fox = Character(
            name="fox",
            measure="look",
            arm=ARM,
            references=(REFERENCE.sha256,),
            drawn=names[0],
            accepted=names[100],
            others=names[200],
            other_names=("owl",) if others else (),
        )
        looks = line(places, **changes)
        return Features(looks=(looks,), characters=(fox,), controls=names[300])

    return made


@pytest.fixture
def found(variant, sample, turn):
    """Give `found(features, count)`: what is found on so many samples, the variant's last."""

    def judged(features, count, *, asked=None):
        case = variant(turn(checks=Checks(consistency=(asked or check(),))))
        samples = tuple(sample(number) for number in range(count))
        return list(consistency(case, samples, features, turn=0))

    return judged


def whole(findings):
    return [finding for finding in findings if finding.sample is None]


STRANGERS = (0.7, 0.8, 0.9)


def test_within_the_accepted_pictures_all_is_well(features, found):
    """The limit is the largest accepted score, and it says how often a good one lies beyond."""
    findings = found(features((0.2, 0.3, 0.25), (0.2, 0.3, 0.1, 0.2), STRANGERS), 3)

    assert {finding.status for finding in findings} == {Status.PASS}
    assert findings[0].message.startswith(
        "0 of 3 samples lie further than all 4 accepted pictures (0.30) and than the nearest "
        "stranger (0.70); of good ones at most 1 of 5 would"
    )
    assert findings[0].check == "consistency[fox]"


@pytest.mark.parametrize(
    ("bad", "status"), [((0.75,), Status.PASS), ((0.75, 0.9), Status.FAIL)], ids=["one", "two"]
)
def test_too_many_beyond_the_limit_fail(features, found, bad, status):
    """1 of 4 is allowed, and named all the same; 2 of 4 are too many."""
    drawn = (*bad, 0.1, 0.2, 0.1)[:4]

    findings = found(features(drawn, (0.2, 0.3, 0.1), STRANGERS), 4)

    assert whole(findings)[0].status is status
    assert [f.sample for f in findings if f.sample is not None] == list(range(len(bad)))


def test_the_level_is_what_the_suite_says(features, found):
    """WARN where it asks for no more."""
    asked = check(rate=(0, 1), level=Status.WARN)

    findings = found(features((0.8,), (0.2,), STRANGERS), 1, asked=asked)

    assert {finding.status for finding in findings[:2]} == {Status.WARN}


def test_further_than_accepted_but_nearer_than_any_stranger_is_not_bad(features, found):
    """Both are needed."""
    findings = found(features((0.6,), (0.2,), STRANGERS), 1, asked=check(rate=(0, 1)))

    assert {finding.status for finding in findings} == {Status.PASS}


def test_without_accepted_pictures_it_is_new(features, found):
    """With the figures, and what to do."""
    (finding,) = found(features((0.1, 0.3), (), STRANGERS), 2)

    assert finding.status is Status.NEW
    assert (
        "samples lie 0.20 from the nearest reference on average (0.10 to 0.30)" in finding.message
    )
    assert "limits come from accepted pictures" in finding.message
    assert "AUC 1.00 (2 drawn against 3 pictures of owl; so few that a blind" in finding.message


@pytest.mark.parametrize(
    ("accepted", "strangers"),
    [((), STRANGERS), ((0.4,), STRANGERS), ((0.4,), (0.1, 0.3, 0.2))],
    ids=["nothing accepted", "within the limit", "not discriminative"],
)
def test_the_mean_distance_is_followed_over_time(features, found, accepted, strangers):
    """Once a turn, whatever comes of it; single samples say none."""
    findings = found(features((0.1, 0.3), accepted, strangers), 2)

    assert [f.measured for f in findings if f.measured is not None] == [pytest.approx(0.2)]


def test_without_accepted_pictures_the_furthest_sample_is_named(features, found):
    """Of three and more, so that whoever decides looks there first."""
    (finding,) = found(features((0.1, 0.5, 0.1), (), STRANGERS), 3)
    (pair,) = found(features((0.1, 0.5), (), STRANGERS), 2)

    assert finding.status is Status.NEW
    assert finding.message.endswith("; sample 2 lies furthest from the others, 0.40 on average")
    assert "furthest" not in pair.message


@pytest.mark.parametrize(
    ("accepted", "status"),
    [((0.1, 0.1, 0.1, 0.8), Status.PASS), ((0.1, 0.1, 0.8, 0.8), Status.WARN)],
    ids=[".75", ".50"],
)
def test_where_strangers_are_as_near_it_says_so_and_neither_passes_nor_fails(
    features, found, accepted, status
):
    """An AUC of .75 is enough; less is "not discriminative", whatever the samples are."""
    findings = found(features((0.9,), accepted, (0.5, 0.6)), 1, asked=check(rate=(1, 1)))

    assert whole(findings)[0].status is status
    said = "not discriminative for this suite: AUC 0.50" in findings[0].message
    assert said is (status is Status.WARN)


def test_a_suite_is_told_once_that_the_measure_cannot_tell(features):
    """By character and arm; nothing is said of one that can be told."""
    blind = features((0.5, 0.6), (), (0.5, 0.6))
    seeing = features((0.1, 0.2), (), (0.5, 0.6))

    (finding,) = characters(blind)

    assert finding.status is Status.WARN
    assert finding.message.startswith("fox in gemini-3-pro-image@gemini, by look 1: not discrim")
    assert list(characters(seeing)) == []


def test_distractors_are_said_to_be_painted_and_easier(features, found):
    """Where the suite has no other character."""
    (finding,) = found(features((0.1,), (), (), painted=(0.8, 0.9)), 1)

    assert "against 2 painted distractors, an easier control than another" in finding.message


def test_without_any_control_nothing_is_claimed(features, found):
    """A measure that was held against nothing says nothing."""
    (finding,) = found(features((0.1,), (0.2,)), 1)

    assert finding.status is Status.WARN
    assert "nothing to tell apart" in finding.message


def test_the_odd_one_out_is_named_beyond_the_accepted_spread(features, found):
    """It lies further from the others than any accepted picture from its own."""
    accepted = (0.1, 0.15, 0.2)

    odd = found(features((0.1, 0.1, 0.5), accepted, STRANGERS), 3)[-1]
    even = found(features((0.1, 0.1, 0.16), accepted, STRANGERS), 3)[-1]

    assert "sample 3 is the odd one out: 0.40 from the other samples" in odd.message
    assert odd.status is even.status is Status.PASS
    assert "odd one" not in even.message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pinned": "look 0"}, "measured by look 1, and the baseline was pinned with look 0"),
        ({"unavailable": "pip install it"}, "not measured: pip install it"),
    ],
)
def test_what_cannot_be_compared_is_an_error_that_says_what_to_do(features, found, change, said):
    """Another version is never compared, and an absent embedder never passes."""
    findings = found(features((0.1,), (0.2,), STRANGERS, **change), 1)

    assert [finding.status for finding in findings] == [Status.ERROR]
    assert said in findings[0].message


def test_the_pinned_version_itself_is_compared(features, found):
    """As it is in force."""
    findings = found(features((0.1,), (0.2,), STRANGERS, pinned="look 1"), 1)

    assert {finding.status for finding in findings} == {Status.PASS}


def test_a_run_without_its_features_is_an_error(found):
    """Nothing passes unmeasured."""
    (finding,) = found(Features(), 1)

    assert finding.status is Status.ERROR


def test_a_picture_without_a_look_is_told_and_not_counted(features, found):
    """With its reason."""
    looked = features((0.1,), (0.2,), STRANGERS, unmeasurable={sha(1): "no keypoints"})

    findings = found(looked, 2)

    assert findings[0].sample == 1
    assert findings[0].message == "its look cannot be told: no keypoints"
    assert "0 of 1 samples" in findings[1].message


def test_a_sample_without_a_picture_is_nothing_to_hold(features, variant, sample, turn):
    """Nothing is said where nothing was drawn."""
    case = variant(turn(checks=Checks(consistency=(check(),))))

    assert list(consistency(case, (sample(pictures=()),), features(), turn=0)) == []


def test_it_is_one_of_the_opinions(features, variant, sample, turn):
    """The way through finds it."""
    case = variant(turn(checks=Checks(consistency=(check(),))))

    findings = list(opinions(case, (sample(0),), features((0.1,), (0.2,), STRANGERS)))

    assert "consistency[fox]" in {finding.check for finding in findings}


def decisions(*choices):
    """Decide: (cell, picture's number, arm, choice) each."""
    made = tuple(
        Decision(key=None, cell=cell, arm=arm, sha256=sha(number), choice=choice)
        for cell, number, arm, choice in choices
    )
    told = {"run": "", "by": "", "at": "", "why": "", "accepted_before": "", "unseen": False}
    return decided_of((DecisionSet(id="d", suite="s", decisions=made, **told),))


@pytest.fixture
def gathered(variant, sample, tmp_path):
    """Give `gathered(checks by variant, decided)`: the characters of a suite of such cases.

    Each case has the samples 10 i and 10 i + 1, in the cell of its number.
    """

    def made(cases, decided=None, *, sent=(), left_out=()):
        variants, samples = [], {}
        for place, checks in enumerate([*cases, *left_out]):
            turn = Turn(
                prompt="", references=tuple(map(reference, sent)), checks=Checks(consistency=checks)
            )
            variants.append(replace(variant(turn), case=f"case-{place}"))
            samples[f"case-{place}"] = tuple(
                replace(sample(10 * place + i), cell=f"cell-{place}") for i in (0, 1)
            )
        kept = len(cases)
        suite = Suite(
            id="s",
            path=tmp_path,
            title="",
            variants=tuple(variants[:kept]),
            left_out=tuple(variants[kept:]),
        )
        return characters_of(suite, samples, decided or decisions())

    return made


def test_a_character_is_its_references_over_all_variants(gathered):
    """Equal sets are one, whatever they are called; another measure is another question."""
    by_name = gathered([(check(),), (check("vixen"),), (check(measure="keypoints"),)])

    assert [c.drawn for c in by_name] == [(sha(0), sha(1), sha(10), sha(11)), (sha(20), sha(21))]


def test_only_pictures_accepted_in_its_cells_and_its_arm_count(gathered):
    """Arms are never mixed, nor cells of other characters, nor rejected pictures."""
    decided = decisions(
        ("cell-0", 100, ARM, Choice.ACCEPT),
        ("cell-0", 101, OTHER_ARM, Choice.ACCEPT),
        ("cell-1", 102, ARM, Choice.ACCEPT),
        ("cell-0", 103, ARM, Choice.REJECT),
    )

    fox, owl = gathered([(check(),), (check("owl", blobs=(OWL,)),)], decided)

    assert fox.accepted == (sha(100),)
    assert owl.accepted == (sha(102),)


def test_other_characters_are_the_control(gathered):
    """Their references, also of cases that are not selected, and what was drawn of them."""
    (fox,) = gathered([(check(),)], left_out=[(check("owl", blobs=(OWL,)),)])
    fox_too, _ = gathered([(check(),), (check("owl", blobs=(OWL,)),)])

    assert fox.others == (OWL.sha256,)
    assert set(fox_too.others) == {OWL.sha256, sha(10), sha(11)}
    assert fox_too.other_names == ("owl",)


def test_who_shares_a_reference_is_no_control(gathered):
    """A scene of both is a picture of each."""
    fox, both = gathered([(check(),), (check("both", blobs=(REFERENCE, OWL)),)])

    assert fox.others == both.others == ()


def test_pictures_made_with_its_reference_are_no_control(gathered):
    """It was sent with them: it may be in them."""
    fox, _ = gathered([(check(),), (check("owl", blobs=(OWL,)),)], sent=(REFERENCE, OWL))

    assert fox.others == (OWL.sha256,)


def test_what_was_accepted_in_cells_that_are_not_selected_counts(gathered):
    """A run of one case has the limits that a run of the whole suite has."""
    decided = decisions((cell_digest((Turn(prompt=""),)), 100, ARM, Choice.ACCEPT))

    (fox,) = gathered([(check(),)], decided, left_out=[(check("vixen"),)])
    (lone,) = gathered([(check(),)], decided, left_out=[(check("owl", blobs=(OWL,)),)])

    assert fox.accepted == (sha(100),)
    assert lone.accepted == ()


def test_two_characters_of_one_turn_are_no_control_in_their_pictures(gathered):
    """Both are drawn there."""
    fox, owl = gathered([(check(), check("owl", blobs=(OWL,)))])

    assert fox.others == (OWL.sha256,)
    assert owl.others == (REFERENCE.sha256,)


def test_controls_are_bounded(gathered):
    """Forty-eight, from the first case to the last."""
    cases = [(check(),), *([(check("owl", blobs=(OWL,)),)] * 40)]

    fox, _ = gathered(cases)

    assert len(fox.others) == 48
    assert fox.others[0] == OWL.sha256
    assert fox.others[-1] in {sha(number) for number in (390, 391, 400, 401)}


def test_two_measures_of_one_character_have_two_names():
    """What is found by `look` and by another measure can be told apart, by people and the page."""
    assert check().finding == "consistency[fox]"
    assert check(measure="keypoints").finding == "consistency[fox by keypoints]"
