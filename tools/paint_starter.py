"""Paint the recording that `harness init` brings: `make recordings` runs this.

The simulator paints it, so every picture says that it is simulated. The reference is a smaller
copy of the demo's, with the same marks.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
STARTER = ROOT / "harness" / "evaluate" / "starter"
SIDE = 384
"""Pixels of the reference: enough to be looked at, and small in every installation."""


def main() -> None:
    """Paint the reference, record the suite, and put the recording into the starter."""
    reference = STARTER / "suites" / "references" / "mascot" / "fox.jpg"
    _shrink(ROOT / "suites" / "references" / "mascot" / "fox.jpg", reference)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(STARTER / "suites", folder / "suites")
        words = ["run", "--endpoint", "simulator", "--live", "missing", "--record-only"]
        program = [sys.executable, "-m", "harness.cli.main", *words]
        environ = {**os.environ, "HARNESS_SIMULATOR_SEED": "8", "PYTHONPATH": str(ROOT)}
        subprocess.run(program, cwd=folder, env=environ, check=True)
        shutil.rmtree(STARTER / "cassettes", ignore_errors=True)
        ignored = shutil.ignore_patterns(".lock", "_journal.*")
        shutil.copytree(folder / "cassettes", STARTER / "cassettes", ignore=ignored)


def _shrink(source: Path, to: Path) -> None:
    with Image.open(source) as image:
        marks = {name: image.info[name] for name in ("xmp", "comment")}
        small = image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    to.parent.mkdir(parents=True, exist_ok=True)
    small.save(to, "JPEG", quality=85, **marks)


if __name__ == "__main__":
    main()
