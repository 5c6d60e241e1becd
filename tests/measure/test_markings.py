"""What a container says of its making."""

import struct
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from harness.measure.markings import MAX_TEXT, markings
from harness.model.picture import Markings

GOOGLE = "Made with Google AI"
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description '
    'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/'
    f'trainedAlgorithmicMedia" photoshop:Credit="{GOOGLE}"/></x:xmpmeta>'
)
IIM = b"8BIM\x04\x04\0\0\0\0\0\x18\x1c\x02\x6e\0\x13" + GOOGLE.encode()


def with_segment(jpeg, marker, payload):
    """Put a segment right behind a JPEG's start."""
    segment = b"\xff" + marker + struct.pack(">H", len(payload) + 2) + payload
    return jpeg[:2] + segment + jpeg[2:]


def with_text(encode, image, *, packed):
    """Encode a PNG whose iTXt chunk is an XMP packet."""
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", XMP, zip=packed)
    return encode(image, "PNG", pnginfo=info)


def raw_profile(kind, payload, *, packed):
    """Write a text chunk as ImageMagick does: name, length and hexadecimal lines."""
    text = f"\n{kind}\n{len(payload):8}\n{payload.hex()}\n".encode()
    keyword = f"Raw profile type {kind}".encode() + b"\0"
    body = keyword + (b"\0" + zlib.compress(text) if packed else text)
    name = b"zTXt" if packed else b"tEXt"
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def behind_header(png, chunk):
    return png[:33] + chunk + png[33:]


def test_a_plain_picture_carries_no_mark(paint, encode):
    """A PNG as Pillow writes it says nothing of its making."""
    found = markings(encode(paint(), "PNG"))

    assert found == Markings(idat=found.idat)
    assert found.idat > 0


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_the_credit_is_read_from_xmp(paint, encode, form):
    """XMP of a JPEG or WebP gives credit and digital source type."""
    found = markings(encode(paint(), form, xmp=XMP.encode()))

    assert (found.xmp, found.credit, found.source_type) == (True, GOOGLE, "trainedAlgorithmicMedia")


@pytest.mark.parametrize("packed", [True, False])
def test_the_credit_is_read_from_a_png(paint, encode, packed):
    """XMP of a PNG is read, packed or not."""
    found = markings(with_text(encode, paint(), packed=packed))

    assert (found.xmp, found.credit, found.source_type) == (True, GOOGLE, "trainedAlgorithmicMedia")


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(("kind", "payload"), [("iptc", IIM), ("xmp", XMP.encode())])
def test_raw_profiles_are_read(paint, encode, kind, payload, packed):
    """What ImageMagick copies into a PNG's texts is read as what it was."""
    png = behind_header(encode(paint(), "PNG"), raw_profile(kind, payload, packed=packed))

    assert markings(png).credit == GOOGLE


def test_the_credit_is_read_from_iptc(paint, encode):
    """Data set 2:110 of an IPTC block in APP13 gives the credit."""
    jpeg = with_segment(encode(paint(), "JPEG"), b"\xed", b"Photoshop 3.0\0" + IIM)

    found = markings(jpeg)

    assert (found.iptc, found.xmp, found.credit) == (True, False, GOOGLE)


def test_a_credit_is_short_and_printable(paint, encode):
    """However long and wild a credit is, 80 printable characters of it are told."""
    wild = XMP.replace(GOOGLE, "\x1b[2J" + "x" * 300)

    found = markings(encode(paint(), "JPEG", xmp=wild.encode()))

    assert found.credit == "[2J" + "x" * 77


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_exif_is_seen(paint, encode, form):
    """That there is EXIF is told of every container."""
    tags = Image.Exif()
    tags[0x010E] = "odd"

    assert markings(encode(paint(), form, exif=tags)).exif


def test_the_simulators_mark_is_seen(paint, encode):
    """Its comment alone, or its XMP alone, marks a picture as simulated."""
    said = "simulated picture, made by gemini-image-harness simulator"

    assert markings(encode(paint(), "JPEG", comment=said)).simulated
    assert markings(encode(paint(), "JPEG", xmp=said.encode())).simulated
    assert not markings(encode(paint(), "JPEG", comment="simulated annealing")).simulated


def test_a_packed_text_is_unpacked_only_so_far(paint, encode):
    """A bomb in a text costs a megabyte: its credit beyond is not read."""
    packed = zlib.compress(b" " * 20_000_000 + XMP.encode(), 1)
    body = b"XML:com.adobe.xmp\0\x01\0\0\0" + packed
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + b"\0\0\0\0"

    found = markings(behind_header(encode(paint(), "PNG"), chunk))

    assert (found.xmp, found.credit) == (True, "")
    assert MAX_TEXT < 20_000_000


def test_many_tables_cost_little(paint, encode):
    """Megabytes of quantisation tables are walked over, not read."""
    table = b"\xff\xdb\x00\x43\x00" + b"\x01" * 64
    jpeg = encode(paint(), "JPEG")

    found = markings(jpeg[:2] + table * 60_000 + jpeg[2:])

    assert found.luma_sum == 64


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF"])
def test_of_nonsense_nothing_is_told(data):
    """Bytes that are no picture have no markings, and raise nothing."""
    assert markings(data) == Markings()


@pytest.fixture(scope="module")
def marked(paint, encode):
    """Give a JPEG, a PNG and a WebP with texts of every kind in them."""
    jpeg = encode(paint(), "JPEG", xmp=XMP.encode())
    png = with_text(encode, paint(), packed=True)
    return (
        with_segment(jpeg, b"\xed", b"Photoshop 3.0\0" + IIM),
        behind_header(png, raw_profile("iptc", IIM, packed=False)),
        encode(paint(), "WEBP", xmp=XMP.encode()),
    )


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_hostile_bytes_raise_nothing(marked, data):
    """Whatever is done to texts, tables and lengths, something is told, or nothing."""
    damaged = bytearray(data.draw(st.sampled_from(marked)))
    for _ in range(data.draw(st.integers(1, 20))):
        at = data.draw(st.integers(0, min(len(damaged), 1500) - 1))
        damaged[at] = data.draw(st.integers(0, 255))

    found = markings(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]))

    assert len(found.credit) <= 80
    assert found.credit.isprintable()
