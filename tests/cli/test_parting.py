"""A large replay is shown a line a suite, the gravest first."""

from dataclasses import replace
from pathlib import Path

from harness.cli.parting import _document, _show
from harness.model.verdict import Status
from harness.report.parts_page import Part, Parts, Unjudged, to_parts_html

DAY = "2026-11-18T09:00:00+00:00"


def _part(suite, status):
    return Part(
        suite=suite, run=f"r.{suite}", status=status, counts={status: 2}, samples=8,
        recorded=(DAY, DAY), simulated=False, code=0,
    )  # fmt: skip


WHOLE = Parts(id="r", parts=(_part("calm", Status.PASS), _part("late", Status.NEW)))


def test_the_gravest_suite_stands_first_and_is_what_comes_next(capsys):
    """Then one sentence of all, the page, and the command."""
    _show(WHOLE, Path("reports/r/index.html"))

    assert capsys.readouterr().out.splitlines() == [
        "? NEW        late  2 new",
        "✔ PASS       calm  2 passed",
        "recorded pictures of 2026-11-18, nothing was generated: 16 samples of 2 suites: "
        "2 new, 2 passed",
        "report  reports/r/index.html",
        "next    harness review r.late",
    ]


def test_the_document_names_every_part():
    """In the suites' order, with the counts of all."""
    found = _document(WHOLE)

    assert found["format"] == "gemini-image-harness/runs"
    assert found["counts"] == {"NEW": 2, "PASS": 2}
    assert [run["run"] for run in found["runs"]] == ["r.calm", "r.late"]


def test_a_suite_that_could_not_be_judged_is_no_pass(capsys):
    """The others passed; the whole says ERROR, in the terminal, the document and the page."""
    unjudged = Unjudged(suite="torn", why="torn.json: broken", code=2)
    whole = replace(WHOLE, parts=WHOLE.parts[:1], unjudged=(unjudged,))

    _show(whole, Path("reports/r/index.html"))

    assert capsys.readouterr().out.splitlines()[-1] == "next    harness validate"
    assert _document(whole)["status"] == "ERROR"
    assert "<title>2 suites · ERROR · r</title>" in to_parts_html(whole)
