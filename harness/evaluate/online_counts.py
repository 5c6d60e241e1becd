"""Count what prompts really have in tokens, for a plan: by the service, for nothing."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from harness.catalogue import Catalogue
from harness.catalogue.pricing import CHARACTERS_PER_TOKEN, Asked, expected_cost
from harness.errors import CatalogueError
from harness.evaluate.plan import Plan, PlanRow
from harness.evaluate.sending import reader_of
from harness.evaluate.workspace import Workspace, simulator_for
from harness.model.identity import digest
from harness.model.request import Content, GenerationRequest
from harness.model.sample import SampleKey
from harness.model.suite import Suite
from harness.provider.counting import count_tokens
from harness.provider.transport import live_client
from harness.provider.wire_request import skeleton
from harness.runner.requests import request_for
from harness.settings import is_loopback

Name = tuple[str, SampleKey]
"""Suite and sample."""
Ask = Callable[[PlanRow], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What is counted of one answer that is to be generated.

    Attributes:
        tokens: Of the prompt, as the service counts them.
        whole: The prompt is known whole. A later turn's is not: the answers that stand
            in its history are not counted.
        expected_usd: The expectation with them; None where no price is known.
    """

    tokens: int
    whole: bool
    expected_usd: float | None


def count(plan: Plan, suites: Sequence[Suite], workspace: Workspace) -> Mapping[Name, Counted]:
    """Count every distinct prompt of what is to be generated, a free call each.

    Raises:
        ProviderError: an endpoint does not count.
        SettingsError: an endpoint's key is not set.
    """
    rows = {_digest(row): row for row in plan.to_do}
    with contextlib.ExitStack() as stack:
        ask = _asker({row.arm.endpoint for row in rows.values()}, suites, workspace, stack)
        counted = _all(ask, rows, jobs=workspace.settings.jobs)
    return {
        (row.variant.suite, row.key): _counted(row, counted[_digest(row)], workspace)
        for row in plan.to_do
    }


def total(plan: Plan, counts: Mapping[Name, Counted]) -> float:
    """Expect what is to be done to cost, with what was counted."""
    found = (counts[row.variant.suite, row.key] for row in plan.to_do if not row.free)
    return sum(counted.expected_usd or 0.0 for counted in found)


def _asker(
    names: set[str], suites: Sequence[Suite], workspace: Workspace, stack: contextlib.ExitStack
) -> Ask:
    url = stack.enter_context(simulator_for(names, workspace.settings))
    endpoints = {name: workspace.endpoint(name, simulator_url=url) for name in sorted(names)}
    loopback = all(is_loopback(endpoint.base_url) for endpoint in endpoints.values())
    jobs = workspace.settings.jobs
    client = stack.enter_context(live_client(connections=jobs, loopback=loopback))
    read = {suite.id: reader_of(suite, workspace.blobs) for suite in suites}

    def ask(row: PlanRow) -> int:
        endpoint = endpoints[row.arm.endpoint]
        return count_tokens(client, endpoint, _request(row), read=read[row.variant.suite]).total

    return ask


def _all(ask: Ask, rows: Mapping[str, PlanRow], *, jobs: int) -> Mapping[str, int]:
    """Ask the first alone, so that a wrong key costs one call; then the others at once."""
    names = list(rows)
    found = {name: ask(rows[name]) for name in names[:1]}
    with ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="harness") as pool:
        return found | dict(
            zip(names[1:], pool.map(ask, (rows[n] for n in names[1:])), strict=True)
        )


def _request(row: PlanRow) -> GenerationRequest:
    """Build what is known of a row's request: what the suite says of it and the turns before."""
    turns = row.variant.turns[: row.turn + 1]
    said: list[Content] = []
    for turn in turns:
        alone = replace(row.variant, turns=(turn,))
        said += request_for(alone, ()).contents
    return GenerationRequest(
        model=row.arm.model, contents=tuple(said), parameters=turns[-1].parameters
    )


def _digest(row: PlanRow) -> str:
    """Name the prompt: who is asked, and what is counted."""
    tree = skeleton(_request(row))
    return digest([row.arm.name, tree["contents"], tree.get("systemInstruction")])


def _counted(row: PlanRow, tokens: int, workspace: Workspace) -> Counted:
    whole = row.turn == 0
    expected = 0.0 if row.free else _expected(row, tokens, workspace.offers(row.arm.endpoint))
    return Counted(tokens=tokens, whole=whole, expected_usd=expected)


def _expected(row: PlanRow, tokens: int, catalogue: Catalogue) -> float | None:
    """Expect a row's cost: the tokens counted, a picture an earlier answer, and the answer."""
    model = catalogue.get(row.arm.model)
    asked = row.variant.turns[row.turn].parameters
    try:
        return (
            None
            if model is None
            else expected_cost(
                model,
                Asked(
                    image_size=asked.image_size,
                    references=row.turn,
                    prompt_characters=tokens * CHARACTERS_PER_TOKEN,
                    grounded=asked.grounded,
                    tier=asked.service_tier or "standard",
                ),
            )
        )
    except CatalogueError:
        return None
