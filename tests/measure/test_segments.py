"""Tables, sampling and density as they stand in the bytes."""

import pytest
from PIL import Image

from harness.measure.parts import walk
from harness.measure.segments import density, jpeg_frame


def frame(data):
    return jpeg_frame(data, tuple(walk(data)))


def sums(tables):
    return [sum(table) for table in tables]


@pytest.mark.parametrize("quality", [1, 30, 75, 95, 100])
def test_tables_are_those_that_pillow_reads(paint, encode, tmp_path, quality):
    """Steps of luma and chroma are the file's own, whatever the quality."""
    data = encode(paint(), "JPEG", quality=quality)
    (tmp_path / "it.jpg").write_bytes(data)

    found = frame(data)

    with Image.open(tmp_path / "it.jpg") as image:
        assert sums([found.luma, found.chroma]) == sums(image.quantization.values())


@pytest.mark.parametrize(
    ("option", "name"), [(0, "4:4:4"), (1, "4:2:2"), (2, "4:2:0"), ("4:1:1", "4:2:0")]
)
def test_sampling_has_its_name(paint, encode, option, name):
    """How colours are sampled is told in the usual words (Pillow's 4:1:1 is a 4:2:0)."""
    assert frame(encode(paint(), "JPEG", subsampling=option)).subsampling == name


def test_a_grey_jpeg_has_one_table(paint, encode):
    """Without colours there is no chroma table and no sampling of colours."""
    found = frame(encode(paint().convert("L"), "JPEG"))

    assert (found.subsampling, len(found.luma), found.chroma) == ("grey", 64, ())


def test_a_cut_table_is_no_table(paint, encode):
    """Of a segment whose length is not its due nothing is taken."""
    data = encode(paint(), "JPEG")
    table = next(part for part in walk(data) if part.kind == b"\xdb")
    broken = bytearray(data)
    broken[table.start] = 0x55  # precision 5, id 5: no such table

    assert frame(bytes(broken)).luma == ()


def test_a_segment_of_endless_tables_is_passed_over(paint, encode):
    """Four tables fill a segment; one of hundreds is somebody's trap, and is not read."""
    data = encode(paint(), "JPEG", quality=100)
    tables = (b"\0" + b"\x02" * 64) * 900
    segment = b"\xff\xdb" + (len(tables) + 2).to_bytes(2, "big") + tables
    at = data.index(b"\xff\xc0")

    assert sum(frame(data[:at] + segment + data[at:]).luma) == 64


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_density_is_told_in_dots_per_inch(paint, encode, form):
    """JFIF counts by the inch, a PNG by the metre; both come out as dots per inch."""
    data = encode(paint(), form, dpi=(300, 150))

    assert density(data, tuple(walk(data))) == (300, 150)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_no_density_is_told_where_none_stands(paint, encode, form):
    """A ratio without a unit, or nothing at all, is no density."""
    data = encode(paint(), form)

    assert density(data, tuple(walk(data))) == ()
