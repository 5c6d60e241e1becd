"""Take keys out of text files: stand-ins in their places, headers gone, the rest as it was."""

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

from harness.recording.secrets.keys import replaced
from harness.recording.secrets.lint import (
    ALLOWED,
    JOURNAL,
    Finding,
    Linter,
    headers_of,
    interactions_of,
    is_cassette,
    is_text,
)
from harness.store.files import dump_json, locked, read_bytes, write_atomic

MAX_FILE = 400_000_000
"""Bytes of a file that is mended: as many as a stock cassette that is imported."""
BY_HAND = "mend it by hand; then have the key rotated: git's history keeps it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What became of a file.

    Attributes:
        file: Its path, for messages.
        found: What was in it.
        left: What is still in it, since it cannot be mended.
        changed: It was, or would be, written anew.
    """

    file: str
    found: tuple[Finding, ...] = ()
    left: tuple[Finding, ...] = ()
    changed: bool = False


def mend(path: Path, linter: Linter, *, dry_run: bool = False) -> Mended:
    """Take out of a file what the linter finds in it; a second time changes nothing.

    Args:
        path: A file; one that holds nothing is not touched.
        linter: Knows what is looked for.
        dry_run: Only tell what would be done.

    Raises:
        StoreError: it cannot be read or written, or a recorder is at work beside it.
    """
    with contextlib.nullcontext() if dry_run else _guarded(path):
        return _mend(path, linter, dry_run=dry_run)


def _guarded(path: Path) -> contextlib.AbstractContextManager[None]:
    """Hold the lock of the recording that a file belongs to, if it is of one."""
    folders = [folder for folder in path.parents[:2] if (folder / ".lock").is_file()]
    if not folders:
        return contextlib.nullcontext()
    return locked(folders[0], purpose="recording or scrubbing")


def _mend(path: Path, linter: Linter, *, dry_run: bool) -> Mended:
    name = linter.shown(path)
    found = tuple(finding for finding in linter.lint(path) if finding.grave)
    if not any(finding.line for finding in found):  # nothing, or the file's name alone
        return Mended(file=name, found=found, left=found)
    if _is_fixed(path):
        return Mended(file=name, found=found, left=found)
    old = read_bytes(path, limit=MAX_FILE)
    new = mended(old, linter, path=path)
    left = tuple(finding for finding in found if not finding.line)
    if _holds(new, linter, path=path) or (_loads(old, path) and not _loads(new, path)):
        by_hand = Finding(file=name, what="holds a key that cannot be taken out", advice=BY_HAND)
        return Mended(file=name, found=found, left=(*left, by_hand))
    if not dry_run:
        write_atomic(path, new)
    return Mended(file=name, found=found, left=left, changed=new != old)


def _is_fixed(path: Path) -> bool:
    """Tell whether a file's bytes may not be changed: a blob, or no text."""
    with path.open("rb") as stream:
        return not is_text(path, stream.read(8_192))


def mended(data: bytes, linter: Linter, *, path: Path) -> bytes:
    """Give the content of a text file without keys.

    An interaction of ours that is changed is marked as scrubbed; its request digest stays,
    so that the recorded answer still answers the same request.
    """
    hits = sorted(linter.headers(data), key=lambda hit: hit.start)
    new = linter.finder.mended(replaced(data, hits))
    if path.name == JOURNAL:
        return _marked_lines(data, new)
    return _marked(data, new) if is_cassette(data) else new


def _marked_lines(old: bytes, new: bytes) -> bytes:
    """Mark the interactions of a journal that changed; broken lines stay as they are."""
    lines = []
    olds, news = old.split(b"\n"), new.split(b"\n")
    if len(olds) != len(news):  # a key over several lines: none of them was an interaction
        return new
    for before, after in zip(olds, news, strict=True):
        tree = _parsed(after)
        if isinstance(tree, dict) and _tidied(_parsed(before), tree):
            lines.append(json.dumps(tree, ensure_ascii=True, separators=(",", ":")).encode())
        else:
            lines.append(after)
    return b"\n".join(lines)


def _marked(old: bytes, new: bytes) -> bytes:
    tree = _parsed(new)
    return dump_json(tree) if _tidied(_parsed(old), tree) else new


def _parsed(data: bytes) -> object:
    try:
        tree: object = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return tree


def _tidied(old: object, new: object) -> bool:
    """Take headers out that are not allowed, and mark what changed; tell whether any did."""
    before, after = interactions_of(old), interactions_of(new)
    if len(before) != len(after):
        return False
    changed = [_is_changed(one, two) for one, two in zip(before, after, strict=True)]
    for item, is_changed in zip(after, changed, strict=True):
        if is_changed:
            _mark(item)
    return any(changed)


def _is_changed(old: dict[str, object], item: dict[str, object]) -> bool:
    gone = False
    for part, allowed in ALLOWED.items():
        found = headers_of(item, part)
        for name in [name for name in found if name not in allowed]:
            del found[name]
            gone = True
    return gone or item != old


def _mark(item: dict[str, object]) -> None:
    """Set `scrubbed` where the codec writes it: before the request and the response."""
    behind: dict[str, object] = {}
    for name in ("request", "response"):
        if name in item:
            behind[name] = item.pop(name)
    item["scrubbed"] = True
    item.update(behind)


def _holds(data: bytes, linter: Linter, *, path: Path) -> bool:
    return linter.finder.holds(data) or next(iter(linter.headers(data)), None) is not None


def _loads(data: bytes, path: Path) -> bool:
    """Tell whether other programs can read it: JSON and YAML; anything else is text."""
    if path.suffix == ".json":
        return _parsed(data) is not None
    if path.suffix not in (".yaml", ".yml"):
        return True
    from harness.recording import stranger_yaml  # late: it loads PyYAML

    try:
        stranger_yaml.load(data.decode("utf-8-sig"))
    except Exception:  # noqa: BLE001  # PyYAML raises what it likes
        return False
    return True
