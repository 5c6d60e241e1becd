"""Say which arms a run asks side by side, and where their answers would be of unlike times."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from harness.errors import UsageError
from harness.evaluate.plan import Plan, PlanRow, index_of
from harness.evaluate.workspace import SIMULATOR, Wish, Workspace
from harness.model.arm import Arm
from harness.model.suite import Suite, Variant
from harness.settings import known_endpoints

LEAST = 2
"""Arms; with one there is nothing to hold it against."""


def arms_of(
    words: Sequence[str], *, anchor: str | None, suites: Sequence[Suite], workspace: Workspace
) -> tuple[Wish, ...]:
    """Read the arms of the command line; every one of them has its endpoint.

    Args:
        words: Each a `model@endpoint`, an endpoint (with the suites' own models), or a model
            (at the endpoint that is set).
        anchor: A model that the first arm's endpoint is asked for as one more arm, or None.
        suites: What is asked.
        workspace: Where endpoints are set.

    Raises:
        UsageError: a word is neither, an arm stands there twice, or there is only one.
    """
    recorded = {arm for suite in suites for arm in index_of(suite, workspace).arms}
    found = [_arm(word, recorded, workspace) for word in words]
    if anchor is not None and found:
        found.append(Wish(model=anchor, endpoint=found[0].endpoint))
    if len(found) < LEAST:
        raise UsageError("--arms A,B: name two arms or more, each a model@endpoint or an endpoint")
    for suite in suites:
        for variant in suite.variants:
            _refuse_twins(variant, found)
    return tuple(found)


def _arm(word: str, recorded: set[Arm], workspace: Workspace) -> Wish:
    """Read one word: an endpoint's name counts before a model's."""
    endpoints = {SIMULATOR, *known_endpoints(workspace.settings)}
    model, at, endpoint = word.rpartition("@")
    if at and model and endpoint in endpoints:
        return Wish(model=model, endpoint=endpoint)
    if not at and word in endpoints:
        return Wish(endpoint=word)
    models = {arm.model for arm in recorded}
    if not at and (word in models or workspace.catalogue.get(word) is not None):
        return Wish(model=word, endpoint=workspace.settings.endpoint)
    raise UsageError(
        f"--arms: {word!r} is no model@endpoint, no endpoint ({', '.join(sorted(endpoints))}) and "
        "no model of the catalogue; harness models lists those"
    )


def _refuse_twins(variant: Variant, wishes: Sequence[Wish]) -> None:
    for one, two in combinations(wishes, 2):
        if _asked(variant, one) == _asked(variant, two):
            model, endpoint = _asked(variant, one)
            raise UsageError(
                f"--arms: {name_of(one)} and {name_of(two)} are one arm for {variant.suite}/"
                f"{variant.id}: both ask {model} at {endpoint}"
            )


def _asked(variant: Variant, wish: Wish) -> tuple[str, str | None]:
    return wish.model or variant.model, wish.endpoint


def name_of(wish: Wish) -> str:
    """Name an arm as `harness compare` reads it."""
    return f"{wish.model}@{wish.endpoint}" if wish.model else str(wish.endpoint)


def lopsided(plan: Plan) -> tuple[str, ...]:
    """Say which answers one arm would give now and another has given before.

    What the stopped run that is gone on with has recorded is of one draw with the rest.
    """
    blocks: dict[object, list[PlanRow]] = defaultdict(list)
    for row in plan.rows:
        blocks[row.variant.suite, row.variant.id, row.sample, row.turn].append(row)
    to_do = {id(row) for row in plan.to_do}
    old: list[PlanRow] = []
    for rows in blocks.values():
        had = [row for row in rows if id(row) not in to_do and row.session not in plan.done]
        old += had if len(had) < len(rows) else []
    if not old:
        return ()
    arms = ", ".join(sorted({row.arm.name for row in old}))
    sessions = ", ".join(sorted({row.session for row in old})[:3])
    return (
        f"{len(old)} answers of {arms} are recorded already (session {sessions}), and would be "
        "held against answers of now: with them arm and time are confounded; --live all, or "
        "another --recording, asks all arms now",
    )
