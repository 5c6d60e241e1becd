"""Two sides, held against each other cell by cell."""

from dataclasses import replace

import pytest

from harness.judging.sides import Answer, answers_of, compare
from harness.model.arm import Arm
from harness.model.generation import Generation, Usage
from harness.model.provenance import Provenance
from harness.model.run import Judged, Run, SuiteResult
from harness.model.sample import Receipt
from harness.model.verdict import Finding, Status, Verdict

STUDIO = Provenance(
    asked="gemini-3-pro-image", container="image/jpeg", quantisation="all ones", c2pa=True,
    credit=False, model_version="gemini-3-pro-image", thoughts=True,
)  # fmt: skip
COARSE = replace(STUDIO, quantisation="coarse", c2pa=False)


@pytest.fixture
def answer(sample):
    """Give `answer(cell, ...)`: one answer of a side."""

    def made(cell="cell", *, broken=(), delivered=STUDIO, usd=0.1, ms=None, tokens=0, **changes):
        service = {} if ms is None else {"server-timing": f"gfet4t7; dur={ms}"}
        usage = Usage(total=tokens) if tokens else None
        one = sample()
        receipt = Receipt(
            arm=one.arm, session="s", recorded_at="2026-11-01", seconds=9.0, request_digest="d"
        )
        one = replace(one, cell=cell, cost_usd=usd, receipt=receipt)
        one = replace(one, generation=replace(one.generation, service=service, usage=usage))
        return Answer(
            sample=replace(one, **changes),
            suite="s",
            recording="main",
            broken=frozenset(broken),
            provenance=delivered,
        )

    return made


def held(first, second):
    return compare(("a", "b"), first, second)


def test_equal_sides_have_no_difference(answer):
    """The same answers on both sides: nothing is found."""
    found = held([answer(), answer()], [answer(), answer()])

    assert found.differences == ()
    assert [(pair.answers, pair.failed) for pair in found.pairs] == [((2, 2), (0, 0))]


def test_only_cells_of_both_sides_count(answer):
    """A cell of one side alone is counted apart, and tells nothing of the sides."""
    found = held(
        [answer(), answer("mine", broken=["image_size"])],
        [answer(), answer("other", delivered=COARSE), answer("third")],
    )

    assert (len(found.pairs), found.unpaired, found.differences) == (1, (1, 2), ())
    assert [side.answers for side in found.sides] == [1, 1]


def test_a_check_that_fails_on_one_side_only_is_a_difference(answer):
    """The contract allows no rate: one failure against none is told, with both counts."""
    found = held([answer(), answer()], [answer(), answer(broken=["image_size"])])

    assert [difference.said for difference in found.differences] == [
        "image_size fails in 0 of 2 answers of a, in 1 of 2 of b"
    ]
    assert found.pairs[0].failed == (0, 1)


def test_a_check_that_fails_on_both_sides_is_none(answer):
    """What both sides break, they do not differ in; the counts stand in the sides."""
    bad = answer(broken=["image_size"])

    found = held([bad, answer()], [bad, bad])

    assert found.differences == ()
    assert [dict(side.checks) for side in found.sides] == [{"image_size": 1}, {"image_size": 2}]


def test_another_delivery_is_a_difference(answer):
    """All pictures of one side came otherwise: what differs is told once."""
    (difference,) = held([answer()] * 3, [answer(delivered=COARSE)] * 3).differences

    assert difference.what == "delivery"
    assert difference.said == (
        "3 of 3 answers of b: JPEG quantisation: all ones -> coarse; C2PA manifest: yes -> no"
    )
    assert [change.fact for change in difference.changes] == ["quantisation", "c2pa"]


def test_a_share_of_another_delivery_is_a_difference(answer):
    """One picture of four that came otherwise is found, on whichever side."""
    mixed = [answer(), answer(), answer(), answer(delivered=COARSE)]

    (there,) = held([answer()] * 4, mixed).differences
    (here,) = held(mixed, [answer()] * 4).differences

    assert there.said.startswith("1 of 4 answers of b: ")
    assert here.said.startswith("1 of 4 answers of a: ")


def test_what_both_sides_mix_is_no_difference(answer):
    """Where both sides have both deliveries, neither is told apart."""
    mixed = [answer(), answer(), answer(delivered=COARSE)]

    assert held(mixed, mixed[::-1]).differences == ()


def test_two_models_may_have_two_names(answer):
    """Across models each side's own modelVersion is no difference; within one model it is."""
    flash = replace(STUDIO, asked="flash", model_version="flash", thoughts=False)
    renamed = replace(STUDIO, model_version="flash")

    assert held([answer()], [answer(delivered=flash)]).differences == ()
    assert len(held([answer()], [answer(delivered=renamed)]).differences) == 1


def test_cost_and_time_are_told_and_decide_nothing(answer):
    """Means and medians stand on each side; however far apart, nothing is found."""
    one = [answer(usd=0.1, ms=1000, tokens=10), answer(usd=0.3, ms=3000, tokens=20)]
    two = [answer(usd=None), answer(usd=9.0, ms=90_000, tokens=900)]

    found = held(one, two)

    assert found.differences == ()
    assert [(s.mean_usd, s.priced) for s in found.sides] == [(0.2, 2), (9.0, 1)]
    assert [(s.median_s, s.timed) for s in found.sides] == [(2.0, 2), (90.0, 1)]
    assert [s.mean_tokens for s in found.sides] == [15.0, 900.0]
    assert [s.median_wall_s for s in found.sides] == [9.0, 9.0]


def test_outcomes_are_counted(answer):
    """Refusals are outcomes of a side, beside its pictures."""
    refused = Generation(finish_reason="IMAGE_SAFETY")

    found = held([answer()], [answer(), answer(generation=refused)])

    assert dict(found.sides[1].outcomes) == {"picture": 1, "refused": 1}


def test_nothing_in_common_leaves_no_pair(answer):
    """Sides without a common cell are not compared."""
    found = held([answer("one")], [answer("two")])

    assert (found.pairs, found.unpaired, found.differences) == ((), (1, 1), ())


def test_answers_come_from_a_run(sample, variant, turn):
    """Only contract checks that fail count; errors and gaps are no answers."""
    samples = (sample(0), sample(1), replace(sample(2), generation=None))
    findings = [
        Finding(check="image_size", status=Status.FAIL, message="", sample=0),
        Finding(check="decided", status=Status.FAIL, message="", sample=0),
        Finding(check="tokens", status=Status.WARN, message="", sample=1),
    ]
    judged = Judged(
        variant=variant(turn()), samples=samples, verdict=Verdict(findings=tuple(findings))
    )
    suite = SuiteResult(
        suite="s", title="s", path="s.yaml", recording="r", generated=0, recorded_from="",
        recorded_to="", simulated=False, epoch="", judged=(judged,),
    )  # fmt: skip

    found = list(answers_of(Run(id="1", at="", seconds=0.0, suites=(suite,))))

    assert [answer.broken for answer in found] == [{"image_size"}, frozenset()]
    assert {(answer.suite, answer.recording) for answer in found} == {("s", "r")}


def test_arms_and_recordings_are_named(answer):
    """A side says who answered, and where it was recorded."""
    other = Arm(model="gemini-3-pro-image", endpoint="gateway")

    found = held([answer()], [replace(answer(arm=other), recording="look")])

    assert found.sides[0].arms == ("gemini-3-pro-image@gemini",)
    assert (found.sides[1].arms, found.sides[1].recordings) == ((other.name,), ("look",))
