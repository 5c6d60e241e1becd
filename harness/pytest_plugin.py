"""Collect suites as tests: suite = file node, variant = item, verdict = outcome.

Only files below the configured suite paths that say `suite:` at their top are
collected. Items replay; with `--harness-live` what is missing of the selected items
is recorded once, before the first of them runs: under pytest-xdist by the controller
alone, with one plan and one cap.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from harness.evaluate.workspace import Workspace
    from harness.model.run import SuiteResult
    from harness.model.suite import Variant
    from harness.model.verdict import Finding

_HERE = pytest.StashKey["Workspace"]()


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


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "SuiteFile | None":
    """Collect a suite; a stranger's YAML is left alone."""
    if file_path.suffix not in (".yaml", ".yml"):
        return None
    here = _workspace(parent.config)
    roots = [(here.root / path).resolve() for path in here.settings.suites]
    resolved = file_path.resolve()
    if not any(resolved == root or root in resolved.parents for root in roots):
        return None
    from harness.loader import is_suite

    return SuiteFile.from_parent(parent, path=file_path) if is_suite(file_path) else None


def _workspace(config: pytest.Config) -> "Workspace":
    """Build the workspace once a session."""
    if _HERE not in config.stash:
        import os

        from harness.errors import HarnessError
        from harness.evaluate.workspace import Workspace
        from harness.settings import read_settings

        flags = {
            "recording": config.getoption("--harness-recording"),
            "max_cost": config.getoption("--harness-max-cost"),
        }
        try:
            found = read_settings(config.invocation_params.dir, environ=os.environ, flags=flags)
        except HarnessError as error:
            raise pytest.UsageError(str(error)) from error
        config.stash[_HERE] = Workspace(
            root=found.root, settings=found.settings, environ=os.environ
        )
    return config.stash[_HERE]


class SuiteFile(pytest.File):
    """A suite: its variants, and one item for what is found on it as a whole."""

    def collect(self) -> Iterator[pytest.Item]:
        from harness.errors import HarnessError
        from harness.loader import load_suite

        try:
            self.suite = load_suite(self.path)
        except HarnessError as error:
            raise self.CollectError(str(error)) from error
        for variant in self.suite.variants:
            yield VariantItem.from_parent(self, name=variant.id, variant=variant)
        yield SuiteItem.from_parent(self, name="suite")

    @cached_property
    def judged(self) -> "dict[str, SuiteResult]":
        """Remember what was judged in this process, by selection."""
        return {}

    def judge(self, variants: "tuple[Variant, ...]", *, key: str) -> "SuiteResult":
        """Replay and judge some of the suite's variants."""
        if key not in self.judged:
            from harness.evaluate.obtain import Order
            from harness.evaluate.run import judged_run
            from harness.model.suite import narrowed

            selected = narrowed(self.suite, variants)
            order = Order(wish=_wish(self.config))
            run, _ = judged_run((selected,), _workspace(self.config), order)
            self.judged[key] = run.suites[0]
        return self.judged[key]


class VerdictFailed(Exception):
    """Carry findings from an item to its report."""

    def __init__(self, findings: "Sequence[Finding]") -> None:
        self.findings = findings
        super().__init__(f"{len(findings)} findings")


class _Judged(pytest.Item):
    """An item whose outcome is a verdict."""

    def repr_failure(
        self,
        excinfo: "pytest.ExceptionInfo[BaseException]",
        style: Any = None,  # noqa: ANN401  # pytest's own signature
    ) -> Any:  # noqa: ANN401
        from harness.errors import HarnessError

        error = excinfo.value
        if isinstance(error, VerdictFailed):
            return "\n".join(_line(finding) for finding in error.findings)
        if isinstance(error, HarnessError):
            return str(error)
        return super().repr_failure(excinfo, style)

    def hold(self, findings: "Sequence[Finding]") -> None:
        """Fail on what counts; say the rest in a section of the report."""
        fail_on = _workspace(self.config).settings.fail_on
        from harness.evaluate.exits import CODES
        from harness.model.verdict import Status

        counted = [f for f in findings if f.status in CODES and CODES[f.status][0] in fail_on]
        if counted:
            raise VerdictFailed(sorted(counted, key=lambda f: -f.status.severity))
        rest = [f for f in findings if f.status is not Status.PASS]
        if rest:
            self.add_report_section("call", "findings", "\n".join(_line(f) for f in rest))


class VariantItem(_Judged):
    """A variant of a case."""

    def __init__(self, *, variant: "Variant", **kwargs: Any) -> None:  # noqa: ANN401  # pytest's own
        super().__init__(**kwargs)
        self.variant = variant
        for tag in variant.tags:
            self.add_marker(getattr(pytest.mark, tag.replace("-", "_").replace(".", "_")))

    def runtest(self) -> None:
        assert isinstance(self.parent, SuiteFile)
        result = self.parent.judge((self.variant,), key=self.variant.id)
        self.hold(result.judged[0].verdict.findings)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, max(self.variant.line - 1, 0), self.name


class SuiteItem(_Judged):
    """What is found on a suite as a whole."""

    def runtest(self) -> None:
        assert isinstance(self.parent, SuiteFile)
        result = self.parent.judge(self.parent.suite.variants, key="")
        self.hold(result.findings)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, 0, self.name


def _line(finding: "Finding") -> str:
    where = "" if finding.sample is None else f"sample {finding.sample + 1}: "
    return f"{finding.status}  {finding.check}: {where}{finding.message}"


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Record in xdist's controller, before it starts a worker: workers only replay."""
    config = session.config
    if not config.getoption("--harness-live") or not _is_controller(config):
        return
    _record(config, session.perform_collect())


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Record before the first item where there are no workers."""
    config = session.config
    alone = not _is_controller(config) and not hasattr(config, "workerinput")
    if alone and config.getoption("--harness-live") and not config.option.collectonly:
        _record(config, session.items)


def _is_controller(config: pytest.Config) -> bool:
    """Tell whether pytest-xdist hands the items to workers of this process."""
    distributed = getattr(config.option, "dist", "no") != "no"
    return distributed and bool(getattr(config.option, "tx", None)) and not _is_worker(config)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _record(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    """Record what is missing of the selected variants: one plan, one cap."""
    from harness.errors import HarnessError
    from harness.evaluate.obtain import Order, obtain
    from harness.evaluate.workspace import FREE
    from harness.model.suite import narrowed
    from harness.runner.chains import Live
    from harness.runner.spending import Purse

    chosen: dict[SuiteFile, list[VariantItem]] = {}
    for item in items:
        if isinstance(item, VariantItem) and isinstance(item.parent, SuiteFile):
            chosen.setdefault(item.parent, []).append(item)
    suites = [narrowed(file.suite, tuple(i.variant for i in of)) for file, of in chosen.items()]
    here = _workspace(config)
    purse = Purse(here.settings.max_cost, free=FREE)
    order = Order(live=Live.MISSING, wish=_wish(config), confirm=_agreed(here))
    try:
        obtain(suites, here, order, purse=purse)
    except HarnessError as error:
        raise pytest.UsageError(str(error)) from error


def _wish(config: pytest.Config) -> Any:  # noqa: ANN401  # a Wish, imported late
    from harness.evaluate.workspace import Wish

    return Wish(endpoint=config.getoption("--harness-endpoint"))


def _agreed(here: "Workspace") -> Any:  # noqa: ANN401  # a function of a Plan
    from harness.errors import SpendingRefused
    from harness.evaluate.plan import Plan

    def agree(plan: Plan) -> None:
        paid = [row for row in plan.to_do if not row.free]
        if paid and here.settings.max_cost is None:
            raise SpendingRefused(
                f"{len(paid)} answers would cost about ${plan.expected_usd:.2f}, at most "
                f"${plan.ceiling_usd:.2f}: say --harness-max-cost {plan.ceiling_usd:.2f}"
            )

    return agree
