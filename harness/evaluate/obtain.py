"""Obtain what suites ask for: from tape, or live where that is ordered."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import httpx

from harness.errors import HarnessError, SpendingRefused, StoreError
from harness.evaluate.plan import Plan, chains_of, index_of, plan_suites
from harness.evaluate.standing import settle
from harness.evaluate.workspace import SIMULATOR, Wish, Workspace, providers, simulator_for
from harness.model.sample import Sample, SampleKey
from harness.model.suite import Suite
from harness.provider.protocol import Endpoint
from harness.provider.transport import closed_client, live_client
from harness.recording.call import RecordAs, Replay
from harness.recording.index import Index
from harness.recording.recorder import Recorder
from harness.runner.chain import Chain, Live
from harness.runner.chains import ChainRunner
from harness.runner.pool import run_chains
from harness.runner.spending import Purse
from harness.settings import is_loopback
from harness.store.files import writable

Progress = Callable[[str, int, int], None]
"""Told what is done, how many of it, out of how many."""


def _silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a run is asked to do.

    Attributes:
        live: What may be generated.
        wish: Who is asked.
        allow_unknown_price: Spend on models that no price is known of.
        confirm: Asked before money is spent; says whether to go on.
        progress: Told how it goes.
        command: How the command line would record what is missing.
        index: Gives the index of a suite's recording.
    """

    live: Live = Live.NONE
    wish: Wish = field(default_factory=Wish)
    allow_unknown_price: bool = False
    confirm: Callable[[Plan], None] = lambda plan: None
    progress: Progress = _silent
    command: str = "harness run --live missing"
    index: Callable[[Suite, Workspace], Index] = index_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Obtained:
    """One suite's samples, by chain.

    Attributes:
        suite: What was asked.
        chains: In the suite's order.
        samples: The turns of each chain.
        session: The run of the recorder, whose answers were generated now.
    """

    suite: Suite
    chains: tuple[Chain, ...]
    samples: tuple[tuple[Sample, ...], ...]
    session: str

    @property
    def generated(self) -> int:
        """Count the answers that were generated now."""
        receipts = (sample.receipt for chain in self.samples for sample in chain)
        return sum(receipt is not None and receipt.session == self.session for receipt in receipts)


def obtain(
    suites: Sequence[Suite], workspace: Workspace, order: Order, *, purse: Purse
) -> tuple[tuple[Obtained, ...], HarnessError | None]:
    """Obtain every sample, suite after suite; answers are kept as they come.

    Raises:
        SpendingRefused: the plan was not confirmed, or a price is not known.
        StoreError: answers cannot be kept; where that is known before, nothing is asked for.
    """
    planned: frozenset[tuple[str, SampleKey]] = frozenset()
    if order.live is not Live.NONE:
        plan = plan_suites(suites, workspace, wish=order.wish, live=order.live)
        _agree(plan, order)
        _refuse_unwritable(suites, workspace)
        planned = plan.keys
    session = workspace.stamp()
    found: list[Obtained] = []
    stopped: HarnessError | None = None
    for suite in suites:
        keys = frozenset(key for name, key in planned if name == suite.id)
        result, halt = _obtain_suite(
            suite, workspace, order, purse=purse, session=session, planned=keys
        )
        found.append(result)
        stopped = stopped or halt
    return tuple(found), stopped


def _refuse_unwritable(suites: Sequence[Suite], workspace: Workspace) -> None:
    """Ask for nothing that could not be kept."""
    recordings = (workspace.cassettes(suite.id).folder for suite in suites)
    for folder in (workspace.blobs.root, *recordings):
        if complaint := writable(folder):
            raise StoreError(f"nothing was asked for: {complaint}")


def _agree(plan: Plan, order: Order) -> None:
    if plan.unpriced and not order.allow_unknown_price:
        raise SpendingRefused(
            f"no price is known of {', '.join(plan.unpriced)}; "
            "--allow-unknown-price spends all the same"
        )
    if plan.to_do:
        order.confirm(plan)


def _obtain_suite(
    suite: Suite,
    workspace: Workspace,
    order: Order,
    *,
    purse: Purse,
    session: str,
    planned: frozenset[SampleKey],
) -> tuple[Obtained, HarnessError | None]:
    index = order.index(suite, workspace)
    chains = chains_of(suite, index, workspace, order.wish)
    with contextlib.ExitStack() as stack:
        asked = {chain.arm.endpoint for chain in chains} if order.live is not Live.NONE else set()
        endpoints = _endpoints(asked, workspace, stack)
        client = stack.enter_context(_client(endpoints, workspace))
        recorder = Recorder(
            workspace.cassettes(suite.id),
            workspace.blobs,
            record=_record_as(endpoints, workspace, session) if endpoints else None,
            replay=Replay(workspace.settings.replay),
        )
        stack.enter_context(recorder.opened())
        if endpoints:  # another process may have recorded until this one had the lock
            index = order.index(suite, workspace)
        settle(chains, index, workspace.blobs)
        runner = ChainRunner(
            provider=providers(
                client, endpoints, suite=suite, blobs=workspace.blobs, recorder=recorder
            ),
            recorder=recorder,
            index=index,
            catalogue=workspace.catalogue,
            live=order.live,
            purse=purse,
            may_buy=planned.__contains__,
        )
        told = _counter(order.progress, suite.id, len(chains))
        samples = run_chains(runner, chains, jobs=workspace.settings.jobs, progress=told)
    obtained = Obtained(suite=suite, chains=chains, samples=samples, session=session)
    return obtained, runner.stopped


def _endpoints(
    names: set[str], workspace: Workspace, stack: contextlib.ExitStack
) -> Mapping[str, Endpoint]:
    url = stack.enter_context(simulator_for(names))
    return {name: workspace.endpoint(name, simulator_url=url) for name in sorted(names)}


def _client(endpoints: Mapping[str, Endpoint], workspace: Workspace) -> httpx.Client:
    if not endpoints:
        return closed_client()
    loopback = all(is_loopback(endpoint.base_url) for endpoint in endpoints.values())
    return live_client(connections=workspace.settings.jobs, loopback=loopback)


def _record_as(endpoints: Mapping[str, Endpoint], workspace: Workspace, session: str) -> RecordAs:
    return RecordAs(
        session=session,
        started_at=workspace.now().isoformat(timespec="seconds"),
        api_version=", ".join(sorted({e.api_version for e in endpoints.values()})),
        simulated=set(endpoints) == {SIMULATOR},
        secrets=workspace.keys(),
        drop_signatures=workspace.settings.signatures == "turns",
        now=workspace.now,
    )


def _counter(progress: Progress, what: str, total: int) -> Callable[[tuple[Sample, ...]], None]:
    done = 0

    def count(samples: tuple[Sample, ...]) -> None:
        nonlocal done
        done += 1
        progress(what, done, total)

    return count
