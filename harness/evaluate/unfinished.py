"""Remember a live run that has not come to its end, so that `--resume` goes on with it.

A file a run, `reports/unfinished/<session>.json`: written before anything is spent,
removed once all that was planned is recorded. A run that is stopped at its cap,
interrupted or killed leaves it.
"""

import contextlib
import re
from dataclasses import dataclass, replace
from pathlib import Path

from harness.errors import StoreError, UsageError
from harness.store.codec import decode, encode
from harness.store.files import dump_json, write_atomic
from harness.store.runs import opened

FORMAT = "gemini-image-harness/unfinished"
VERSION = 1
_STAMP = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a run is asked to do, as the command line said it.

    Attributes:
        live: `"none"`, `"missing"` or `"all"`.
        suites: Files and folders; empty for the configured ones.
        keyword: `-k`.
        tags: `--tag`.
        samples: `--samples`.
        recording: `--recording`.
        endpoint: `--endpoint`.
        model: `--model`.
        batch: `--batch`.
        record_only: `--record-only`.
        allow_unknown_price: `--allow-unknown-price`.
        arms: `--arms`.
        anchor: `--anchor`.
        shard: `--shard`.
        sessions: Runs of the recorder that worked on it, oldest first.
    """

    live: str = "none"
    suites: tuple[str, ...] = ()
    keyword: str | None = None
    tags: tuple[str, ...] = ()
    samples: int | None = None
    recording: str | None = None
    endpoint: str | None = None
    model: str | None = None
    batch: bool = False
    record_only: bool = False
    allow_unknown_price: bool = False
    arms: tuple[str, ...] = ()
    anchor: str | None = None
    shard: str | None = None
    sessions: tuple[str, ...] = ()


class UnfinishedRuns:
    """The unfinished runs of a workspace."""

    def __init__(self, reports: Path) -> None:
        self._folder = reports / "unfinished"

    def newest(self, shard: str | None = None) -> Asked:
        """Give the run that was begun last, or the last one of a shard.

        Raises:
            UsageError: none is unfinished.
            StoreError: its file is broken.
        """
        if shard is not None:
            return self._newest_of(shard)
        paths = sorted(self._folder.glob("*.json"))
        if not paths:
            raise UsageError("no run is unfinished; begin one with: harness run --live missing")
        return _read(paths[-1])

    def _newest_of(self, shard: str) -> Asked:
        found = next((run for run in self.all() if run.shard == shard), None)
        if found is None:
            raise UsageError(
                f"no run of shard {shard} is unfinished; begin one with: "
                f"harness run --shard {shard} --live missing"
            )
        return found

    def all(self) -> tuple[Asked, ...]:
        """Give every unfinished run that can be read, the one begun last first."""
        found: list[Asked] = []
        for path in sorted(self._folder.glob("*.json"), reverse=True):
            with contextlib.suppress(StoreError):
                found.append(_read(path))
        return tuple(found)

    def begin(self, run: Asked, session: str) -> Asked:
        """Note that a session works on `run`; an older one that asked for the same is forgotten.

        Raises:
            StoreError: it cannot be written.
        """
        for path in self._folder.glob("*.json"):
            with contextlib.suppress(StoreError):  # a broken one stops no run that is begun
                other = _read(path)
                if not run.sessions and replace(other, sessions=()) == run:
                    path.unlink(missing_ok=True)
        noted = replace(run, sessions=(*run.sessions, session))
        document = {"format": FORMAT, "version": VERSION, "run": encode(noted)}
        write_atomic(self._path(noted), dump_json(document))
        return noted

    def end(self, run: Asked) -> None:
        """Forget a run that came to its end."""
        self._path(run).unlink(missing_ok=True)

    def _path(self, run: Asked) -> Path:
        return self._folder / f"{run.sessions[0]}.json"


def _read(path: Path) -> Asked:
    tree = opened(path, form=FORMAT, version=VERSION)
    run = decode(Asked, tree.get("run"), where=str(path))
    if not run.sessions or not all(map(_STAMP.fullmatch, run.sessions)):
        raise StoreError(f"{path}: names no session; delete it, and run with --live missing")
    return run
