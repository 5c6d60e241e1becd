"""What happened to what is asked and to the baseline, and how characters keep their look."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from harness.history.migrate import migrate
from harness.history.queries import trend
from harness.model.verdict import Finding, Status, Verdict
from tests.history.made import DECIDED, UNDO, a_run, sample


@pytest.fixture
def told(place):
    """Bring the history up to the files, and ask it of the shop."""

    def told():
        place.sync()
        with place.open() as database:
            return trend(database, "shop")

    return told


def asked(told):
    return [(mark.at, mark.said) for mark in told().marks if mark.kind == "prompt"]


def test_a_prompt_that_changed_is_marked_on_the_day_it_was_first_asked(place, told):
    """By the cell: the history holds no prompt. To go back is no second change of this kind."""
    new = replace(sample(1, at="2026-11-25T00:00:00+00:00"), cell="other")
    back = sample(2, at="2026-11-27T00:00:00+00:00")
    place.run(a_run("r1", sample(), new, back))

    assert asked(told) == [("2026-11-25", "c: prompt, references or parameters changed")]


def test_variants_of_a_case_that_change_on_a_day_are_one_mark(place, told):
    """And what never changed is none."""
    first = [replace(sample(n), variant_id=f"c[{n}]") for n in range(3)]
    at = "2026-11-25T00:00:00+00:00"
    then = [replace(sample(n, at=at), variant_id=f"c[{n}]", cell="other") for n in range(2)]
    place.run(a_run("r1", *first, *then))

    said = "c: prompt, references or parameters changed in 2 variants"
    assert asked(told) == [("2026-11-25", said)]


def test_decisions_are_marked_with_who_made_them(place, told):
    """And so is that they were taken back."""
    place.beside(DECIDED, UNDO)

    assert [(mark.kind, mark.said) for mark in told().marks] == [
        ("decisions", "1 rejected unseen by ada: fine"),
        ("decisions", "decisions-1 taken back by bob"),
    ]


def measured(name, mean, *, to, at="", failed=False, recording="main"):
    """Give a run that measured a character."""
    found = [Finding(check="consistency[fox]", status=Status.PASS, message="m", measured=mean)]
    if failed:
        found.append(Finding(check="consistency[fox]", status=Status.FAIL, message="m"))
    run = a_run(name, sample(), at=at)
    (suite,) = run.suites
    judged = replace(suite.judged[0], verdict=Verdict(findings=tuple(found)))
    other = replace(suite.judged[0], verdict=Verdict(findings=(replace(found[0], measured=0.5),)))
    return replace(
        run,
        suites=(replace(suite, judged=(judged, other), recorded_to=to, recording=recording),),
    )


def test_a_character_is_one_point_a_recording(place, told):
    """The mean over its variants, as the newest run has it: a replay is not news."""
    place.run(measured("r1", 0.1, to="2026-11-23"))
    place.run(measured("r2", 0.3, to="2026-11-23", failed=True))
    place.run(measured("r3", 0.7, to="2026-11-25"))

    points = told().kept

    assert [(p.at, p.run, p.mean, p.variants, p.failed) for p in points] == [
        ("2026-11-23", "r2", pytest.approx(0.4), 2, 1),
        ("2026-11-25", "r3", pytest.approx(0.6), 2, 0),
    ]
    assert {point.name for point in points} == {"consistency[fox]"}


def test_a_history_of_yesterday_is_brought_up_with_all_its_rows(filled):
    """Version 0001 knew no figure of a finding; nothing else changes."""
    filled.sync()
    right = filled.rows()
    with filled.open() as database, database.writing() as connection:
        connection.execute(text("ALTER TABLE findings DROP COLUMN measured"))
        connection.execute(text("UPDATE harness_version SET version_num = '0001'"))

    assert filled.rows() == right


def test_tables_can_go_back_a_version(filled):
    """Down drops the figure, and leaves the findings."""
    filled.sync()
    with filled.open() as database:
        with database.writing() as connection:
            migrate(connection, to="base")
        with database.writing() as connection:
            migrate(connection, to="head")

    assert filled.rows()["findings"] == []
