"""List the recordings of a workspace, with what of them is stale and why; show one; move."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.errors import CassetteError, StoreError, UsageError
from harness.evaluate.holdings import all_recordings
from harness.evaluate.plan import PlanRow, index_of, rows_of
from harness.evaluate.whole import whole
from harness.evaluate.workspace import Wish, Workspace
from harness.model.request import JsonObject
from harness.model.sample import Standing
from harness.model.suite import Suite
from harness.recording.cassettes import Cassettes, place, recordings_of
from harness.recording.interaction import Interaction
from harness.recording.moving import CaseName, move
from harness.recording.skeletons import skeleton_of
from harness.recording.unpacking import references


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A sample that is recorded for an older request.

    Attributes:
        variant: The variant's id, for people.
        sample: From 1, as people count.
        turn: From 1.
        why: What differs.
    """

    variant: str
    sample: int
    turn: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A recording in one line.

    Attributes:
        suite: Id of the suite.
        recording: Its name.
        answers: How many it holds.
        arms: Who answered, by name, sorted.
        sessions: Ids, oldest first.
        simulated: Some of it was painted by the simulator.
        replaced: How many answers a later one took the place of.
        missing: How many samples the suite asks for that are not recorded.
        stale: Those that are recorded for an older request.
        unused: How many answers no sample of the suite asks for.
        replies: How many answers to questions about pictures it holds beside those answers.
        unknown: Why it is not known how the suite stands to it; empty where it is.
    """

    suite: str
    recording: str
    answers: int
    arms: tuple[str, ...]
    sessions: tuple[str, ...]
    simulated: bool
    replaced: int
    missing: int = 0
    stale: tuple[Stale, ...] = ()
    unused: int = 0
    replies: int = 0
    unknown: str = ""


def list_recordings(
    workspace: Workspace, suites: Sequence[Suite], *, only: Sequence[str] = ()
) -> tuple[Listed, ...]:
    """List what lies in the folder of cassettes; folders of others are passed over.

    Args:
        workspace: Where they lie.
        suites: What is asked now, as far as it could be loaded.
        only: Ids of suites; all if none.

    Raises:
        CassetteError: a recording is broken.
        UsageError: nothing is recorded of one of `only`.
    """
    by_id = {suite.id: suite for suite in suites}
    found = [each for each in all_recordings(workspace) if not only or each.suite in only]
    absent = sorted(set(only) - {each.suite for each in found})
    if absent:
        raise UsageError(f"{absent[0]!r}: nothing of this suite is recorded")
    return tuple(_listed(each, workspace, by_id.get(each.suite)) for each in found)


def _listed(cassettes: Cassettes, workspace: Workspace, suite: Suite | None) -> Listed:
    sessions, held = cassettes.sessions(), cassettes.load()
    items = [item for item in held if not item.is_reply]
    listed = Listed(
        suite=cassettes.suite,
        recording=cassettes.recording,
        answers=len(items),
        arms=tuple(sorted({item.arm.name for item in items})),
        sessions=tuple(session.id for session in sessions),
        simulated=any(session.simulated for session in sessions),
        replaced=sum(not item.is_reply for item in cassettes.replaced()),
        replies=len(held) - len(items),
    )
    if suite is None:
        return replace(listed, unknown="no suite of this name can be read here")
    settings = workspace.settings.model_copy(update={"recording": cassettes.recording})
    try:
        return _compared(listed, suite, replace(workspace, settings=settings), held)
    except UsageError as error:
        return replace(listed, unknown=str(error))


def _compared(
    listed: Listed, suite: Suite, workspace: Workspace, held: Sequence[Interaction]
) -> Listed:
    every = whole(suite, workspace, Wish())  # what was grown beyond `samples:` is not unused
    index = index_of(every, workspace, held)
    wanted = {variant.id: variant.samples for variant in suite.variants}
    found = tuple(rows_of(every, index, workspace, Wish()))
    rows = tuple(row for row in found if row.sample < wanted[row.variant.id])
    return replace(
        listed,
        missing=sum(row.standing is Standing.MISSING for row in rows),
        stale=tuple(map(_stale, (row for row in rows if row.standing is Standing.STALE))),
        unused=index.unclaimed,
    )


def _stale(row: PlanRow) -> Stale:
    return Stale(variant=row.variant.id, sample=row.sample + 1, turn=row.turn + 1, why=row.why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A picture or signature of an answer.

    Attributes:
        name: `<sha256>.<ext>`.
        note: Its size, or why its bytes are not here.
    """

    name: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One recorded answer.

    Attributes:
        item: As it was recorded.
        prompt: Text of the request's last turn.
        sent: Pictures and signatures of the request.
        came: Those of the answer.
        replaced: How many earlier answers it took the place of.
    """

    item: Interaction
    prompt: str
    sent: tuple[Blob, ...]
    came: tuple[Blob, ...]
    replaced: int


def show(workspace: Workspace, cassettes: Cassettes, case: CaseName | None) -> tuple[Shown, ...]:
    """Show the answers of a recording, or of one case or variant of it.

    Raises:
        CassetteError: a file is broken, or nothing of this name is recorded.
    """
    items = [item for item in cassettes.load() if case is None or case.fits(item)]
    if not items:
        raise CassetteError(
            f"{cassettes.folder}: no such answer is recorded; harness cassette ls lists what is"
        )
    earlier = [place(item) for item in cassettes.replaced()]
    return tuple(
        Shown(
            item=item,
            prompt=_question(item) if item.is_reply else _prompt(item),
            sent=_blobs(item.request.body, workspace),
            came=_blobs(item.response.body, workspace),
            replaced=earlier.count(place(item)),
        )
        for item in sorted(items, key=lambda item: (item.key, item.arm))
    )


def _question(item: Interaction) -> str:
    """Give a question without the words around it."""
    return _prompt(item).rpartition("Question: ")[2]


def _prompt(item: Interaction) -> str:
    match skeleton_of(item.request.body).get("contents"):
        case [*_, {"parts": [*parts]}]:
            texts = (part.get("text") for part in parts if isinstance(part, dict))
            return " ".join(text for text in texts if isinstance(text, str))
        case _:
            return ""


def _blobs(packed: JsonObject, workspace: Workspace) -> tuple[Blob, ...]:
    return tuple(_blob(reference, workspace) for reference in references(packed))


def _blob(reference: JsonObject, workspace: Workspace) -> Blob:
    if "$dropped" in reference:
        name = str(reference["$dropped"])
        return Blob(
            name=name, note=f'{reference.get("size")} bytes, dropped (signatures = "turns")'
        )
    name = str(reference["$blob"])
    try:
        return Blob(name=name, note=f"{workspace.blobs.ref(name).size:,} bytes")
    except StoreError as error:
        return Blob(name=name, note=str(error))


def move_case(
    workspace: Workspace, suite: str, recordings: Sequence[str], *, old: CaseName, new: CaseName
) -> dict[str, int]:
    """Give the answers of a case another name, in recordings of a suite.

    Args:
        workspace: Where they lie.
        suite: Id of the suite.
        recordings: Names; all of the suite's if none.
        old: What they are called now.
        new: What they are to be called.

    Returns:
        Recording to how many answers were moved, where some were.

    Raises:
        CassetteError: nothing of this name is recorded, or the new name is taken.
        StoreError: a file cannot be written, or another process records there.
    """
    root = workspace.root / workspace.settings.cassettes
    names = recordings or recordings_of(root, suite)
    for name in names:
        if not workspace.cassettes(suite, name).folder.is_dir():
            raise CassetteError(
                f"{root / suite / name}: no such recording; see harness cassette ls"
            )
    moved = {name: move(workspace.cassettes(suite, name), old, new) for name in names}
    if not any(moved.values()):
        raise CassetteError(
            f"{root / suite}: nothing is recorded as {old}; harness cassette ls lists what is"
        )
    return {name: count for name, count in moved.items() if count}
