"""Judge and keep a large replay suite by suite: one suite at a time is in memory.

Each suite's part is a run of its own, with its own folder, `run.json` and pages: whatever
reads runs reads parts. Beside them lies one page that leads to all.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from harness.errors import HarnessError, NothingSelected
from harness.evaluate.exits import exit_code, gravest_code
from harness.evaluate.forge import Forge
from harness.evaluate.order import Order
from harness.evaluate.reporting import NO_FORGE, keep
from harness.evaluate.run import run_suites
from harness.evaluate.workspace import Workspace
from harness.model.run import Run
from harness.model.suite import Suite
from harness.report.parts_page import Part, Parts, Unjudged, part_of, to_parts_html
from harness.report.write import INDEX
from harness.runner.chain import Live
from harness.store.files import write_atomic

MOST = 500
"""Variants that one run and its report hold; what is more, of several suites, goes in parts."""
MOST_ANSWERS = 4_000
"""Answers that it holds: some 25 KB of memory each, when they are judged and shown."""

Heard = Callable[[Run], None]
"""Told of each part, as soon as it is kept."""


def is_large(suites: Sequence[Suite], order: Order, *, most: int = MOST) -> bool:
    """Tell whether a run is judged suite by suite: a whole replay of more than `most` variants.

    Many answers of fewer variants count alike. What is generated is one work over all suites,
    and a shard is merged with others.
    """
    replays = order.live is Live.NONE and order.by is None and order.shard is None
    several = sum(bool(suite.variants) for suite in suites) > 1
    variants = [variant for suite in suites for variant in suite.variants]
    answers = sum(variant.samples * len(variant.turns) for variant in variants)
    return replays and several and (len(variants) > most or answers > MOST_ANSWERS)


def run_parts(
    suites: Sequence[Suite],
    workspace: Workspace,
    order: Order,
    *,
    outputs: Sequence[Path] = (),
    forge: Forge = NO_FORGE,
    heard: Heard = lambda _: None,
) -> Parts:
    """Judge and keep one suite after the other, then write the page that leads to them.

    Args:
        suites: What is asked for; one without variants is passed over.
        workspace: Where everything lies.
        order: As for `run_suites`; it replays.
        outputs: Files that were asked for; each suite writes its own, named after it.
        forge: Where the run is made.
        heard: Told of each part.

    Raises:
        NothingSelected: no sample is asked for.
        HarnessError: the page cannot be written, or of no suite a verdict be reached.
    """
    wanted = [suite for suite in suites if suite.variants]
    if not wanted:
        raise NothingSelected("nothing is selected; loosen -k or --tag")
    name = workspace.stamp()

    def judge(suite: Suite) -> Part:
        run = replace(run_suites((suite,), workspace, order).run, id=f"{name}.{suite.id}")
        own = [named_after(path, suite.id) for path in outputs]
        missed = keep(run, workspace.reports / run.id, workspace, outputs=own, forge=forge)
        heard(run)
        code = exit_code(run, fail_on=workspace.settings.fail_on)
        return part_of(run, code=code, missed=missed)

    parts, unjudged = _each(wanted, judge)
    whole = Parts(id=name, parts=parts, unjudged=unjudged)
    write_atomic(page_of(whole, workspace), to_parts_html(whole).encode())
    return whole


def _each(
    suites: Sequence[Suite], judge: Callable[[Suite], Part]
) -> tuple[tuple[Part, ...], tuple[Unjudged, ...]]:
    """Judge one suite after the other; what cannot be judged ends nothing but itself.

    Raises:
        HarnessError: none of them can be judged.
    """
    parts: list[Part] = []
    failed: list[tuple[Suite, HarnessError]] = []
    for suite in suites:
        try:
            parts.append(judge(suite))
        except HarnessError as error:
            failed.append((suite, error))
    if not parts:
        raise failed[0][1]
    return tuple(parts), tuple(
        Unjudged(suite=suite.id, why=str(error), code=error.exit_code) for suite, error in failed
    )


def page_of(whole: Parts, workspace: Workspace) -> Path:
    """Say where the page lies that leads to all parts."""
    return workspace.reports / whole.id / INDEX


def code_of(whole: Parts) -> int:
    """Give the exit code of all parts."""
    judged = {part.code for part in whole.parts}
    return gravest_code(judged | {suite.code for suite in whole.unjudged})


def named_after(path: Path, suite: str) -> Path:
    """Name a suite's own file: `out.junit.xml` becomes `out.team-1.junit.xml`."""
    stem, dot, ending = path.name.partition(".")
    return path.with_name(f"{stem}.{suite}{dot}{ending}")
