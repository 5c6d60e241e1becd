"""Say which checks of suites could not be held here, before anything is recorded for them."""

from collections.abc import Iterator, Sequence

from harness.errors import UsageError
from harness.evaluate.custom import refusal
from harness.evaluate.looks import onnx_models
from harness.evaluate.workspace import Workspace
from harness.judging.decided import decided_of
from harness.model.baseline import Choice
from harness.model.checks import Checks
from harness.model.suite import Suite


def unready(suites: Sequence[Suite], workspace: Workspace) -> tuple[str, ...]:
    """Give a line for each thing that a suite's checks need and that is not here.

    Nothing is loaded that no check asks for, and no code of a suite is run.

    Raises:
        SettingsError: the file of trusted folders is wrong.
    """
    return tuple(line for suite in suites for line in _unready(suite, workspace))


def _unready(suite: Suite, workspace: Workspace) -> Iterator[str]:
    asked = [turn.checks for variant in suite.variants for turn in variant.turns]
    found = (
        *_looks(asked, workspace),
        *_limits(asked, suite, workspace),
        *_texts(asked),
        *_code(asked, suite, workspace),
    )
    yield from (f"{suite.path}: {line}" for line in found)


def _looks(asked: Sequence[Checks], workspace: Workspace) -> Iterator[str]:
    measures = dict.fromkeys(c.measure for checks in asked for c in checks.consistency)
    if not measures:
        return
    from harness.measure.embedders import load_embedder  # late: it loads numpy and Pillow

    for measure in measures:
        try:
            load_embedder(measure, models=onnx_models(workspace))
        except UsageError as error:
            yield f"checks of consistency by {measure} will not be held: {error}"


def _limits(asked: Sequence[Checks], suite: Suite, workspace: Workspace) -> Iterator[str]:
    if not any(checks.consistency for checks in asked):
        return
    choices = decided_of(workspace.baselines(suite).decision_sets()).choices.values()
    if not any(decision.choice is Choice.ACCEPT for decision in choices):
        yield (
            "checks of consistency have no limits yet: these come from accepted pictures, and "
            "none of this suite is accepted; look at a run's, then: harness approve"
        )


def _texts(asked: Sequence[Checks]) -> Iterator[str]:
    languages = dict.fromkeys(c.text.language for c in asked if c.text is not None)
    if not languages:
        return
    from harness.measure.reading import reader  # late: it loads Pillow

    for language in languages:
        hindrance = reader(language).unavailable
        if hindrance:
            yield f"checks of text will not be held: {hindrance}"


def _code(asked: Sequence[Checks], suite: Suite, workspace: Workspace) -> Iterator[str]:
    files = dict.fromkeys(c.file for checks in asked for c in checks.custom if c.is_file)
    why = refusal(suite, workspace) if files else ""
    if why:
        yield f"checks of {', '.join(files)} will not be run: code of the suite's folder; {why}"
