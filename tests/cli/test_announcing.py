"""What the command line tells the forge that it runs on."""

import json
import logging

import pytest


@pytest.fixture
def on_github(recorded, monkeypatch):
    """Run in a job of GitHub Actions."""
    page = recorded.folder / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(recorded.folder))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    return recorded


def told(ran):
    return [line for line in ran.err.splitlines() if line.startswith("::")]


def test_a_run_tells_its_lines_and_its_summary(on_github):
    """An edited case is an error at its line, an undecided one a warning; stdout stays JSON."""
    on_github.edit("A night city", "A day city")

    ran = on_github("run", "--json", "-o", "gl.codequality.json")

    lines = told(ran)
    assert ran.json["status"] == "UNRECORDED"
    assert [line.split(" ")[0] for line in lines] == ["::error", "::error", "::warning"]
    assert lines[0].startswith(
        "::error file=suites/shop.yaml,line=6,title=UNRECORDED city[1%3A1]::"
    )
    assert lines[2].startswith("::warning file=suites/shop.yaml,line=10,title=NEW fox::")
    issues = json.loads((on_github.folder / "gl.codequality.json").read_text())
    assert [issue["severity"] for issue in issues] == ["major", "major", "minor"]
    page = (on_github.folder / "summary.md").read_text()
    assert page.startswith("## ○ UNRECORDED: shop\n")
    assert "2 answers to be recorded: about $" in page
    assert "asked otherwise before, 1 to be recorded" in page


def test_plain_says_nothing_to_a_forge(on_github):
    """No notes, no summary; a report, which is no news, speaks only where that is asked."""
    plain, silent = on_github("run", "--format", "plain"), on_github("report", "--images=thumb")

    assert told(plain) == told(silent) == []
    assert not (on_github.folder / "summary.md").exists()

    asked = on_github("report", "--images=thumb", "--format", "github")

    assert len(told(asked)) == 3
    assert (on_github.folder / "summary.md").read_text().startswith("## ? NEW: shop\n")


def test_a_wrong_suite_is_told_at_its_line(on_github):
    """`validate` and `run` alike, with the column."""
    on_github.edit("samples: 1", "sample: 1")

    runs = on_github("validate"), on_github("run")

    for ran in runs:
        (line,) = told(ran)
        assert line.startswith(
            "::error file=suites/shop.yaml,line=3,col=12,title=defaults.sample::"
        )
        assert ran.code == 2


def test_an_unknown_form_is_refused(recorded):
    """Before anything is judged."""
    ran = recorded("run", "--format", "gitlab")

    assert ran.code == 2
    assert "say auto, plain or github" in ran.err


def test_a_stranger_s_text_commands_nothing(on_github):
    """Not from a suite's problem, which quotes it."""
    on_github.edit("tags: [wide-ones]", 'tags: ["##[add-mask]x", "::error::y"]')

    ran = on_github("validate")

    assert ran.code == 2
    assert not any("##[" in line for line in (ran.out + ran.err).splitlines() if line[:2] != "::")


def test_what_lies_beside_the_suites_is_told_too(on_github):
    """A blob that is not here is a warning at the cassette that names it."""
    on_github.picture("fox").unlink()

    ran = on_github("validate", "--json")

    assert ran.code == 0
    (line,) = told(ran)
    assert line.startswith("::warning file=cassettes/shop/main/fox.json,title=")
    assert "1 blob of it not here" in line
    assert ran.json["warnings"][0]["kind"] == "absent"


def test_what_is_logged_commands_no_runner(on_github, capsys):
    """A warning that nobody handles goes to stderr, whatever file's name stands in it."""
    on_github("--version")

    logging.lastResort.handle(logging.makeLogRecord({"levelno": 30, "msg": "a\n::error::b\x1b"}))

    assert capsys.readouterr().err == "a\n: :error::b␛\n"
