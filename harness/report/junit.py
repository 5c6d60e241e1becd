"""Say a run in JUnit XML, for CI servers."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from harness.model.run import Judged, Run, SuiteResult
from harness.model.verdict import Finding, Status, Verdict
from harness.report.findings import by_gravity, finding_views
from harness.report.summary import reason
from harness.report.views import FindingView
from harness.report.words import Tell, money, telling

_ELEMENTS = {
    Status.FAIL: "failure",
    Status.ERROR: "error",
    Status.UNRECORDED: "error",
}


def to_junit(run: Run) -> str:
    """Give a test suite for each suite and a test case for each variant.

    FAIL is a failure, ERROR and UNRECORDED are errors; WARN and NEW pass, their
    findings stand in `system-out`.
    """
    root = ET.Element("testsuites", name="harness")
    for suite in run.suites:
        root.append(_suite(suite, run))
    _count(root)
    _tell_all(root, telling(run))
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _tell_all(root: ET.Element, tell: Tell) -> None:
    """Make every text within `root` one that XML can hold, and that may be sent on."""
    for element in root.iter():
        element.text = tell(element.text) if element.text else None
        element.attrib.update({name: tell(value) for name, value in element.items()})


def _suite(suite: SuiteResult, run: Run) -> ET.Element:
    element = ET.Element("testsuite", name=suite.suite, timestamp=run.at)
    properties = ET.SubElement(element, "properties")
    for name, value in _properties(suite, run).items():
        ET.SubElement(properties, "property", name=name, value=value)
    element.extend(_variant(judged, suite) for judged in suite.judged)
    if suite.findings:
        case = _case(suite, name=f"{suite.suite}::suite", seconds=0.0)
        _tell(case, suite.findings, turns=1)
        element.append(case)
    _tell_charges(element, suite, run)
    _count(element)
    return element


def _tell_charges(element: ET.Element, suite: SuiteResult, run: Run) -> None:
    """Hang the calls that may be charged on their suite."""
    charges = [charge for charge in run.may_be_charged if charge.suite == suite.suite]
    if charges:
        ET.SubElement(element, "system-out").text = "\n".join(
            f"may be charged, at most {money(c.ceiling_usd)}: {c.sample} at {c.endpoint}: {c.why}"
            for c in charges
        )


def _properties(suite: SuiteResult, run: Run) -> dict[str, str]:
    return {
        "run": run.id,
        "recording": suite.recording,
        "recorded_from": suite.recorded_from,
        "recorded_to": suite.recorded_to,
        "simulated": str(suite.simulated).lower(),
        "live": str(suite.live).lower(),
        "missing_usd": f"{sum(_missing(suite)):.4f}",
        "run_requests": str(run.calls),
        "run_spent_usd": f"{run.spent_usd:.4f}",
        "run_may_be_charged_usd": f"{sum(c.ceiling_usd for c in run.may_be_charged):.4f}",
    }


def _missing(suite: SuiteResult) -> Iterator[float]:
    """Give the expected price of each answer that is not recorded, where it is known."""
    for sample in (sample for judged in suite.judged for sample in judged.samples):
        if sample.generation is None and sample.failure is None:
            yield sample.expected_usd or 0.0


def _case(suite: SuiteResult, *, name: str, seconds: float) -> ET.Element:
    return ET.Element("testcase", classname=suite.suite, name=name, time=f"{seconds:.3f}")


def _variant(judged: Judged, suite: SuiteResult) -> ET.Element:
    seconds = sum(sample.seconds or 0.0 for sample in judged.samples)
    case = _case(suite, name=judged.variant.id, seconds=seconds)
    _tell(case, judged.verdict.findings, turns=len(judged.variant.turns))
    return case


def _line(view: FindingView) -> str:
    where = f" ({view.where})" if view.where else ""
    return f"{view.mark.icon} {view.mark.word} {view.check}{where}: {view.message}"


def _tell(case: ET.Element, findings: tuple[Finding, ...], *, turns: int) -> None:
    """Hang the findings on a test case: under failure, error or output."""
    verdict = Verdict(findings=findings)
    kind = _ELEMENTS.get(verdict.status, "system-out")
    if verdict.status is Status.PASS:
        return
    told = ET.SubElement(case, kind)
    told.text = "\n".join(map(_line, finding_views(by_gravity(findings), turns=turns)))
    if kind != "system-out":
        told.set("message", reason(verdict))
        told.set("type", verdict.status.value)


def _count(element: ET.Element) -> None:
    """Set the attributes that CI servers read the counts from."""
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    for name, kind in (("failures", "failure"), ("errors", "error")):
        element.set(name, str(sum(case.find(kind) is not None for case in cases)))
    element.set("skipped", "0")
    element.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
