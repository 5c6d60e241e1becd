"""Compare: replay two recordings or two arms, and hold them against each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.errors import Unrecorded, UsageError
from harness.evaluate.order import Order
from harness.evaluate.plan import index_of
from harness.evaluate.run import judged_run
from harness.evaluate.workspace import Wish, Workspace
from harness.judging.sides import Answer, answers_of, compare
from harness.model.arm import Arm
from harness.model.comparison import Comparison
from harness.model.suite import Suite
from harness.recording.cassettes import recordings_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One side, as it was asked for.

    Attributes:
        name: The word on the command line.
        workspace: With the side's recording.
        wish: Whose answers are meant.
    """

    name: str
    workspace: Workspace
    wish: Wish


def compare_sides(
    first: str, second: str, *, suites: Sequence[Suite], workspace: Workspace
) -> Comparison:
    """Hold two sides against each other; nothing is generated, nothing is spent.

    Args:
        first: Name of a recording, a `model@endpoint`, or an endpoint.
        second: The same.
        suites: What is compared; those that one side has nothing of are passed over.
        workspace: Where it is recorded.

    Raises:
        UsageError: a side is none of these.
        Unrecorded: no cell is recorded on both sides.
    """
    asked = [_asked(name, suites, workspace) for name in (first, second)]
    one, two = (_answers(side, suites) for side in asked)
    found = compare((first, second), one, two)
    if not found.pairs:
        raise Unrecorded(
            f"no cell is recorded both as {first} ({len(one)} answers) and as {second} "
            f"({len(two)}); harness cassette ls lists what is"
        )
    return found


def _asked(name: str, suites: Sequence[Suite], workspace: Workspace) -> _Asked:
    """Read a word of the command line: a recording's name counts before an endpoint's."""
    recordings = _recordings(suites, workspace)
    if name in recordings:
        settings = workspace.settings.model_copy(update={"recording": name})
        return _Asked(name=name, workspace=replace(workspace, settings=settings), wish=Wish())
    model, _, endpoint = name.rpartition("@")
    arms = _arms(suites, workspace)
    if any(arm.endpoint == endpoint and model in ("", arm.model) for arm in arms):
        wish = Wish(endpoint=endpoint, model=model or None)
        return _Asked(name=name, workspace=workspace, wish=wish)
    raise UsageError(
        f"{name!r}: neither a recording ({_listed(recordings)}) nor an arm of "
        f"{workspace.settings.recording} ({_listed([arm.name for arm in arms])})"
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none is there"


def _recordings(suites: Sequence[Suite], workspace: Workspace) -> list[str]:
    root = workspace.root / workspace.settings.cassettes
    return sorted({name for suite in suites for name in recordings_of(root, suite.id)})


def _arms(suites: Sequence[Suite], workspace: Workspace) -> list[Arm]:
    return sorted({arm for suite in suites for arm in index_of(suite, workspace).arms})


def _answers(side: _Asked, suites: Sequence[Suite]) -> tuple[Answer, ...]:
    """Replay and judge a side; of a suite that it has nothing of there are no answers."""
    there = [suite for suite in suites if _has(side, suite)]
    if not there:
        return ()
    run, _ = judged_run(there, side.workspace, Order(wish=side.wish))
    return tuple(answers_of(run))


def _has(side: _Asked, suite: Suite) -> bool:
    arms = index_of(suite, side.workspace).arms
    wish = side.wish
    return any(
        wish.endpoint in (None, arm.endpoint) and wish.model in (None, arm.model) for arm in arms
    )
