"""Odd and hostile pictures are judged in one line each, whatever their bytes hold."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms

from harness.catalogue import load_catalogue
from harness.judging.contract import contract
from harness.measure.measures import measure
from harness.model.blob import BlobRef
from harness.model.generation import Generation
from harness.model.request import Part
from harness.model.verdict import Status

CATALOGUE = load_catalogue()
RNG = np.random.default_rng(5)
COARSE = RNG.integers(0, 256, (6, 8, 3), dtype=np.uint8)
GRAIN = RNG.normal(0, 12, (384, 512, 1))


def scene(width=512, height=384):
    """Paint clouds with grain, upright or wide: neither blank, nor soft, nor half twice."""
    clouds = Image.fromarray(COARSE).resize((width, height), Image.Resampling.BICUBIC)
    grain = GRAIN if width > height else GRAIN.swapaxes(0, 1)
    return Image.fromarray(np.clip(np.asarray(clouds) + grain, 0, 255).astype(np.uint8))


def encoded(image, form, **options):
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def png(width, height, *, depth, colour, rows):
    """Write a PNG by hand: Pillow cannot write all that it reads."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    parts = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def sixteen_bit():
    levels = np.asarray(scene(), dtype=">u2") * 257
    rows = b"".join(b"\0" + row.tobytes() for row in levels)
    return png(512, 384, depth=16, colour=2, rows=rows)


def cut_palette():
    image = scene().quantize(16)
    return encoded(image, "PNG", transparency=image.getpixel((0, 0)))


def animated(form):
    frames = [scene(), scene().transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    return encoded(frames[0], form, save_all=True, append_images=frames[1:])


def turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(scene(384, 512), "JPEG", quality=100, exif=exif)


def with_alpha(opacity):
    image = scene()
    image.putalpha(opacity)
    return encoded(image, "PNG")


PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
FAIL, WARN, PASS = Status.FAIL, Status.WARN, Status.PASS

PICTURES = {
    "bomb": (lambda: png(50_000, 50_000, depth=8, colour=2, rows=bytes(99)), "decodes", FAIL),
    "bomb of little": (
        lambda: png(6_000, 6_000, depth=8, colour=0, rows=bytes(9)),
        "decodes",
        FAIL,
    ),
    "one pixel": (lambda: encoded(Image.new("RGB", (1, 1)), "PNG"), "blank", FAIL),
    "16-bit": (sixteen_bit, "decodes", PASS),
    "16-bit grey": (lambda: encoded(scene().convert("I;16"), "PNG"), "decodes", PASS),
    "CMYK": (lambda: encoded(scene().convert("CMYK"), "JPEG"), "decodes", PASS),
    "palette": (lambda: encoded(scene().quantize(64), "PNG"), "pixels", PASS),
    "cut palette": (cut_palette, "alpha", FAIL),
    "animated PNG": (lambda: animated("PNG"), "decodes", PASS),
    "animated WebP": (lambda: animated("WEBP"), "decodes", PASS),
    "turned by EXIF": (turned, "aspect_ratio", PASS),
    "with ICC": (
        lambda: encoded(scene(), "JPEG", quality=100, icc_profile=PROFILE),
        "pixels",
        PASS,
    ),
    "opaque alpha": (lambda: with_alpha(255), "pixels", PASS),
    "half clear": (lambda: with_alpha(254), "alpha", FAIL),
    "cut off": (lambda: encoded(scene(), "PNG")[:-20], "decodes", FAIL),
    "an SVG": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "decodes", FAIL),
    "nothing": (lambda: b"", "decodes", FAIL),
    "a GIF": (lambda: encoded(scene(), "GIF"), "decodes", FAIL),
}


def judged(data, turn, sample):
    """Give the findings by check, the picture declared as what it is."""
    measures = measure(data)
    part = Part(picture=BlobRef.of(data), mime_type=measures.true_type)
    answer = sample(generation=Generation(parts=(part,), finish_reason="STOP"))
    found = contract(answer, turn, measures={measures.sha256: measures}, catalogue=CATALOGUE)
    return {finding.check: finding for finding in found}


@pytest.mark.parametrize("name", PICTURES)
def test_an_odd_picture_is_judged_in_one_line(name, sample, turn):
    """Right or refused, never with a traceback, and in words for people."""
    make, check, status = PICTURES[name]

    findings = judged(make(), turn(aspect_ratio="4:3"), sample)

    assert findings[check].status is status, findings
    for finding in findings.values():
        assert "\n" not in finding.message
        assert len(finding.message) < 250
        assert "Traceback" not in finding.message
        assert "object at 0x" not in finding.message


def test_a_bomb_says_how_large_it_would_be(sample, turn):
    """And is judged no further."""
    findings = judged(PICTURES["bomb"][0](), turn(), sample)

    assert "50000x50000 is over 40 megapixels" in findings["decodes"].message
    assert set(findings) == {"answered", "type", "decodes"}


def test_the_widest_4k_picture_is_judged_whole(sample, turn):
    """21:9 at 4K: 17 megapixels, its ratio, size and pixels told."""
    wide = np.tile(np.asarray(scene()), (7, 13, 1))[:2688, :6336]
    data = encoded(Image.fromarray(wide), "JPEG", quality=90)

    findings = judged(data, turn(aspect_ratio="21:9", image_size="4K"), sample)

    assert findings["aspect_ratio"].status is findings["image_size"].status is PASS
    assert findings["decodes"].status is PASS
    assert "6336x2688" in findings["aspect_ratio"].message
