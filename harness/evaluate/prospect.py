"""Say what the figures of a plan are founded on, and how the month stands."""

from collections.abc import Iterator

from harness.catalogue.pricing import expectation_set
from harness.evaluate.plan import Plan, PlanRow
from harness.evaluate.workspace import Workspace
from harness.settings import endpoint_settings


def foundations(plan: Plan, workspace: Workspace) -> tuple[str, ...]:
    """Say on which answers the expected price was measured, and what a ceiling is made of.

    Returns:
        A line each; none where nothing is paid for.
    """
    paid = [row for row in plan.due if not row.free and row.expected_usd is not None]
    sets = dict.fromkeys(_set_of(row, workspace) for row in paid)
    lines = [f"expected as measured on {measured}" for measured in sets if measured]
    if paid:
        lines.append(_ceiling(paid, workspace))
    return tuple(lines)


def months(plan: Plan, workspace: Workspace) -> tuple[str, ...]:
    """Say what every run spent this month at each endpoint that is to be paid."""
    ledger = workspace.ledger
    endpoints = dict.fromkeys(row.arm.endpoint for row in plan.due if not row.free)
    return tuple(_month(name, workspace, ledger.balance(name).usd) for name in endpoints)


def _set_of(row: PlanRow, workspace: Workspace) -> str:
    model = workspace.offers(row.arm.endpoint).get(row.arm.model)
    grounded = row.variant.turns[row.turn].parameters.grounded
    return "" if model is None else expectation_set(model, grounded=grounded)


def _ceiling(paid: list[PlanRow], workspace: Workspace) -> str:
    parameters = [row.variant.turns[row.turn].parameters for row in paid]
    bounded = all(each.max_output_tokens is not None for each in parameters)
    text = "max_output_tokens" if bounded else "the model's output limit (or max_output_tokens)"
    searches = max(_searches(paid, workspace), default=0)
    more = f", {searches} searches where it may search" if searches else ""
    return f"at most: the picture, text and thinking up to {text}, the longest prompt{more}"


def _searches(paid: list[PlanRow], workspace: Workspace) -> Iterator[int]:
    for row in paid:
        model = workspace.offers(row.arm.endpoint).get(row.arm.model)
        if model is not None and row.variant.turns[row.turn].parameters.grounded:
            yield model.ceiling_search_queries


def _month(endpoint: str, workspace: Workspace, spent_usd: float) -> str:
    cap = endpoint_settings(workspace.settings, endpoint).max_month
    of = "no cap" if cap is None else f"of ${cap:.2f}"
    return f"this month at {endpoint}: ${spent_usd:.2f}, {of}"
