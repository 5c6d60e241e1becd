"""What a look ends with follows from its steps and from the incident that is open."""

from dataclasses import replace

import pytest

from harness.judging.concluding import PROVISIONAL, Seen, concluded
from harness.model.drift import Drift, Shift

QUIET = Drift(
    verdict=Shift.NO_CHANGE_SEEN, said="no change seen (p = .5)", alpha=0.05, p=0.5, p_all=0.5,
    p_few=0.5, smallest_p=0.0005, draws=1999, seed=0, power=0.9, seen=0.2, matters=0.1, margin=0.1,
)  # fmt: skip
FIRED = replace(QUIET, verdict=Shift.SUSPECT, said="the answers have moved", p=0.01)
CONFIRMED = replace(
    QUIET, verdict=Shift.CHANGED, said="the answers have moved", p=0.001, alpha=0.005
)
REFUTED = replace(QUIET, alpha=0.005)
WEAK = replace(QUIET, verdict=Shift.NOT_ENOUGH_DATA, said="too few")


@pytest.mark.parametrize(
    ("seen", "verdict", "said"),
    [
        (Seen(screen=None, missing="none came"), Shift.NOT_ENOUGH_DATA, "none came"),
        (Seen(screen=WEAK), Shift.NOT_ENOUGH_DATA, "too few"),
        (Seen(screen=QUIET), Shift.NO_CHANGE_SEEN, "p = .5"),
        (Seen(screen=QUIET, total=51.9, limit=52), Shift.NO_CHANGE_SEEN, "p = .5"),
        (Seen(screen=QUIET, total=52, limit=52), Shift.SUSPECT, "52 to 1"),
        (Seen(screen=WEAK, total=52, limit=52), Shift.SUSPECT, "52 to 1"),
        (Seen(screen=FIRED, incident="look-1"), Shift.SUSPECT, "incident look-1"),
        (Seen(screen=FIRED, missing="$0.10 is left"), Shift.SUSPECT, "$0.10 is left"),
        (Seen(screen=FIRED, confirm=REFUTED), Shift.NO_CHANGE_SEEN, "one look in 20"),
        (Seen(screen=FIRED, confirm=WEAK), Shift.SUSPECT, "unconfirmed"),
        (Seen(screen=FIRED, confirm=CONFIRMED), Shift.CHANGED, "fresh answers confirm it"),
    ],
    ids=[
        "no answers", "weak screen", "quiet", "evidence below its limit", "evidence at its limit",
        "evidence of weak screens", "an incident is open", "the budget ended", "refuted",
        "weak confirmation", "confirmed",
    ],
)  # fmt: skip
def test_a_look_ends_with(seen, verdict, said):
    """In one sentence that begins with the verdict."""
    found, words = concluded(seen)

    assert found is verdict
    assert words.startswith(verdict.value)
    assert said in words


def test_a_quiet_look_says_so_once():
    """What the test said of itself follows the verdict, without the verdict's words again."""
    screen = replace(QUIET, said="no change seen over 10 cells (p = .5)")

    assert concluded(Seen(screen=screen))[1] == "NO CHANGE SEEN over 10 cells (p = .5)"


@pytest.mark.parametrize("confirm", [CONFIRMED, REFUTED, WEAK])
@pytest.mark.parametrize("screen", [FIRED, QUIET, None])
def test_what_is_provisional_is_suspect_at_most_and_says_so(screen, confirm):
    """Whatever its steps gave, on every line."""
    verdict, said = concluded(Seen(screen=screen, confirm=confirm, provisional=True))

    assert verdict is not Shift.CHANGED
    assert said.startswith(f"{PROVISIONAL}: {verdict.value}")
    assert Shift.CHANGED.value not in said


def test_a_provisional_alarm_is_a_suspicion():
    """One test said CHANGED of it: without days nobody can tell it from a day's mood."""
    seen = Seen(screen=FIRED, confirm=CONFIRMED, provisional=True)

    assert concluded(seen)[0] is Shift.SUSPECT
