"""What a comparison says in words, and what it may never say."""

from dataclasses import replace

import pytest

from harness.judging.conclusions import concluded, confounded, repeated_of, together
from harness.judging.delivery import backend_of
from harness.judging.subjects import Subject
from harness.model.comparison import Comparison, Delivery, Difference, Side
from harness.model.drift import CellDrift, Drift, Shift
from harness.model.provenance import Provenance

RECODED = Difference(what="delivery", said="16 of 16 answers of b: JPEG quantisation")
CELL = CellDrift(suite="s", variant="v", turn=0, cell="c", old=8, new=4, p=0.4, q=0.4, moved=False)
SAID = {
    Shift.NO_CHANGE_SEEN: "no change seen over 10 cells, 8 v 4 answers each (p = .41, alpha .01); "
    "a change of .18 would be seen in 80 % of such tests",
    Shift.CHANGED: "the answers have moved over 10 cells, 8 v 4 answers each (p = .001, alpha .01)",
    Shift.NOT_ENOUGH_DATA: "1 cell, 4 v 4 answers can reach p = .029 at the least",
    Shift.EQUIVALENT: "as good as equal: the largest effect lies below .05",
}
ALONE = "were not recorded in the same sessions"


def side(name, arm=None):
    usual = Provenance(asked="m", container="image/jpeg")
    delivery = Delivery(usual=usual, backend=backend_of(usual), backends={}, digests={})
    return Side(
        name=name, arms=(arm or f"m@{name}",), recordings=("main",), answers=16, failed=0,
        checks={}, outcomes={}, delivery=delivery, priced=16, mean_usd=0.13, mean_tokens=None,
        timed=16, median_s=20.0, median_wall_s=None, recorded_from="2026-10-01",
        recorded_to="2026-10-01", simulated=False,
    )  # fmt: skip


def drift_of(verdict, **changes):
    drift = Drift(
        verdict=verdict, said=SAID[verdict], alpha=0.01, p=0.4, p_all=0.4, p_few=0.4,
        smallest_p=0.001, draws=1999, seed=0, power=0.9, seen=0.18, matters=0.1, margin=0.1,
        cells=(CELL,),
    )  # fmt: skip
    return replace(drift, **changes)


def held(verdict, *differences, **changes):
    found = Comparison(
        sides=(side("a"), side("b")), pairs=(), unpaired=(0, 0), differences=differences,
        pictures=drift_of(verdict), together=True,
    )  # fmt: skip
    return concluded(replace(found, **changes)).said


def line(said, name):
    (found,) = [each for each in said if each.startswith(f"{name}: ")]
    return found


@pytest.mark.parametrize("verdict", [v for v in SAID if v is not Shift.CHANGED])
@pytest.mark.parametrize("differences", [(), (RECODED,)], ids=["alike", "re-encoded"])
def test_another_model_is_never_named_unless_the_pictures_changed(verdict, differences):
    """Whatever the delivery says: a proxy that re-encodes has the same model behind it."""
    said = held(verdict, *differences)

    assert "another model answers" not in " ".join(said)
    assert "another model may answer" not in " ".join(said)


def test_changed_pictures_recorded_in_turn_name_another_model():
    """Time befell both sides alike, so that the model is what is left."""
    said = held(Shift.CHANGED)

    assert line(said, "MODEL").startswith("MODEL: another model answers, or the same one is asked")
    assert line(said, "PICTURES").startswith("PICTURES: CHANGED over 10 cells, 8 v 4 answers each")


def test_a_proxy_is_called_one():
    """The delivery differs, the pictures do not: two answers, and what follows."""
    said = held(Shift.NO_CHANGE_SEEN, RECODED)

    assert line(said, "DELIVERY").startswith("DELIVERY: CHANGED over 16 v 16 answers: 16 of 16")
    assert line(said, "PICTURES").startswith("PICTURES: NO CHANGE SEEN over 10 cells, 8 v 4")
    assert "no change of .18 or more was seen" in line(said, "MODEL")
    assert line(said, "MODEL").endswith("as it does behind a proxy that encodes anew")


def test_price_and_time_are_told_in_the_delivery():
    """They stand beside it, by one clock, and decide nothing."""
    said = line(held(Shift.NO_CHANGE_SEEN), "DELIVERY")

    assert said.startswith("DELIVERY: ALIKE: 16 v 16 answers came in the same ways; price $0.13")
    assert "time 20.0 s v 20.0 s by the service's clock (told, they decide nothing)" in said


def test_confounded_sides_name_no_model():
    """Pictures that moved between two times may have moved with time."""
    said = held(Shift.CHANGED, confounded="model and time are confounded")

    assert line(said, "PICTURES").endswith("; model and time are confounded")
    assert line(said, "MODEL").startswith("MODEL: another model may answer: the pictures have")


def test_equivalence_that_cannot_be_offered_is_refused_in_words():
    """Who asks for it is told why it is not said."""
    found = Comparison(
        sides=(side("a"), side("b")), pairs=(), unpaired=(0, 0), differences=(),
        pictures=drift_of(Shift.NO_CHANGE_SEEN), confounded=ALONE,
    )  # fmt: skip

    asked, unasked = (concluded(found, equivalence=asked).said for asked in (True, False))

    assert "EQUIVALENT is not offered for that reason" in line(asked, "PICTURES")
    assert "EQUIVALENT" not in line(unasked, "PICTURES")


def test_pictures_that_are_byte_for_byte_the_same_are_told():
    """A cache or a copy is no second sample; where nothing else is left, nothing is tested."""
    some = line(held(Shift.NO_CHANGE_SEEN, repeated=3), "PICTURES")
    one = line(held(Shift.NO_CHANGE_SEEN, repeated=1), "PICTURES")
    all_of_them = held(
        Shift.NOT_ENOUGH_DATA,
        repeated=16,
        pictures=drift_of(Shift.NOT_ENOUGH_DATA, cells=()),
    )

    assert "; 3 of the pictures of b are byte for byte those of a" in some
    assert "; 1 of the pictures of b is byte for byte one of those of a" in one
    assert line(all_of_them, "PICTURES").startswith(
        "PICTURES: NOT ENOUGH DATA: 16 of the pictures of b are byte for byte those of a"
    )


def test_what_cannot_be_seen_is_always_said():
    """A tenth of the calls routed elsewhere, a sibling: said whatever the verdict is."""
    found = Comparison(
        sides=(side("a"), side("b")), pairs=(), unpaired=(0, 0), differences=(),
        pictures=drift_of(Shift.CHANGED),
    )  # fmt: skip

    unseen = " ".join(concluded(found).unseen)

    assert "10 % of the calls" in unseen
    assert "a sibling of the same family" in unseen


def answer(arm, session, **changes):
    plain = Subject(
        suite="s", variant="v", turn=0, cell="c", chain="k", session=session, arm=arm,
        outcome="picture", picture=f"{arm} {session}",
    )  # fmt: skip
    return replace(plain, **changes)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([("a", "1")], [("b", "1")], True),
        ([("a", "1"), ("a", "2")], [("b", "1"), ("b", "2")], True),
        ([("a", "1"), ("a", "2")], [("b", "1")], False),
        ([("a", "1")], [("b", "2")], False),
        ([("a", "1")], [("a", "1")], False),
        ([], [], False),
    ],
)
def test_only_the_same_sessions_count_as_recorded_together(first, second, expected):
    """Every session has both arms; anything else leaves model and time mixed."""
    sides = [[answer(*of) for of in each] for each in (first, second)]

    assert together(*sides) is expected


def test_a_cell_that_one_arm_answered_later_is_not_together():
    """Both arms are in both sessions, yet each answered each cell in another one."""
    one = [answer("a", "1"), answer("a", "2", cell="d")]
    two = [answer("b", "2"), answer("b", "1", cell="d")]

    assert together(one, two) is False


def test_a_retired_model_is_named_where_it_confounds():
    """One arm cannot be recorded any more; recorded in turn, that plays no part."""
    sides = (side("a"), side("b"))
    ended = ["m was to be shut down on 2026-06-25 on the official API"]

    apart = confounded(sides, together=False, ended=ended)

    assert apart.startswith("m was to be shut down on 2026-06-25 on the official API: where it")
    assert apart.endswith("model and time are confounded")
    assert confounded(sides, together=True, ended=ended) == ""


def test_two_arms_of_two_times_are_told_how_to_be_recorded_together():
    """The sentence holds the command."""
    said = confounded((side("a"), side("b")), together=False, ended=())

    assert ALONE in said
    assert "harness run --arms m@a,m@b --live all" in said


def test_one_arm_at_two_times_may_differ_by_the_day():
    """There days are what is mixed with the model."""
    said = confounded((side("a", "m@x"), side("b", "m@x")), together=False, ended=())

    assert said.startswith("one arm at two times")
    assert "harness calibrate" in said


def test_repeated_pictures_are_counted_within_their_cell():
    """The same bytes in another cell are no repetition of this one."""
    first = [answer("a", "1", picture="x"), answer("a", "1", picture="")]
    second = [
        answer("b", "1", picture="x"),
        answer("b", "1", picture="x", cell="d"),
        answer("b", "1", picture=""),
    ]

    assert repeated_of(first, second) == 1


def test_a_change_of_fine_detail_alone_is_laid_to_no_model():
    """Pictures that differ as they came, but not once levelled, may be processed on the way."""
    levelled = drift_of(Shift.NO_CHANGE_SEEN)

    fine = line(held(Shift.CHANGED, levelled=levelled), "MODEL")
    coarse = line(held(Shift.CHANGED, levelled=drift_of(Shift.CHANGED)), "MODEL")

    assert "processing on the way instead" in fine
    assert "(p = .4)" in fine
    assert "processing" not in coarse
