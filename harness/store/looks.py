"""Keep what a monitor saw: `suites/<suite>.monitor/`, one immutable JSON file a look.

What people made of an alarm is one more file each. A file is never changed, so that two
branches add theirs without a conflict.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from harness.errors import DecisionError, StoreError
from harness.model.monitor import Closing, Look, State, Step
from harness.store.codec import decode, encode
from harness.store.files import dump_json, write_atomic
from harness.store.runs import opened

LOOK = "gemini-image-harness/look"
STEP = "gemini-image-harness/step"
VERSION = 1

T = TypeVar("T", Look, Step)

_KINDS: Mapping[type, tuple[str, str]] = {Look: ("look", LOOK), Step: ("step", STEP)}
"""How a file's name begins, and its form."""


class LookStore:
    """The monitor's folder of one suite."""

    def __init__(self, suite_file: Path) -> None:
        self.folder = suite_file.with_suffix("").with_name(f"{suite_file.stem}.monitor")

    def add(self, item: Look | Step) -> Path:
        """Write one more file; an existing one is never touched.

        Raises:
            StoreError: it cannot be written, or the name is taken, or would not be found.
            DecisionError: a step that says closed without why, or why without closed.
        """
        kind, form = _KINDS[type(item)]
        if not re.fullmatch(rf"{kind}-[A-Za-z0-9._-]{{1,100}}", item.id):
            raise StoreError(f"{item.id!r}: no name for a file of this kind; use {kind}-<time>")
        if isinstance(item, Step):
            _refuse_half_closed(item, where=item.id)
        path = self.folder / f"{item.id}.json"
        if path.exists():
            raise StoreError(f"{path}: exists already, and these files are never changed")
        write_atomic(path, dump_json({"format": form, "version": VERSION, **encode(item)}))
        return path

    def looks(self) -> tuple[Look, ...]:
        """Give all looks, oldest first.

        Raises:
            StoreError: a file is broken.
        """
        found = [self._load(Look, path) for path in self._files("look")]
        return tuple(sorted(found, key=lambda look: (look.at, look.id)))

    def steps(self) -> tuple[Step, ...]:
        """Give what was done about incidents, oldest first.

        Raises:
            StoreError: a file is broken.
            DecisionError: a step says closed without why, or why without closed.
        """
        found = [self._load(Step, path) for path in self._files("step")]
        for step in found:
            _refuse_half_closed(step, where=str(self.folder / f"{step.id}.json"))
        return tuple(sorted(found, key=lambda step: (step.at, step.id)))

    def _files(self, kind: str) -> list[Path]:
        return sorted(self.folder.glob(f"{kind}-*.json")) if self.folder.is_dir() else []

    def _load(self, kind: type[T], path: Path) -> T:
        tree = opened(path, form=_KINDS[kind][1], version=VERSION)
        fields = {key: value for key, value in tree.items() if key not in ("format", "version")}
        return decode(kind, fields, where=str(path))


def _refuse_half_closed(step: Step, *, where: str) -> None:
    if (step.state is State.CLOSED) != (step.closing is not None):
        known = ", ".join(closing.value for closing in Closing)
        raise DecisionError(f"{where}: what is closed says why, one of: {known}; nothing else does")
