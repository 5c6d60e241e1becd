"""A C2PA manifest is seen where it is, and nowhere else."""

import os
from pathlib import Path

import pytest

from harness.measure.container import has_c2pa

REAL = Path(os.environ.get("HARNESS_REAL_DATA") or Path(__file__).parents[3] / "shared" / "real")


@pytest.mark.parametrize(
    ("kind", "payload", "there"),
    [
        (b"\xeb", b"JP\0\1\0\0\0\1\0\0\0\x28jumb\0\0\0\x1ejumdc2pa", True),
        (b"\xeb", b"JP\0\1\0\0\0\1\0\0\0\x28jumb\0\0\0\x1ejumdxxxx", False),
        (b"\xfe", b"jumb c2pa in a comment", False),
    ],
)
def test_a_manifest_is_a_labelled_box_in_app11(kind, payload, there):
    """The same words in another segment are no manifest."""
    segment = b"\xff" + kind + (len(payload) + 2).to_bytes(2, "big") + payload

    assert has_c2pa(b"\xff\xd8" + segment + b"\xff\xda\0\2\xff\xd9") is there


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no real recordings at {REAL}")
def test_pictures_of_the_api_carry_one_and_the_gateway_of_vertex_none():
    """AI Studio's JPEGs have a manifest, Vertex's have none (WIRE section 7)."""
    folder = REAL / "images" / "repeat_siamese-cat_ruby"

    found = {path.name: has_c2pa(path.read_bytes()) for path in folder.glob("*.jpg")}

    assert all(there for name, there in found.items() if "aistudio" in name)
    assert not any(there for name, there in found.items() if "vertex" in name)
