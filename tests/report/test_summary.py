"""The run in a sentence and in rows."""

from dataclasses import replace

import pytest

from harness.model.verdict import Finding, Status, Verdict
from harness.report.summary import first_look, headline, rows


def test_a_replay_is_not_news(workshop):
    """A replayed run begins with the days of its pictures and says that nothing was generated."""
    said = headline(workshop.every_status())

    assert said.startswith("recorded pictures of 2026-11-18 to 2026-11-20, nothing was generated: ")


def test_a_live_run_says_what_it_spent(workshop):
    """A run that generated says so, with the price."""
    run = workshop.run(workshop.one(1, Status.PASS), generated=1, spent_usd=0.27)

    assert "generated in this run for $0.27: 1 passed" in headline(run)


def test_one_answer_is_told_as_one(workshop):
    """A live run of a single answer is not "all 1 answers"."""
    run = workshop.run(workshop.one(1, Status.PASS), generated=1, spent_usd=0.14)

    assert ", 1 answer generated in this run for $0.14" in headline(run)


def test_pictures_without_a_day_are_pictures_all_the_same(workshop):
    """An imported recording that tells no time is told as recorded."""
    run = workshop.run(workshop.one(1, Status.PASS))
    run = replace(run, suites=(replace(run.suites[0], recorded_from="", recorded_to=""),))

    assert headline(run).startswith("recorded pictures of a day that is not told, nothing was")


def test_simulated_pictures_are_said_to_be(workshop):
    """The sentence itself says that pictures are simulated."""
    run = workshop.run(workshop.one(1, Status.PASS), simulated=True)

    assert headline(run).endswith("the pictures are simulated")


def test_an_empty_run_is_said_to_be(workshop):
    """Nothing judged is not told as all passed."""
    run = workshop.run(suites=())

    assert headline(run).endswith("nothing was judged")
    assert rows(run) == ()


def test_rows_come_gravest_first_and_keep_the_order_else(workshop):
    """A failure stands before an error, an error before a warning, equals as in the suite."""
    found = rows(workshop.every_status())

    severities = [row.status.severity for row in found]
    assert severities == sorted(severities, reverse=True)
    assert [row.variant for row in found[:2]] == ["night-city[16:9,4K]", "hat-edit"]


def test_every_variant_and_suite_finding_has_its_row(workshop):
    """Rows and the run's counts agree."""
    run = workshop.every_status()

    statuses = [row.status for row in rows(run)]

    assert {status: statuses.count(status) for status in Status} == dict(run.counts)


@pytest.mark.parametrize(
    ("failures", "said"), [(1, "look first at case-0"), (2, "failed most often")]
)
def test_the_commonest_check_is_named_once_it_is_common(workshop, failures, said):
    """One failure is told by itself, several by the check that they share."""
    run = workshop.run(*(workshop.one(i, Status.FAIL) for i in range(failures)))

    assert said in first_look(run)


def test_a_row_tells_what_is_recorded_of_what_is_wanted(workshop):
    """Samples without an answer are counted as wanted only."""
    judged = workshop.one(1, Status.UNRECORDED)
    judged = replace(judged, variant=replace(judged.variant, samples=4))

    (row,) = rows(workshop.run(judged))

    assert (row.samples, row.wanted) == (1, 4)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.PASS, "nothing failed, 2 variants passed"),
        (Status.NEW, "nothing failed, 2 variants to be decided on"),
        (Status.UNRECORDED, "nothing failed, 2 variants to be recorded"),
        (Status.WARN, "look first at case-1"),
    ],
)
def test_where_nothing_failed_the_next_work_is_named(workshop, status, said):
    """What waits for a person is told by its number, a warning by itself."""
    run = workshop.run(workshop.one(1, status), workshop.one(2, status))

    assert first_look(run).startswith(said)


def test_all_that_waits_is_counted(workshop):
    """What is to be recorded does not hide what is to be decided on."""
    run = workshop.run(
        workshop.one(1, Status.UNRECORDED),
        workshop.one(2, Status.NEW),
        workshop.one(3, Status.PASS),
    )

    assert first_look(run) == "nothing failed, 1 variant to be recorded, 1 to be decided on"


@pytest.mark.parametrize("check", ["consistency[fox]", "edit_ratio", "text", "ask", "custom:brand"])
def test_opinions_are_short_at_the_terminal(workshop, check):
    """A model's reason, or a control's figures, fill no screen; the other words stay whole."""
    judged = workshop.one(1, Status.FAIL)
    found = (
        Finding(check=check, status=Status.FAIL, message="why " * 400, sample=1),
        Finding(check="image_size", status=Status.FAIL, message="what " * 60),
        Finding(check="image_size", status=Status.FAIL, message="again"),
    )
    judged = replace(judged, verdict=Verdict(findings=found))

    (row,) = rows(workshop.run(judged))

    opinion, contract = row.reasons
    assert opinion.startswith(f"{check}: sample 2: why")
    assert len(opinion) <= 161
    assert contract == f"image_size: {'what ' * 60} (+1 more)"
    assert len(row.reason) > 1600


def asked(status, *, question, samples=2):
    """Give the findings on one question: each bad sample, then the rate."""
    on_samples = tuple(
        Finding(check="ask", status=status, message=f"{question} no", sample=number)
        for number in range(samples)
    )
    return (*on_samples, Finding(check="ask", status=status, message=f"{samples} of 4 {question}"))


def test_an_opinion_is_told_by_its_rate_and_the_first_sample(workshop):
    """Each question has its line, with how many are bad; what a line tells is not counted again."""
    judged = workshop.one(1, Status.WARN)
    found = (*asked(Status.WARN, question="A car?"), *asked(Status.WARN, question="A sign?"))
    judged = replace(judged, verdict=Verdict(findings=found))

    (row,) = rows(workshop.run(judged))

    assert row.reasons == (
        "ask: 2 of 4 A car?; sample 1: A car? no",
        "ask: 2 of 4 A sign?; sample 1: A sign? no",
    )


def test_a_sample_is_not_told_where_the_line_is_full(workshop):
    """A long rate stands alone: three words of a sample say nothing."""
    judged = workshop.one(1, Status.WARN)
    found = asked(Status.WARN, question="Is it so? " * 12)
    judged = replace(judged, verdict=Verdict(findings=found))

    (row,) = rows(workshop.run(judged))

    assert "sample" not in row.reasons[0]


def test_an_undecided_picture_hides_no_warning(workshop):
    """NEW is graver than WARN: what a check found is told below it all the same."""
    judged = workshop.one(1, Status.NEW)
    found = (
        Finding(check="decided", status=Status.NEW, message="look at it", sample=0),
        *asked(Status.WARN, question="A car?", samples=1),
    )
    judged = replace(judged, verdict=Verdict(findings=found))

    (row,) = rows(workshop.run(judged))

    assert row.reasons == (
        "decided: sample 1: look at it",
        "WARN ask: 1 of 4 A car?; sample 1: A car? no",
    )


def test_a_failure_hides_no_error(workshop):
    """A check that could not be held is told below what failed."""
    judged = workshop.one(1, Status.FAIL)
    found = (
        Finding(check="custom:a", status=Status.ERROR, message="ValueError", sample=0),
        Finding(check="image_size", status=Status.FAIL, message="too small", sample=0),
    )
    judged = replace(judged, verdict=Verdict(findings=found))

    (row,) = rows(workshop.run(judged))

    assert row.reasons == (
        "image_size: sample 1: too small",
        "ERROR custom:a: sample 1: ValueError",
    )


def test_what_passed_needs_no_reasons(workshop):
    """A row of PASS has no words."""
    (row,) = rows(workshop.run(workshop.one(1, Status.PASS)))

    assert (row.reason, row.reasons) == ("", ())
