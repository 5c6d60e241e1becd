"""Notes at the lines of suites, as GitHub's runner and GitLab read them."""

import json
import re

import pytest

from harness.errors import Problem
from harness.model.verdict import Status
from harness.report.github import commands, unobeyed
from harness.report.gitlab import to_code_quality
from harness.report.notes import Grade, notes, problem_notes

COMMAND = re.compile(r"::(error|warning) ([^:]*)::(.*)")
ESCAPES = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


def read(line):
    """Read a command as GitHub's runner does: properties parted by commas, then unescaped."""
    kind, properties, message = COMMAND.fullmatch(line).groups()
    pairs = (pair.split("=", 1) for pair in properties.split(","))
    return kind, {name: unescaped(value) for name, value in pairs}, unescaped(message)


def unescaped(text):
    return re.sub("|".join(ESCAPES), lambda match: ESCAPES[match[0]], text)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (Status.FAIL, "error"),
        (Status.ERROR, "error"),
        (Status.UNRECORDED, "error"),
        (Status.NEW, "warning"),
        (Status.WARN, "warning"),
    ],
)
def test_a_finding_stands_at_the_line_of_its_case(workshop, status, kind):
    """What fails is an error, what is to be looked at a warning; what passed is nothing."""
    variant = workshop.variant("city", "16:9,4K", line=7)
    found = workshop.one(1, status, message="delivered 1K")
    run = workshop.run(
        workshop.judged(variant, findings=found.verdict.findings), workshop.one(2, Status.PASS)
    )

    (line,) = commands(notes(run, prefix="shop"))

    assert read(line) == (
        kind,
        {
            "file": "shop/suites/storefront.yaml",
            "line": "7",
            "title": f"{status} city[16:9,4K]",
        },
        f"{status} {found.verdict.findings[0].check} (sample 1): delivered 1K",
    )


def test_hostile_text_is_one_command_that_says_it(workshop):
    """Line breaks, colons, commas and per cent signs neither end nor continue a command."""
    text = "100%0A::error::x\r\n::add-mask::y, title=z::\x00 ##[add-mask]q"

    (line,) = commands(notes(workshop.run(workshop.one(1, Status.FAIL, message=text))))

    assert "\n" not in line
    assert "\r" not in line
    _, properties, said = read(line)
    assert properties["title"] == "FAIL case-1"
    assert "100%0A::error::x ::add-mask::y, title=z::␀" in said


def test_ten_of_a_kind_are_told_and_the_rest_counted(workshop):
    """GitHub drops what is more; the last one says so."""
    failed = [workshop.one(n, Status.FAIL) for n in range(12)]

    lines = commands(notes(workshop.run(*failed, workshop.one(20, Status.WARN))))

    kinds = [read(line)[0] for line in lines]
    assert (kinds.count("error"), kinds.count("warning")) == (10, 1)
    assert read(lines[9])[1] == {"title": "3 more errors"}


def test_a_problem_of_a_suite_stands_at_its_line_and_column():
    """As the loader found it."""
    problem = Problem(
        file="suites/x.yaml", line=7, column=5, path="cases[1].sample", message="unknown key"
    )

    (line,) = commands(problem_notes([problem], grade=Grade.ERROR, prefix=""))

    assert line == ("::error file=suites/x.yaml,line=7,col=5,title=cases[1].sample::unknown key")


@pytest.mark.parametrize(
    "text",
    ["::error::x", "  ::set-output name=a::b", "a\n\t::add-mask::b", "said ##[add-mask]b", "::::"],
)
def test_output_of_a_stranger_s_is_no_command(text):
    """The runner obeys a line that begins with `::`, blanks before it or not, or holds `##[`."""
    lines = [line.lstrip() for line in unobeyed(text).split("\n")]

    assert not any(line.startswith("::") or "##[" in line for line in lines)


def test_gitlab_knows_a_finding_again_by_its_file_and_title(workshop):
    """Its fingerprint does not move with its line and figures."""
    two = [
        workshop.run(workshop.judged(workshop.variant("city", "", line=line), findings=f))
        for line, f in (
            (7, workshop.one(1, Status.FAIL, message="a").verdict.findings),
            (9, workshop.one(1, Status.FAIL, message="b").verdict.findings),
        )
    ]

    first, second = (json.loads(to_code_quality(notes(run)))[0] for run in two)

    assert first["fingerprint"] == second["fingerprint"]
    assert first["location"] == {"path": "suites/storefront.yaml", "lines": {"begin": 7}}
    assert (first["severity"], second["location"]["lines"]["begin"]) == ("major", 9)
