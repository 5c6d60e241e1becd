"""Run suites from a notebook or a script: replay and judge, and generate only when told to."""

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from harness.api.place import Place, Suites, suites_of, workspace_of
from harness.api.runs import Run
from harness.api.scripts import once
from harness.errors import SpendingRefused, UsageError
from harness.evaluate.command import command_of
from harness.evaluate.order import Order
from harness.evaluate.plan import Plan
from harness.evaluate.price_words import cap_for, price_line
from harness.evaluate.run import run_suites
from harness.evaluate.unfinished import Asked
from harness.evaluate.workspace import Wish, Workspace
from harness.loader import select
from harness.model.suite import Suite
from harness.runner.chain import Live

LiveWord = Literal["none", "missing", "all"]


@once
def run(
    suites: Suites = None,
    *,
    keyword: str | None = None,
    tags: Sequence[str] | str = (),
    samples: int | None = None,
    recording: str | None = None,
    endpoint: str | None = None,
    model: str | None = None,
    live: LiveWord = "none",
    max_cost: float | None = None,
    confirm: bool = False,
    jobs: int | None = None,
    allow_code: bool = False,
    workspace: Place | None = None,
) -> Run:
    """Replay recordings and judge them, as `harness run` does; spends nothing by itself.

    Args:
        suites: Suites, or paths of files and folders; None for the configured ones.
        keyword: Only variants whose id matches, e.g. `"fox and not 4K"`.
        tags: Only cases with one of these tags.
        samples: Samples a variant, for this call.
        recording: Name of the recording; None for the configured one, `main`.
        endpoint: Who is asked, e.g. `"gemini"` or `"simulator"`.
        model: Model id, instead of the suite's.
        live: `"missing"` generates what is not recorded, `"all"` everything anew.
        max_cost: Cap in US dollars; None for the configured one. Live calls need one.
        confirm: Live calls that cost money are meant. The simulator's cost none.
        jobs: Calls in flight.
        allow_code: Run checks of the suites' own folders; read them first.
        workspace: The folder that holds `suites/`; None for the current one.

    Raises:
        SuiteError: everything that is wrong with the suites.
        SpendingRefused: live calls without a cap or without `confirm`; it says the price.
        HarnessError: no verdict could be reached; a red picture is a verdict, no error.

    Example:
        >>> from harness import run
        >>> run("suites/storefront.yaml", keyword="night-city").counts["FAIL"]
        0
    """
    asked = Asked(
        live=live,
        keyword=keyword,
        tags=(tags,) if isinstance(tags, str) else tuple(tags),
        samples=samples,
        recording=recording,
        endpoint=endpoint,
        model=model,
    )
    flags = {"recording": recording, "max_cost": max_cost, "jobs": jobs}
    here = workspace_of(workspace, allow_code=allow_code, **flags)
    return _run(suites_of(suites, workspace, here), asked, here, confirm=confirm)


def _run(suites: tuple[Suite, ...], asked: Asked, here: Workspace, *, confirm: bool) -> Run:
    found = select(suites, keyword=asked.keyword, tags=asked.tags, samples=asked.samples)
    named = tuple(os.path.relpath(suite.path, here.root) for suite in suites)
    order = Order(
        live=_live(asked.live),
        wish=Wish(endpoint=asked.endpoint, model=asked.model),
        confirm=lambda plan: _agree(plan, confirm=confirm, max_cost=here.settings.max_cost),
        command=command_of(replace(asked, live="missing", suites=named)),
    )
    done = run_suites(found, here, order)
    warnings = tuple(warning for suite in suites for warning in suite.warnings)
    return Run(done=done, workspace=here, warnings=warnings)


def _live(word: str) -> Live:
    try:
        return Live(word)
    except ValueError:
        raise UsageError(f"live={word!r}: say one of none, missing, all") from None


def _agree(plan: Plan, *, confirm: bool, max_cost: float | None) -> None:
    """Refuse what costs money, unless a cap is set and a person means it.

    Raises:
        SpendingRefused: says the price, and what to pass.
    """
    if all(row.free for row in plan.due) or (confirm and max_cost is not None):
        return
    due = [] if confirm else ["confirm=True"]
    due += [] if max_cost is not None else [f"max_cost={cap_for(plan)}"]
    raise SpendingRefused(
        f"{price_line(plan)}; nothing was spent: to mean it, pass {' and '.join(due)}"
    )
