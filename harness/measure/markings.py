"""Read how a picture's container was written, and what it says of its making."""

import hashlib
import re
import zlib
from collections.abc import Callable, Iterator

from harness.measure.parts import JPEG_APP1, JPEG_COM, Part, walk
from harness.measure.segments import JpegFrame, density, jpeg_frame
from harness.model.blob import sniff
from harness.model.picture import Markings

CREDIT_LENGTH = 80
MAX_TEXT = 1_000_000
"""Bytes of a text part that are read, unpacked ones too; a real XMP packet has some 800."""

SIMULATOR = b"gemini-image-harness simulator"
"""What the simulator writes into comment and XMP of every picture (DESIGN, law 9)."""

_XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
_IIM_HEADER = b"Photoshop 3.0\0"
_APP13 = b"\xed"
_EXIF_KINDS = {b"eXIf", b"EXIF"}
_TEXT_KINDS = {b"tEXt", b"zTXt", b"iTXt"}
_XMP_KEYWORDS = (b"XML:com.adobe.xmp", b"Raw profile type xmp")
_IIM_KEYWORD = b"Raw profile type iptc"
_CREDIT = re.compile(rb"photoshop:Credit(?:=[\"']|>)\s{0,80}([^\"'<]{1,400})")
_SOURCE_TYPE = re.compile(rb"digitalsourcetype/([A-Za-z]{1,60})")
_CREDIT_RECORD = b"\x1c\x02\x6e"  # IPTC-IIM 4.2: data set 2:110, "Credit"
_Reader = Callable[[bytes, Part], bytes]
_HEX = re.compile(rb"[0-9a-fA-F\s]+")


def markings(data: bytes) -> Markings:
    """Read the markings of a JPEG, PNG or WebP; of anything else there are none.

    Nothing is decoded but short texts; of nonsense nothing is told. Never raises.
    """
    parts = tuple(walk(data))
    kind = sniff(data)
    frame = jpeg_frame(data, parts) if kind == "jpg" else JpegFrame()
    xmp = next(_packets(data, parts, _xmp_of), b"")
    iptc = next(_packets(data, parts, _iim_of), b"")
    comments = (_payload(data, p) for p in parts if p.kind == JPEG_COM)
    return Markings(
        luma_sum=sum(frame.luma),
        tables=_digest(frame),
        subsampling=frame.subsampling,
        dpi=density(data, parts),
        idat=next((p.end - p.start for p in parts if p.kind == b"IDAT"), 0),
        exif=any(_is_exif(data, part) for part in parts),
        xmp=bool(xmp),
        iptc=bool(iptc),
        credit=_iim_credit(iptc) or _xmp_credit(xmp),
        source_type=_first(_SOURCE_TYPE, xmp),
        simulated=SIMULATOR in xmp or any(SIMULATOR in text for text in comments),
    )


def _digest(frame: JpegFrame) -> str:
    if not frame.luma:
        return ""
    steps = b"".join(step.to_bytes(2, "big") for step in (*frame.luma, *frame.chroma))
    return hashlib.sha256(steps).hexdigest()[:12]


def _payload(data: bytes, part: Part) -> bytes:
    return data[part.start : min(part.end, part.start + MAX_TEXT)]


def _is_exif(data: bytes, part: Part) -> bool:
    if part.kind == JPEG_APP1:
        return data.startswith(b"Exif\0\0", part.start)
    return part.kind in _EXIF_KINDS


def _packets(data: bytes, parts: tuple[Part, ...], read: _Reader) -> Iterator[bytes]:
    return (found for part in parts if (found := read(data, part)))


def _xmp_of(data: bytes, part: Part) -> bytes:
    """Give the XMP packet that `part` holds (XMP part 3, sections 1.1), else nothing."""
    if part.kind == JPEG_APP1 and data.startswith(_XMP_HEADER, part.start):
        return _payload(data, part).removeprefix(_XMP_HEADER)
    if part.kind == b"XMP ":
        return _payload(data, part)
    return _text_of(_payload(data, part), _XMP_KEYWORDS) if part.kind in _TEXT_KINDS else b""


def _iim_of(data: bytes, part: Part) -> bytes:
    """Give the IPTC-IIM block that `part` holds, else nothing."""
    if part.kind == _APP13 and data.startswith(_IIM_HEADER, part.start):
        return _payload(data, part)
    return _text_of(_payload(data, part), (_IIM_KEYWORD,)) if part.kind in _TEXT_KINDS else b""


def _text_of(payload: bytes, keywords: tuple[bytes, ...]) -> bytes:
    """Give the text of a PNG text chunk with one of `keywords` (PNG section 11.3.3).

    Packed texts are unpacked, hexadecimal ones (ImageMagick's raw profiles) too.
    """
    keyword, _, rest = payload.partition(b"\0")
    if keyword not in keywords:
        return b""
    text = _unpacked(rest)
    lines = text.split(b"\n", 3)
    return _unhexed(lines[-1]) if keyword.startswith(b"Raw profile") else text


def _unpacked(rest: bytes) -> bytes:
    """Unpack what is packed: zTXt behind 1 byte of method, iTXt behind flags and names."""
    for at in [m.end() for m in re.finditer(rb"\0", rest[:400])][:5]:
        if rest[at : at + 1] == b"\x78":
            try:
                return zlib.decompressobj().decompress(rest[at:], MAX_TEXT)
            except zlib.error:
                continue
    return rest


def _unhexed(digits: bytes) -> bytes:
    if not _HEX.fullmatch(digits):
        return digits
    even = b"".join(digits.split())
    return bytes.fromhex(even[: len(even) // 2 * 2].decode())


def _iim_credit(block: bytes) -> str:
    at = block.find(_CREDIT_RECORD)
    length = int.from_bytes(block[at + 3 : at + 5], "big")
    return _printable(block[at + 5 : at + 5 + length]) if at >= 0 else ""


def _xmp_credit(packet: bytes) -> str:
    found = _CREDIT.search(packet)
    return _printable(found[1]) if found else ""


def _first(pattern: re.Pattern[bytes], text: bytes) -> str:
    found = pattern.search(text)
    return found[1].decode() if found else ""


def _printable(raw: bytes) -> str:
    text = raw[: 4 * CREDIT_LENGTH].decode("utf-8", "replace").strip()
    return "".join(c for c in text if c.isprintable())[:CREDIT_LENGTH]
