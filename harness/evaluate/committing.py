"""Write down, beside the cassettes and for git, what was measured of their pictures."""

from collections.abc import Iterable

from harness.evaluate.holdings import all_recordings
from harness.evaluate.measured import measured_here
from harness.evaluate.naming import Named
from harness.evaluate.workspace import Workspace
from harness.model.picture import Measures
from harness.store.committed import Committed, Versions


def commit_measures(workspace: Workspace, named: Named) -> tuple[str, ...]:
    """Write the committed measures of the recordings that are named.

    Figures that a file holds already stay as they are, whatever library's version made
    them: a file changes with its cassette alone.

    Returns:
        The files that were written.

    Raises:
        StoreError: a file cannot be written.
    """
    written: list[str] = []
    for cassettes in all_recordings(workspace):
        wanted = named.pictures.get(cassettes.name)
        if wanted is None:
            continue
        committed = Committed(cassettes.folder)
        for name, pictures in wanted.items():
            held = committed.read(committed.folder / name)
            if committed.write(name, _versions(pictures, held, workspace)):
                written.append((committed.folder / name).as_posix())
        committed.tidy(wanted)
    return tuple(written)


def _versions(pictures: Iterable[str], held: Versions, workspace: Workspace) -> Versions:
    """Give what a file is to hold: what it holds of these pictures, and the fresh ones."""
    from harness.measure.measures import measures_version  # late: it loads numpy and Pillow

    now, stones = measures_version(), workspace.blobs.tombstones
    wanted = {sha256 for sha256 in pictures if sha256 not in stones}
    kept: dict[str, dict[str, Measures]] = {}
    for by, measures in held.items():
        if by.partition(" ")[0] == now.partition(" ")[0]:
            kept[by] = {name: each for name, each in measures.items() if name in wanted}
    fresh = wanted - {name for measures in kept.values() for name in measures}
    kept.setdefault(now, {}).update(measured_here(sorted(fresh), workspace).measures)
    return kept
