"""Show a run to a notebook or a script: what was found, its pictures, its pages."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.api.place import Place
from harness.api.samples import Sample, samples_of
from harness.api.scripts import once
from harness.evaluate.exits import exit_code
from harness.evaluate.reporting import check_outputs, keep, sources_of
from harness.evaluate.run import RunDone
from harness.evaluate.workspace import Workspace
from harness.model.verdict import Finding, Status
from harness.report.notebook import run_fragment
from harness.report.summary import headline
from harness.report.words import visible
from harness.store.runs import run_document


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Run:
    """One judging of recordings, as `harness.run` gives it.

    In Jupyter and VS Code it shows itself as a table with small pictures, elsewhere as one line.
    Nothing of it is on disk before `report` is called, but answers that were generated.

    Attributes:
        done: What was found, as the rest of the harness passes it on.
        workspace: Where everything lies.
        warnings: What is worth saying of the suites, a sentence each.
    """

    done: RunDone = field(repr=False)
    workspace: Workspace = field(repr=False)
    warnings: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its name, e.g. `20261123T051233Z-9f2c`."""
        return self.done.run.id

    @property
    def status(self) -> Status:
        """The worst of all findings; equal to its word, e.g. `"FAIL"`."""
        return self.done.run.status

    @property
    def counts(self) -> Mapping[str, int]:
        """How many variants have each status, by its word: `counts["FAIL"]`."""
        return {status.value: count for status, count in self.done.run.counts.items()}

    @property
    def said(self) -> str:
        """What was found, in one sentence: which pictures, and the counts, gravest first."""
        return headline(self.done.run)

    @property
    def exit_code(self) -> int:
        """The exit code that `harness run` would have: 0 where nothing that counts was found."""
        return exit_code(self.done.run, fail_on=self.workspace.settings.fail_on)

    @property
    def stopped(self) -> str:
        """Why generation stopped early; empty where it did not."""
        return "" if self.done.stopped is None else str(self.done.stopped)

    @property
    def spent_usd(self) -> float:
        """Price of what was generated in this run, US dollars; 0.0 for a replay."""
        return self.done.run.spent_usd

    @property
    def command(self) -> str:
        """What records what is missing, from the workspace's folder; empty where nothing is."""
        return self.done.run.command

    @property
    def findings(self) -> Mapping[str, tuple[Finding, ...]]:
        """All findings by `suite/variant`; those on a whole suite by the suite's id."""
        found: dict[str, tuple[Finding, ...]] = {}
        for suite in self.done.run.suites:
            for judged in suite.judged:
                found[f"{suite.suite}/{judged.variant.id}"] = judged.verdict.findings
            if suite.findings:
                found[suite.suite] = suite.findings
        return found

    @property
    def samples(self) -> tuple[Sample, ...]:
        """Every answer with its findings and the files of its pictures, in the suites' order."""
        return tuple(samples_of(self.done.run, self.workspace))

    @once
    def report(self, *outputs: Place) -> Path:
        """Keep the run and write its pages below `reports/`, as `harness run` does.

        Args:
            outputs: Files to write as well, each by its ending: `.json`, `.junit.xml`, `.md`
                or `.html`; from the current folder.

        Returns:
            The page to open, an absolute path.

        Raises:
            UsageError: an ending that nothing is written as; before anything is written.
            StoreError: a file cannot be written.
        """
        paths = [Path(path) for path in outputs]
        check_outputs(paths)
        keep(self.done.run, self.done.folder, self.workspace, outputs=paths)
        return self.done.folder / "index.html"

    def to_dict(self) -> dict[str, object]:
        """Give everything as plain values: the document that `run.json` and `--json` hold."""
        return run_document(self.done.run)

    def to_json(self, *, indent: int | None = 1) -> str:
        """Give the same as JSON text."""
        return json.dumps(self.to_dict(), indent=indent, ensure_ascii=False)

    def __repr__(self) -> str:
        return f"<Run {self.id}: {visible(self.said)}>"

    def _repr_html_(self) -> str:
        return run_fragment(self.done.run, sources_of(self.workspace), stopped=self.stopped)
