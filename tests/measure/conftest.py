"""Pictures to measure: painted here, or real ones where they are at hand."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def paint() -> Callable[..., Image.Image]:
    """Give `paint(seed, width, height)`: soft random patches of colour, RGB."""

    def painted(seed: int = 1, width: int = 96, height: int = 64) -> Image.Image:
        patches = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), dtype=np.uint8)
        return Image.fromarray(patches).resize((width, height), Image.Resampling.BICUBIC)

    return painted


@pytest.fixture(scope="session")
def encode() -> Callable[..., bytes]:
    """Give `encode(image, format, **options)`: its bytes as Pillow writes them."""

    def encoded(image: Image.Image, form: str, **options: object) -> bytes:
        out = BytesIO()
        image.save(out, form, **options)
        return out.getvalue()

    return encoded


@pytest.fixture(scope="session")
def real_pictures() -> dict[str, bytes]:
    """Give the real pictures' bytes by `folder/name`, equal files once."""
    place = Path(os.environ.get("HARNESS_REAL_DATA", ROOT.parent / "shared" / "real")) / "images"
    if not place.is_dir():
        pytest.skip(f"the real pictures are not at {place}; set HARNESS_REAL_DATA")
    found = {f"{p.parent.name}/{p.name}": p.read_bytes() for p in sorted(place.glob("*/*.*"))}
    return {name: data for data, name in {data: name for name, data in found.items()}.items()}
