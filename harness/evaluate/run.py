"""Run: obtain a suite's samples, measure, judge, and keep the run."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from harness.errors import HarnessError, NothingSelected, SpendingRefused
from harness.evaluate.features import features_of
from harness.evaluate.measured import measured_here
from harness.evaluate.obtain import obtain
from harness.evaluate.order import Obtained, Order
from harness.evaluate.result import Evidence, pictures_to_measure, result_of
from harness.evaluate.supply import with_committed
from harness.evaluate.workspace import Workspace
from harness.judging.decided import Decided, decided_of
from harness.model.picture import Measures
from harness.model.run import Run, SuiteResult
from harness.model.sample import Failure, Sample
from harness.model.suite import Suite
from harness.recording.cassettes import place
from harness.recording.interaction import Interaction


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDone:
    """A run that was judged.

    Attributes:
        run: What was found.
        folder: Where it is to be kept.
        stopped: Why generation stopped early, or None.
        left: What it has left to do, in one line; empty where it was not stopped.
    """

    run: Run
    folder: Path
    stopped: HarnessError | None
    left: str = ""


def run_suites(suites: Sequence[Suite], workspace: Workspace, order: Order) -> RunDone:
    """Obtain, measure and judge; `reporting.keep` writes the run down.

    Raises:
        NothingSelected: no sample is asked for; of several shards one may hold none.
        SpendingRefused: the plan was not confirmed, or a price is not known.
        HarnessError: no verdict could be reached.
    """
    if order.shard is None and not any(suite.variants for suite in suites):
        raise NothingSelected("nothing is selected; loosen -k or --tag")
    run, stopped = judged_run(suites, workspace, order)
    return RunDone(run=run, folder=workspace.reports / run.id, stopped=stopped)


def judged_run(
    suites: Sequence[Suite], workspace: Workspace, order: Order
) -> tuple[Run, HarnessError | None]:
    """Obtain, measure and judge; keep nothing but new answers.

    Returns:
        The run, and why generation stopped early, or None.
    """
    started = time.monotonic()
    purse = workspace.purse()
    obtained, stopped = obtain(suites, workspace, order, purse=purse)
    run = _judged(obtained, workspace, order)
    seconds = round(time.monotonic() - started, 1)
    spent = round(purse.spent_usd, 6)
    return replace(
        run,
        seconds=seconds,
        spent_usd=spent,
        may_be_charged=purse.charges,
        calls=purse.calls,
        over_cap=isinstance(stopped, SpendingRefused),
    ), stopped


def _judged(obtained: Sequence[Obtained], workspace: Workspace, order: Order) -> Run:
    decided = {
        o.suite.id: decided_of(workspace.baselines(o.suite).decision_sets()) for o in obtained
    }
    pictures = tuple(_pictures(obtained, decided.values()))
    found = measured_here(pictures, workspace)
    suites = [o.suite.id for o in obtained]
    measures = with_committed(found.measures, pictures, workspace, suites)
    results = tuple(
        _result(
            _without_corrupt(o, found.corrupt),
            workspace,
            decided=decided[o.suite.id],
            measures=measures,
        )
        for o in obtained
    )
    return Run(
        id=workspace.stamp(),
        at=workspace.now().isoformat(timespec="seconds"),
        seconds=0.0,
        suites=results,
        measures=measures,
        environment=environment(),
        command=_command(obtained, order),
        shard=order.shard,
    )


def _pictures(obtained: Sequence[Obtained], decided: Iterable[Decided]) -> Iterator[str]:
    samples = (sample for o in obtained for chain in o.samples for sample in chain)
    return pictures_to_measure(samples, decided)


def _without_corrupt(obtained: Obtained, corrupt: Mapping[str, HarnessError]) -> Obtained:
    """Let a sample whose picture is not the recorded one be an error: it cannot be judged."""
    if not corrupt:
        return obtained

    def checked(sample: Sample) -> Sample:
        error = next((corrupt[sha256] for sha256 in sample.pictures if sha256 in corrupt), None)
        if error is None:
            return sample
        failure = Failure(kind=type(error).__name__, message=str(error))
        return replace(sample, generation=None, failure=failure)

    chains = tuple(tuple(map(checked, chain)) for chain in obtained.samples)
    return replace(obtained, samples=chains)


def _discarded(samples: Sequence[Sample], replaced: Sequence[Interaction]) -> int:
    """Count how often the sample that was recorded most often was recorded before."""
    cells = {(sample.cell, sample.arm) for sample in samples}
    earlier = Counter(place(item) for item in replaced if (item.cell, item.arm) in cells)
    return max(earlier.values(), default=0)


def _result(
    obtained: Obtained,
    workspace: Workspace,
    *,
    decided: Decided,
    measures: Mapping[str, Measures],
) -> SuiteResult:
    suite = obtained.suite
    by_variant = _by_variant(obtained)
    features = features_of(
        suite,
        by_variant,
        workspace,
        measures=measures,
        decided=decided,
        replies=obtained.replies,
    )
    earlier = workspace.cassettes(suite.id).replaced()
    evidence = Evidence(
        suite=suite,
        samples=by_variant,
        features=features,
        generated=obtained.generated,
        discarded={name: _discarded(found, earlier) for name, found in by_variant.items()},
    )
    return result_of(evidence, workspace, decided=decided, measures=measures)


def _by_variant(obtained: Obtained) -> dict[str, tuple[Sample, ...]]:
    found: dict[str, tuple[Sample, ...]] = {}
    for chain, samples in zip(obtained.chains, obtained.samples, strict=True):
        found[chain.variant.id] = found.get(chain.variant.id, ()) + samples
    return found


def _command(obtained: Sequence[Obtained], order: Order) -> str:
    """Give what records the rest; empty where everything is recorded."""
    samples = (s for o in obtained for chain in o.samples for s in chain)
    missing = any(s.generation is None and s.failure is None for s in samples)
    missing = missing or any(not reply.recorded for o in obtained for reply in o.replies)
    return order.command if missing else ""


def environment() -> dict[str, str]:
    """Give the versions that measures and replays depend on."""
    packages = ("gemini-image-harness", "vcrpy", "httpx", "pillow", "imagehash", "numpy")
    return {"python": python_version()} | {name: version(name) for name in packages}
