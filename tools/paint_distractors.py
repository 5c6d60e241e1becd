"""Paint the distractors that ship with the package: the simulator's own, marked as such."""

import io
import sys
from pathlib import Path

import numpy as np

from harness.simulator.paint.brief import read_brief
from harness.simulator.paint.encode import mark
from harness.simulator.paint.picture import Order, paint

FOLDER = Path(__file__).parents[1] / "harness" / "measure" / "data" / "distractors"
SIDE = 384
LARGEST = 25_000
PROMPTS = {
    "bear": "a brown bear in a forest at noon",
    "boat": "a red boat on the sea",
    "cat": "a black cat in a room",
    "mug": "a yellow mug in a studio",
    "owl": "a white owl in the snow at night",
    "penguin": "a blue penguin on a beach",
    "rabbit": "a pink rabbit on a meadow",
    "rocket": "a green rocket in space",
}


def main() -> int:
    """Write every picture; the same ones each time."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for number, (name, prompt) in enumerate(PROMPTS.items()):
        rng = np.random.default_rng(number)
        image = paint(Order(brief=read_brief(prompt), size=(SIDE, SIDE)), rng).image
        out = io.BytesIO()
        image.save(out, "WEBP", quality=80, method=6, xmp=mark()["xmp"])
        (FOLDER / f"{name}.webp").write_bytes(out.getvalue())
        print(f"{name}: {len(out.getvalue())} bytes")
        if len(out.getvalue()) > LARGEST:
            print(f"{name} is over {LARGEST} bytes", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
