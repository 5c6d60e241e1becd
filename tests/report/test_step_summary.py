"""A run on the page of its CI job."""

from dataclasses import replace

from harness.model.showing import NOTHING_MORE
from harness.model.verdict import Status
from harness.report.elsewhere import NOWHERE, Elsewhere
from harness.report.step_summary import LIMIT, step_summary


def test_the_five_worst_stand_with_all_that_was_found(workshop):
    """Gravest first, each at its line; the others are counted."""
    run = workshop.run(
        workshop.one(1, Status.WARN, message="a warning"),
        *(workshop.one(n, Status.FAIL, message=f"failure {n}") for n in range(2, 8)),
    )

    text = step_summary(run, NOTHING_MORE, NOWHERE)

    assert text.startswith("## ✖ FAIL: storefront\n")
    assert "6 failed, 1 warning" in text
    assert text.count("### The worst five\n") == text.count("### The worst") == 1
    assert text.count("  - FAIL ") == 5
    assert "a warning" not in text
    assert "... and 2 more: see the report." in text


def test_what_is_missing_has_its_price(workshop):
    """All answers that are to be recorded, together."""
    variant = workshop.variant("fox", "", samples=2)
    missing = [workshop.sample(variant, None, index=n, expected_usd=0.134) for n in range(2)]
    unknown = replace(missing[0], expected_usd=None)
    finding = workshop.one(1, Status.UNRECORDED).verdict.findings

    told = workshop.run(workshop.judged(variant, *missing, findings=finding))
    partly = workshop.run(workshop.judged(variant, missing[0], unknown, findings=finding))

    assert "2 answers to be recorded: about $0.27." in step_summary(told, NOTHING_MORE, NOWHERE)
    assert "2 answers to be recorded: about $0.13, and 1 at a price that is not known." in (
        step_summary(partly, NOTHING_MORE, NOWHERE)
    )


def test_the_report_is_a_link_to_the_job_that_keeps_it(workshop):
    """Nobody can open a path of a machine that is gone."""
    run = workshop.run(workshop.one(1, Status.PASS))

    text = step_summary(run, NOTHING_MORE, Elsewhere(job="https://h.example/o/r/actions/runs/9"))

    assert "[this job](https://h.example/o/r/actions/runs/9#artifacts)" in text


def test_it_has_at_most_the_room_that_is_left(workshop):
    """GitHub shows nothing of what is larger; it is cut behind a line, and says so."""
    runs = [workshop.one(n, Status.FAIL, message="é" * 400) for n in range(9)]

    text = step_summary(workshop.run(*runs), NOTHING_MORE, NOWHERE, room=1500)

    assert len(text.encode()) <= 1500
    assert text.endswith("see the report.\n")
    assert LIMIT == 1024 * 1024
