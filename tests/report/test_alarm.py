"""A message names cells, effect, pictures, what did not move, and the next command."""

import json
from dataclasses import replace

import pytest

from harness.model.drift import Beside, CellDrift, Drift, Effect, Shift, Witness
from harness.model.monitor import Look, State
from harness.report.alarm import (
    BOTH,
    GATEWAY_ONLY,
    NOT_TOLD,
    Alarm,
    document,
    json_line,
    next_command,
    to_markdown,
)
from harness.report.slack import to_slack


def cell(name, *, moved=True, strength=3):
    """Give a cell whose witnesses are named after it, both sides in turn."""
    witnesses = tuple(
        Witness(sha256=f"{name}{i}", fresh=i % 2 == 0, weight=10 - i) for i in range(2 * strength)
    )
    return CellDrift(
        suite="s", variant=name, turn=0, cell=name, old=8, new=10, p=0.001, q=0.002, moved=moved,
        effect=Effect(channel="colours", size=0.5, low=0.2, high=0.8), witnesses=witnesses,
    )  # fmt: skip


CONFIRM = Drift(
    verdict=Shift.CHANGED, said="moved", alpha=0.005, p=0.001, p_all=0.001, p_few=0.001,
    smallest_p=0.0005, draws=1999, seed=0, power=0.9, seen=0.2, matters=0.1, margin=0.1,
    effects=(Effect(channel="colours", size=0.4, low=0.2, high=0.6),),
    channels={"colours": 0.001, "layout": 0.6}, cells=(cell("fox"), cell("owl", moved=False)),
)  # fmt: skip
SCREEN = replace(CONFIRM, verdict=Shift.SUSPECT, alpha=0.05)
QUIET = replace(SCREEN, verdict=Shift.NO_CHANGE_SEEN, p=0.5, channels={"colours": 0.5})
LOOK = Look(
    id="look-1", suite="s", at="2026-01-01T00:00:00+00:00", epoch="epoch-1", arm="m@gateway",
    recording="monitor-1", verdict=Shift.CHANGED, said="CHANGED: it is", screen=SCREEN,
    confirm=CONFIRM, incident="look-1", spent_usd=3.75, accumulated=15.8,
)  # fmt: skip
ALARM = Alarm(
    look=LOOK, suite="suites/s.yaml", state=State.OPEN, place=lambda sha256: f"blobs/{sha256}.jpg"
)


def quiet(**changed):
    look = replace(LOOK, verdict=Shift.NO_CHANGE_SEEN, screen=QUIET, confirm=None, incident="")
    return replace(ALARM, look=replace(look, **changed), state=None)


@pytest.mark.parametrize(
    "text", [json_line, to_markdown, lambda alarm: to_slack(alarm)["text"]],
    ids=["json", "markdown", "slack"],
)  # fmt: skip
def test_every_form_says_all_that_is_asked_for(text):
    """Who, which cells, how far, six pictures, what did not move, what to type."""
    said = text(ALARM).replace("<!-- -->", "")

    for word in ("m@gateway", "epoch-1", "s/fox", "colours", "look-1", "layout", "s/owl"):
        assert word in said
    assert said.count("blobs/") == 6
    assert "harness monitor suites/s.yaml --ack look-1" in said


def test_a_json_line_is_one_line():
    """So that a file of them is read line by line."""
    assert json.loads(json_line(ALARM)) == json.loads(json.dumps(document(ALARM)))
    assert "\n" not in json_line(ALARM)


def test_six_pictures_are_of_both_sides_and_of_the_clearest_cells():
    """The strongest of each cell in turn, cells that moved first."""
    assert [shown.side for shown in ALARM.pictures] == ["fresh"] * 3 + ["reference"] * 3
    assert [shown.sha256 for shown in ALARM.pictures][:3] == ["fox0", "owl0", "fox2"]


def test_what_did_not_move_is_told_apart():
    """Cells that are not named, channels that are quiet by themselves."""
    assert [c.name for c in ALARM.moved] == ["s/fox"]
    assert ALARM.still == ("s/owl",)
    assert ALARM.still_channels == ("layout",)


def test_where_nothing_was_rejected_nothing_moved():
    """No cell is named after a quiet look, whatever its own p."""
    assert quiet().moved == ()
    assert quiet().still == ("s/fox", "s/owl")
    assert quiet().pictures == ()


@pytest.mark.parametrize(
    ("control", "where"),
    [
        (QUIET, GATEWAY_ONLY),
        (CONFIRM, BOTH),
        (replace(QUIET, verdict=Shift.NOT_ENOUGH_DATA), NOT_TOLD),
        (None, NOT_TOLD),
    ],
    ids=["quiet", "changed", "weak", "not made"],
)
def test_a_control_says_where_it_changed(control, where):
    """And that it cannot be told, where the second endpoint gave too little."""
    alarm = replace(ALARM, look=replace(LOOK, control=control, control_arm="m@direct"))

    assert alarm.where == where
    assert f"control m@direct: {where}" in to_slack(alarm)["text"]
    assert ALARM.where == ""


@pytest.mark.parametrize(
    ("alarm", "news"),
    [
        (ALARM, True),
        (quiet(), False),
        (quiet(verdict=Shift.SUSPECT), True),
        (quiet(verdict=Shift.SUSPECT, incident="look-0"), False),
        (quiet(verdict=Shift.NOT_ENOUGH_DATA), False),
    ],
    ids=["alarm", "quiet", "suspicion", "known suspicion", "no data"],
)
def test_nobody_is_told_twice(alarm, news):
    """While an incident is open, another look that fires is no news."""
    assert alarm.is_news == news


@pytest.mark.parametrize(
    ("alarm", "command"),
    [
        (ALARM, "--ack look-1"),
        (replace(ALARM, state=State.ACKNOWLEDGED), "--close look-1"),
        (quiet(), "--status"),
        (quiet(verdict=Shift.NOT_ENOUGH_DATA, epoch=""), "harness baseline grow"),
    ],
    ids=["open", "acknowledged", "quiet", "no epoch"],
)
def test_the_next_command_fits(alarm, command):
    """What to type is what the state asks for."""
    assert command in next_command(alarm)


@pytest.mark.parametrize("text", [to_markdown, lambda alarm: to_slack(alarm)["text"]])
def test_provisional_and_simulated_stand_in_the_head(text):
    """On every page and message."""
    look = replace(LOOK, provisional=True, simulated=True, verdict=Shift.SUSPECT)

    first, rest = text(replace(ALARM, look=look)).split("\n", 1)

    assert "PROVISIONAL SUSPECT" in first
    assert "imulated pictures" in rest
    assert "PROVISIONAL" not in text(ALARM)


def test_strangers_words_are_inert():
    """A name of a cell mentions nobody and holds no markup."""
    evil = replace(CONFIRM, cells=(cell("<!channel> `x` |@here"),))
    alarm = replace(ALARM, look=replace(LOOK, confirm=evil))

    assert "<!channel>" not in to_slack(alarm)["text"]
    assert "<!channel>" not in to_markdown(alarm)
    assert "|@here" not in to_markdown(alarm)


def test_a_long_name_is_cut_where_a_chat_would_refuse_it():
    """Who may name cells cannot keep an alarm from being told."""
    long = replace(CONFIRM, cells=(cell("x" * 50_000),))

    lines = to_slack(replace(ALARM, look=replace(LOOK, confirm=long)))["text"].splitlines()

    assert max(map(len, lines)) < 2_500


def test_a_confirmation_that_says_nothing_leaves_the_screen_to_be_told():
    """Its cells and pictures, not those of a step that had too little to see any."""
    weak = replace(QUIET, verdict=Shift.NOT_ENOUGH_DATA)
    look = replace(LOOK, verdict=Shift.SUSPECT, confirm=weak, incident="")

    told = document(replace(ALARM, look=look, state=None))

    assert [cell["cell"] for cell in told["cells"]] == ["s/fox"]
    assert len(told["pictures"]) == 6
    assert told["not_moved"] == {"cells": ["s/owl"], "channels": ["layout"]}


def test_too_little_is_never_told_as_no_movement():
    """Where the screen itself could say nothing, neither cells nor channels stayed."""
    weak = replace(QUIET, verdict=Shift.NOT_ENOUGH_DATA)

    alarm = quiet(verdict=Shift.NOT_ENOUGH_DATA, screen=weak)

    assert document(alarm)["not_moved"] == {"cells": [], "channels": []}
    assert "did not move" not in to_markdown(alarm)


@pytest.mark.parametrize(
    "text", [json_line, to_markdown, lambda alarm: to_slack(alarm)["text"]],
    ids=["json", "markdown", "slack"],
)  # fmt: skip
def test_what_stands_beside_the_test_is_in_the_message(text):
    """Contract, delivery and figures of both sides, with what is alike."""
    rows = (
        Beside(name="contract", old="0 of 8 fail", new="2 of 40 fail"),
        Beside(name="seconds, median", old="3.1", new="8.6", p=0.001),
        Beside(name="delivered by", old="8 Vertex", new="8 Vertex"),
    )

    told = text(replace(ALARM, look=replace(LOOK, confirm=replace(CONFIRM, beside=rows))))

    assert all(word in told for word in ("contract", "2 of 40 fail", "8.6", "delivered by"))
