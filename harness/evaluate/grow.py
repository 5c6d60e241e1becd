"""Grow a reference sample: one session a call, on days of its own, until there are enough."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from harness.errors import NothingSelected
from harness.evaluate.plan import Plan, chains_of, index_of, plan_suites
from harness.evaluate.standing import standings
from harness.evaluate.unfinished import Asked, UnfinishedRuns
from harness.evaluate.whole import whole
from harness.evaluate.workspace import Wish, Workspace
from harness.model.arm import Arm
from harness.model.suite import Suite, Variant
from harness.runner.chain import Live

_LAST = "~"
"""Later than any day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a reference sample is to become.

    Attributes:
        sessions: How many, on days of their own.
        reference: Answers a cell over all of them.
        samples: Answers a cell of this session; None: so many that `reference` is reached.
        same_day: Sessions of one day count each: day effects are then not measurable.
    """

    sessions: int
    reference: int
    samples: int | None = None
    same_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What there is of a reference sample.

    Attributes:
        arms: Who answered, or is to be asked.
        answers: Recorded samples of each variant of each arm, refusals too.
        reached: Highest sample that is recorded, counted from 1; 0 where none is.
        days: The UTC day on which each session began, by its id, oldest first; empty where
            an import does not tell.
    """

    arms: tuple[Arm, ...]
    answers: tuple[int, ...]
    reached: int
    days: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> int:
        """Count the answers that some variants have and others have not."""
        return sum(self.reached - count for count in self.answers)

    @property
    def calendar(self) -> tuple[str, ...]:
        """The different days, oldest first."""
        return tuple(sorted({*self.days.values()} - {""}))

    def counted(self, goal: Goal) -> int:
        """Count the sessions that count: one a day, unless all of them do."""
        return len(self.days if goal.same_day else self.calendar)

    def is_enough(self, goal: Goal) -> bool:
        return self.counted(goal) >= goal.sessions and self.reached >= goal.reference

    def next_samples(self, goal: Goal) -> int:
        """Tell how many samples a variant are to be there after the next session.

        What is left is spread over the sessions that are left; none gets fewer than an even
        share rounded down, so that each can be held against the others.
        """
        if goal.samples is not None:
            return self.reached + goal.samples
        left = max(1, goal.sessions - self.counted(goal))
        share = math.ceil((goal.reference - self.reached) / left)
        return self.reached + max(share, goal.reference // goal.sessions, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The session that a call is to collect.

    Attributes:
        asked: The run that collects it; with sessions where it was begun today already.
        number: Which session it is, from 1.
        before: What there is before it.
    """

    asked: Asked
    number: int
    before: Growth


def growth_of(suite: Suite, workspace: Workspace, wish: Wish) -> Growth:
    """Look what of a reference sample is recorded.

    Raises:
        CassetteError: the recording is broken.
        UsageError: it cannot be told whose answers are meant.
    """
    every = whole(suite, workspace, wish)
    index = index_of(every, workspace)
    counts: dict[tuple[str, Arm], int] = defaultdict(int)
    begun: dict[str, str] = {}
    reached = 0
    for chain in chains_of(every, index, workspace, wish):
        found = [each.interaction for each in standings(chain, index, workspace.blobs)]
        counts[chain.variant.id, chain.arm] += all(item is not None for item in found)
        for item in filter(None, found):
            reached = max(reached, chain.sample + 1)
            begun[item.session] = min(begun.get(item.session, _LAST), item.recorded_at or _LAST)
    return Growth(
        arms=tuple(sorted({arm for _, arm in counts})),
        answers=tuple(counts.values()),
        reached=reached,
        days={
            name: begun[name].rstrip(_LAST)[:10] for name in sorted(begun, key=begun.__getitem__)
        },
    )


def next_step(suite: Suite, workspace: Workspace, *, goal: Goal, asked: Asked) -> Step | None:
    """Tell which session comes next; None where the reference sample is there.

    A session of today that was stopped is gone on with.

    Args:
        suite: What is grown.
        workspace: Where it is recorded.
        goal: What it is to become.
        asked: The run that collects a session, without its samples.

    Raises:
        NothingSelected: today has its session.
    """
    today = f"{workspace.now():%Y-%m-%d}"
    before = growth_of(suite, workspace, Wish(endpoint=asked.endpoint, model=asked.model))
    begun = _begun(workspace, asked, day=today)
    if begun is not None:
        earlier = {name: day for name, day in before.days.items() if name not in begun.sessions}
        number = replace(before, days=earlier).counted(goal) + 1
        return Step(asked=begun, number=number, before=before)
    if before.is_enough(goal):
        return None
    if today in before.calendar and not goal.same_day:
        raise NothingSelected(
            f"{suite.id}: {before.counted(goal)} of {goal.sessions} sessions are there, the last "
            f"one of today ({today}): a second one would not show what differs between days; come "
            "back after 00:00 UTC, or say --same-day"
        )
    to_come = replace(asked, samples=before.next_samples(goal))
    return Step(asked=to_come, number=before.counted(goal) + 1, before=before)


def _begun(workspace: Workspace, asked: Asked, *, day: str) -> Asked | None:
    """Find the session of today that was stopped."""
    plain = replace(asked, samples=None, allow_unknown_price=False)
    for run in UnfinishedRuns(workspace.reports).all():
        same = replace(run, samples=None, allow_unknown_price=False, sessions=()) == plain
        if same and run.samples and run.sessions[0].startswith(day.replace("-", "")):
            return replace(run, allow_unknown_price=asked.allow_unknown_price)
    return None


def next_plan(
    suite: Suite, workspace: Workspace, *, growth: Growth, goal: Goal, wish: Wish
) -> Plan:
    """Plan the session after this one, for its price."""
    samples = growth.next_samples(goal)
    variants = tuple(replace(variant, samples=samples) for variant in suite.variants)
    to_come = unquestioned(replace(suite, variants=variants))
    return plan_suites((to_come,), workspace, wish=wish, live=Live.MISSING)


def unquestioned(suite: Suite) -> Suite:
    """Ask nothing about the pictures: a reference sample needs no opinion, and questions cost."""
    return replace(suite, variants=tuple(map(_unquestioned, suite.variants)))


def _unquestioned(variant: Variant) -> Variant:
    turns = (replace(turn, checks=replace(turn.checks, ask=None)) for turn in variant.turns)
    return replace(variant, turns=tuple(turns))
