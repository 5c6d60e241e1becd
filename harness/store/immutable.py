"""Keep things as immutable JSON files in a folder beside a suite, one file each.

A file is never changed: what is decided later is one more file, so that two branches add
theirs without a conflict.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from harness.errors import StoreError
from harness.store.codec import decode, encode
from harness.store.files import dump_json, write_atomic
from harness.store.runs import opened

VERSION = 1


class Item(Protocol):
    """What has a file of its own."""

    @property
    def id(self) -> str: ...

    @property
    def at(self) -> str: ...


T = TypeVar("T", bound=Item)


class ImmutableFiles:
    """A folder of immutable files of some kinds."""

    def __init__(
        self, suite_file: Path, ending: str, kinds: Mapping[type, tuple[str, str]]
    ) -> None:
        """Name the folder; nothing is read yet.

        Args:
            suite_file: The suite that it lies beside.
            ending: Of the folder's name, e.g. `"baseline"`.
            kinds: How the name of each kind's files begins, and their form.
        """
        self.folder = suite_file.with_suffix("").with_name(f"{suite_file.stem}.{ending}")
        self._kinds = kinds

    def add(self, item: Item) -> Path:
        """Write one more file; an existing one is never touched.

        Raises:
            StoreError: it cannot be written, or the name is taken, or would not be found.
        """
        path, data = self.file_of(item)
        write_atomic(path, data)
        return path

    def file_of(self, item: Item) -> tuple[Path, bytes]:
        """Give the file that an item would be, which is not there yet.

        Raises:
            StoreError: the name is taken, or would not be found.
        """
        kind, form = self._kinds[type(item)]
        if not re.fullmatch(rf"{kind}-[A-Za-z0-9._-]{{1,100}}", item.id):
            raise StoreError(f"{item.id!r}: no name for a file of this kind; use {kind}-<time>")
        path = self.folder / f"{item.id}.json"
        if path.exists():
            raise StoreError(f"{path}: exists already, and these files are never changed")
        return path, dump_json({"format": form, "version": VERSION, **encode(item)})

    def named(self, kind: type[T]) -> tuple[T, ...]:
        """Give everything of a kind, by the files' names.

        Raises:
            StoreError: a file is broken, or of a newer harness.
        """
        name, form = self._kinds[kind]
        files = sorted(self.folder.glob(f"{name}-*.json")) if self.folder.is_dir() else []
        return tuple(_loaded(kind, path, form=form) for path in files)

    def all(self, kind: type[T]) -> tuple[T, ...]:
        """Give everything of a kind, oldest first.

        Raises:
            StoreError: a file is broken, or of a newer harness.
        """
        return tuple(sorted(self.named(kind), key=lambda item: (item.at, item.id)))


def _loaded(kind: type[T], path: Path, *, form: str) -> T:
    tree = opened(path, form=form, version=VERSION)
    fields = {key: value for key, value in tree.items() if key not in ("format", "version")}
    return decode(kind, fields, where=str(path))
