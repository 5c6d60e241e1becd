"""Say what a picture's bytes tell without decoding pixels: type, size, end, comment."""

from collections.abc import Iterator
from typing import Literal

from harness.errors import ImageError
from harness.measure.parts import JPEG_APP1, JPEG_APP11, JPEG_COM, JPEG_EOI, JPEG_SOS, Part, walk
from harness.model.blob import MIME_TYPES, sniff

COMMENT_LENGTH = 200
_SCAN, _END = b"\xff" + JPEG_SOS, b"\xff" + JPEG_EOI
# SOFn of ITU T.81 table B.1; DHT, JPG and DAC lie among them.
_FRAMES = {bytes([marker]) for marker in {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}}
_EXIF_PARTS = {JPEG_APP1, b"eXIf", b"EXIF"}
_EXIF_HEADER = b"Exif\0\0"
_ORDERS: dict[bytes, Literal["little", "big"]] = {b"II": "little", b"MM": "big"}


def true_type(data: bytes) -> str:
    """Tell the mime type by magic bytes, `"application/octet-stream"` where unknown."""
    return MIME_TYPES[sniff(data)]


def is_truncated(data: bytes) -> bool:
    """Tell whether a JPEG, PNG or WebP ends before its end.

    A JPEG needs an end marker behind its first scan (what trails the end marker
    is tolerated), a PNG its IEND chunk whole, a WebP the length that its RIFF
    header declares. MEASURES section 5: 225 of 225 cuts found, no false alarm.
    Bytes of another kind are never truncated, they are of another kind.
    """
    match sniff(data):
        case "jpg":
            return not _has_end(data)
        case "png":
            return not any(p.kind == b"IEND" and p.end + 4 <= len(data) for p in walk(data))
        case "webp":
            return 8 + int.from_bytes(data[4:8], "little") > len(data)
        case _:
            return False


def has_scans_over(data: bytes, limit: int) -> bool:
    """Tell whether a JPEG has more than `limit` scans: 1 if baseline, some 10 if progressive.

    Within entropy-coded data 0xff is followed by 0x00 or a restart only, so the
    first 0xffd9 behind the first scan ends the picture, and every 0xffda up to it
    begins a scan.
    """
    start = _scan_start(data)
    if start < 0 or data.count(_SCAN, start) < limit:
        return False
    return 1 + data.count(_SCAN, start, data.find(_END, start)) > limit


def comment(data: bytes) -> str:
    """Give the first comment of a JPEG: printable, at most 200 characters, else empty."""
    if sniff(data) != "jpg":
        return ""
    payload = next((data[p.start : p.end] for p in walk(data) if p.kind == JPEG_COM), b"")
    text = payload[: 4 * COMMENT_LENGTH].decode("utf-8", "replace")
    return "".join(c for c in text if c.isprintable())[:COMMENT_LENGTH]


def has_c2pa(data: bytes) -> bool:
    """Tell whether a C2PA manifest is embedded; that it is there says nothing of its validity.

    JPEG: a JUMBF box labelled `c2pa` in APP11; PNG: a `caBX` chunk; WebP: a `C2PA`
    chunk. MEASURES section 5: agrees with a raw search on 875 of 875 files.
    """
    return any(_is_c2pa(data, part) for part in walk(data))


def _is_c2pa(data: bytes, part: Part) -> bool:
    if part.kind in (b"caBX", b"C2PA"):
        return True
    payload = data[part.start : part.start + 200] if part.kind == JPEG_APP11 else b""
    return b"jumb" in payload and b"c2pa" in payload


def header_size(data: bytes) -> tuple[int, int]:
    """Read width and height in pixels, upright, from the header only.

    Raises:
        ImageError: no JPEG, PNG or WebP, or a header that states no size.
    """
    size = next((s for part in walk(data) if (s := _stated_size(data, part))), None)
    if size is None or 0 in size:
        raise ImageError(f"no width and height in the header ({len(data)} bytes)")
    return (size[1], size[0]) if orientation(data) >= 5 else size


def orientation(data: bytes) -> int:
    """Read the EXIF orientation, 1 to 8; 1 (upright) where absent or nonsense."""
    return next((o for o in _orientations(data) if 1 <= o <= 8), 1)


def _scan_start(data: bytes) -> int:
    return next((p.start for p in walk(data) if p.kind == JPEG_SOS), -1)


def _has_end(data: bytes) -> bool:
    """Tell whether an end marker stands behind a JPEG's first scan; sought from the end."""
    start = _scan_start(data)
    return start >= 0 and data.rfind(_END, start) >= 0


def _stated_size(data: bytes, part: Part) -> tuple[int, int] | None:
    """Read the width and height that `part` states, None where it states none."""
    payload = data[part.start : min(part.end, part.start + 10)]
    if part.kind in _FRAMES and len(payload) >= 5:
        return _int(payload[3:5], "big"), _int(payload[1:3], "big")
    if part.kind == b"IHDR" and len(payload) >= 8:
        return _int(payload[:4], "big"), _int(payload[4:8], "big")
    return _webp_size(part.kind, payload)


def _webp_size(kind: bytes, payload: bytes) -> tuple[int, int] | None:
    """Read the canvas of a WebP: RFC 9649 sections 2.7, 2.5 (RFC 6386 9.1), 3.4."""
    if kind == b"VP8X" and len(payload) == 10:
        return _int(payload[4:7]) + 1, _int(payload[7:10]) + 1
    if kind == b"VP8 " and len(payload) == 10 and payload[3:6] == b"\x9d\x01\x2a":
        return _int(payload[6:8]) & 0x3FFF, _int(payload[8:10]) & 0x3FFF
    if kind == b"VP8L" and payload[:1] == b"\x2f":
        bits = _int(payload[1:5])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None


def _int(raw: bytes, order: Literal["little", "big"] = "little") -> int:
    return int.from_bytes(raw, order)


def _orientations(data: bytes) -> Iterator[int]:
    for part in walk(data):
        if part.kind not in _EXIF_PARTS:
            continue
        payload = data[part.start : part.end]
        if part.kind != JPEG_APP1 or payload.startswith(_EXIF_HEADER):
            yield _orientation(payload.removeprefix(_EXIF_HEADER))


def _orientation(tiff: bytes) -> int:
    """Read tag 0x0112 of the first directory (TIFF 6.0 section 2), 0 where absent."""
    order = _ORDERS.get(tiff[:2])
    if order is None:
        return 0
    directory = _int(tiff[4:8], order)
    count = _int(tiff[directory : directory + 2], order)
    for at in range(directory + 2, min(directory + 2 + 12 * count, len(tiff)), 12):
        tag, kind = _int(tiff[at : at + 2], order), _int(tiff[at + 2 : at + 4], order)
        if (tag, kind) == (0x0112, 3):
            return _int(tiff[at + 8 : at + 10], order)
    return 0
