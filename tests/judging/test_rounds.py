"""A second round opens what the first one left, and nothing else."""

from harness.judging.rounds import second_round
from harness.model.baseline import Choice
from harness.model.review import Resolution, Why
from tests.judging.reviewed import review, run_of

A, R, D = Choice.ACCEPT, Choice.REJECT, Choice.DISCUSS
RUN = run_of({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1})
ANN = review("ann", {"s/a": A, "s/b": A, "s/c": D, "s/d": R, "s/e": A}, take=6, seed=9)
BOB = review("bob", {"s/a": A, "s/b": R, "s/c": D, "s/d": R}, drawn=("s/b",))


def test_it_opens_what_is_split_discussed_or_under_quorum():
    """Neither what all accept or reject, nor what nobody looked at."""
    plan = second_round(RUN, [ANN, BOB], quorum=2)

    assert [(p.item, p.why[0]) for p in plan.sheets] == [
        ("s/b", Why.SPLIT),
        ("s/c", Why.DISCUSSED),
        ("s/e", Why.UNDER_QUORUM),
    ]
    assert (plan.round, plan.take, plan.seed) == (2, 6, 9)
    assert plan.reviews == (ANN, BOB)


def test_a_drawn_sheet_stays_a_drawn_one():
    """Else the rate would lose what people disagree on."""
    (split, *others) = second_round(RUN, [ANN, BOB], quorum=2).sheets

    assert split.random
    assert not any(sheet.random for sheet in others)


def test_what_the_chair_resolved_is_not_opened_again():
    """Though the others remain; a wish to discuss it further does."""
    chair = review(
        "eve",
        {},
        resolutions=(
            Resolution(item="s/b", choice=A, reason="x"),
            Resolution(item="s/e", choice=D, reason="y"),
        ),
    )

    plan = second_round(RUN, [ANN, BOB, chair], quorum=2)

    assert [(p.item, p.why[0]) for p in plan.sheets] == [
        ("s/c", Why.DISCUSSED),
        ("s/e", Why.DISCUSSED),
    ]


def test_a_sheet_that_the_run_does_not_have_is_not_opened():
    """Marks on it open nothing."""
    plan = second_round(RUN, [review("ann", {"s/z": D})])

    assert plan.sheets == ()
