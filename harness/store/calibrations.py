"""Keep calibrations: `suites/<suite>.monitor/calibration-<stamp>.json`, immutable files."""

from pathlib import Path

from harness.model.calibration import Calibration
from harness.store.immutable import ImmutableFiles

CALIBRATION = "gemini-image-harness/calibration"


class CalibrationStore:
    """The calibrations in the monitor folder of one suite."""

    def __init__(self, suite_file: Path) -> None:
        self._files = ImmutableFiles(
            suite_file, "monitor", {Calibration: ("calibration", CALIBRATION)}
        )

    def add(self, calibration: Calibration) -> Path:
        """Write one more file; an existing one is never touched.

        Raises:
            StoreError: it cannot be written, or the name is taken, or would not be found.
        """
        return self._files.add(calibration)

    def all(self) -> tuple[Calibration, ...]:
        """Give all calibrations, oldest first; the last one of an arm is in force.

        Raises:
            StoreError: a file is broken, or of a newer harness.
        """
        return self._files.all(Calibration)
