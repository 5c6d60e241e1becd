"""Obtain what suites ask for: from tape, or live where that is ordered."""

from collections.abc import Sequence

from harness.errors import HarnessError, SpendingRefused, StoreError
from harness.evaluate.batch_jobs import JobFolder
from harness.evaluate.limits import refuse_over_limits
from harness.evaluate.order import Obtained, Order
from harness.evaluate.plan import Plan, Planned, plan_suites
from harness.evaluate.work import Work
from harness.evaluate.workspace import Workspace
from harness.model.sample import Sample
from harness.model.suite import Suite
from harness.runner.chain import Live
from harness.runner.spending import Purse
from harness.store.files import writable


def obtain(
    suites: Sequence[Suite], workspace: Workspace, order: Order, *, purse: Purse
) -> tuple[tuple[Obtained, ...], HarnessError | None]:
    """Obtain every sample; answers are kept as they come.

    Live, all suites are one work, breadth first; a replay takes one after the other, so
    that no more than one suite's recording is in memory.

    Raises:
        SpendingRefused: the plan was not confirmed, or a price is not known.
        StoreError: answers cannot be kept; where that is known before, nothing is asked for.
    """
    if not suites:  # of several shards one may hold nothing
        return (), None
    if order.by is not None:
        return order.by(suites, workspace, order, purse)
    planned: Planned = frozenset()
    together = [tuple(suites)] if order.live is not Live.NONE else [(suite,) for suite in suites]
    if order.live is not Live.NONE:
        plan = plan_of(suites, workspace, order)
        refuse_over_limits(plan.due, workspace)
        _refuse_what_a_batch_obtains(suites, workspace, plan)
        agree(plan, order)
        refuse_unwritable(suites, workspace)
        planned = plan.keys
    session = workspace.stamp()
    if planned:
        order.begun(session)
    found: list[Obtained] = []
    stopped: HarnessError | None = None
    for group in together:
        work = Work(workspace, order, purse=purse, session=session, planned=planned)
        obtained, halt = work.obtain(group)
        found += obtained
        stopped = stopped or halt
    worked = order.done | {session} if order.live is Live.ALL else None
    unasked = any(not reply.recorded for obtained in found for reply in obtained.replies)
    if (planned or order.done) and not unasked and not _is_short(found, planned, worked):
        order.ended()
    return tuple(found), stopped


def plan_of(suites: Sequence[Suite], workspace: Workspace, order: Order) -> Plan:
    """Plan what an order would generate, of every arm.

    Raises:
        CassetteError, UsageError: as `plan_suites`.
    """
    return plan_suites(
        suites,
        workspace,
        wish=order.wish,
        live=order.live,
        done=order.done,
        arms=order.arms,
    )


def _refuse_what_a_batch_obtains(suites: Sequence[Suite], workspace: Workspace, plan: Plan) -> None:
    """Buy nothing a second time that a batch job, not yet collected, is asked for.

    Raises:
        SpendingRefused: something is; where all is to be generated anew, that is meant so.
    """
    if plan.live is Live.ALL:
        return
    for suite in suites:
        for job in JobFolder(workspace.cassettes(suite.id).folder).open():
            keys = {(suite.id, job.asked.arm, item.key) for item in job.asked.items}
            twice = len(keys & plan.keys)
            if twice:
                raise SpendingRefused(
                    f"{twice} of these answers are asked for by batch job {job.asked.id}, which "
                    "is not collected yet: harness run --batch collects it, --live all buys "
                    "them all the same"
                )


def _is_short(
    found: Sequence[Obtained],
    planned: Planned,
    sessions: frozenset[str] | None,
) -> bool:
    """Tell whether something that was planned has no answer that was kept.

    Args:
        found: What was obtained.
        planned: What was to be generated.
        sessions: Whose answers count; None: anybody's.
    """

    def is_there(sample: Sample) -> bool:
        receipt = sample.receipt
        return receipt is not None and (sessions is None or receipt.session in sessions)

    return any(
        (obtained.suite.id, sample.arm, sample.key) in planned and not is_there(sample)
        for obtained in found
        for chain in obtained.samples
        for sample in chain
    )


def refuse_unwritable(suites: Sequence[Suite], workspace: Workspace) -> None:
    """Ask for nothing that could not be kept."""
    recordings = (workspace.cassettes(suite.id).folder for suite in suites)
    for folder in (workspace.blobs.root, *recordings):
        if complaint := writable(folder):
            raise StoreError(f"nothing was asked for: {complaint}")


def agree(plan: Plan, order: Order) -> None:
    """Refuse an unknown price, and ask before money is spent.

    Raises:
        SpendingRefused: it is not to be spent.
    """
    if plan.unpriced and not order.allow_unknown_price:
        raise SpendingRefused(
            f"no price is known of {', '.join(plan.unpriced)}; "
            "--allow-unknown-price spends all the same"
        )
    if plan.due:
        order.confirm(plan)
