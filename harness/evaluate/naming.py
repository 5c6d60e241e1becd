"""Name every blob that recordings and baselines need, one recording in memory at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from harness.errors import UsageError
from harness.evaluate.holdings import Holding, holdings
from harness.evaluate.roots import pictures_beside
from harness.evaluate.workspace import Workspace
from harness.model.blob import BLOB_NAME
from harness.recording.cassette_file import file_name
from harness.recording.packing import blob_names

Pictures = Mapping[str, tuple[str, ...]]
"""sha256 of the pictures of answers, by the cassette's file."""


@dataclass(slots=True, kw_only=True)
class Named:
    """What is named.

    Attributes:
        names: `<sha256>.<ext>`, each once, in order; nothing that was forgotten.
        bare: sha256 of pictures that a baseline names and no recording does.
        pictures: Pictures of answers, by recording.
        forgotten: How many blobs are named that were forgotten on purpose.
        broken: What cannot be read, a file a line.
    """

    names: dict[str, None] = field(default_factory=dict)
    bare: tuple[str, ...] = ()
    pictures: dict[str, Pictures] = field(default_factory=dict)
    forgotten: int = 0
    broken: list[str] = field(default_factory=list)


def named_blobs(workspace: Workspace, only: Sequence[str] = ()) -> Named:
    """Read recordings and tell what they name.

    Args:
        workspace: Whose.
        only: `suite` or `suite/recording`; empty for all, and for baselines.

    Raises:
        UsageError: nothing is called so.
    """
    named = Named()
    for holding in _selected(workspace, only):
        _add(holding, named)
    if not only:
        known = {name[:64] for name in named.names}
        named.bare = tuple(sorted(pictures_beside(workspace) - known))
    stones = workspace.blobs.tombstones
    gone = [name for name in named.names if name[:64] in stones]
    named.forgotten = len(gone)
    for name in gone:
        del named.names[name]
    named.bare = tuple(sha256 for sha256 in named.bare if sha256 not in stones)
    return named


def _selected(workspace: Workspace, only: Sequence[str]) -> Iterator[Holding]:
    unseen, names = set(only), []
    for holding in holdings(workspace):
        names.append(holding.name)
        asked = {holding.name, holding.name.partition("/")[0]}
        unseen -= asked
        if not only or asked & set(only):
            yield holding
    if unseen:
        known = ", ".join(names) or "nothing is recorded"
        raise UsageError(f"{sorted(unseen)[0]!r}: no suite and no recording; there are: {known}")


def _add(holding: Holding, named: Named) -> None:
    pictures: dict[str, dict[str, None]] = {}
    for item in holding.items:
        answered = blob_names(item.response.body)
        for name in (*blob_names(item.request.body), *answered):
            if BLOB_NAME.fullmatch(name):
                named.names[name] = None
        shown = (name[:64] for name in answered if not name.endswith(".bin"))
        pictures.setdefault(file_name(item.key), {}).update(dict.fromkeys(shown))
    named.pictures[holding.name] = {name: tuple(of) for name, of in pictures.items()}
    named.broken += holding.broken
