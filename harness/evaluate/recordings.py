"""List the recordings of a workspace."""

from dataclasses import dataclass

from harness.errors import CassetteError
from harness.evaluate.workspace import Workspace
from harness.recording.cassettes import Cassettes, recordings_of


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
    """

    suite: str
    recording: str
    answers: int
    arms: tuple[str, ...]
    sessions: tuple[str, ...]
    simulated: bool


def list_recordings(workspace: Workspace) -> tuple[Listed, ...]:
    """List what lies in the folder of cassettes; folders of others are passed over.

    Raises:
        CassetteError: a recording is broken.
    """
    root = workspace.root / workspace.settings.cassettes
    suites = sorted(p.name for p in root.glob("*") if p.is_dir() and p.name != "blobs")
    named = [_named(workspace, s, name) for s in suites for name in recordings_of(root, s)]
    return tuple(_listed(cassettes) for cassettes in named if cassettes is not None)


def _named(workspace: Workspace, suite: str, recording: str) -> Cassettes | None:
    try:
        return workspace.cassettes(suite, recording)
    except CassetteError:  # a name that no recording has
        return None


def _listed(cassettes: Cassettes) -> Listed:
    sessions, items = cassettes.sessions(), cassettes.load()
    return Listed(
        suite=cassettes.suite,
        recording=cassettes.recording,
        answers=len(items),
        arms=tuple(sorted({item.arm.name for item in items})),
        sessions=tuple(session.id for session in sessions),
        simulated=any(session.simulated for session in sessions),
    )
