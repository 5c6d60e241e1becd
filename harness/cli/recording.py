"""Record what a command line asks for, judge nothing, and say what comes next."""

import shlex
from typing import TYPE_CHECKING

from harness.cli import shared
from harness.cli.asking import arms_asked, rest_of
from harness.errors import SpendingRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.evaluate.order import Order
    from harness.evaluate.record import Recorded
    from harness.evaluate.unfinished import Asked
    from harness.evaluate.workspace import Wish, Workspace
    from harness.model.suite import Suite


def arms_to_record(
    asked: "Asked", found: "Sequence[Suite]", here: "Workspace"
) -> "tuple[Wish, ...]":
    """Read the arms; they are recorded only: a run judges one arm, and mixes none.

    Raises:
        UsageError: they are named wrongly, or nothing is to be recorded.
    """
    from harness.errors import UsageError

    arms = arms_asked(asked, found, here)
    if arms and asked.live == "none":
        raise UsageError(
            "--arms records arms side by side: say --live missing or all; what is recorded is "
            "held against each other by harness compare A B, and judged with --endpoint"
        )
    return arms


def record_and_show(
    asked: "Asked", found: "Sequence[Suite]", here: "Workspace", order: "Order", *, as_json: bool
) -> int:
    """Record, show what is there, and give the exit code."""
    from harness.evaluate.record import record

    made = record(found, here, order)
    capped = isinstance(made.stopped, SpendingRefused)
    left, rest = rest_of(found, here, order) if capped else ("", "harness run --resume")
    following = _next(asked, order, made, rest=rest) if order.arms or made.whole else ""
    if as_json:
        shared.print_json(_document(made, order, following))
    else:
        _show(made)
    for line in made.complaints:
        shared.remark(line, style="red")
    if left:
        shared.remark(f"left    {left}; {rest} goes on")
    if following and not as_json:
        shared.say(f"next    {following}")
    return code_of(made)


def code_of(made: "Recorded") -> int:
    """Give the exit code of a recording: 0 where all that was asked for is there."""
    if made.stopped is not None:
        return made.stopped.exit_code
    return 0 if made.whole else 3


def _show(made: "Recorded") -> None:
    spent = f"${made.spent_usd:.2f} spent"
    left = f", {made.unasked} questions are not answered" if made.unasked else ""
    shared.say(f"{made.kept} of {made.wanted} answers are recorded{left}, {spent}")


def _document(made: "Recorded", order: "Order", following: str) -> dict[str, object]:
    from harness.evaluate.arms import name_of

    fields: dict[str, object] = {
        "kept": made.kept,
        "wanted": made.wanted,
        "spent_usd": made.spent_usd,
        "unasked": made.unasked,
        "failures": list(made.failures),
    }
    if order.arms:
        fields |= {"arms": [name_of(wish) for wish in order.arms], "next": following}
    return shared.document("recorded", **fields)


def _next(asked: "Asked", order: "Order", made: "Recorded", *, rest: str) -> str:
    """Give the command that judges, holds the first two arms against each other, or goes on."""
    from harness.evaluate.arms import name_of

    if not made.whole:
        return rest
    if not order.arms:
        named = {"--endpoint": asked.endpoint, "--model": asked.model}
        named["--recording"] = asked.recording
        given = (word for flag, value in named.items() if value for word in (flag, value))
        return shlex.join(["harness", "run", *asked.suites, *given])
    words = ["harness", "compare", *(name_of(wish) for wish in order.arms[:2])]
    for suite in asked.suites:
        words += ["--suite", suite]
    words += ["--recording", asked.recording] if asked.recording else []
    words += ["--anchor", asked.anchor] if asked.anchor else []
    return shlex.join(words)
