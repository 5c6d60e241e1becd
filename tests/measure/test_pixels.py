"""From bytes to upright pixels, or one line."""

import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from harness.errors import ImageError
from harness.measure.pixels import MAX_PIXELS, MAX_SCANS, decode, open_image

RED, WHITE = (255, 0, 0), (255, 255, 255)


def png(width: int, height: int, *, body: bytes = b"") -> bytes:
    """Make a grey PNG by hand: any size in the header, any bytes as its body."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))]
    parts += [(b"IDAT", body or zlib.compress(b"\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(load)) + kind + load + struct.pack(">I", zlib.crc32(kind + load))
        for kind, load in parts
    )


@pytest.mark.parametrize(
    ("mode", "form"),
    [
        ("RGB", "JPEG"),
        ("L", "JPEG"),
        ("CMYK", "JPEG"),
        ("1", "PNG"),
        ("L", "PNG"),
        ("P", "PNG"),
        ("RGB", "PNG"),
        ("RGB", "WEBP"),
    ],
)
def test_every_mode_becomes_rgb(paint, encode, mode, form):
    """Whatever the file holds, the pixels are (H, W, 3), uint8, and look the same."""
    image = paint().convert(mode)

    pixels = decode(encode(image, form, quality=95))

    assert (pixels.shape, pixels.dtype) == ((64, 96, 3), np.uint8)
    error = np.abs(pixels.astype(int) - np.asarray(image.convert("RGB"), dtype=int))
    assert error.mean() < 6


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_transparency_lies_on_white(encode, mode, form):
    """What is seen through is white; what is not keeps its colour."""
    image = Image.new("RGBA", (16, 16), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (8, 0, 16, 16))
    data = encode(image.convert("RGBA" if mode == "PA" else mode), form, lossless=True)

    pixels = decode(data)

    assert tuple(pixels[8, 2]) == WHITE
    assert tuple(pixels[8, 12]) == (0, 0, 0)


@pytest.mark.parametrize("transparency", [0, bytes([0, 255])], ids=["index", "table"])
def test_a_transparent_palette_entry_is_white(encode, transparency):
    """A palette may name one clear entry, or say of each how clear it is."""
    image = Image.new("P", (4, 4), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.putpixel((1, 1), 1)

    pixels = decode(encode(image, "PNG", transparency=transparency))

    assert tuple(pixels[0, 0]) == WHITE
    assert tuple(pixels[1, 1]) == RED


def test_sixteen_bits_keep_their_high_byte(encode):
    """A 16-bit grey of half height is a grey of 128, not white."""
    image = Image.fromarray(np.full((8, 8), 0x8040, dtype=np.uint16))

    assert decode(encode(image, "PNG"))[0, 0].tolist() == [128, 128, 128]


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_an_animation_gives_its_first_frame(encode, form):
    """Of an animated PNG or WebP the first frame is measured."""
    first, second = Image.new("RGB", (32, 24), RED), Image.new("RGB", (32, 24), "blue")

    data = encode(first, form, save_all=True, append_images=[second], lossless=True)

    assert np.all(decode(data) == RED)


def test_a_colour_profile_is_left_as_it_is(paint, encode):
    """The numbers of the pixels stay, whatever profile says how to see them."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()

    with_profile = decode(encode(paint(), "PNG", icc_profile=profile))

    assert np.array_equal(with_profile, np.asarray(paint()))


def test_a_rotated_picture_stands_upright(paint, encode):
    """Each EXIF orientation turns as Pillow's own method for it does."""
    upright = paint()
    for turn, back in {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}.items():
        stored = upright.transpose(Image.Transpose(back))
        tags = Image.Exif()
        tags[0x0112] = turn

        pixels = decode(encode(stored, "PNG", exif=tags))

        assert np.array_equal(pixels, np.asarray(upright)), turn


def test_a_picture_at_the_limit_is_read_and_one_beyond_is_not(encode):
    """40 megapixels are the most; the limit is judged by the header."""
    width = MAX_PIXELS // 5000

    assert open_image(encode(Image.new("1", (width, 5000)), "PNG")).size == (width, 5000)
    with pytest.raises(ImageError, match=r"^too large: 8001x5000 is over 40 megapixels$"):
        open_image(png(width + 1, 5000))


@pytest.mark.parametrize(("width", "height"), [(13300, 13300), (2**31 - 1, 2**31 - 1), (1, 2**31)])
def test_a_bomb_is_refused_without_a_warning(width, height):
    """A few bytes that promise gigabytes are an error, never a warning."""
    with pytest.raises(ImageError, match="too large"):
        decode(png(width, height))


def test_a_bomb_behind_a_modest_header_is_refused(paint, encode):
    """A second size further on in a JPEG, which Pillow would believe, is held to the limit."""
    data = encode(paint(), "JPEG")
    frame = data.index(b"\xff\xc0")
    bomb = bytearray(data[frame : frame + 19])
    bomb[5:9] = b"\xff\x00\xff\x00"

    with pytest.raises(ImageError, match="too large: 65280x65280"):
        decode(data[: frame + 19] + bytes(bomb) + data[frame + 19 :])


def test_a_webp_bomb_is_refused_before_its_canvas_is_laid_out(paint, encode):
    """The WebP reader allocates the canvas on opening; it does not come to that."""
    data = bytearray(encode(paint(), "WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"))
    data[24:30] = b"\xff\x3f\x00\xff\x3f\x00"

    with pytest.raises(ImageError, match="too large: 16384x16384"):
        decode(bytes(data))


def test_a_jpeg_of_endless_scans_is_refused(paint, encode):
    """Each scan costs a pass over all pixels, so there may not be thousands."""
    data = encode(paint(), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]

    with pytest.raises(ImageError, match="too many scans"):
        decode(data[:-2] + last * MAX_SCANS + data[-2:])


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF", "AVIF", "ICO"])
def test_other_formats_are_refused(paint, encode, form):
    """Only JPEG, PNG and WebP are opened, animated GIF included in the refusal."""
    with pytest.raises(ImageError, match=r"^not a JPEG, PNG or WebP picture \(\d+ bytes\)$"):
        decode(encode(paint(), form))


def test_heic_says_that_it_is_not_measurable():
    """A HEIC reference is known, and not measurable."""
    with pytest.raises(ImageError, match=r"^HEIC is not measurable$"):
        decode(b"\0\0\0\x18ftypheic" + bytes(32))


def test_a_body_that_is_too_short_is_broken_in_one_line():
    """A PNG whole by its chunks whose pixels run out is an error, not half a picture."""
    with pytest.raises(ImageError, match=r"^broken PNG \(\d+ bytes\): [^\n]+$"):
        decode(png(500, 500))


def test_an_odd_exif_block_is_no_warning(paint, encode):
    """Pillow's remarks on odd metadata stay within."""
    block = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x1a\x01\x05\0\x01\0\0\0\xff\xff\0\0"

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        decode(encode(paint(), "JPEG", exif=block))

    assert not said


def test_a_large_jpeg_comes_at_a_fraction_that_keeps_its_side(paint, encode):
    """A draft keeps at least the side that it was given; other types come whole."""
    large = paint(width=2100, height=1040)

    assert open_image(encode(large, "JPEG"), keep_long=512).size == (525, 260)
    assert open_image(encode(large, "JPEG"), keep_short=512).size == (1050, 520)
    assert open_image(encode(large, "JPEG"), keep_short=521).size == (2100, 1040)
    assert open_image(encode(large, "JPEG"), keep_long=526).size == (1050, 520)
    assert open_image(encode(large, "JPEG")).size == (2100, 1040)
    assert open_image(encode(large, "PNG"), keep_long=512).size == (2100, 1040)
