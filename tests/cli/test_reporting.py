"""Pages written anew at the command line: how much, in one file, over all suites."""

import re
from types import SimpleNamespace

import pytest

from harness.store.runs import save_run
from tools.many_cases import many, paint

RUN = "20261123T051233Z-500c"
SUITE = """\
version: 1
suite: many
owner: Pictures team
cases:
  - {id: fox-city-0, owner: Ada, prompt: A fox}
  - {id: owl-city-1, prompt: An owl}
"""


@pytest.fixture
def report(bench, monkeypatch):
    """Stand in a folder with a run of five cases over two small pictures."""
    opened = []
    browser = SimpleNamespace(open=lambda url: opened.append(url) or False)
    monkeypatch.setattr("webbrowser.get", lambda: browser)
    pictures = paint(bench.folder / "painted", count=2, side=32)
    for ref in pictures:
        place = bench.folder / "cassettes" / "blobs" / ref.sha256[:2] / ref.name
        place.parent.mkdir(parents=True, exist_ok=True)
        (bench.folder / "painted" / ref.sha256).rename(place)
    save_run(many(pictures, cases=5, side=32), bench.folder / "reports" / RUN)
    (bench.folder / "suites").mkdir(exist_ok=True)
    (bench.folder / "suites" / "many.yaml").write_text(SUITE, encoding="utf-8")
    return bench, opened


def test_a_report_says_what_its_folder_weighs(report, monkeypatch):
    """On stderr, with a warning over 1 GB; stdout ends with the path and the next command."""
    bench, opened = report
    monkeypatch.setattr("harness.report.linking.HEAVY", 1000)

    ran = bench("report")

    assert ran.code == 0
    assert "size    " in ran.err
    assert ", more than 1 KB; harness report" in ran.err
    assert ran.out.splitlines()[-2] == f"report  reports/{RUN}/index.html"
    assert opened == []


def test_one_file_is_written_weighed_and_opened(report, monkeypatch):
    """Its name says which run; a large one is warned of; a browser that fails is no error."""
    bench, opened = report
    monkeypatch.setattr("harness.report.single_file.LARGE", 1000)

    ran = bench("report", "--single-file", "--open", "--include", "failed")

    page = bench.folder / "reports" / RUN / f"report-{RUN}.html"
    assert ran.code == 0
    assert f"single  reports/{RUN}/report-{RUN}.html (" in ran.err
    assert "warning: it weighs more than 1 KB; mail may refuse it" in ran.err
    assert opened == [page.resolve().as_uri()]
    assert "no browser could be opened" in ran.err
    assert "1 of 5 cases shown" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("flags", [("--images", "huge"), ("--include", "failed,odd")])
def test_a_word_that_is_none_is_refused(report, flags):
    """Before anything is read or written."""
    bench, _ = report

    ran = bench("report", *flags)

    assert ran.code == 2
    assert "no such word; say one of" in ran.err
    assert not (bench.folder / "reports" / RUN / "index.html").exists()


def test_all_suites_come_on_one_page_by_owner(report):
    """The newest run of each suite counts; a suite without a run, and a broken run, are told."""
    bench, _ = report
    (bench.folder / "suites" / "poster.yaml").write_text(
        "version: 1\nsuite: poster\ncases:\n  - {id: a, prompt: A}\n", encoding="utf-8"
    )
    broken = bench.folder / "reports" / "20261124T000000Z-0000" / "run.json"
    broken.parent.mkdir()
    broken.write_text('{"suite": "many"', encoding="utf-8")

    ran = bench("report", "--all")
    told = bench("report", "--all", "--json").json

    assert ran.code == 0
    assert ran.out.splitlines()[:2] == ["Ada: 1 cell", "Pictures team: 1 cell"]
    assert "2 cells in the newest runs of 1 suite need a person." in ran.out
    assert "report  reports/everything.html" in ran.out
    assert "poster: no run of it lies here; make one with: harness run" in ran.err
    assert "A run is passed over:" in ran.err
    assert [one["owner"] for one in told["owned"]] == ["Ada", "Pictures team"]
    assert [one["items"][0]["id"] for one in told["owned"]] == [
        "many/fox-city-0",
        "many/hare-city-2",
    ]


def test_a_part_of_a_run_is_decided_on_as_the_run_itself(report):
    """A page of some cases names the same sheets as one of all: `approve` takes either."""
    bench, _ = report
    data = bench.folder / "reports" / RUN / "data.js"

    assert bench("report", "--include", "failed").code == 0
    (named,) = re.findall(r'"digest":"([0-9a-f]+)"', data.read_text())

    assert "1 of 5 cases shown" in (data.parent / "index.html").read_text()
    assert named == bench("review", "--static", "--json").json["report"]


def test_a_plain_report_leaves_nothing_of_what_stood_there(report):
    """An older plan would hide sheets; scripts that no page loads are weight."""
    bench, _ = report
    folder = bench.folder / "reports" / RUN
    assert bench("review", "--static", "--take", "1").code == 0
    planned = (folder / "plan.js").read_text()
    old = folder / "assets" / "index.000000000000.js"
    strange = folder / "assets" / "logo.js"
    old.write_bytes(b"")
    strange.write_bytes(b"")

    assert bench("report").code == 0

    assert "__PLAN__" in planned
    assert "__PLAN__" not in (folder / "plan.js").read_text()
    assert (old.exists(), strange.exists()) == (False, True)
    loaded = (folder / "index.html").read_text() + (folder / "review.html").read_text()
    held = {path.name for path in (folder / "assets").iterdir()} - {"logo.js", "THIRD_PARTY.txt"}
    assert all(name in loaded for name in held)
