"""One page over all suites: what needs a person, by owner."""

from dataclasses import replace

import pytest

from harness.model.drift import CellDrift
from harness.model.showing import CellShow, Showing, SuiteShow
from harness.model.verdict import Status
from harness.report.everything import NOBODY, Newest, everything
from harness.report.everything_page import to_everything_html
from harness.report.pictures import shown

HOSTILE = "<script>alert(1)</script>\u202e" + "w" * 10_000


@pytest.fixture
def newest(workshop):
    """Give a run of four: failed, passed, new, and passed but moved; the last two are Ada's."""
    found = [Status.FAIL, Status.PASS, Status.NEW, Status.PASS]
    run = workshop.run(*(workshop.one(index, status) for index, status in enumerate(found)))
    drift = CellDrift(
        suite="storefront", cell="c", variant="case-3", turn=0, old=16, new=4, p=0.001, q=0.01,
        moved=True,
    )  # fmt: skip
    owners = {"case-2": "Ada", "case-3": "Ada"}
    showing = Showing(
        suites={"storefront": SuiteShow(suite="storefront", owners=owners)},
        cells={("storefront", "case-3", 0): CellShow(drift=drift)},
    )
    thumbs = {sha256: f"img/{sha256[:2]}/{sha256}.thumb.webp" for sha256 in shown(run)}
    return Newest(run=run, showing=showing, folder=run.id, review=True, thumbs=thumbs)


def test_only_what_needs_a_person_stands_there_by_owner(newest):
    """Failed, new and moved; whoever has the longest list first, what is nobody's last."""
    page = everything([newest], gaps=[])

    assert [(owned.owner, [need.id for need in owned.needs]) for owned in page.owned] == [
        ("Ada", ["storefront/case-2", "storefront/case-3"]),
        (NOBODY, ["storefront/case-0"]),
    ]
    assert page.said == "3 cells in the newest runs of 1 suite need a person."


def test_each_leads_to_where_it_is_decided_on(newest):
    """By its id, in its run's folder; to the report where that has no page to decide on."""
    page = everything([newest], gaps=[])
    without = everything([replace(newest, review=False)], gaps=[])

    (need,) = page.owned[1].needs
    assert need.href == "20261123T051233Z-9f2c/review.html#item=storefront/case-0"
    assert need.marks == (("FAIL", "✖"),)
    assert need.said == "contract: finding number 0"
    assert "/index.html#item=" in without.owned[1].needs[0].href
    (thumb,) = need.thumbs
    assert thumb.href.startswith("20261123T051233Z-9f2c/img/")


def test_what_has_moved_says_so_though_it_passed(newest):
    """A cell that no check found anything on is here for its drift."""
    page = everything([newest], gaps=[])

    moved = page.owned[0].needs[1]
    assert moved.marks == (("MOVED", "▲"),)
    assert moved.said == "its samples have moved from the reference sample (q 0.01)"


def test_where_nothing_needs_a_person_it_says_so(newest, workshop):
    """The suites stand there all the same, and what is not on the page."""
    quiet = replace(newest, run=workshop.run(workshop.one(1, Status.PASS)), showing=Showing())

    page = everything([quiet], gaps=["poster: no run of it lies here"])
    text = to_everything_html(page)

    assert page.said == "Nothing in the newest runs of 1 suite needs a person."
    assert "poster: no run of it lies here" in text
    assert 'href="20261123T051233Z-9f2c/index.html"' in text


def test_hostile_words_are_inert(newest, workshop):
    """Owners, ids and findings of strangers are text, and lead nowhere but into the folder."""
    failed = workshop.one(1, Status.FAIL, case=f"javascript:{HOSTILE}", message=HOSTILE)
    show = SuiteShow(suite="storefront", owners={"": HOSTILE})
    hostile = replace(
        newest, run=workshop.run(failed), showing=Showing(suites={"storefront": show})
    )

    text = to_everything_html(everything([hostile], gaps=[HOSTILE]))

    assert "<script" not in text
    assert "\u202e" not in text
    assert 'href="javascript:' not in text
    assert "[U+202E]" in text
