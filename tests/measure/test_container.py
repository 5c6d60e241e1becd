"""What the bytes tell without decoding."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import ImageError
from harness.measure.container import (
    comment,
    has_scans_over,
    header_size,
    is_truncated,
    orientation,
    true_type,
)

FORMS = {
    "jpeg": ("JPEG", {"quality": 90}),
    "progressive": ("JPEG", {"progressive": True}),
    "png": ("PNG", {}),
    "webp": ("WEBP", {"quality": 80}),
    "webp-lossless": ("WEBP", {"lossless": True}),
    "webp-extended": ("WEBP", {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0"}),
}


def exif(turn: int, order: str = "<") -> bytes:
    """Make an EXIF block with one tag, the orientation."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, turn, 0)
    return b"Exif\0\0" + mark + struct.pack(order + "IH", 8, 1) + entry + bytes(4)


@pytest.fixture(scope="module", params=FORMS, ids=str)
def picture(request, paint, encode):
    form, options = FORMS[request.param]
    return encode(paint(), form, **options)


def test_a_whole_picture_is_not_truncated(picture):
    """A file that its writer finished has its end."""
    assert not is_truncated(picture)


@given(st.data())
def test_every_cut_is_seen(picture, data):
    """A file cut anywhere behind its signature is truncated."""
    kept = data.draw(st.integers(min_value=12, max_value=len(picture) - 1))

    assert is_truncated(picture[:kept])


def test_what_trails_a_picture_is_tolerated(picture):
    """Bytes behind the end, such as a second picture's beginning, cut nothing short."""
    assert not is_truncated(picture + b"\xff\xd8 trailing")


def test_an_embedded_end_marker_is_not_the_end(paint, encode):
    """A thumbnail's end marker in the EXIF block does not stand for the picture's own."""
    data = encode(paint(), "JPEG", exif=b"Exif\0\0" + b"\xff\xd8\xff\xd9" * 4)

    assert is_truncated(data[:-1])


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\0\0\0\x18ftypheic", b"{}"], ids=repr)
def test_other_bytes_are_not_called_truncated(data):
    """What is no JPEG, PNG or WebP is of another kind, not cut short."""
    assert not is_truncated(data)


def test_the_header_states_the_size(picture):
    """Width and height are read from every kind of header."""
    assert header_size(picture) == (96, 64)


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_size_is_upright(paint, encode, turn, order, form):
    """Orientations 5 to 8 lie on their side; EXIF is read in both byte orders."""
    data = encode(paint(), form, exif=exif(turn, order))

    assert orientation(data) == turn
    assert header_size(data) == ((64, 96) if turn >= 5 else (96, 64))


@pytest.mark.parametrize("turn", [0, 9, 65535])
def test_a_nonsense_orientation_is_upright(paint, encode, turn):
    """A value outside 1 to 8 turns nothing."""
    assert orientation(encode(paint(), "JPEG", exif=exif(turn))) == 1


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xd9", b"\x89PNG\r\n\x1a\n"], ids=repr)
def test_a_header_without_size_is_an_error(data):
    """No size is no guess."""
    with pytest.raises(ImageError, match="no width and height"):
        header_size(data)


def test_a_height_of_zero_is_an_error():
    """A header that leaves the height open states no size."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 5, 0, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))

    with pytest.raises(ImageError, match="no width and height"):
        header_size(b"\x89PNG\r\n\x1a\n" + chunk)


def test_the_comment_is_printable_and_short(paint, encode):
    """A JPEG comment loses control characters and ends at 200 characters."""
    data = encode(paint(), "JPEG", comment="simulated \x1b[31m\n" + "ü" * 300)

    assert comment(data).startswith("simulated [31mü")
    assert len(comment(data)) == 200


def test_a_picture_without_comment_has_an_empty_one(picture):
    """Only a JPEG's comment segment is a comment."""
    assert comment(picture) == ""


def test_type_is_told_by_bytes(picture):
    """The mime type is that of the bytes."""
    assert true_type(picture) in {"image/jpeg", "image/png", "image/webp"}


@pytest.mark.parametrize(("limit", "over"), [(9, True), (10, False)])
def test_scans_are_counted_up_to_the_end(paint, encode, limit, over):
    """A progressive JPEG of Pillow has 10 scans; what trails its end has none."""
    data = encode(paint(), "JPEG", progressive=True) + b"\xff\xda" * 200

    assert has_scans_over(data, limit) is over
