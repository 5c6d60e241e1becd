"""Odd pictures are measured right, or refused with one line."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from harness.measure.detail import UPSCALED_BELOW
from harness.measure.measures import measure
from harness.measure.pixels import open_picture
from harness.measure.sameness import same_picture

ADOBE = b"\xff\xee\x00\x0eAdobe"


def chunk(kind, load):
    return struct.pack(">I", len(load)) + kind + load + struct.pack(">I", zlib.crc32(kind + load))


def png(depth, colour, *pixels, clear=b""):
    """Make a PNG of one row by hand: a pixel is its samples' bytes, or the row is given packed."""
    width = len(pixels) if depth >= 8 else 8 // depth
    head = struct.pack(">IIBBBBB", width, 1, depth, colour, 0, 0, 0)
    parts = [chunk(b"IHDR", head)]
    parts += [chunk(b"tRNS", clear)] if clear else []
    parts += [chunk(b"IDAT", zlib.compress(b"\0" + b"".join(pixels))), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def shorts(*levels):
    return struct.pack(f">{len(levels)}H", *levels)


@pytest.fixture(scope="module")
def plain(noise):
    return noise(4, 300, 200)


@pytest.fixture(scope="module")
def usual(plain, encode):
    return measure(encode(plain, "PNG"))


def odd_forms(plain, encode):
    """Give one picture in every odd form."""
    tags, turned = Image.Exif(), plain.transpose(Image.Transpose.ROTATE_90)
    tags[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    grey = np.asarray(plain.convert("L")).astype(np.uint16) * 257
    other = [Image.new("RGB", plain.size, "red")]
    return {
        "CMYK": encode(plain.convert("CMYK"), "JPEG", quality=95),
        "grey of 16 bits": encode(Image.fromarray(grey), "PNG"),
        "grey": encode(plain.convert("L"), "JPEG", quality=95),
        "palette": encode(plain.convert("P"), "PNG"),
        "animated PNG": encode(plain, "PNG", save_all=True, append_images=other),
        "animated WebP": encode(plain, "WEBP", save_all=True, append_images=other, quality=95),
        "rotated": encode(turned, "PNG", exif=tags),
        "profile": encode(plain, "PNG", icc_profile=profile),
        "progressive": encode(plain, "JPEG", quality=95, progressive=True),
    }


def test_every_odd_form_measures_like_the_usual(plain, usual, encode):
    """The same picture, opaque, of the same size, and nothing is found that is not there."""
    for name, data in odd_forms(plain, encode).items():
        found = measure(data)
        assert (found.unmeasurable, found.width, found.height) == ("", 300, 200), name
        assert same_picture(found, usual), name
        assert found.structure.transparent == 0, name
        assert found.structure.bars == (0, 0, 0, 0), name
        assert found.structure.repeats == 1, name
        assert found.structure.detail_db > UPSCALED_BELOW, name


def test_an_inverted_cmyk_jpeg_has_its_colours(encode):
    """Adobe writes CMYK inverted, and says so in APP14; a red stays red."""
    data = encode(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG", quality=95)

    assert ADOBE in data
    assert tuple(np.asarray(open_picture(data).image)[8, 8]) == (255, 0, 0)


def test_sixteen_bits_of_colour_keep_their_high_bytes():
    """A 16-bit PNG in colour, with and without alpha."""
    colour = open_picture(png(16, 2, shorts(0x8040, 0x10F0, 0xFF00)))
    alpha = open_picture(png(16, 6, shorts(0x8040, 0x10F0, 0xFF00, 0xFFFF)))

    assert colour.image.getpixel((0, 0)) == alpha.image.getpixel((0, 0)) == (0x80, 0x10, 0xFF)
    assert colour.transparent == alpha.transparent == 0


@pytest.mark.parametrize(
    ("data", "share"),
    [
        (png(8, 0, b"\x80", b"\x40", clear=shorts(0x80)), 1 / 2),
        (png(4, 0, b"\x5a", clear=shorts(5)), 1 / 2),
        (png(2, 0, b"\x1b", clear=shorts(2)), 1 / 4),
        (png(1, 0, b"\xf8", clear=shorts(1)), 5 / 8),
        (png(16, 0, shorts(0x8040), shorts(0x8041), clear=shorts(0x8040)), 1 / 2),
        (png(8, 2, b"\1\2\3", b"\1\2\4", clear=shorts(1, 2, 3)), 1 / 2),
        (png(16, 2, shorts(512, 512, 512), shorts(2304, 9, 9), clear=shorts(512, 512, 512)), 1 / 2),
        (png(8, 4, b"\x80\xff", b"\x80\xfe", b"\x80\0", b"\0\xff"), 1 / 2),
        (png(16, 4, shorts(9, 0xFFFF), shorts(9, 0x7FFF)), 1 / 2),
        (png(8, 6, b"\1\2\3\xfe", b"\1\2\3\xff"), 1 / 2),
        (png(8, 6, b"\1\2\3\xff", b"\1\2\3\xff"), 0),
        (png(8, 4, b"\1\xff"), 0),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value),
)
def test_every_kind_of_transparency_is_counted(data, share):
    """A clear grey or colour of any depth, an alpha channel; a channel that is opaque is none."""
    assert measure(data).structure.transparent == share


@pytest.mark.parametrize("table", [b"\0", b"\xff\xfe"], ids=["clear", "nearly opaque"])
def test_a_palette_that_is_not_all_opaque_is_counted(encode, table):
    """One pixel of 16 has an entry that is not opaque."""
    image = Image.new("P", (4, 4), 1)
    image.putpalette([9, 9, 9, 99, 99, 99])
    image.putpixel((0, 0), len(table) - 1) if len(table) == 1 else image.putdata([0] * 15 + [1])

    assert measure(encode(image, "PNG", transparency=table)).structure.transparent == 1 / 16


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_copy_with_alpha_is_known_by_its_one_clear_pixel(plain, encode, form):
    """One pixel of 60,000 that is not quite opaque is enough; an opaque channel is not."""
    layer = plain.convert("RGBA")
    opaque = measure(encode(layer, form, lossless=True))
    layer.putpixel((5, 5), (1, 2, 3, 254))
    found = measure(encode(layer, form, lossless=True))

    assert opaque.structure.transparent == 0
    assert found.structure.transparent == pytest.approx(1 / 60_000)


def test_the_smallest_pictures_tell_nothing(encode):
    """Of one pixel no measure that needs a neighbour says anything."""
    found = measure(encode(Image.new("RGB", (1, 1), "teal"), "PNG")).structure

    assert (found.detail_db, found.blockiness, found.halves, found.mark) == (None,) * 4
    assert (found.repeats, found.bars) == (1, (0, 0, 0, 0))


def test_the_largest_picture_of_the_model_is_measured(noise, encode):
    """21:9 at 4K, 6336x2688, made by repeating pixels 8 times, which is found."""
    large = noise(5, 792, 336).resize((6336, 2688), Image.Resampling.NEAREST)
    found = measure(encode(large, "JPEG", quality=100))

    assert (found.width, found.height, found.structure.repeats) == (6336, 2688, 8)
    assert None not in (found.structure.detail_db, found.structure.mark, found.structure.halves)


@pytest.mark.parametrize("size", [(13300, 13300), (2**31 - 1, 1), (8001, 5000)], ids=str)
def test_a_bomb_is_refused_in_one_line(size):
    """What promises too much has no structure, and says why."""
    head = struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    found = measure(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body)

    assert found.unmeasurable == f"too large: {size[0]}x{size[1]} is over 40 megapixels"
    assert found.structure is None
