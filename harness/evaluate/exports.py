"""Export a recording: one cassette of stock vcrpy for each of its cassettes."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import NothingSelected, StoreError, UsageError
from harness.evaluate.workspace import Workspace
from harness.recording.cassette_file import file_name
from harness.recording.export import stock_cassette
from harness.recording.forms import Form
from harness.recording.interaction import Interaction
from harness.recording.unpacking import Read, has_dropped
from harness.store.files import write_atomic


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """One cassette that was written.

    Attributes:
        file: Its path.
        answers: How many it holds.
        altered: How many of them are not byte for byte what the service sent: rebuilt
            from a tree, scrubbed of a key, or without their signatures.
    """

    file: Path
    answers: int
    altered: int


def export_cassettes(
    workspace: Workspace, suite: str, *, recording: str | None, folder: Path, form: Form
) -> tuple[Exported, ...]:
    """Write every cassette of a recording into `folder`, or none.

    Args:
        workspace: Where the recording lies.
        suite: Id of a suite; its file is not needed.
        recording: Its name; None is the one that is set.
        folder: Made where absent; no file in it is overwritten.
        form: YAML or JSON.

    Raises:
        BlobMissing: a picture's bytes are not here.
        CassetteError: a cassette is broken, or the form cannot say it.
        NothingSelected: nothing is recorded there.
        SecretFound: a body holds a key.
        StoreError: the folder cannot be written.
        UsageError: a file exists already.
    """
    groups = _grouped(workspace, suite, recording)
    targets = {name: folder / f"{Path(name).stem}.{form}" for name in groups}
    _refuse_existing(list(targets.values()))
    fresh = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as staged:
            for name, items in groups.items():
                data = stock_cassette(
                    items, form=form, read=_read(workspace), secrets=workspace.keys()
                )
                write_atomic(Path(staged, targets[name].name), data)
            _put_in_place(Path(staged), list(targets.values()))
    except OSError as error:
        raise StoreError(f"{folder}: cannot be written ({error.strerror or error})") from error
    finally:
        if fresh and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    return tuple(_exported(targets[name], items) for name, items in groups.items())


def _grouped(
    workspace: Workspace, suite: str, recording: str | None
) -> Mapping[str, list[Interaction]]:
    """Gather the answers by the cassette they stand in, in its order.

    Replies to questions about pictures are left out: nobody but the harness asks those.

    Raises:
        NothingSelected: there are none.
    """
    cassettes = workspace.cassettes(suite, recording)
    groups: dict[str, list[Interaction]] = {}
    for item in sorted(cassettes.load(), key=lambda item: (item.arm, item.key)):
        if not item.is_reply:
            groups.setdefault(file_name(item.key), []).append(item)
    if not groups:
        raise NothingSelected(
            f"{cassettes.folder}: nothing is recorded there; see: harness cassette ls"
        )
    return dict(sorted(groups.items()))


def _refuse_existing(targets: Sequence[Path]) -> None:
    taken = [path for path in targets if os.path.lexists(path)]
    if taken:
        more = f" (+{len(taken) - 1} more)" if len(taken) > 1 else ""
        raise UsageError(f"{taken[0]}: exists already{more}; export into another folder")


def _read(workspace: Workspace) -> Read:
    blobs = workspace.blobs
    return lambda name: blobs.get(blobs.ref(name))


def _put_in_place(staged: Path, targets: Sequence[Path]) -> None:
    """Rename what was made; take it back where that fails."""
    placed: list[Path] = []
    try:
        for target in targets:
            _refuse_existing([target])
            Path(staged, target.name).rename(target)
            placed.append(target)
    except BaseException:
        for target in placed:
            target.unlink()
        raise


def _exported(target: Path, items: Sequence[Interaction]) -> Exported:
    altered = sum(
        item.reserialised or item.scrubbed or has_dropped(item.response.body) for item in items
    )
    return Exported(file=target, answers=len(items), altered=altered)
