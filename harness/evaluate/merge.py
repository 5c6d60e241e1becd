"""Merge shards: judge anew, from what they found, what one run of everything would have judged."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from harness.errors import UsageError
from harness.evaluate.measured import measured_here
from harness.evaluate.merge_checks import HARNESS, Part, in_order
from harness.evaluate.merge_features import merged_features
from harness.evaluate.result import Evidence, pictures_to_measure, result_of
from harness.evaluate.run import environment
from harness.evaluate.shard import selected
from harness.evaluate.supply import bring
from harness.evaluate.workspace import Workspace
from harness.judging.decided import Decided, decided_of
from harness.loader import load_suite
from harness.model.picture import Measures
from harness.model.run import Judged, Run, SuiteResult
from harness.model.shard import Selected
from harness.model.suite import Suite, narrowed
from harness.runner.going import Progress, silent
from harness.store.runs import find_run, load_run, read_run


def given_runs(names: Sequence[str], reports: Path) -> dict[str, Run]:
    """Read runs by what names them: an id, a folder that holds a run.json, or such a file.

    Raises:
        UsageError: nothing is called so, or one is named twice.
        StoreError: a file is broken, or of a newer version.
    """
    found: dict[str, Run] = {}
    for name in names:
        if name in found:
            raise UsageError(f"{name} is named twice; name each shard once")
        path = Path(name)
        if path.is_file():
            found[name] = read_run(path)
        else:
            folder = path if (path / "run.json").is_file() else find_run(reports, name)
            found[name] = load_run(folder)
    return found


def recording_of(given: Mapping[str, Run]) -> str | None:
    """Tell which recording the shards judged; None where they hold nothing."""
    return next((suite.recording for run in given.values() for suite in run.suites), None)


def merged(given: Mapping[str, Run], workspace: Workspace, *, progress: Progress = silent) -> Run:
    """Give what one run would have given: its variants, findings and verdicts.

    What was measured of each picture and variant is taken from the shards. What needs
    pictures of several shards (looks) is measured here, of the pictures that are here or
    may be fetched.

    Args:
        given: The shards, by how they were named.
        workspace: Where the suites and decisions lie that they ran.
        progress: Told how fetching goes.

    Raises:
        UsageError: they are no shards of one run, or this is not what they ran.
        SuiteError: a suite cannot be read here.
    """
    parts = in_order(given)
    _refuse_other_harness(parts[0])
    suites = [_suite(one, parts, workspace) for one in parts[0].shard.suites]
    decided = {s.id: decided_of(workspace.baselines(s).decision_sets()) for s in suites}
    bring(_pictures(parts), workspace, [*decided], progress=progress)
    measures = _measures(parts, decided, workspace)
    results = tuple(
        _result(suite, parts, workspace, decided=decided[suite.id], measures=measures)
        for suite in suites
    )
    runs = [part.run for part in parts]
    return Run(
        id=workspace.stamp(),
        at=workspace.now().isoformat(timespec="seconds"),
        seconds=round(sum(run.seconds for run in runs), 1),
        suites=results,
        measures=measures,
        environment=runs[0].environment,
        spent_usd=round(sum(run.spent_usd for run in runs), 6),
        may_be_charged=tuple(charge for run in runs for charge in run.may_be_charged),
        calls=sum(run.calls for run in runs),
        command=_command(runs),
        over_cap=any(run.over_cap for run in runs),
    )


def _refuse_other_harness(part: Part) -> None:
    theirs, ours = (versions.get(HARNESS) for versions in (part.run.environment, environment()))
    if theirs != ours:
        raise UsageError(
            f"{part.said} was judged by version {theirs} of the harness, this is {ours}: "
            "merge with the version that the shards ran"
        )


def _suite(one: Selected, parts: Sequence[Part], workspace: Workspace) -> Suite:
    """Read a suite anew and select what the shards did."""
    suite = load_suite(workspace.root / one.path)
    if selected(suite, workspace) != one:
        raise UsageError(
            f"{one.path} is not what the shards ran: merge in a checkout of their commit"
        )
    wanted = {j.variant.id: j.variant.samples for j in _judged(one.suite, parts)}
    kept = tuple(v for v in suite.variants if v.id in wanted)
    found = narrowed(suite, kept)
    counted = tuple(replace(v, samples=wanted[v.id]) for v in found.variants)
    return replace(found, variants=counted)


def _judged(suite: str, parts: Sequence[Part]) -> list[Judged]:
    return [judged for result in _results(suite, parts) for judged in result.judged]


def _results(suite: str, parts: Sequence[Part]) -> list[SuiteResult]:
    return [s for part in parts for s in part.run.suites if s.suite == suite]


def _pictures(parts: Sequence[Part]) -> list[str]:
    """Name the pictures of all answers, each once: one run would have had them here."""
    judged = (judged for part in parts for judged in part.run.judged)
    answers = (s.generation for one in judged for s in one.samples if s.generation is not None)
    return list(dict.fromkeys(p.picture.name for a in answers for p in a.pictures if p.picture))


def _measures(
    parts: Sequence[Part], decided: Mapping[str, Decided], workspace: Workspace
) -> dict[str, Measures]:
    """Gather what the shards measured; what people decided on since is measured here."""
    samples = [s for part in parts for judged in part.run.judged for s in judged.samples]
    wanted = list(dict.fromkeys(pictures_to_measure(samples, decided.values())))
    known = _known(parts)
    fresh = measured_here([name for name in wanted if name not in known], workspace)
    both = {**known, **fresh.measures}
    return {name: both[name] for name in wanted if name in both}


def _known(parts: Sequence[Part]) -> dict[str, Measures]:
    """Gather the shards' measures; those of bytes count before those that were committed."""
    every = [pair for part in parts for pair in part.run.measures.items()]
    return dict(sorted(every, key=lambda pair: not pair[1].absent))


def _result(
    suite: Suite,
    parts: Sequence[Part],
    workspace: Workspace,
    *,
    decided: Decided,
    measures: Mapping[str, Measures],
) -> SuiteResult:
    results = _results(suite.id, parts)
    judged = {one.variant.id: one for one in _judged(suite.id, parts)}
    samples = {variant.id: judged[variant.id].samples for variant in suite.variants}
    features = merged_features(
        suite, samples, workspace, parts=[one.features for one in results], decided=decided
    )
    evidence = Evidence(
        suite=suite,
        samples=samples,
        features=features,
        generated=sum(one.generated for one in results),
        discarded={name: one.discarded for name, one in judged.items()},
    )
    return result_of(evidence, workspace, decided=decided, measures=measures)


def _command(runs: Sequence[Run]) -> str:
    """Give what records the rest of all shards; empty where nothing is missing."""
    commands = (re.sub(r" --shard [0-9]+/[0-9]+", "", run.command) for run in runs)
    return next(filter(None, map(_only_run, commands)), "")


def _only_run(command: str) -> str:
    """Quote anew what people are to paste: a shard's file may be a stranger's."""
    try:
        words = shlex.split(command)
    except ValueError:
        return ""
    return shlex.join(words) if words[:2] == ["harness", "run"] else ""
