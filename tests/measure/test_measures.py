"""One picture, all its measures; and hostile bytes."""

import hashlib
import os
import struct
import warnings
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from harness.errors import ImageError, UsageError
from harness.measure.derivatives import Kind, derive
from harness.measure.measures import measure, measures_version
from harness.measure.parts import walk
from harness.measure.pixels import decode
from harness.model.picture import Measures

FUZZ = settings(
    max_examples=int(os.environ.get("HARNESS_FUZZ", "100")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
HASHES = ("phash16", "dhash16", "phash8", "average8", "colorhash", "whash8")


@pytest.fixture(scope="module")
def specimens(paint, encode):
    """Give one small file of every form that the readers know."""
    image, tags = paint(1, 48, 32), Image.Exif()
    tags[0x0112], tags[0x010E] = 6, "odd"
    pair = {"save_all": True, "append_images": [paint(2, 48, 32)]}
    return [
        encode(image, "JPEG", exif=tags, comment="a comment", icc_profile=b"p" * 80),
        encode(image, "JPEG", progressive=True, dpi=(72, 72)),
        encode(image.convert("CMYK"), "JPEG", subsampling=0),
        encode(image, "PNG", exif=tags, icc_profile=b"p" * 80),
        encode(image.convert("P"), "PNG", transparency=0),
        encode(image.convert("I;16"), "PNG"),
        encode(image.convert("RGBA"), "PNG", **pair),
        encode(image, "WEBP", exif=tags),
        encode(image.convert("RGBA"), "WEBP", lossless=True),
        encode(image, "WEBP", **pair),
    ]


def whole_again(data: bytes) -> bytes:
    """Give the chunks of a damaged PNG the checksums that make a reader go on."""
    fixed = bytearray(data)
    for part in walk(data):
        if len(part.kind) == 4 and data.startswith(b"\x89PNG") and part.end + 4 <= len(data):
            check = zlib.crc32(data[part.start - 4 : part.end])
            fixed[part.end : part.end + 4] = struct.pack(">I", check)
    return bytes(fixed)


@st.composite
def damage(draw, data):
    """Change bytes, most of them near the beginning, leave some out, say some twice."""
    damaged = bytearray(data)
    places = st.integers(0, 120) | st.integers(0, len(data) - 1)
    for at, value in draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=8)):
        damaged[min(at, len(damaged) - 1)] = value
    start, length = draw(places), draw(st.integers(0, 60))
    again = damaged[start : start + length] * draw(st.sampled_from([0, 1, 1, 1, 2, 9]))
    damaged[start : start + length] = again
    return whole_again(bytes(damaged)) if draw(st.booleans()) else bytes(damaged)


def refusal(data: bytes) -> str:
    """Decode and derive; give the line that refuses, empty where none does."""
    try:
        decode(data)
        derive(data, kind=Kind.THUMB)
    except ImageError as error:
        return str(error)
    return ""


def endure(data: bytes) -> None:
    """Hold that `data` is measured or refused in one line, without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        measured, refused = measure(data, methods=HASHES), refusal(data)

    assert bool(refused) == bool(measured.unmeasurable)
    assert "\n" not in refused + measured.unmeasurable
    assert len(measured.fingerprints) == (0 if refused else len(HASHES))


@FUZZ
@given(st.binary(max_size=400), st.sampled_from(["", "ffd8ff", "89504e470d0a1a0a", "52494646"]))
def test_arbitrary_bytes_are_measured_or_refused(tail, signature):
    """Bytes from anywhere give measures or an `ImageError`, nothing else."""
    endure(bytes.fromhex(signature) + tail)


@FUZZ
@given(st.data())
def test_damaged_pictures_are_measured_or_refused(specimens, data):
    """A picture damaged anywhere gives measures or an `ImageError`, nothing else."""
    endure(data.draw(damage(data.draw(st.sampled_from(specimens)))))


@given(st.data())
def test_a_cut_picture_is_truncated_and_not_measured(specimens, data):
    """Cut anywhere behind its signature, a picture has no fingerprint, and says why."""
    picture = data.draw(st.sampled_from(specimens))
    kept = data.draw(st.integers(12, len(picture) - 1))

    measured = measure(picture[:kept])

    assert measured.truncated
    assert measured.unmeasurable.startswith("truncated")
    assert not measured.fingerprints


def test_a_picture_is_measured(paint, encode):
    """Everything that the bytes tell is in the measures."""
    data = encode(paint(1, 300, 200), "JPEG", comment="simulated")

    measured = measure(data)

    assert measured.sha256 == hashlib.sha256(data).hexdigest()
    assert (measured.true_type, measured.size) == ("image/jpeg", len(data))
    assert (measured.width, measured.height) == (300, 200)
    assert (measured.truncated, measured.unmeasurable) == (False, "")
    assert measured.comment == "simulated"
    assert measured.tile_sd is not None
    assert [f.method for f in measured.fingerprints] == ["phash16", "dhash16"]


@pytest.mark.parametrize("size", [(1, 1), (6336, 2688), (352, 2928)], ids=str)
def test_odd_sizes_are_measured(encode, size):
    """One pixel, 21:9 at 4K and 1:8 are pictures like any other."""
    measured = measure(encode(Image.new("RGB", size, "teal"), "JPEG"))

    assert (measured.width, measured.height) == size
    assert not measured.unmeasurable
    assert measured.tile_sd == 0


@pytest.mark.parametrize(
    ("data", "reason", "kind"),
    [
        (b"", "not a JPEG, PNG or WebP picture (0 bytes)", "application/octet-stream"),
        (b"GIF89a" + bytes(40), "not a JPEG, PNG or WebP picture", "application/octet-stream"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "HEIC is not measurable", "image/heic"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "truncated JPEG", "image/jpeg"),
        (b"\xff\xd8\xff\xda\0\x02\xff\xd9", "no width and height", "image/jpeg"),
    ],
    ids=["empty", "gif", "heic", "cut", "no-size"],
)
def test_reasons_are_told_apart(data, reason, kind):
    """Not a picture, not measurable, cut short and broken are different things."""
    measured = measure(data)

    assert measured.unmeasurable.startswith(reason)
    assert measured.true_type == kind
    assert measured.truncated is reason.startswith("truncated")


def test_one_that_is_too_large_still_states_its_size(paint, encode):
    """A bomb's size is in the measures, its pixels are not."""
    data = bytearray(encode(paint(), "PNG"))
    data[16:24] = struct.pack(">II", 13300, 13300)

    measured = measure(bytes(data))

    assert (measured.width, measured.height) == (13300, 13300)
    assert measured.unmeasurable == "too large: 13300x13300 is over 40 megapixels"


def test_measuring_again_gives_the_same(paint, encode):
    """Measures are a function of the bytes and the methods, and of nothing else."""
    data = encode(paint(1, 640, 480), "WEBP")

    assert measure(data) == measure(data)
    assert isinstance(measure(data, methods=()), Measures)


def test_the_version_names_methods_and_libraries():
    """A memo's key differs where methods, rules or libraries do."""
    version = measures_version(("phash16",))

    assert "reduce1024/256" in version
    assert "imagehash" in version
    assert "pillow" in version
    assert version != measures_version(("dhash16",))


def test_an_unknown_method_is_refused(paint, encode):
    """A method that is not there is a mistake of the caller, not of the picture."""
    with pytest.raises(UsageError, match="unknown fingerprint"):
        measure(encode(paint(), "PNG"), methods=("phash9",))
