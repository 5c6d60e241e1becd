"""Collect suites as tests: suite = file node, variant = item, verdict = outcome.

Only files below the configured suite paths that say `suite:` at their top are
collected. Items replay; with `--harness-live` what is missing of the selected items
is recorded once, before the first of them runs: under pytest-xdist by the controller
alone, with one plan and one cap.
"""

import pytest

from harness.pytest_plugin.collect import pytest_collect_file
from harness.pytest_plugin.record import pytest_collection, pytest_runtestloop
from harness.pytest_plugin.summary import pytest_terminal_summary

__all__ = [
    "pytest_addoption",
    "pytest_collect_file",
    "pytest_collection",
    "pytest_runtestloop",
    "pytest_terminal_summary",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flags of the harness."""
    group = parser.getgroup("harness", "suites of generated pictures")
    group.addoption(
        "--harness-live",
        action="store_true",
        help="record what is missing of the selected suites before they are judged",
    )
    group.addoption("--harness-endpoint", metavar="NAME", help="who is asked: gemini, simulator")
    group.addoption("--harness-recording", metavar="NAME", help="recording to replay (main)")
    group.addoption(
        "--harness-max-cost", type=float, metavar="USD", help="cap on what may be spent"
    )
    group.addoption(
        "--harness-allow-code",
        action="store_true",
        help="let suites run checks of their own folder",
    )
