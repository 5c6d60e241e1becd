"""Compare: replay two recordings or two arms, and hold them against each other."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from harness.errors import Unrecorded, UsageError
from harness.evaluate.forms import one_form
from harness.evaluate.order import Order
from harness.evaluate.plan import index_of
from harness.evaluate.regression import is_earlier, regressions
from harness.evaluate.run import judged_run
from harness.evaluate.subjects import recorded
from harness.evaluate.whole import whole
from harness.evaluate.workspace import Wish, Workspace
from harness.judging.conclusions import concluded, confounded, repeated_of, together
from harness.judging.drift import Terms, drift
from harness.judging.nearness import Names, nearness
from harness.judging.sides import Answer, answers_of, compare
from harness.judging.subjects import Subject
from harness.model.arm import Arm
from harness.model.comparison import Comparison
from harness.model.regression import Regression
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be told of two sides beside the differences, and how it was asked.

    Attributes:
        anchor: Name of a third arm, a known other model; None for none.
        equivalence: Whether the sides are as good as equal.
        seed: Of labellings and draws.
        suites: Files or folders that were named; empty for the configured ones.
        recording: Where arms lie, as it was named; None for the default.
    """

    anchor: str | None = None
    equivalence: bool = False
    seed: int = 0
    suites: tuple[Path, ...] = ()
    recording: str | None = None

    def again(self, names: Iterable[str], *flags: str) -> str:
        """Give the command that compares the same, with further flags."""
        words = ["harness", "compare", *names]
        for suite in self.suites:
            words += ["--suite", str(suite)]
        words += ["--recording", self.recording] if self.recording else []
        words += ["--anchor", self.anchor] if self.anchor else []
        words += ["--equivalence"] if self.equivalence else []
        return shlex.join([*words, *flags])


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What came of a comparison, with what it rests on.

    Attributes:
        comparison: What was found.
        subjects: Answers of the first side, of the second, of the anchor, as the test saw
            them: levelled, unless they came in one size and one compression.
        recordings: Where these lie.
        question: What was asked.
    """

    comparison: Comparison
    subjects: tuple[tuple[Subject, ...], ...] = ()
    recordings: tuple[str, ...] = ()
    question: Question = Question()


def compare_sides(
    first: str,
    second: str,
    *,
    suites: Sequence[Suite],
    workspace: Workspace,
    question: Question | None = None,
) -> Compared:
    """Hold two sides against each other; nothing is generated, nothing is spent.

    Contract and delivery are held answer by answer. The pictures of all recorded answers are
    brought to one size and one compression, where they did not come so already, and their
    distributions tested. Cells whose question differs are prompt regressions, never tested.

    Args:
        first: Name of a recording, a `model@endpoint`, an endpoint, or `earlier`.
        second: The same.
        suites: What is compared; those that one side has nothing of are passed over.
        workspace: Where it is recorded.
        question: What else is asked.

    Raises:
        UsageError: a side is none of these.
        Unrecorded: no cell is recorded on both sides.
    """
    question = question or Question()
    reworded = regressions(first, second, suites=suites, workspace=workspace)
    if is_earlier((first, second), suites, workspace):
        return Compared(comparison=_reworded(reworded))
    words = (first, second, question.anchor)
    asked = [_asked(word, suites, workspace) for word in words if word is not None]
    one, two = (_answers(side, suites) for side in asked[:2])
    found = replace(compare((first, second), one, two), regressions=reworded)
    if not found.pairs:
        _refuse_nothing(reworded, (first, len(one)), (second, len(two)))
        return Compared(comparison=_reworded(reworded))
    seen = _seen(asked, suites, workspace)
    tested = _tested(found, seen, suites, workspace=workspace, question=question)
    places = tuple(side.workspace.settings.recording for side in asked)
    return Compared(comparison=tested, subjects=seen.subjects, recordings=places, question=question)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The answers of the first side, of the second, of the anchor.

    Attributes:
        subjects: As they are tested.
        levelled: With their pictures brought to one size and one compression; the same
            where that is how they are tested.
    """

    subjects: tuple[tuple[Subject, ...], ...]
    levelled: tuple[tuple[Subject, ...], ...]

    @property
    def as_delivered(self) -> bool:
        """Tell whether pictures are tested as they came."""
        return self.subjects is not self.levelled


def _seen(asked: Sequence[_Asked], suites: Sequence[Suite], workspace: Workspace) -> _Seen:
    """Gather the answers, and level their pictures unless they are level already."""
    levelled = tuple(_subjects(side, suites, level=True) for side in asked)
    if not one_form(levelled[0], levelled[1], workspace):
        return _Seen(subjects=levelled, levelled=levelled)
    plain = tuple(_subjects(side, suites, level=False) for side in asked)
    return _Seen(subjects=plain, levelled=levelled)


def _refuse_nothing(
    reworded: Sequence[Regression], first: tuple[str, int], second: tuple[str, int]
) -> None:
    """Refuse two sides that have neither a cell nor an edited question in common."""
    if not reworded:
        raise Unrecorded(
            f"no cell is recorded both as {first[0]} ({first[1]} answers) and as {second[0]} "
            f"({second[1]}); harness cassette ls lists what is"
        )


def _asked(name: str, suites: Sequence[Suite], workspace: Workspace) -> _Asked:
    """Read a word of the command line: a recording's name counts before an endpoint's."""
    recordings = _recordings(suites, workspace)
    if name in recordings:
        settings = workspace.settings.model_copy(update={"recording": name})
        place = replace(workspace, settings=settings)
        return _Asked(name=name, workspace=place, wish=_only(_arms(suites, place)))
    model, _, endpoint = name.rpartition("@")
    arms = _arms(suites, workspace)
    if any(arm.endpoint == endpoint and model in ("", arm.model) for arm in arms):
        wish = Wish(endpoint=endpoint, model=model or None)
        return _Asked(name=name, workspace=workspace, wish=wish)
    if any(arm.model == name for arm in arms):
        return _Asked(name=name, workspace=workspace, wish=Wish(model=name))
    raise UsageError(
        f"{name!r}: neither a recording ({_listed(recordings)}) nor an arm of "
        f"{workspace.settings.recording} ({_listed([arm.name for arm in arms])})"
    )


def _only(arms: Sequence[Arm]) -> Wish:
    """Mean the one arm of a recording, though the suite may ask another model by now."""
    if len(arms) != 1:
        return Wish()
    return Wish(endpoint=arms[0].endpoint, model=arms[0].model)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none is there"


def _recordings(suites: Sequence[Suite], workspace: Workspace) -> list[str]:
    root = workspace.root / workspace.settings.cassettes
    return sorted({name for suite in suites for name in recordings_of(root, suite.id)})


def _arms(suites: Sequence[Suite], workspace: Workspace) -> list[Arm]:
    return sorted({arm for suite in suites for arm in index_of(suite, workspace).arms})


def _tested(
    found: Comparison,
    seen: _Seen,
    suites: Sequence[Suite],
    *,
    workspace: Workspace,
    question: Question,
) -> Comparison:
    """Test the pictures, hold the anchor, and word it all."""
    first, second = seen.subjects[:2]
    both = {(pair.suite, pair.cell) for pair in found.pairs}
    turns = together(*([s for s in side if s.place in both] for side in (first, second)))
    ended = list(_ended({s.arm for s in (*first, *second)}, workspace))
    watch = next(suite.watch for suite in suites if suite.id == found.pairs[0].suite)
    terms = Terms(
        watch=watch,
        alpha=watch.alpha,
        seed=question.seed,
        equivalence=question.equivalence and turns,
    )
    test = partial(drift, terms=terms, spread=workspace.spread)
    told = replace(
        found,
        pictures=test(first, second),
        levelled=test(seen.levelled[0], seen.levelled[1]) if seen.as_delivered else None,
        repeated=repeated_of(first, second),
        together=turns,
        confounded=confounded(found.sides, together=turns, ended=ended),
    )
    if question.anchor is not None:
        one, two, three = seen.levelled
        names = Names(first=found.sides[0].name, second=found.sides[1].name, anchor=question.anchor)
        nearer = nearness((one, two, three), names, seed=question.seed)
        told = replace(told, nearer=nearer)
    return concluded(told, equivalence=question.equivalence)


def _ended(arms: set[str], workspace: Workspace) -> Iterator[str]:
    """Say of each arm whose model was shut down that it was."""
    today = workspace.now().date()
    for model_id in sorted({arm.partition("@")[0] for arm in arms}):
        model = workspace.catalogue.get(model_id)
        if model is not None and model.shutdown is not None and today >= model.shutdown:
            yield f"{model_id} was to be shut down on {model.shutdown} on the official API"


def _reworded(found: tuple[Regression, ...]) -> Comparison:
    """Give a comparison of two wordings only: no cell is on both sides."""
    return Comparison(sides=(), pairs=(), unpaired=(0, 0), differences=(), regressions=found)


def _subjects(side: _Asked, suites: Sequence[Suite], *, level: bool) -> tuple[Subject, ...]:
    """Gather every recorded answer of a side."""
    there = [suite for suite in suites if _has(side, suite)]
    return tuple(
        subject
        for suite in there
        for subject in recorded(suite, side.workspace, side.wish, level=level)
    )


def _answers(side: _Asked, suites: Sequence[Suite]) -> tuple[Answer, ...]:
    """Replay and judge a side's answers, beyond a suite's `samples` too, as pictures are tested.

    Of a suite that it has nothing of there are none.
    """
    there = [whole(suite, side.workspace, side.wish) for suite in suites if _has(side, suite)]
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
