"""Collect suites: a file node each, an item a variant, one for the suite as a whole."""

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.pytest_plugin.session import wish, workspace
from harness.pytest_plugin.summary import note

if TYPE_CHECKING:
    from harness.model.run import SuiteResult
    from harness.model.suite import Variant
    from harness.model.verdict import Finding, Verdict
    from harness.recording.index import Index


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "SuiteFile | None":
    """Collect a suite; a stranger's YAML is left alone."""
    if file_path.suffix not in (".yaml", ".yml"):
        return None
    from harness.errors import HarnessError

    try:
        here = workspace(parent.config)
    except HarnessError as error:
        raise parent.CollectError(_unobeyed(str(error))) from error
    roots = [(here.root / path).resolve() for path in here.settings.suites]
    resolved = file_path.resolve()
    if not any(resolved == root or root in resolved.parents for root in roots):
        return None
    from harness.loader import is_suite

    return SuiteFile.from_parent(parent, path=file_path) if is_suite(file_path) else None


class SuiteFile(pytest.File):
    """A suite: its variants, and one item for what is found on it as a whole."""

    def collect(self) -> Iterator[pytest.Item]:
        from harness.errors import HarnessError
        from harness.loader import load_suite

        try:
            self.suite = load_suite(self.path)
        except HarnessError as error:
            here = f"{self.config.invocation_params.dir}{os.sep}"
            said = _unobeyed(str(error).replace(here, ""))
            raise self.CollectError(said) from error
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

        return settled_index(self.suite, workspace(self.config), wish(self.config))

    @cached_property
    def whole(self) -> "SuiteResult":
        """Judge everything of the suite that is selected, once in this process."""
        mine = (item for item in self.session.items if item.parent is self)
        return self.judge(tuple(i.variant for i in mine if isinstance(i, VariantItem)))

    def verdict_of(self, variant: "Variant") -> "tuple[SuiteResult, Verdict]":
        """Judge one variant as a run of all that is selected would, whichever process asks.

        A look is held against the whole suite's; everything else needs the variant alone.
        """
        if any(turn.checks.consistency for turn in variant.turns):
            result = self.whole
        else:
            result = self.judge((variant,))
        found = next(judged for judged in result.judged if judged.variant.id == variant.id)
        return result, found.verdict

    def judge(self, variants: "tuple[Variant, ...]") -> "SuiteResult":
        """Replay and judge some of the suite's variants."""
        from harness.evaluate.order import Order
        from harness.evaluate.run import judged_run
        from harness.model.suite import narrowed

        selected = narrowed(self.suite, variants)
        order = Order(wish=wish(self.config), index=lambda suite, workspace: self.index)
        run, _ = judged_run((selected,), workspace(self.config), order)
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
            return _unobeyed(str(error))
        return super().repr_failure(excinfo, style)

    def hold(self, findings: "Sequence[Finding]") -> None:
        """Fail on what counts; say the rest in a section of the report."""
        fail_on = workspace(self.config).settings.fail_on
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
        result, verdict = self.parent.verdict_of(self.variant)
        note(self, result, verdict.status)
        self.hold(verdict.findings)

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
    said = " ".join(finding.message.split())  # a stranger's line break would begin a line of ours
    return _unobeyed(f"{finding.status}  {finding.check}: {where}{said}")


def _unobeyed(text: str) -> str:
    """Show what a terminal would obey, and on GitHub its runner, so that it is only read."""
    from harness.report.github import unobeyed
    from harness.report.words import visible

    shown = visible(text)
    return unobeyed(shown) if "GITHUB_ACTIONS" in os.environ else shown
