"""Pictures to measure: painted here, or real ones where they are at hand."""

import os
from collections.abc import Callable
from functools import cache
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


@pytest.fixture(scope="session")
def real_images(real_pictures: dict[str, bytes]) -> dict[str, Image.Image]:
    """Give the real pictures decoded, by `folder/name`."""
    return {name: Image.open(BytesIO(data)).convert("RGB") for name, data in real_pictures.items()}


@pytest.fixture(scope="session")
def few_images(real_images: dict[str, Image.Image]) -> list[Image.Image]:
    """Give every fifth real picture: seven, of six kinds and both containers' compressions."""
    return list(real_images.values())[::5]


@pytest.fixture(scope="session")
def recoded(encode: Callable[..., bytes]) -> Callable[..., Image.Image]:
    """Give `recoded(image, quality)`: the same after a JPEG of that quality."""

    def again(image: Image.Image, quality: int) -> Image.Image:
        return Image.open(BytesIO(encode(image, "JPEG", quality=quality))).convert("RGB")

    return again


@pytest.fixture(scope="session")
def noise() -> Callable[..., Image.Image]:
    """Give `noise(seed, width, height)`: grains of every size, as natural pictures have."""

    @cache
    def grained(seed: int = 1, width: int = 512, height: int = 384) -> Image.Image:
        rng, levels = np.random.default_rng(seed), np.full((height, width, 3), 128.0)
        for step, strength in ((1, 10), (4, 15), (16, 25), (64, 30)):
            grain = rng.normal(0, strength, (-(-height // step), -(-width // step), 3))
            levels += grain.repeat(step, axis=0).repeat(step, axis=1)[:height, :width]
        return Image.fromarray(levels.clip(0, 255).astype(np.uint8))

    return grained
