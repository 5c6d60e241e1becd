"""The cells that a run changed, old beside new."""

from dataclasses import replace

import pytest

from harness.model.showing import CellShow, Example, Showing
from harness.model.verdict import Status
from harness.report.pairs import pairs

OLD, NEW = "ab" * 32, "cd" * 32


def recorded_on(judged, day):
    """Give a variant whose answers came on a day."""
    samples = tuple(
        replace(s, receipt=replace(s.receipt, recorded_at=f"{day}T10:00:00Z"))
        for s in judged.samples
    )
    return replace(judged, samples=samples)


@pytest.mark.parametrize(("day", "names"), [("2026-11-20", ["storefront / case-1"]), ("", [])])
def test_what_was_decided_has_changed_if_the_newest_day_brought_it(workshop, day, names):
    """Else an edit of last year would stand in every pull request."""
    fresh = recorded_on(workshop.one(1, Status.PASS), day or "2026-11-19")
    other = recorded_on(workshop.one(2, Status.PASS), "2026-11-20")
    cell = CellShow(order=(NEW,), former=(OLD,))

    found = pairs(workshop.run(fresh, other), Showing(cells={("storefront", "case-1", 0): cell}))

    assert [pair.name for pair in found] == names


@pytest.mark.parametrize(
    ("cell", "why", "old", "kind"),
    [
        (CellShow(former=(OLD,)), "asked otherwise before, not decided", (OLD,), "before"),
        (CellShow(earlier=(OLD,)), "recorded anew, not decided", (OLD,), "before"),
        (
            CellShow(baseline=(OLD,), example=Example.ACCEPTED),
            "not decided",
            (OLD,),
            "accepted",
        ),
        (CellShow(), "not decided", (), ""),
        (CellShow(order=(OLD,), earlier=(OLD,)), "recorded anew, not decided", (), "before"),
    ],
    ids=["edited", "anew", "accepted", "first", "equal"],
)
def test_before_stands_what_it_took_the_place_of(workshop, cell, why, old, kind):
    """Answers to an older question, then replaced ones, then examples; never its own picture."""
    run = workshop.run(workshop.one(1, Status.NEW))

    (pair,) = pairs(run, Showing(cells={("storefront", "case-1", 0): cell}))

    assert (pair.why, pair.old, pair.kind) == (why, old, kind)


def test_what_is_to_be_recorded_says_its_price(workshop):
    """Old pictures stand beside the words that none is there yet."""
    variant = workshop.variant("fox", "", samples=2)
    missing = [workshop.sample(variant, None, index=n, expected_usd=0.134) for n in range(2)]
    finding = workshop.one(1, Status.UNRECORDED).verdict.findings
    run = workshop.run(workshop.judged(variant, *missing, findings=finding))

    (pair,) = pairs(run, Showing(cells={("storefront", "fox", 0): CellShow(former=(OLD,))}))

    assert pair.why == "asked otherwise before, 2 to be recorded, about $0.27"
    assert (pair.old, pair.new, pair.instead) == ((OLD,), (), "not recorded (missing)")
