"""Say at the end what the pictures are, and what came of them: a replay is not news."""

from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harness.model.run import SuiteResult
    from harness.model.verdict import Status

PREFIX = "harness_"
"""Of the properties that an item hands to its report, to JUnit, and over to xdist's controller."""


def note(item: pytest.Item, result: "SuiteResult", status: "Status") -> None:
    """Note on an item what its pictures are and what came of them."""
    told = {
        "status": status.value,
        "recorded_from": result.recorded_from,
        "recorded_to": result.recorded_to,
        "simulated": "yes" if result.simulated else "",
    }
    item.user_properties += [(PREFIX + name, value) for name, value in told.items() if value]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write one line on all items of suites, where there were any."""
    told = [
        {name.removeprefix(PREFIX): value for name, value in report.user_properties}
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
    ]
    judged = [properties for properties in told if "status" in properties]
    if judged:
        live = terminalreporter.config.getoption("--harness-live")
        terminalreporter.write_line(_line(judged, live=bool(live)))


def _line(judged: list[dict[str, object]], *, live: bool) -> str:
    from harness.model.verdict import Status
    from harness.report.words import GRAVEST_FIRST, counted, days

    times = [str(one.get(end, "")) for one in judged for end in ("recorded_from", "recorded_to")]
    when = days(times) or "a day that is not told"
    counts = Counter(Status(str(one["status"])) for one in judged)
    said = ", ".join(counted(status, counts[status]) for status in GRAVEST_FIRST if counts[status])
    news = "" if live else ", nothing was generated"
    simulated = "; the pictures are simulated" if any(o.get("simulated") for o in judged) else ""
    return f"harness: recorded pictures of {when}{news}: {said}{simulated} (report: harness run)"
