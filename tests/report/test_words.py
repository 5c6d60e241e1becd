"""What strangers wrote, and figures, in words that are safe to show."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from harness.report.words import days, duration, history, money, telling, visible


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\x00b", "a␀b"),
        ("a\x1bb\x7f", "a␛b␡"),
        ("\u202edrow", "[U+202E]drow"),
        ("\ud800\ufffe\x85", "\ufffd\ufffd\ufffd"),
        ("tab\tline\r\nend", "tab\tline\nend"),
        ("שלום café 猫 🦊", "שלום café 猫 🦊"),
    ],
    ids=["nul", "escape", "override", "unwritable", "white space", "honest text"],
)
def test_what_hides_in_text_is_shown(hostile, shown):
    """Control characters and overrides become visible; honest text stays as it is."""
    assert visible(hostile) == shown


def test_every_character_can_stand_in_xml_and_utf8():
    """Whatever code point comes in, what goes out is well-formed XML 1.0 in UTF-8."""
    everything = "".join(
        map(chr, [*range(0x3000), *range(0xD7F0, 0xE010), *range(0xFFF0, 0x10010)])
    )
    element = ET.Element("text")
    element.text = visible(everything)

    again = ET.fromstring(ET.tostring(element, encoding="utf-8"))

    assert again.text == visible(everything)


@pytest.mark.parametrize(
    ("usd", "said"),
    [
        (None, "not known"),
        (0, "$0.00"),
        (0.0336, "$0.0336"),
        (0.134, "$0.13"),
        (1234.5, "$1,234.50"),
    ],
)
def test_small_prices_keep_their_figures(usd, said):
    """A price below a dime is said finer than to the cent."""
    assert money(usd) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "not measured"),
        (float("nan"), "not measured"),
        (float("inf"), "not measured"),
        (0.82, "0.8 s"),
        (41.2, "41 s"),
        (119.4, "119 s"),
        (200, "3 min 20 s"),
    ],
)
def test_times_are_said_in_fitting_units(seconds, said):
    """Seconds up to two minutes, then minutes."""
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ([], ""),
        (["", "2026-11-20T10:00:00Z"], "2026-11-20"),
        (["2026-11-20T10:00:00Z", "2026-11-18T10:00:00Z"], "2026-11-18 to 2026-11-20"),
    ],
    ids=["none", "one day", "a span"],
)
def test_days_are_sorted_and_said_once(times, said):
    """A span of days goes from the earliest to the latest; nothing is said of no days."""
    assert days(times) == said


@pytest.mark.parametrize("path", ["/srv/anna/suites/a.yaml", "/home/anna/a.yaml"])
def test_folders_of_this_machine_are_taken_out(workshop, path):
    """A path that was given whole is told by its file's name alone."""
    run = workshop.run()
    run = replace(run, suites=(replace(run.suites[0], path=path),))

    told = telling(run)(f"harness run {path} --live missing; /home/anna/.harness is full")

    assert "anna" not in told
    assert "harness run a.yaml --live missing" in told


def test_web_addresses_keep_their_paths(workshop):
    """A home folder within a web address is none of this machine's."""
    told = telling(workshop.run())("https://example.org/home/cats")

    assert told == "https://example.org/home/cats"


@pytest.mark.parametrize(
    ("discarded", "said"),
    [
        (0, ""),
        (1, "second recording of this cell, one discarded"),
        (2, "third recording of this cell, two discarded"),
        (30, "31. recording of this cell, 30 discarded"),
    ],
)
def test_how_often_a_cell_was_recorded_is_said_in_words(discarded, said):
    """Small numbers are spelt out."""
    assert history(discarded) == said
