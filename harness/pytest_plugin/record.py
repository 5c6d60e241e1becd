"""Record what is missing of the selected items before the first of them runs."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import pytest

from harness.pytest_plugin.collect import SuiteFile, VariantItem
from harness.pytest_plugin.session import wish, workspace

if TYPE_CHECKING:
    from harness.evaluate.plan import Plan
    from harness.evaluate.workspace import Workspace
    from harness.model.suite import Suite


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Record in xdist's controller, before it lets a worker run an item.

    The controller itself collects nothing by default: it is told what its workers found.
    """
    if not _is_controller(session.config) or not _records(session.config):
        return
    session.perform_collect()
    if session.testsfailed and not session.config.option.continue_on_collection_errors:
        raise session.Interrupted("errors during collection, nothing was recorded")
    _record_selected(session)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Record before the first item where there are no workers."""
    config = session.config
    if not _is_controller(config) and not _is_worker(config) and _records(config):
        _record_selected(session)


def _records(config: pytest.Config) -> bool:
    return bool(config.getoption("--harness-live") and not config.option.collectonly)


def _is_controller(config: pytest.Config) -> bool:
    """Tell whether pytest-xdist hands the items to workers of this process."""
    option = config.option
    distributed = getattr(option, "dist", "no") != "no" and getattr(option, "tx", None)
    return bool(distributed) and not _is_worker(config)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _record_selected(session: pytest.Session) -> None:
    """Record what is missing of the selected variants: one plan, one cap."""
    config = session.config
    if session.testsfailed and not config.option.continue_on_collection_errors:
        return  # no item will run
    chosen: dict[SuiteFile, list[VariantItem]] = {}
    for item in session.items:
        if isinstance(item, VariantItem) and isinstance(item.parent, SuiteFile):
            chosen.setdefault(item.parent, []).append(item)
    from harness.errors import HarnessError
    from harness.model.suite import narrowed

    suites = [narrowed(file.suite, tuple(i.variant for i in of)) for file, of in chosen.items()]
    try:
        _record(suites, config)
    except HarnessError as error:
        raise pytest.UsageError(str(error)) from error


def _record(suites: "Sequence[Suite]", config: pytest.Config) -> None:
    from harness.evaluate.order import Order
    from harness.evaluate.record import record
    from harness.runner.chain import Live

    here = workspace(config)
    order = Order(live=Live.MISSING, wish=wish(config), confirm=partial(_agree, here))
    made = record(suites, here, order)
    _tell(config, f"{made.kept} of {made.wanted} recorded")
    for line in made.complaints:
        _tell(config, line)


def _tell(config: pytest.Config, line: str) -> None:
    """Write a line to the terminal, where there is one."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(f"harness: {line}")


def _agree(here: "Workspace", plan: "Plan") -> None:
    """Refuse to pay without a cap: nobody is asked while tests run."""
    from harness.errors import SpendingRefused

    paid = [row for row in plan.due if not row.free]
    if paid and here.settings.max_cost is None:
        raise SpendingRefused(
            f"{len(paid)} answers would cost about ${plan.expected_usd:.2f}, at most "
            f"${plan.ceiling_usd:.2f}: say --harness-max-cost {plan.ceiling_usd:.2f}"
        )
