"""What changed over time, at the command line."""

import re

import pytest

from harness.cli.trend_tables import tiny_line
from tests.history.made import EPOCH, Place, a_run, look, sample


@pytest.fixture
def history(bench):
    """Stand in a folder with two runs, two looks and an epoch."""
    place = Place(bench.folder)
    bench.suite()
    place.run(a_run("r1", sample(), sample(1, at="2026-11-25T00:00:00+00:00", version="m-2")))
    place.run(a_run("r2", sample(), failed=("blank",)))
    place.beside(EPOCH, look(), look("look-2", at="2026-11-25T06:00:00+00:00", incident="look-2"))
    return bench


def test_people_see_a_table_and_what_happened(history):
    """Arms, looks, runs and marks; the last lines are the verdict, the place, the next command."""
    ran = history("trends")

    assert ran.code == 0
    assert "m@gemini" in ran.out
    assert (
        "drift   m@gemini: 2 looks, last CHANGED on 2026-11-25, effect 0.03 in phash16" in ran.out
    )
    assert "judged  2 runs, last FAIL on 2026-11-22: blank 1 ▁█" in ran.out
    assert "2026-11-25  model version: m@gemini: m-1 became m-2" in ran.out
    assert ran.out.splitlines()[-3:] == [
        "recorded answers of 2026-11-23 to 2026-11-25, nothing was generated: "
        "2 answers, 2 runs, 2 looks; open: look-2",
        "history .harness/history.db",
        "next    harness trends --html reports/trends.html",
    ]


def test_machines_get_one_document(history):
    """With every point."""
    found = history("trends", "--json").json

    (suite,) = found["suites"]
    assert found["format"] == "gemini-image-harness/trends"
    assert [day["day"] for day in suite["days"]] == ["2026-11-23", "2026-11-25"]
    assert suite["days"][0]["usd_mean"] == 0.14
    assert [judging["failed"] for judging in suite["judgings"]] == [{}, {"blank": 1}]
    assert [(seen["verdict"], seen["effect"]) for seen in suite["looks"]] == [
        ("NO CHANGE SEEN", 0.03),
        ("CHANGED", 0.03),
    ]
    assert (suite["open"], suite["arms"]) == (["look-2"], ["m@gemini"])


def test_a_page_is_written_where_it_is_asked_for(history):
    """With what it loads beside it, and runs linked that lie below its folder."""
    page = history.folder / "reports" / "trends.html"
    (history.folder / "reports" / "r1" / "index.html").write_text("")

    ran = history("trends", "--html", "reports/trends.html")

    assert ran.code == 0
    assert ran.out.splitlines()[-2:] == [
        "report  reports/trends.html",
        "next    harness trends --json",
    ]
    html = page.read_text(encoding="utf-8")
    assert "m-1 became m-2" in html
    assert '<a href="r1/index.html">r1</a>' in html
    assert "<bdi>r2</bdi>" in html
    loaded = re.findall(r'(?:src|href)="([^"#]+)"', html)
    assert all((page.parent / name).is_file() for name in loaded)
    assert history("trends", "--html", "x.html", "--json").json["page"] == "x.html"


def test_a_page_of_another_kind_is_refused(history):
    """Before anything is read or written."""
    ran = history("trends", "--html", "trends.pdf")

    assert ran.code == 2
    assert "a page's name ends with .html" in ran.err


def test_suites_are_named_by_file_or_by_id(history):
    """A suite whose file is gone still has its history."""
    by_file = history("trends", "suites/shop.yaml", "--json").json["suites"]
    by_id = history("trends", "shop", "--json").json["suites"]

    assert by_file == by_id
    assert history("trends", "zoo").code == 2


@pytest.mark.parametrize(
    ("since", "days"),
    [("2026-11-25", ["2026-11-25"]), ("9999d", ["2026-11-23", "2026-11-25"])],
)
def test_since_leaves_out_what_was_before(history, since, days):
    """A day, or a number of days before today."""
    (suite,) = history("trends", "--since", since, "--json").json["suites"]

    assert [day["day"] for day in suite["days"]] == days


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "-1d"])
def test_a_day_that_is_none_is_refused(history, since):
    """Both ways to say it are named."""
    ran = history("trends", f"--since={since}")

    assert ran.code == 2
    assert "say a day, e.g. 2026-11-01, or e.g. 30d" in ran.err


def test_an_empty_history_says_what_to_do(bench):
    """Nothing was run yet."""
    ran = bench("trends")

    assert ran.code == 0
    assert "the history is empty" in ran.out
    assert ran.out.splitlines()[-1] == "next    harness run"


def test_a_run_that_cannot_be_read_is_named(history):
    """The others are told."""
    (history.folder / "reports" / "r1" / "run.json").write_text("{")

    ran = history("trends")

    assert ran.code == 0
    assert "passed over: reports/r1/run.json: broken JSON" in ran.err
    assert "1 run," in ran.out


def test_a_broken_history_is_made_anew_by_one_command(history):
    """The one that the message names."""
    right = history("trends", "--json").json["suites"]
    (history.folder / ".harness" / "history.db").write_bytes(b"broken" * 1000)

    broken = history("trends")

    assert broken.code == 2
    assert "harness trends --rebuild" in broken.err
    assert history("trends", "--rebuild", "--json").json["suites"] == right


def test_a_terminal_is_not_obeyed(bench):
    """What a service called its model is shown, not done."""
    place = Place(bench.folder)
    place.run(a_run("r1", sample(version="m\x1b[2J"), sample(1, version="n", at="2026-12-01")))

    ran = bench("trends")

    assert "\x1b" not in ran.out
    assert "m␛[2J became n" in ran.out


def test_a_run_says_in_one_line_that_the_history_failed(recorded, monkeypatch):
    """Its own exit code and verdicts are as they were."""
    monkeypatch.setenv("HARNESS_HISTORY", "sqlite:////proc/nowhere/x.db")

    ran = recorded("run", "--json")

    assert ran.code == 0
    assert ran.json["status"] in ("PASS", "NEW")
    lines = [line for line in ran.err.splitlines() if "the history has nothing of this" in line]
    assert len(lines) == 1


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([], ""),
        ([1.0], ""),
        ([1.0, 1.0], "▁▁"),
        ([0.0, 7.0, None, 3.0], "▁█ ▄"),
        ([9.0, *range(20)], "▁▁▂▂▂▃▃▄▄▄▅▅▅▆▆▇▇▇██"),
    ],
)
def test_a_tiny_line_goes_from_least_to_most(values, line):
    """The last twenty points; a gap where nothing is known."""
    assert tiny_line(values) == line
