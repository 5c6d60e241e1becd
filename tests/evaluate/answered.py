"""Lay a suite whose cases were answered several times with small pictures.

Pictures are described at once, few at a time, so that no test starts processes for them.
"""

import base64
import io
import json

import numpy as np
from PIL import Image

from harness.evaluate.described import FEW, described
from harness.evaluate.imports import import_cassettes

HOST = "https://generativelanguage.googleapis.com/v1beta/models"


def answered(workspace, *, cases=2, samples=8, seed=1):
    """Import `samples` answers to each of some prompts: discs and stripes that vary."""
    rng = np.random.default_rng(seed)
    items = [
        interaction(f"prompt {case}", painted(rng)) for case in range(cases) for _ in range(samples)
    ]
    tape = workspace.root / "shop.json"
    tape.write_text(json.dumps({"interactions": items}))
    suite = import_cassettes([tape], workspace, name="shop", skip_refused=False).suite
    tape.unlink()
    digests = [path.stem for path in sorted(workspace.root.glob("cassettes/blobs/*/*.png"))]
    for start in range(0, len(digests), FEW):
        described(digests[start : start + FEW], workspace)
    return suite


def painted(rng, side=64):
    y, x = np.mgrid[0:side, 0:side] / side
    left, top, wide = rng.uniform(0.3, 0.7, size=3)
    disc = 90 * (np.hypot(x - left, y - top) < wide / 2)
    stripes = 40 * np.sin(rng.uniform(10, 30) * (x + y))
    grey = 100 + disc + stripes + rng.normal(0, 4, (side, side))
    tint = rng.uniform(0.8, 1.1, size=3)
    pixels = np.clip(grey[..., None] * tint, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def interaction(prompt, data):
    picture = {"inlineData": {"mimeType": "image/png", "data": data}}
    answer = {
        "candidates": [{"content": {"parts": [picture]}, "finishReason": "STOP"}],
        "modelVersion": "gemini-3-pro-image",
    }
    return {
        "request": {
            "method": "POST",
            "uri": f"{HOST}/gemini-3-pro-image:generateContent",
            "body": json.dumps({"contents": [{"role": "user", "parts": [{"text": prompt}]}]}),
        },
        "response": {
            "status": {"code": 200, "message": "OK"},
            "body": {"string": json.dumps(answer)},
        },
    }
