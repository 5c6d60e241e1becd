"""Keep calibrations: `suites/<suite>.monitor/calibration-<stamp>.json`, immutable files."""

import re
from pathlib import Path

from harness.errors import StoreError
from harness.model.calibration import Calibration
from harness.store.codec import decode, encode
from harness.store.files import dump_json, write_atomic
from harness.store.runs import opened

CALIBRATION = "gemini-image-harness/calibration"
VERSION = 1


class CalibrationStore:
    """The calibrations in the monitor folder of one suite."""

    def __init__(self, suite_file: Path) -> None:
        self.folder = suite_file.with_suffix("").with_name(f"{suite_file.stem}.monitor")

    def add(self, calibration: Calibration) -> Path:
        """Write one more file; an existing one is never touched.

        Raises:
            StoreError: it cannot be written, or the name is taken, or would not be found.
        """
        if not re.fullmatch(r"calibration-[A-Za-z0-9._-]{1,100}", calibration.id):
            raise StoreError(f"{calibration.id!r}: no name for a file; use calibration-<time>")
        path = self.folder / f"{calibration.id}.json"
        if path.exists():
            raise StoreError(f"{path}: exists already, and these files are never changed")
        document = {"format": CALIBRATION, "version": VERSION, **encode(calibration)}
        write_atomic(path, dump_json(document))
        return path

    def all(self) -> tuple[Calibration, ...]:
        """Give all calibrations, oldest first; the last one is in force.

        Raises:
            StoreError: a file is broken, or of a newer harness.
        """
        files = sorted(self.folder.glob("calibration-*.json")) if self.folder.is_dir() else []
        return tuple(
            sorted((_loaded(path) for path in files), key=lambda found: (found.at, found.id))
        )


def latest_calibration(suite_file: Path) -> Calibration | None:
    """Give the calibration of a suite that is in force; None where it was never calibrated.

    Raises:
        StoreError: a file is broken, or of a newer harness.
    """
    found = CalibrationStore(suite_file).all()
    return found[-1] if found else None


def _loaded(path: Path) -> Calibration:
    tree = opened(path, form=CALIBRATION, version=VERSION)
    fields = {key: value for key, value in tree.items() if key not in ("format", "version")}
    return decode(Calibration, fields, where=str(path))
