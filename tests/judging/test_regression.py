"""Answers to two wordings of a question are held against each other, case by case."""

from dataclasses import replace

import pytest

from harness.judging.regression import Pair, regression
from harness.model.arm import Arm
from harness.model.checks import Checks, Consistency, Rate
from harness.model.features import Features
from harness.model.regression import Margins, Ruling
from harness.model.run import Judged
from harness.model.sample import Receipt
from harness.model.suite import Turn
from harness.model.verdict import Finding, Status, Verdict

ARM = Arm(model="gemini-3-pro-image", endpoint="gemini")


@pytest.fixture
def side(sample, variant):
    """Give `side(prompt, count=..., broken=...)`: the judged answers to one wording."""

    def made(prompt, *, count=4, broken=(), arm=ARM, day="2026-11-20", usd=0.1):
        receipt = Receipt(
            arm=arm, session="s", recorded_at=f"{day}T00:00:00", seconds=1.0, request_digest=""
        )
        samples = tuple(
            sample(i, prompt=prompt, arm=arm, receipt=receipt, cost_usd=usd) for i in range(count)
        )
        findings = tuple(
            Finding(check="image_size", status=Status.FAIL, message="", sample=number)
            for number in broken
        )
        return Judged(
            variant=variant(Turn(prompt=prompt)),
            samples=samples,
            verdict=Verdict(findings=findings),
        )

    return made


def held(*pairs, margins=None):
    return regression(
        "shop",
        [Pair(old=old, new=new, turn=0) for old, new in pairs],
        names=("before", "main"),
        features=Features(),
        margins=margins or Margins(),
    )


def test_what_was_asked_and_what_came_is_told_of_each_case(side):
    """The words that changed, the pictures of both, the mean of each criterion."""
    old, new = side("a red mug"), side("a blue mug", count=2)

    (case,) = held((old, new)).cases

    assert case.prompts == ("a red mug", "a blue mug")
    assert "".join(w.text for w in case.words if w.kind == "new") == "blue"
    assert case.answers == (4, 2)
    assert case.pictures == tuple(tuple(s.picture for s in j.samples) for j in (old, new))
    assert case.figures["contract"] == (0.0, 0.0)


def test_a_contract_check_that_never_failed_before_is_named(side):
    """One such answer is enough: the contract allows no rate."""
    found = held((side("a"), side("b", broken=[2])))

    (broken,) = found.broken
    assert (broken.check, broken.failed, broken.answers, broken.before) == ("image_size", 1, 4, 4)
    assert broken.variants == ("fox",)
    assert found.ruling is Ruling.WORSE


def test_a_contract_check_that_failed_before_is_not_new(side):
    """Not even where it failed in another case: it is held as a rate."""
    found = held((side("a", broken=[0]), side("b")), (side("c"), side("d", broken=[1])))

    assert found.broken == ()
    assert found.ruling is not Ruling.WORSE


def test_a_conversation_is_one_answer_however_many_turns_were_edited(side, variant):
    """Its turns fail together: counted apart, five turns would make evidence of one answer."""

    def talk(prompt, broken):
        judged = side(prompt)
        later = [replace(s, key=replace(s.key, turn=1)) for s in judged.samples]
        findings = [
            Finding(check="image_size", status=Status.FAIL, message="", sample=n, turn=turn)
            for n in broken
            for turn in (0, 1)
        ]
        return replace(
            judged,
            variant=variant(Turn(prompt=prompt), Turn(prompt="and a hat")),
            samples=(*judged.samples, *later),
            verdict=Verdict(findings=tuple(findings)),
        )

    old, new = talk("a", broken=[0]), talk("b", broken=[0, 1])

    both = regression(
        "shop", [Pair(old=old, new=new, turn=turn) for turn in (0, 1)],
        names=("before", "main"), features=Features(), margins=Margins(),
    )  # fmt: skip

    alone = held((old, new))
    assert len(both.cases) == 2
    assert [c.pairs for c in both.criteria] == [4, 4, 4]
    assert [(c.name, c.p, c.bound) for c in both.criteria] == [
        (c.name, c.p, c.bound) for c in alone.criteria
    ]


@pytest.mark.parametrize(("count", "ruling"), [(40, Ruling.NO_WORSE), (4, Ruling.NOT_ENOUGH)])
def test_the_suite_is_as_good_as_its_gravest_criterion(side, count, ruling):
    """All of them must be no worse; few answers leave it open."""
    found = held((side("a", count=count), side("b", count=count)))

    assert found.ruling is ruling


def test_the_gravest_criterion_stands_first(side):
    """A reader sees at once what decides."""
    found = held((side("a"), side("b", usd=0.2)))

    assert found.criteria[0].name == "price"
    assert found.criteria[0].ruling is Ruling.WORSE


def test_the_case_that_got_worst_stands_first(side):
    """It is what the reader looks for."""
    found = held(
        (side("a"), side("b")), (side("c", broken=[0]), side("d", broken=[0, 1])), (side("e"),) * 2
    )

    assert [case.prompts[1] for case in found.cases] == ["d", "b", "e"]


def test_another_arm_is_said_to_confound(side):
    """Two things changed at once: nobody can tell which of them it was."""
    other = Arm(model="gemini-3-pro-image", endpoint="gateway")

    found = held((side("a"), side("b", arm=other)))

    assert any("either change" in note for note in found.notes)


@pytest.mark.parametrize(("day", "said"), [("2026-11-20", False), ("2026-11-21", True)])
def test_other_days_are_said(side, day, said):
    """What else changed between two days moved with the question."""
    found = held((side("a"), side("b", day=day)))

    assert any("moved with the question" in note for note in found.notes) is said


def test_a_price_that_is_not_known_is_not_held(side):
    """It is named among what was left out."""
    found = held((side("a", usd=None), side("b")))

    assert "price" not in {criterion.name for criterion in found.criteria}
    assert any(line.startswith("price: not held") for line in found.left_out)


def test_a_free_answer_has_no_share_of_a_price(side):
    """Nothing is divided by zero."""
    found = held((side("a", usd=0.0), side("b", usd=0.1)))

    assert "price" not in {criterion.name for criterion in found.criteria}


def test_the_turn_that_is_meant_is_held(side):
    """Answers to another turn do not count."""
    old, new = side("a"), side("b")
    other = replace(new.samples[0], key=replace(new.samples[0].key, turn=1))

    (case,) = held((old, replace(new, samples=(*new.samples, other)))).cases

    assert case.answers == (4, 4)


def test_limits_that_older_answers_set_are_told(side):
    """An accepted older answer is within its own limit: that is no evidence."""
    check = Consistency(name="fox", references=(), max_bad=Rate(bad=0, of=1))

    def looked(judged):
        held_by = replace(judged.variant.turns[0], checks=Checks(consistency=(check,)))
        passed = Finding(check=check.finding, status=Status.PASS, message="")
        return replace(
            judged,
            variant=replace(judged.variant, turns=(held_by,)),
            verdict=Verdict(findings=(passed,)),
        )

    found = held((looked(side("a")), looked(side("b"))))

    assert "consistency[fox]" in {criterion.name for criterion in found.criteria}
    assert any("cannot lie beyond them" in note for note in found.notes)
    assert not any("cannot lie beyond" in n for n in held((side("a"), side("b"))).notes)
