"""What two branches decided otherwise."""

from dataclasses import replace

from harness.judging.contested import contested
from harness.judging.unheld import unheld
from harness.model.arm import Arm
from harness.model.baseline import Choice, DecidedSheet, Decision, DecisionSet
from harness.model.sample import SampleKey

ARM = Arm(model="m", endpoint="e")
FOX = Decision(
    key=SampleKey(case="fox", variant="", sample=0),
    cell="cell",
    arm=ARM,
    sha256="a" * 64,
    choice=Choice.ACCEPT,
)
NO = replace(FOX, choice=Choice.REJECT)


def decided(name, *decisions, after=(), **told):
    return DecisionSet(
        id=f"decisions-{name}", suite="s", run="r", by="ada", at=name, why="", unseen=False,
        accepted_before="", decisions=decisions, after=after, **told,
    )  # fmt: skip


FIRST = decided("1", FOX)


def test_a_picture_that_two_branches_decided_otherwise_is_contested():
    """Both files are named, the one that counts meanwhile last."""
    sets = (FIRST, decided("2", NO))

    (found,) = contested(sets, sets)

    assert found.words == (("decisions-1", Choice.ACCEPT), ("decisions-2", Choice.REJECT))
    assert "decisions-1 says accept, decisions-2 says reject" in str(found)


def test_who_knew_the_other_word_changed_their_mind():
    """That is no contradiction, on any branch."""
    sets = (FIRST, decided("2", NO, after=("decisions-1",)))

    assert not contested(sets, sets)


def test_what_both_branches_decided_alike_is_not_contested():
    """Nobody has to look again."""
    sets = (FIRST, decided("2", FOX))

    assert not contested(sets, sets)


def test_a_decision_that_knew_both_settles_it():
    """One on another picture does not."""
    two = (FIRST, decided("2", NO))
    both = ("decisions-1", "decisions-2")
    settling, other = (
        (*two, decided("3", NO, after=both)),
        (*two, decided("3", replace(FOX, sha256="b" * 64), after=both)),
    )

    assert not contested(settling, settling)
    assert contested(other, other)


def test_what_was_undone_contradicts_nobody():
    """The other branch's word is left."""
    second = decided("2", NO)

    assert not contested((FIRST,), (FIRST, second))


def test_who_knew_the_other_word_is_told_by_what_was_undone_too():
    """It is no word any more, but still a step from the one to the other."""
    undone = decided("2", after=("decisions-1",))
    last = decided("3", NO, after=("decisions-2",))

    assert not contested((FIRST, last), (FIRST, undone, last))
    assert contested((FIRST, last), (FIRST, last))


def test_a_sheet_of_other_pictures_is_contested_as_a_whole():
    """The branches saw different samples of the cell, and said different things of it."""
    sheet = DecidedSheet(item="s/fox/1/m", cell="cell", arm=ARM, choice=Choice.ACCEPT)
    other = replace(sheet, choice=Choice.REJECT)
    sets = (
        decided("1", FOX, sheets=(sheet,)),
        decided("2", replace(NO, sha256="b" * 64), sheets=(other,)),
    )

    (found,) = contested(sets, sets)

    assert (found.sha256, found.what) == ("", "sheet s/fox/1/m")


def test_a_decision_on_bytes_that_nobody_recorded_is_open_while_its_sample_is_asked_for():
    """Where what is recorded of the sample is decided too, it is a mere leftover."""
    own = replace(FOX, sha256="b" * 64)

    (lost,) = unheld([FIRST], held={"b" * 64}, cells={"cell"})
    (left,) = unheld([FIRST, decided("2", own)], held={"b" * 64}, cells={"cell"})
    (gone,) = unheld([FIRST], held=(), cells=())

    assert (lost.open, left.open, gone.open) == (True, False, False)
    assert not list(unheld([FIRST], held={FOX.sha256}, cells={"cell"}))
