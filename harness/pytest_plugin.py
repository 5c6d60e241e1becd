"""Collect suites as tests: suite = file node, variant = item, verdict = outcome.

Only files below the configured suite paths that say `suite:` at their top are
collected. Items replay; with `--harness-live` what is missing of the selected items
is recorded once, before the first of them runs: under pytest-xdist by the controller
alone, with one plan and one cap.
"""

import os
from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from harness.evaluate.plan import Plan
    from harness.evaluate.workspace import Wish, Workspace
    from harness.model.run import SuiteResult
    from harness.model.suite import Suite, Variant
    from harness.model.verdict import Finding
    from harness.recording.index import Index

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
    from harness.errors import HarnessError

    try:
        here = _workspace(parent.config)
    except HarnessError as error:
        raise parent.CollectError(str(error)) from error
    roots = [(here.root / path).resolve() for path in here.settings.suites]
    resolved = file_path.resolve()
    if not any(resolved == root or root in resolved.parents for root in roots):
        return None
    from harness.loader import is_suite

    return SuiteFile.from_parent(parent, path=file_path) if is_suite(file_path) else None


def _workspace(config: pytest.Config) -> "Workspace":
    """Build the workspace once a session.

    Raises:
        SettingsError: a layer of the settings is wrong.
    """
    if _HERE not in config.stash:
        from harness.evaluate.workspace import Workspace
        from harness.settings import read_settings

        flags = {
            "recording": config.getoption("--harness-recording"),
            "max_cost": config.getoption("--harness-max-cost"),
        }
        found = read_settings(config.invocation_params.dir, environ=os.environ, flags=flags)
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
            here = f"{self.config.invocation_params.dir}{os.sep}"
            raise self.CollectError(str(error).replace(here, "")) from error
        _register_tags(self.config, {tag for v in self.suite.variants for tag in v.tags})
        for variant in self.suite.variants:
            # pytest parts a stored id at its bracket, and so must this one, or --lf misses it
            whole = f"{self.nodeid}::{variant.id}"
            yield VariantItem.from_parent(self, name=variant.id, nodeid=whole, variant=variant)
        yield SuiteItem.from_parent(self, name="suite")

    @cached_property
    def index(self) -> "Index":
        """Index the recording once in this process, after it was recorded to."""
        from harness.evaluate.plan import settled_index

        return settled_index(self.suite, _workspace(self.config), _wish(self.config))

    def judge(self, variants: "tuple[Variant, ...]") -> "SuiteResult":
        """Replay and judge some of the suite's variants."""
        from harness.evaluate.obtain import Order
        from harness.evaluate.run import judged_run
        from harness.model.suite import narrowed

        selected = narrowed(self.suite, variants)
        order = Order(wish=_wish(self.config), index=lambda suite, workspace: self.index)
        run, _ = judged_run((selected,), _workspace(self.config), order)
        return run.suites[0]


def _register_tags(config: pytest.Config, tags: set[str]) -> None:
    """Make tags known as markers, so that none is a typo to --strict-markers."""
    known = {line.split(":")[0].split("(")[0].strip() for line in config.getini("markers")}
    for tag in sorted(tags - known):
        config.addinivalue_line("markers", f"{tag}: a tag of a suite")


class VerdictFailed(Exception):
    """Carry findings from an item to its report, the gravest first."""

    def __init__(self, findings: "Sequence[Finding]") -> None:
        self.findings = sorted(findings, key=lambda finding: -finding.status.severity)
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
            raise VerdictFailed(counted)
        rest = [f for f in findings if f.status is not Status.PASS]
        if rest:
            self.add_report_section("call", "findings", "\n".join(_line(f) for f in rest))


_OBEYED = frozenset({"filterwarnings", "parametrize", "skip", "skipif", "usefixtures", "xfail"})
"""Markers that pytest acts on: a tag of that name is a word, and no order."""


class VariantItem(_Judged):
    """A variant of a case."""

    def __init__(self, *, variant: "Variant", **kwargs: Any) -> None:  # noqa: ANN401  # pytest's own
        super().__init__(**kwargs)
        self.variant = variant
        for tag in variant.tags:
            if tag not in _OBEYED:
                self.add_marker(tag)

    def runtest(self) -> None:
        assert isinstance(self.parent, SuiteFile)
        result = self.parent.judge((self.variant,))
        self.hold(result.judged[0].verdict.findings)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, max(self.variant.line - 1, 0), self.name


class SuiteItem(_Judged):
    """What is found on a suite as a whole."""

    def runtest(self) -> None:
        assert isinstance(self.parent, SuiteFile)
        result = self.parent.judge(self.parent.suite.variants)
        self.hold(result.findings)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, 0, self.name


def _line(finding: "Finding") -> str:
    where = "" if finding.sample is None else f"sample {finding.sample + 1}: "
    return f"{finding.status}  {finding.check}: {where}{finding.message}"


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
    from harness.evaluate.obtain import Order
    from harness.evaluate.record import record
    from harness.runner.chains import Live

    here = _workspace(config)
    order = Order(live=Live.MISSING, wish=_wish(config), confirm=partial(_agree, here))
    made = record(suites, here, order)
    _tell(config, f"{made.kept} of {made.wanted} recorded")
    for line in made.complaints:
        _tell(config, line)


def _tell(config: pytest.Config, line: str) -> None:
    """Write a line to the terminal, where there is one."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(f"harness: {line}")


def _wish(config: pytest.Config) -> "Wish":
    from harness.evaluate.workspace import Wish

    return Wish(endpoint=config.getoption("--harness-endpoint"))


def _agree(here: "Workspace", plan: "Plan") -> None:
    """Refuse to pay without a cap: nobody is asked while tests run."""
    from harness.errors import SpendingRefused

    paid = [row for row in plan.to_do if not row.free]
    if paid and here.settings.max_cost is None:
        raise SpendingRefused(
            f"{len(paid)} answers would cost about ${plan.expected_usd:.2f}, at most "
            f"${plan.ceiling_usd:.2f}: say --harness-max-cost {plan.ceiling_usd:.2f}"
        )
