"""Run a suite's own checks on its samples, in a process that holds no key."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from harness.evaluate.custom_process import CheckProcess, Reply
from harness.evaluate.sources import Sources
from harness.evaluate.workspace import Workspace
from harness.loader.code_files import not_installed, wrong_file
from harness.model.checks import Custom
from harness.model.custom import SampleContext
from harness.model.features import Noted
from harness.model.generation import Generation
from harness.model.picture import Measures
from harness.model.sample import Sample
from harness.model.suite import Suite, Variant
from harness.model.verdict import Finding, Status
from harness.settings.trusted import trusted_file, trusted_folders
from harness.store.codec import encode

MOST_BREAKS = 3
"""Times that a check may break its process; then it is not run any more."""
SHORTEST_KEY = 8
"""Characters of a key that is looked for in other variables: shorter ones stand in any text."""
_SECRET_WORDS = ("KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "AUTH", "COOKIE")


def customs_of(
    suite: Suite,
    samples: Mapping[str, tuple[Sample, ...]],
    workspace: Workspace,
    *,
    measures: Mapping[str, Measures],
    sources: Sources,
) -> tuple[Noted, ...]:
    """Run the suite's own checks; nothing is remembered, for their code may change.

    Args:
        suite: What was asked.
        samples: By the variant's id for people.
        workspace: Says whether code of the suite's folder may run.
        measures: Of every picture, by sha256.
        sources: Where pictures lie.
    """
    asked = [v for v in suite.variants if any(turn.checks.custom for turn in v.turns)]
    if not asked:
        return ()
    environ, seconds = without_secrets(workspace), workspace.settings.check_seconds
    with CheckProcess(environ=environ, seconds=seconds) as process:
        examiner = _Examiner(
            suite, process, refused=refusal(suite, workspace), measures=measures, sources=sources
        )
        return tuple(
            Noted(variant=v.id, findings=tuple(examiner.examine(v, samples.get(v.id, ()))))
            for v in asked
        )


def without_secrets(workspace: Workspace) -> dict[str, str]:
    """Give the environment of a check: no variable that is named as a key, or holds one."""
    named = {name for found in workspace.settings.endpoints.values() for name in found.key_env}
    held = workspace.keys()
    keys = [key for key in held if len(key) >= SHORTEST_KEY]
    return {
        name: value
        for name, value in workspace.environ.items()
        if name not in named
        and not any(word in name.upper() for word in _SECRET_WORDS)
        and not any(key in value for key in keys)
    }


def refusal(suite: Suite, workspace: Workspace) -> str:
    """Say why code of the suite's folder is not run; empty where it may.

    Raises:
        SettingsError: the file of trusted folders is wrong.
    """
    folder = suite.path.parent.resolve()
    if workspace.allow_code:
        return ""
    if folder in trusted_folders(workspace.environ, outside=workspace.root):
        return ""
    place = trusted_file(workspace.environ)
    other = f", or list {folder} under suites in {place}" if place else ""
    return f"read it, then allow it by --allow-code{other}"


class _Examiner:
    """Puts samples to checks."""

    def __init__(
        self,
        suite: Suite,
        process: CheckProcess,
        *,
        refused: str,
        measures: Mapping[str, Measures],
        sources: Sources,
    ) -> None:
        self._suite = suite
        self._folder = suite.path.parent.resolve()
        self._process = process
        self._refused = refused
        self._measures = measures
        self._sources = sources
        self._breaks: Counter[str] = Counter()

    def examine(self, variant: Variant, samples: tuple[Sample, ...]) -> Iterator[Finding]:
        for number, turn in enumerate(variant.turns):
            for check in turn.checks.custom:
                yield from self._check(check, variant, number, samples)

    def _check(
        self, check: Custom, variant: Variant, turn: int, samples: tuple[Sample, ...]
    ) -> Iterator[Finding]:
        status, why = self._not_run(check)
        for sample in samples:
            if sample.key.turn != turn or sample.generation is None:
                continue
            if not why:
                yield from self._look(check, variant, sample, sample.generation)
                status, why = self._not_run(check)
        if why:
            yield Finding(check=check.check, status=status, message=f"not run: {why}", turn=turn)

    def _not_run(self, check: Custom) -> tuple[Status, str]:
        """Say why a check is not run (any more); nothing where it is."""
        if self._breaks[check.name] >= MOST_BREAKS:
            return Status.ERROR, f"it broke {MOST_BREAKS} times; mend it first"
        if check.is_file and self._refused:
            return Status.WARN, f"{check.file} is code of the suite's folder; {self._refused}"
        file, name = check.file, check.name
        absent = wrong_file(self._folder, file) if check.is_file else not_installed(name)
        return (Status.ERROR, absent) if absent else (Status.PASS, "")

    def _look(
        self, check: Custom, variant: Variant, sample: Sample, generation: Generation
    ) -> Iterator[Finding]:
        if None in map(self._sources.path, sample.pictures):
            reply = Reply(problem="the picture is not here; fetch it: harness cassette pull")
        else:
            context = self._context(check, variant, sample, generation)
            reply = self._process.ask(
                {
                    "name": check.name,
                    "folder": "" if self._refused else str(self._folder),
                    "context": encode(context),
                }
            )
        self._breaks[check.name] += reply.broken
        yield from _findings(check, sample, reply)

    def _context(
        self, check: Custom, variant: Variant, sample: Sample, generation: Generation
    ) -> SampleContext:
        turns = variant.turns[: sample.key.turn + 1]
        sent = [reference.blob.sha256 for turn in turns for reference in turn.references]
        pictures = self._files(sample.pictures)
        return SampleContext(
            suite=self._suite.id,
            case=variant.case,
            variant=variant.id,
            choices=variant.choices,
            sample=sample.key.sample,
            turn=sample.key.turn,
            prompt=sample.prompt,
            model=sample.arm.model,
            outcome=generation.outcome.value,
            text=generation.text,
            picture=pictures[-1] if pictures else None,
            pictures=pictures,
            measures=self._measures.get(sample.picture),
            references=self._files(sent),
            options=json.loads(check.options),
        )

    def _files(self, shas: Iterable[str]) -> tuple[Path, ...]:
        found = (self._sources.path(sha256) for sha256 in shas)
        return tuple(path.resolve() for path in found if path is not None)


def _findings(check: Custom, sample: Sample, reply: Reply) -> Iterator[Finding]:
    """Give what was said of a sample; of a good one that it was looked at."""
    found = [(finding.status, finding.message) for finding in reply.findings]
    if reply.problem:
        found = [(Status.ERROR, reply.problem)]
    for status, message in found or [(Status.PASS, "good")]:
        yield Finding(
            check=check.check,
            status=status,
            message=message,
            sample=sample.key.sample,
            turn=sample.key.turn,
        )
