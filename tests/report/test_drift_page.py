"""Hold the page about drift: what it says first, what it shows, and what it never says."""

import dataclasses
import html
import re

import pytest

from harness.model.drift import Beside, CellDrift, Drift, Effect, Shift, Witness
from harness.report.drift_page import DriftReport, Shown, Strip, Told, drift_page, wanted
from harness.report.pictures import ABSENT, Rendition, Tile

EVIL = "<script>alert(1)</script>\u202e"


@pytest.fixture
def cell():
    """Make a cell; of those that moved, with a witness of each side."""

    def make(name, *, moved=True):
        witnesses = (
            Witness(sha256=f"{name}-new-witness", fresh=True, weight=2.0),
            Witness(sha256=f"{name}-old-witness", fresh=False, weight=1.0),
        )
        return CellDrift(
            suite="panel", variant=name, turn=0, cell=f"digest-{name}", old=8, new=4,
            p=0.0123, q=0.0456, moved=moved, witnesses=witnesses if moved else (),
            effect=Effect(channel="scalars", size=0.31, low=0.1, high=0.5),
        )  # fmt: skip

    return make


@pytest.fixture
def drift(cell):
    """Make a test's answer; a change of colours in one cell of two unless said."""

    def make(verdict=Shift.CHANGED, **fields):
        plain = {
            "said": "The pictures have moved.", "alpha": 0.01, "p": 0.0005, "p_all": 0.0005,
            "p_few": 0.002, "smallest_p": 0.0005, "draws": 1999, "seed": 7, "power": 0.86,
            "seen": 0.08, "matters": 0.1, "margin": 0.1, "sessions": (2, 1),
            "effects": (
                Effect(channel="colours", size=0.2, low=0.1, high=0.4),
                Effect(channel="layout", size=0.01, low=-0.1, high=0.1),
            ),
            "channels": {"colours": 0.0005, "layout": 0.4},
            "cells": (cell("still", moved=False), cell("mug", moved=verdict is Shift.CHANGED)),
            "recorded": ("2026-11-01T08:00:00Z", "2026-11-02T08:00:00Z", "2026-11-26T05:00:00Z",
                         "2026-11-26T05:00:00Z"),
        }  # fmt: skip
        return Drift(verdict=verdict, **{**plain, **fields})

    return make


@pytest.fixture
def report(drift):
    """Lay a test on a page, with examples of its cells."""

    def make(found=None, **fields):
        strips = {
            ("panel", f"digest-{name}"): Strip(old=(f"{name}-old",), new=(f"{name}-new",))
            for name in ("still", "mug")
        }
        shown = Shown(name="PICTURES", drift=found or drift(), strips=strips)
        plain = {"title": "main against fresh", "old": "main", "new": "fresh", "answers": (shown,)}
        return DriftReport(**{**plain, **fields})

    return make


def tiles(report):
    """Give every picture that is wanted a thumb of its own."""
    return {
        name: Tile(thumb=Rendition(href=f"data:image/webp;base64,{name}", width=32, height=24))
        for name in wanted(report)
    }


def text_of(page):
    """Give what a reader reads, on one line."""
    body = page.split("</style>")[1]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("verdict", list(Shift), ids=lambda shift: shift.name)
def test_the_verdict_and_its_sentence_stand_before_everything_else(report, drift, verdict):
    """A word with an icon, then one sentence; the numbers come after."""
    text = text_of(drift_page(report(drift(verdict)), {}))

    places = [text.index(part) for part in (verdict.value, "The pictures have moved.", "p .0005")]
    assert places == sorted(places)


def test_every_picture_that_is_wanted_is_shown(report):
    """Witnesses stand first, then examples, those of the cell that moved before the others."""
    found = report()

    page = drift_page(found, tiles(found))

    order = [page.index(f'base64,{name}"') for name in wanted(found)]
    assert wanted(found) == (
        "mug-old-witness", "mug-new-witness", "mug-old", "mug-new", "still-old", "still-new",
    )  # fmt: skip
    assert order == sorted(order)


def test_a_picture_that_is_not_there_is_told_in_words(report):
    """Its place says what to do, and the page is written all the same."""
    text = drift_page(report(), {})

    assert text.count(f"<span>{ABSENT}</span>") == 6


def test_cells_and_channels_are_read_after_a_rejection_only(report, drift):
    """Else nobody is told a p of a cell, nor that a channel moved."""
    seen, unseen = (
        text_of(drift_page(report(drift(verdict)), {}))
        for verdict in (Shift.CHANGED, Shift.NO_CHANGE_SEEN)
    )

    assert all(said in seen for said in (".012", ".046", "No movement was seen in layout"))
    assert not any(
        said in unseen for said in (".012", ".046", "No movement was seen", "named as moved")
    )
    assert "What did not move" not in unseen
    assert "A change below .08 may be there and pass unseen." in unseen


def test_an_effect_stands_on_one_scale_with_the_plants(report):
    """All of it between 0 and 100 per cent, and in the order of the values."""
    page = drift_page(report(plants={"JPEG quality 30": 0.15, "slight blur": 0.3}), {})

    points = [float(at) for at in re.findall(r'class="point" style="left:([\d.]+)%', page)]
    ticks = [float(at) for at in re.findall(r'class="tick" style="left:([\d.]+)%', page)][:2]
    zero = float(re.search(r'class="zero" style="left:([\d.]+)%', page)[1])
    assert 0 < zero < points[1] < ticks[0] < points[0] < ticks[1] < 100
    assert "JPEG quality 30: .15" in text_of(page)
    assert "known changes were measured" not in text_of(page)
    assert "known changes were measured on 50 real" in text_of(drift_page(report(), {}))


def test_an_effect_without_a_number_breaks_no_page(report, drift):
    """A reference of equal pictures has no unit; an interval may have no end."""
    effects = (
        Effect(channel="colours", size=0.2, low=float("nan"), high=float("inf")),
        Effect(channel="layout", size=float("nan"), low=float("nan"), high=float("nan")),
    )

    page = drift_page(report(drift(effects=effects)), {})

    assert not re.search(r"(left|width):(nan|inf)", page)
    assert ".20 (not known to not known)" in text_of(page)


def test_hostile_text_stays_text(report, drift, cell):
    """Names of suites, of sides and of models are strangers' text."""
    hostile = dataclasses.replace(cell(EVIL), suite=EVIL)
    row = Beside(name=EVIL, old=EVIL, new=EVIL)
    found = drift(said=EVIL, cells=(hostile,), beside=(row,), left_out=(EVIL,))
    told = Told(name=EVIL, word=EVIL, said=EVIL, found=True, rows=(row,))
    page = drift_page(
        report(
            title=EVIL, old=EVIL, new=f'" onload="{EVIL}', plants={EVIL: 0.1}, command=EVIL,
            answers=(told, Shown(name=EVIL, drift=found)),
        ),
        {},
    )  # fmt: skip

    assert "alert(1)" in page
    assert "<script" not in page
    assert '" onload="' not in page
    assert "\u202e" not in page


def test_the_page_needs_nothing_but_itself(report):
    """No script, no address but those within it."""
    page = drift_page(report(), tiles(report()))

    assert "<script" not in page
    assert not re.search(r"https?://", page)
    assert set(re.findall(r'src="(\w+:)', page)) == {"data:"}


def test_simulated_pictures_say_so_first(report, drift):
    """Before the verdict, and only where some are."""
    marked, real = (
        text_of(drift_page(report(drift(simulated=simulated)), {})) for simulated in (True, False)
    )

    assert marked.startswith("Simulated pictures:")
    assert "Simulated pictures" not in real


@pytest.mark.parametrize("verdict", [Shift.SUSPECT, Shift.NO_CHANGE_SEEN])
def test_a_provisional_test_says_so_with_its_verdict(report, drift, verdict):
    """Whatever it found: day effects are not measurable."""
    text = text_of(drift_page(report(drift(verdict, provisional=True)), {}))

    assert f"PROVISIONAL {verdict}" in text


def test_an_answer_of_no_test_stands_beside_the_pictures(report, drift):
    """Two answers, never one: each has its own word and its own table."""
    row = Beside(name="container", old="PNG", new="JPEG")
    told = Told(name="DELIVERY", word="DIFFERS", said="The container is another.", found=True,
                rows=(row,))  # fmt: skip
    still = Shown(name="PICTURES", drift=drift(Shift.NO_CHANGE_SEEN))

    text = text_of(drift_page(report(answers=(told, still)), {}))

    assert "DELIVERY ▲ DIFFERS The container is another. PICTURES ✔ NO CHANGE SEEN" in text
    assert "container PNG JPEG" in text


def test_a_remark_is_no_verdict(report, drift):
    """It stands without a word and a colour of its own, and repeats no word that stands above."""
    remark = Told(name="MODEL", word="", said="no sign of another model", found=False)
    shown = Shown(name="PICTURES", drift=drift(said="CHANGED: over 2 cells"))

    page = drift_page(report(answers=(shown, remark)), {})

    assert "PICTURES ✖ CHANGED Over 2 cells" in text_of(page)
    assert "MODEL No sign of another model" in text_of(page)
    assert page.count('class="word"') == 1
    assert page.count("No sign of another model") == 1


def test_what_was_not_tested_has_no_p(report, drift):
    """A design that can never alarm is told with what it could reach, and no p of 1."""
    nothing = drift(
        Shift.NOT_ENOUGH_DATA, p=1.0, p_all=1.0, p_few=1.0, smallest_p=0.029, draws=0, power=None,
        seen=None, effects=(), channels={}, cells=(), recorded=("", "", "", ""), sessions=(0, 0),
    )  # fmt: skip

    text = text_of(drift_page(report(nothing), {}))

    assert "smallest p within reach .029" in text
    assert " p 1" not in text
    assert "labellings" not in text


def test_a_channel_without_an_effect_is_told(report, drift):
    """The largest difference of means has a p alone; that it moved is said all the same."""
    text = text_of(drift_page(report(drift(channels={"colours": 0.3, "means": 0.0005})), {}))

    assert "one of these numbers alone: p .0005, moved (it has no effect of its own)" in text
