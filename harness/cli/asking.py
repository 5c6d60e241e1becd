"""Turn what the command line asks of a run into an order, and back into a command line."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli import shared
from harness.cli.spend import confirm_spending
from harness.evaluate.command import command_of
from harness.evaluate.price_words import cap_for, price_line
from harness.report.words import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.evaluate.order import By, Order
    from harness.evaluate.plan import Plan
    from harness.evaluate.unfinished import Asked
    from harness.evaluate.workspace import Wish, Workspace
    from harness.model.shard import Shard
    from harness.model.suite import Suite
    from harness.runner.chain import Live
    from harness.runner.going import Progress


def asked_of(  # the flags that say what is asked
    *,
    live: str,
    suites: "Sequence[Path] | None",
    keyword: str | None,
    tags: "Sequence[str] | None",
    samples: int | None,
    recording: str | None,
    endpoint: str | None,
    model: str | None,
    batch: bool = False,
    record_only: bool = False,
    allow_unknown_price: bool = False,
    arms: str | None = None,
    anchor: str | None = None,
    shard: str | None = None,
) -> "Asked":
    """Gather the flags that say what is asked, and of whom."""
    from harness.evaluate.unfinished import Asked

    return Asked(
        live="missing" if batch and live == "none" else live,
        suites=tuple(map(str, suites or ())),
        keyword=keyword,
        tags=tuple(tags or ()),
        samples=samples,
        recording=recording,
        endpoint=endpoint,
        model=model,
        batch=batch,
        record_only=record_only,
        allow_unknown_price=allow_unknown_price,
        arms=tuple(word for word in (arms or "").replace(" ", "").split(",") if word),
        anchor=anchor,
        shard=None if shard is None else shard.strip(),
    )


def resumed(asked: "Asked", reports: Path) -> "Asked":
    """Give what the run that was stopped was asked.

    Raises:
        UsageError: none is unfinished, or a flag says something else than it did.
    """
    from harness.errors import UsageError
    from harness.evaluate.unfinished import Asked, UnfinishedRuns

    if replace(asked, shard=None) != Asked():
        raise UsageError(
            "--resume goes on with what the stopped run was asked; leave out the suites, "
            "--live and what selects, or say --live missing without --resume"
        )
    return UnfinishedRuns(reports).newest(asked.shard)


def order_of(
    asked: "Asked",
    here: "Workspace",
    *,
    yes: bool,
    told: "Progress",
    arms: "tuple[Wish, ...]" = (),
    shard: "Shard | None" = None,
) -> "Order":
    """Give the order: a live run is remembered from its beginning to its end."""
    from harness.evaluate.order import Order
    from harness.evaluate.unfinished import UnfinishedRuns

    runs, noted = UnfinishedRuns(here.reports), asked

    def begun(session: str) -> None:
        nonlocal noted
        noted = runs.begin(asked, session)

    return Order(
        live=live_of(asked.live),
        wish=wish_of(asked.endpoint, asked.model),
        allow_unknown_price=asked.allow_unknown_price,
        confirm=lambda plan: _confirm(plan, here, yes=yes, arms=arms, shard=shard),
        progress=told,
        command=command_of(replace(asked, live="missing")),
        done=frozenset(asked.sessions),
        begun=begun,
        sessions=lambda: frozenset(noted.sessions),
        ended=lambda: runs.end(noted),
        ending=say_ending,
        by=_by_batch() if asked.batch else None,
        arms=arms,
        shard=shard,
    )


def _confirm(
    plan: "Plan",
    here: "Workspace",
    *,
    yes: bool,
    arms: "tuple[Wish, ...]",
    shard: "Shard | None",
) -> None:
    """Ask before money is spent; of several arms say first where their times would differ."""
    if arms:
        from harness.evaluate.arms import lopsided

        for line in lopsided(plan):
            shared.remark(f"warning: {line}", style="yellow")
    cap = here.settings.max_cost
    if shard is not None and cap is not None and any(not row.free for row in plan.due):
        shared.remark(
            f"{shard.name}: the cap of ${cap:.2f} is this shard's own; all {shard.of} together "
            f"may spend ${cap * shard.of:.2f}"
        )
    confirm_spending(plan, yes=yes, max_cost=cap)


def _by_batch() -> "By":
    from harness.evaluate.batch import obtain_by_batch

    return obtain_by_batch


def say_ending(count: int) -> None:
    """Say that an interrupt ends the run, and what is waited for."""
    if count:
        calls = count_of(count, "call")
        shared.remark(
            f"interrupted: {calls} under way, whose answers are kept; Ctrl-C again breaks them "
            "off, and they may be charged all the same"
        )


def suites_asked(here: "Workspace", asked: "Asked") -> "tuple[Suite, ...]":
    """Load the suites that are asked for, and select from them."""
    return shared.suites_of(
        here,
        [Path(suite) for suite in asked.suites],
        keyword=asked.keyword,
        tags=asked.tags,
        samples=asked.samples,
    )


def shared_out(
    found: "tuple[Suite, ...]", here: "Workspace", asked: "Asked"
) -> "tuple[tuple[Suite, ...], Workspace, Shard | None]":
    """Keep the shard that is asked for; everything where none is.

    Raises:
        UsageError: `--shard` names none.
    """
    if asked.shard is None:
        return found, here, None
    from harness.evaluate.shard import shard_of, share_of

    wish = wish_of(asked.endpoint, asked.model)
    share = share_of(found, here, shard_of(asked.shard), wish=wish)
    return share.suites, share.workspace, share.shard


def rest_of(found: "Sequence[Suite]", here: "Workspace", order: "Order") -> tuple[str, str]:
    """Say what a run that was stopped at a cap has left to do, and what goes on with it."""
    from harness.evaluate.batch import batch_plan
    from harness.evaluate.obtain import plan_of

    if order.by is None:
        rest = plan_of(found, here, replace(order, done=order.sessions()))
    else:
        rest = batch_plan(found, here, replace(order, done=order.sessions()))
    which = f" --shard {order.shard.flag}" if order.shard else ""
    return price_line(rest), f"harness run --resume{which} --yes --max-cost {cap_for(rest)}"


def wish_of(endpoint: str | None, model: str | None) -> "Wish":
    """Say who the command line asks for."""
    from harness.evaluate.workspace import Wish

    return Wish(endpoint=endpoint, model=model)


def arms_asked(asked: "Asked", suites: "Sequence[Suite]", here: "Workspace") -> "tuple[Wish, ...]":
    """Read `--arms` and `--anchor`; nothing where they are not given.

    Raises:
        UsageError: they name no arms, or stand beside what names one.
    """
    from harness.errors import UsageError
    from harness.evaluate.arms import arms_of

    if not asked.arms and asked.anchor is None:
        return ()
    if asked.endpoint or asked.model or asked.batch:
        raise UsageError(
            "--arms says who is asked, by calls in turn: leave out --endpoint, --model and --batch"
        )
    return arms_of(asked.arms, anchor=asked.anchor, suites=suites, workspace=here)


def live_of(word: str) -> "Live":
    """Read the word of `--live`.

    Raises:
        UsageError: there is no such word.
    """
    from harness.errors import UsageError
    from harness.runner.chain import Live

    try:
        return Live(word)
    except ValueError:
        raise UsageError(f"--live {word!r}: say one of none, missing, all") from None
