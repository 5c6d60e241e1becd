"""Prompt regressions: hold the answers to an edited question against those to the older one.

`harness compare` calls it where a question differs between its two sides::

    found = regressions(first, second, suites=suites, workspace=workspace)

Each side is a recording, a `model@endpoint`, an endpoint, or `earlier`: what the recording in
force holds for the questions as they were before the suite was edited, be it replaced since or
stale. The result has a `Regression` a suite, and is empty where both sides answer the same
questions: those cells are `compare_sides`' alone, which never sees one of these.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.errors import CassetteError, HarnessError, Unrecorded
from harness.evaluate.ask_run import Questions
from harness.evaluate.order import Obtained, Order
from harness.evaluate.run import judged_run
from harness.evaluate.wordings import Wording, cell_now, samples_of, variant_of, wordings
from harness.evaluate.workspace import FREE, Workspace
from harness.judging.criteria import strict
from harness.judging.regression import Pair, regression
from harness.model.regression import Regression
from harness.model.run import Judged, SuiteResult
from harness.model.suite import Suite, Variant
from harness.recording.cassettes import Cassettes, recordings_of
from harness.recording.index import Index
from harness.recording.interaction import Interaction
from harness.runner.chain import Chain
from harness.runner.spending import Purse

EARLIER = "earlier"
"""Side of what a recording holds for the questions before they were edited."""
_THEN, _NOW = "then", "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """Whose answers are meant.

    Attributes:
        name: As it was asked for.
        recording: Where they lie.
        by: Who answered: a `model@endpoint`, an endpoint or a model; empty for anybody.
        earlier: Those to an older question than the suite's.
    """

    name: str
    recording: str
    by: str = ""
    earlier: bool = False

    def fits(self, wording: Wording) -> bool:
        arm = wording.arm
        return self.by in ("", arm.name, arm.endpoint, arm.model)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Two:
    """One turn of a variant, asked in two ways."""

    variant: Variant
    turn: int
    old: Wording
    new: Wording


def regressions(
    first: str, second: str, *, suites: Sequence[Suite], workspace: Workspace
) -> tuple[Regression, ...]:
    """Hold the second side's answers against the first's where their questions differ.

    Nothing is generated, nothing is spent.

    Args:
        first: The older side.
        second: The new side.
        suites: As they are asked now.
        workspace: Where everything is recorded.

    Raises:
        Unrecorded: `earlier` is asked for, and no question was answered in two wordings.
        CassetteError: a recording is broken.
    """
    sides = (_side(first, suites, workspace), _side(second, suites, workspace))
    found = (_of_suite(suite, sides, workspace) for suite in suites)
    answered = tuple(each for each in found if each is not None)
    if not answered and any(side.earlier for side in sides):
        raise Unrecorded(
            f"no question of {', '.join(suite.id for suite in suites)} is answered in two wordings "
            f"in {first} and {second}: after an edit, harness run --live missing records the new "
            "answers; harness plan says what is stale"
        )
    return answered


def _side(name: str, suites: Sequence[Suite], workspace: Workspace) -> _Side:
    """Read a word of the command line: a recording's name counts before all others."""
    recording = workspace.settings.recording
    root = workspace.root / workspace.settings.cassettes
    if any(name in recordings_of(root, suite.id) for suite in suites):
        return _Side(name=name, recording=name)
    if name == EARLIER:
        return _Side(name=name, recording=recording, earlier=True)
    return _Side(name=name, recording=recording, by=name)


def _of_suite(suite: Suite, sides: tuple[_Side, _Side], workspace: Workspace) -> Regression | None:
    """Find what of a suite was asked in two ways, and hold it; None where nothing was."""
    items = tuple(_items(side, suite, workspace) for side in sides)
    left_out: list[str] = []
    found: list[_Two] = []
    for variant in suite.variants:
        for turn in range(len(variant.turns)):
            new = _wording(sides[1], items[1], variant, turn)
            old = _wording(sides[0], items[0], variant, turn, like=new)
            if old is not None and new is not None and old.cell != new.cell:
                found.append(_Two(variant=variant, turn=turn, old=old, new=new))
            elif old is not None and sides[0].earlier:
                left_out.append(f"{variant.id}: no answer to the question as it is now")
    if not found:
        return None
    read, unread = _read(found)
    result = _judged(suite, read, [item for of in items for item in of], workspace)
    by_id = {judged.variant.id: judged for judged in result.judged}
    return regression(
        suite.id,
        [
            Pair(
                old=_renamed(by_id[old.id], two.variant),
                new=_renamed(by_id[new.id], two.variant),
                turn=two.turn,
            )
            for two, old, new in read
        ],
        names=(sides[0].name, sides[1].name),
        features=result.features,
        margins=suite.margins,
        left_out=(*left_out, *unread),
    )


def _items(side: _Side, suite: Suite, workspace: Workspace) -> tuple[Interaction, ...]:
    cassettes: Cassettes = workspace.cassettes(suite.id, side.recording)
    return (*cassettes.replaced(), *cassettes.load()) if side.earlier else cassettes.load()


def _wording(
    side: _Side,
    items: Sequence[Interaction],
    variant: Variant,
    turn: int,
    *,
    like: Wording | None = None,
) -> Wording | None:
    """Choose whose answers a side means: to the question of today, else the latest ones.

    Who answered the other side goes first, so that no more is changed than the question; then
    who is real: a rehearsal on the simulator never stands in a real recording's way.
    """
    now = cell_now(variant, turn)
    found = [
        each
        for each in wordings(items, variant, turn=turn)
        if side.fits(each) and not (side.earlier and each.cell == now)
    ]

    def rank(each: Wording) -> tuple[bool, bool, bool]:
        other = like is not None and each.arm != like.arm
        return each.cell != now, other, each.arm.endpoint in FREE

    return min(found, key=rank, default=None)


_Read = tuple[_Two, Variant, Variant]


def _read(found: Sequence[_Two]) -> tuple[list[_Read], list[str]]:
    """Read both questions of each pair back; say of which that cannot be done."""
    read: list[_Read] = []
    unread: list[str] = []
    for two in found:
        try:
            old, new = (
                strict(variant_of(wording, two.variant, label=_label(two, which)))
                for wording, which in ((two.old, _THEN), (two.new, _NOW))
            )
        except CassetteError as error:
            unread.append(f"{two.variant.id}: {error}")
        else:
            read.append((two, old, new))
    return read, unread


def _label(two: _Two, which: str) -> str:
    """Name a variant as no suite can: both sides are judged in one run, by one standard."""
    return f"{two.variant.label} {which} {two.turn}"


def _renamed(judged: Judged, variant: Variant) -> Judged:
    """Give a judged variant its own id back."""
    return replace(judged, variant=replace(judged.variant, label=variant.label))


def _judged(
    suite: Suite, read: Sequence[_Read], items: Sequence[Interaction], workspace: Workspace
) -> SuiteResult:
    """Judge both sides in one run: so a character has one limit on both."""
    both = [(two.old, old) for two, old, _ in read] + [(two.new, new) for two, _, new in read]
    asked = replace(suite, variants=tuple(variant for _, variant in both), left_out=suite.variants)

    def by(
        suites: Sequence[Suite], workspace: Workspace, order: Order, purse: Purse
    ) -> tuple[tuple[Obtained, ...], HarnessError | None]:
        return (_obtained(suites[0], both, items, workspace),), None

    run, _ = judged_run([asked], workspace, Order(by=by))
    return run.suites[0]


def _obtained(
    suite: Suite,
    both: Sequence[tuple[Wording, Variant]],
    items: Sequence[Interaction],
    workspace: Workspace,
) -> Obtained:
    chains, samples = [], []
    for wording, variant in both:
        for number, of in enumerate(samples_of(wording, variant, workspace)):
            chains.append(Chain(variant=variant, sample=number, arm=wording.arm))
            samples.append(of)
    questions = Questions(
        suite,
        workspace,
        index=Index(items, wanted=frozenset()),
        endpoint=None,
        planned=frozenset(),
    )
    return Obtained(
        suite=suite,
        chains=tuple(chains),
        samples=tuple(samples),
        session="",
        replies=questions.replies(chains, samples, put=lambda _: ()),
    )


def is_earlier(names: Sequence[str], suites: Sequence[Suite], workspace: Workspace) -> bool:
    """Tell whether a side is meant that only `regressions` knows; no recording has its name."""
    return any(_side(name, suites, workspace).earlier for name in names)
