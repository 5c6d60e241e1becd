"""A run as JUnit XML."""

from xml.etree import ElementTree as ET

import pytest

from harness.model.run import Charge
from harness.model.verdict import Status
from harness.report.write import to_junit, write_junit

HOSTILE = "<script>alert(1)</script> ]]> & \x00\x0b \u202e \ud800 \ufffe {{7*7}}"


def cases(run):
    root = ET.fromstring(to_junit(run).encode())
    return {case.get("name"): case for case in root.iter("testcase")}


@pytest.mark.parametrize(
    ("status", "element"),
    [
        (Status.FAIL, "failure"),
        (Status.ERROR, "error"),
        (Status.UNRECORDED, "error"),
        (Status.NEW, "system-out"),
        (Status.WARN, "system-out"),
    ],
)
def test_a_finding_stands_under_its_element(workshop, status, element):
    """FAIL is a failure, ERROR and UNRECORDED errors, WARN and NEW output of a passed case."""
    case = cases(workshop.run(workshop.one(1, status, message="what was found")))["case-1"]

    assert [child.tag for child in case] == [element]
    assert "what was found" in case[0].text


def test_a_passed_variant_says_nothing(workshop):
    """PASS is a test case with nothing in it."""
    assert len(cases(workshop.run(workshop.one(1, Status.PASS)))["case-1"]) == 0


def test_counts_are_those_of_the_run(workshop):
    """Failures and errors are counted as CI servers read them, suite findings as one case."""
    run = workshop.every_status()

    suite = ET.fromstring(to_junit(run).encode())[0]

    assert suite.get("tests") == str(len(run.judged) + 1)
    assert suite.get("failures") == str(run.counts[Status.FAIL])
    assert suite.get("errors") == "2"
    assert "storefront::suite" in cases(run)


def test_hostile_text_leaves_the_document_well_formed(workshop, tmp_path):
    """Markup, characters that XML forbids and lone surrogates come out as text."""
    path = tmp_path / "out" / "r.junit.xml"

    write_junit(workshop.run(workshop.one(1, Status.FAIL, message=HOSTILE)), path)

    told = ET.parse(path).getroot().find(".//failure").text
    assert "<script>alert(1)</script> ]]> & ␀␋ [U+202E]" in told


def test_an_empty_run_is_a_document_too(workshop):
    """No suite gives no test, and no error."""
    assert cases(workshop.run(suites=())) == {}


def test_spending_is_told(workshop):
    """What the run sent and spent are properties; each call that may be charged is output."""
    cut = Charge(
        suite="storefront", sample="fox sample 1 turn 1", endpoint="gemini",
        ceiling_usd=0.5, why=f"cut {HOSTILE}",
    )  # fmt: skip
    other = Charge(suite="other", sample="owl", endpoint="gemini", ceiling_usd=0.25, why="cut")
    run = workshop.run(
        workshop.one(1, Status.PASS), calls=3, spent_usd=0.884, may_be_charged=(cut, other)
    )

    suite = ET.fromstring(to_junit(run).encode())[0]

    told = {p.get("name"): p.get("value") for p in suite.iter("property")}
    assert (told["run_requests"], told["run_spent_usd"]) == ("3", "0.8840")
    assert told["run_may_be_charged_usd"] == "0.7500"
    output = suite.find("system-out").text
    assert output.startswith("may be charged, at most $0.50: fox sample 1 turn 1 at gemini: cut")
    assert "owl" not in output


def test_a_delivery_that_changed_is_a_warning_of_its_suite(workshop, say):
    """It passes, and stands in the suite's own test case."""
    moved = say(Status.WARN, "delivery changed: C2PA manifest: yes -> no", check="delivery")

    found = cases(workshop.run(workshop.one(1, Status.PASS), findings=(moved,)))

    assert "delivery changed" in found["storefront::suite"].find("system-out").text
