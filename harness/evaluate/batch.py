"""Obtain what is missing by batches, at half the price: turn by turn, killed and taken up again."""

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.errors import UsageError
from harness.evaluate.batch_collect import collect
from harness.evaluate.batch_desk import Desk, opened_desk
from harness.evaluate.batch_jobs import JobFolder, OpenJob
from harness.evaluate.batch_submit import ready_turns, submit
from harness.evaluate.limits import refuse_over_limits
from harness.evaluate.obtain import agree, obtain, refuse_unwritable
from harness.evaluate.order import Obtained, Order
from harness.evaluate.plan import Plan, chains_of, index_of, plan_suites
from harness.evaluate.work import Kept
from harness.evaluate.workspace import Workspace
from harness.model.sample import Sample
from harness.model.suite import Suite
from harness.runner.chain import Live
from harness.runner.prices import BATCH, turn_price
from harness.runner.spending import Purse
from harness.store.files import locked


def obtain_by_batch(
    suites: Sequence[Suite],
    workspace: Workspace,
    order: Order,
    purse: Purse,
    *,
    pause: Callable[[float], None] = time.sleep,
) -> Kept:
    """Obtain every sample; answers are kept as the samples' own recordings.

    Jobs that an earlier run left open are collected first, and asked for nothing again.

    Raises:
        SpendingRefused: the plan was not confirmed, or a price is not known.
        UsageError: a suite asks for what no batch can give.
        StoreError: another process hands in batches here, or answers cannot be kept.
    """
    _refuse_streams(suites)
    with contextlib.ExitStack() as stack:
        for suite in suites:
            folder = JobFolder(workspace.cassettes(suite.id).folder).folder
            stack.enter_context(locked(folder, purpose="handing in batches"))
        names = _endpoints(suites, workspace, order)
        desk = stack.enter_context(opened_desk(names, workspace, order, purse=purse, pause=pause))
        collect(_open_jobs(suites, workspace), desk)
        if desk.stopped is None:
            _hand_in_rounds(suites, desk)
        replayed = replace(order, live=Live.NONE, by=None)
        obtained, halt = obtain(suites, workspace, replayed, purse=purse)
    return tuple(_with_failures(each, desk) for each in obtained), desk.stopped or halt


def batch_plan(suites: Sequence[Suite], workspace: Workspace, order: Order) -> Plan:
    """Plan at the price of batches; errors as `plan_suites`."""
    plan = plan_suites(suites, workspace, wish=order.wish, live=order.live, done=order.done)
    refuse_over_limits(plan.to_do, workspace)
    rows = []
    for row in plan.rows:
        offers = workspace.offers(row.arm.endpoint)
        expected, ceiling = (
            0.0 if row.free else turn_price(offers, row.variant, row.turn, ceiling=c, tier=BATCH)
            for c in (False, True)
        )
        rows.append(replace(row, expected_usd=expected, ceiling_usd=ceiling))
    return replace(plan, rows=tuple(rows), questions=())  # which no batch puts


def _refuse_streams(suites: Sequence[Suite]) -> None:
    """Refuse what streams before anything is asked: a batch answers whole."""
    for variant in (variant for suite in suites for variant in suite.variants):
        if any(turn.parameters.stream for turn in variant.turns):
            raise UsageError(
                f"{variant.suite}/{variant.id}: stream: true, and a batch answers whole; "
                "leave it out with -k, or run without --batch"
            )


def _open_jobs(suites: Sequence[Suite], workspace: Workspace) -> list[OpenJob]:
    folders = (JobFolder(workspace.cassettes(suite.id).folder) for suite in suites)
    return [job for folder in folders for job in folder.open()]


def _endpoints(suites: Sequence[Suite], workspace: Workspace, order: Order) -> set[str]:
    names = {job.asked.arm.endpoint for job in _open_jobs(suites, workspace)}
    for suite in suites:
        chains = chains_of(suite, index_of(suite, workspace), workspace, order.wish)
        names |= {chain.arm.endpoint for chain in chains}
    return names


def _hand_in_rounds(suites: Sequence[Suite], desk: Desk) -> None:
    """Agree once, then go round by round: turn 1 of all, then turn 2."""
    workspace, order = desk.workspace, desk.order
    plan = batch_plan(suites, workspace, order)
    agree(plan, order)
    if not plan.to_do:
        return
    refuse_unwritable(suites, workspace)
    order.begun(desk.session)
    while desk.stopped is None:
        jobs = [job for suite in suites for job in _handed_in(suite, desk)]
        if not jobs and not desk.stopped:
            break
        collect(jobs, desk)
    done = order.done | {desk.session} if order.live is Live.ALL else order.done
    if not batch_plan(suites, workspace, replace(order, done=done)).to_do:
        order.ended()


def _handed_in(suite: Suite, desk: Desk) -> tuple[OpenJob, ...]:
    if desk.stopped is not None:
        return ()
    index = index_of(suite, desk.workspace)
    return submit(suite, tuple(ready_turns(suite, index, desk)), desk)


def _with_failures(obtained: Obtained, desk: Desk) -> Obtained:
    """Let a sample that is not there say what became of it."""

    def told(sample: Sample) -> Sample:
        failure = desk.failures.get((obtained.suite.id, sample.key))
        there = sample.receipt is not None and sample.generation is not None
        return sample if failure is None or there else replace(sample, failure=failure)

    chains = tuple(tuple(map(told, chain)) for chain in obtained.samples)
    return replace(obtained, samples=chains, session=desk.session)
