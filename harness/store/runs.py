"""Keep runs: `reports/<run>/run.json`, versioned, for machines."""

import re
from pathlib import Path

from harness.errors import StoreError, UsageError
from harness.model.run import Run
from harness.store.codec import decode, encode
from harness.store.files import LARGEST_FILE, dump_json, read_json, write_atomic

FORMAT = "gemini-image-harness/run"
VERSION = 1
LARGEST = 500_000_000
"""Bytes of a `run.json` that is read: some 110,000 samples of 4.5 KB. Reading one takes four to
five times as much memory as it has bytes, so a larger one is more likely to end the process."""


def run_document(run: Run) -> dict[str, object]:
    """Give the run as the JSON document that `run.json` and `--json` hold."""
    counts = {status.value: count for status, count in run.counts.items()}
    return {
        "format": FORMAT,
        "version": VERSION,
        "status": run.status.value,
        "counts": counts,
        **_missing(run),
        "run": encode(run),
    }


def _missing(run: Run) -> dict[str, object]:
    """Count what is not recorded, with its expected price as far as it is known."""
    prices = [sample.expected_usd for sample in run.missing]
    if not prices:
        return {}
    known = [usd for usd in prices if usd is not None]
    told = {"answers": len(prices), "unpriced": len(prices) - len(known)}
    return {"missing": {**told, "expected_usd": round(sum(known), 6)}}


def save_run(run: Run, folder: Path) -> Path:
    """Write `run.json` into `folder`.

    Raises:
        StoreError: it cannot be written.
    """
    path = folder / "run.json"
    write_atomic(path, dump_json(run_document(run)))
    return path


def load_run(folder: Path) -> Run:
    """Read the run that lies in `folder`.

    Raises:
        StoreError: the file is missing, broken, or of a newer version.
    """
    return read_run(folder / "run.json")


def read_run(path: Path) -> Run:
    """Read a run's document, wherever it lies and whatever it is called.

    Raises:
        StoreError: the file is missing, broken, or of a newer version.
    """
    tree = opened(path, form=FORMAT, version=VERSION, limit=LARGEST)
    run = decode(Run, tree.get("run"), where=str(path))
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}", run.id):
        raise StoreError(f"{path}: {run.id[:80]!r} is no id of a run; files are named by it")
    for sha256, measures in run.measures.items():
        if not measures.is_sound:
            raise StoreError(f"{path}: measures of {sha256[:80]!r}: no picture has such figures")
    for suite in run.suites:
        if any(not looks.is_square for looks in suite.features.looks):
            raise StoreError(
                f"{path}: looks of {suite.suite}: a distance is missing, or one too many"
            )
    return run


def find_run(reports: Path, name: str) -> Path:
    """Find a run's folder by its id, the end of it, or `last`.

    Raises:
        UsageError: no run is called so, or several are.
    """
    folders = sorted(path.parent for path in reports.glob("*/run.json"))
    if not folders:
        raise UsageError(f"{reports}: no run lies here; make one with: harness run")
    if name == "last":
        return folders[-1]
    found = [folder for folder in folders if folder.name == name or folder.name.endswith(name)]
    if not found and any(folder.name.startswith(f"{name}.") for folder in folders):
        raise UsageError(
            f"{reports}: {name} was kept suite by suite: say its suite too, as {name}.SUITE"
        )
    if len(found) != 1:
        known = ", ".join(folder.name for folder in folders[-5:])
        raise UsageError(
            f"{name!r} names {len(found)} runs below {reports}; say one of: {known}, or last"
        )
    return found[0]


def opened(
    path: Path,
    *,
    form: str,
    version: int,
    oldest: int | None = None,
    limit: int = LARGEST_FILE,
) -> dict[str, object]:
    """Read one of our versioned JSON documents.

    Args:
        path: The file.
        form: What `format` has to say.
        version: The one that is written now.
        oldest: The oldest one that is read; the same unless given.
        limit: Bytes that it has at the most.

    Raises:
        StoreError: broken, of another form, or of a newer version.
    """
    tree = read_json(path, limit=limit)
    if not isinstance(tree, dict) or tree.get("format") != form:
        raise StoreError(f"{path}: not a {form} file")
    found = tree.get("version")
    if type(found) is not int or not (oldest or version) <= found <= version:
        raise StoreError(
            f"{path}: version {tree.get('version')!r}, this harness reads {version}; upgrade it"
        )
    return tree
