"""from harness import load_suite, run, compare: what the verbs do, as values."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from typing import get_type_hints

import pytest

import harness
from harness import (
    Comparison,
    HarnessError,
    Run,
    SpendingRefused,
    SuiteError,
    UsageError,
    compare,
    load_suite,
    run,
)
from harness.evaluate.starting import start
from harness.judging.backends import backend_of
from harness.model.comparison import Comparison as Found
from harness.model.comparison import Delivery, Side
from harness.model.provenance import Provenance
from harness.model.verdict import Status
from harness.report.notebook import MOST_BYTES, MOST_ROWS, comparison_fragment, run_fragment

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202e\x00\"'"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Start a workspace with its one simulated recording."""
    folder = tmp_path_factory.mktemp("shop")
    start(folder)
    return folder


@pytest.fixture(scope="module")
def ran(place):
    """Run it once, from elsewhere."""
    return run("suites/shop.yaml", workspace=place)


class Tags(HTMLParser):
    """Every tag of a fragment, with its attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_importing_the_package_loads_nothing_of_it():
    """`import harness` costs nothing; the names are there all the same."""
    said = "import harness, sys; print(sorted(m for m in sys.modules if m.startswith('harness.')))"

    loaded = subprocess.run(
        [sys.executable, "-c", said], capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"
    assert set(harness.__all__) <= set(dir(harness))
    assert "TYPE_CHECKING" not in dir(harness)
    with pytest.raises(AttributeError, match="has no attribute 'rum'"):
        harness.rum  # noqa: B018  # looking it up is what is tested


def test_a_suite_is_loaded_from_the_workspace(place):
    """By the path below it, with its cases."""
    assert load_suite("suites/shop.yaml", workspace=place).case_ids == ("fox-reads",)


def test_a_run_says_what_it_found(ran, place):
    """Status, counts, findings by variant, answers with the files of their pictures."""
    (sample,) = ran.samples

    assert isinstance(ran, Run)
    assert ran.status == "NEW"
    assert ran.counts["NEW"] == ran.counts[Status.NEW] == 1
    assert get_type_hints(Run.counts.fget)["return"] == Mapping[str, int]  # as the docs ask it
    assert (ran.exit_code, ran.spent_usd, ran.stopped, ran.command) == (0, 0.0, "", "")
    assert list(ran.findings) == ["shop/fox-reads"]
    assert {f.check for f in ran.findings["shop/fox-reads"]} >= {"image_size", "decided"}
    assert (sample.variant, sample.sample, sample.outcome) == ("fox-reads", 0, "picture")
    assert sample.pictures[0].is_relative_to(place)
    assert sample.pictures[0].read_bytes()[:2] == b"\xff\xd8"
    assert sample.simulated


def test_a_suite_that_was_loaded_can_be_run(place):
    """And selected from, as on the command line."""
    suite = load_suite("suites/shop.yaml", workspace=place)

    assert run(suite, tags="hero", workspace=place).counts["NEW"] == 1
    with pytest.raises(UsageError, match="owl"):
        run([suite], keyword="owl", workspace=place)


@pytest.mark.docs  # a second of work
def test_the_report_is_where_the_command_line_puts_it(ran, place):
    """Pages below reports/, `run.json` beside them; what was asked for besides."""
    page = ran.report(place / "out.md")

    assert page == place / "reports" / ran.id / "index.html"
    assert page.is_file()
    assert (place / "out.md").is_file()
    assert json.loads((page.parent / "run.json").read_text()) == json.loads(ran.to_json())
    assert ran.to_dict()["counts"]["NEW"] == 1


def test_a_run_reads_well_at_a_prompt(ran):
    """One line: its id, which pictures, what came of them."""
    assert re.fullmatch(
        r"<Run \S+: recorded pictures of \S+, nothing was generated: 1 new; "
        r"the pictures are simulated>",
        repr(ran),
    )


def test_a_notebook_shows_a_run_with_its_picture_and_says_that_it_is_simulated(ran):
    """A fragment that fetches nothing and runs nothing."""
    html = ran._repr_html_()
    tags = Tags(html).found

    assert "SIMULATED" in html
    assert [a["src"][:22] for tag, a in tags if tag == "img"] == ["data:image/webp;base64"]
    assert not {tag for tag, _ in tags} & {"script", "style", "link", "iframe", "object"}
    assert len(html) < MOST_BYTES


def test_what_strangers_write_cannot_run_in_a_notebook(ran):
    """Ids, messages, commands: all text in a fragment is escaped, what hides is shown."""
    suite = ran.done.run.suites[0]
    (judged,) = suite.judged
    findings = tuple(
        replace(f, status=Status.FAIL, message=HOSTILE) for f in judged.verdict.findings[:2]
    )
    hostile = replace(
        judged,
        variant=replace(judged.variant, label=HOSTILE),
        verdict=replace(judged.verdict, findings=findings),
    )
    suites = (replace(suite, suite=HOSTILE, judged=(hostile,)),)
    found = replace(ran.done.run, command=HOSTILE, suites=suites)

    html = run_fragment(found, _sources(ran), stopped=HOSTILE)

    tags = Tags(html).found
    assert [set(said) for tag, said in tags if tag == "img"] == [{"src", "alt", "style"}]
    assert {tag for tag, _ in tags} == {
        *("div", "p", "b", "bdi", "table", "thead", "tbody", "tr", "th", "td", "code", "img")
    }
    assert not [a for _, attrs in Tags(html).found for a in attrs if a.startswith("on")]
    assert "\u202e" not in html
    assert "\x00" not in html


def test_what_strangers_write_cannot_run_in_a_comparison():
    """Names come from cassettes, sentences tell of them."""
    usual = Provenance()
    delivery = Delivery(usual=usual, backend=backend_of(usual), backends={HOSTILE: 1}, digests={})
    side = Side(
        name=HOSTILE, arms=(HOSTILE,), recordings=(HOSTILE,), answers=1, failed=0, checks={},
        outcomes={}, delivery=delivery, priced=0, mean_usd=None, mean_tokens=None, timed=0,
        median_s=None, median_wall_s=None, recorded_from="", recorded_to="", simulated=True,
    )  # fmt: skip
    found = Found(
        sides=(side,), pairs=(), unpaired=(), differences=(), said=(HOSTILE,), unseen=(HOSTILE,)
    )

    html = comparison_fragment(found)

    assert html.count("&lt;script&gt;") == 6
    assert {tag for tag, _ in Tags(html).found} == {
        *("div", "p", "b", "bdi", "table", "thead", "tbody", "tr", "th", "td"),
        *("details", "summary", "ul", "li"),
    }


def test_a_large_run_stays_a_small_fragment(ran):
    """The gravest variants are listed, the others counted; pictures have a limit in bytes."""
    suite = ran.done.run.suites[0]
    found = replace(ran.done.run, suites=(replace(suite, judged=suite.judged * 400),))

    html = run_fragment(found, _sources(ran))

    assert html.count("<tr>") == MOST_ROWS + 1
    assert "and 370 more variants" in html
    assert len(html) < 2 * MOST_BYTES


def test_a_picture_that_is_not_here_is_said(ran):
    """In its place, instead of an error at a prompt."""
    html = run_fragment(ran.done.run, replace(_sources(ran), original=lambda _: None))

    assert "picture absent" in html
    assert "<img" not in html


def _sources(ran):
    from harness.evaluate.reporting import sources_of

    return sources_of(ran.workspace)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ({}, r"confirm=True and max_cost=0\.\d+"),
        ({"max_cost": 5.0}, "confirm=True"),
        ({"confirm": True}, r"max_cost=0\.\d+"),
    ],
    ids=["nothing", "a cap alone", "confirm alone"],
)
def test_money_is_never_spent_by_surprise(place, monkeypatch, asked, due):
    """Live calls that cost need a cap and confirm; the price and what is due are said."""
    monkeypatch.setenv("GEMINI_API_KEY", "a-key-of-a-test")
    before = sorted(place.rglob("cassettes/**/*"))

    with pytest.raises(SpendingRefused, match=rf"about \$0\.1.*, pass {due}$"):
        run("suites/shop.yaml", endpoint="gemini", live="missing", workspace=place, **asked)

    assert sorted(place.rglob("cassettes/**/*")) == before


def test_what_is_missing_is_told_with_the_command_that_records_it(place):
    """A replay asks nobody: UNRECORDED, with its price, and exit code 3."""
    found = run("suites/shop.yaml", endpoint="gemini", workspace=place)

    assert (found.status, found.exit_code) == ("UNRECORDED", 3)
    assert found.command == "harness run suites/shop.yaml --endpoint gemini --live missing"


def test_errors_are_the_harness_own(place):
    """Each says what, where and what to do; one root for all of them."""
    with pytest.raises(SuiteError, match="no such file"):
        load_suite("suites/nothing.yaml", workspace=place)
    with pytest.raises(UsageError, match="say one of none, missing, all"):
        run("suites/shop.yaml", live="yes", workspace=place)
    with pytest.raises(UsageError, match="neither a recording"):
        compare("main", "owl", suite="suites/shop.yaml", workspace=place)
    assert issubclass(SuiteError, HarnessError)


@pytest.mark.docs  # a second of work
def test_a_comparison_says_what_it_found(place):
    """A recording against itself: nothing changed, and too little to say more."""
    found = compare("main", "main", suite="suites/shop.yaml", workspace=place)
    html = found._repr_html_()

    assert isinstance(found, Comparison)
    assert not found.changed
    assert found.exit_code == 3
    assert repr(found).startswith("<Comparison PICTURES ")
    assert "SIMULATED" in html
    assert escape(found.said[0]) in html
    assert found.to_dict()["comparison"]["pairs"][0]["variant"] == "fox-reads"
    assert found.report(place / "page.html").read_text().startswith("<!DOCTYPE html>")
