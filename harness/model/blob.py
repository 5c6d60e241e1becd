"""Name a picture's or a signature's bytes by their sha256."""

import hashlib
import re
from dataclasses import dataclass
from typing import Self

SHA256 = re.compile(r"[0-9a-f]{64}")
EXTENSIONS = ("jpg", "png", "webp", "heic", "bin")
BLOB_NAME = re.compile(rf"([0-9a-f]{{64}})\.({'|'.join(EXTENSIONS)})")


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobRef:
    """Bytes that are kept under their own digest.

    Attributes:
        sha256: 64 lowercase hex digits.
        extension: One of `EXTENSIONS`, told by the bytes themselves, never by a label.
        size: Length in bytes.
    """

    sha256: str
    extension: str
    size: int

    @property
    def name(self) -> str:
        return f"{self.sha256}.{self.extension}"

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Name `data`: digest, kind by magic bytes, size."""
        return cls(sha256=hashlib.sha256(data).hexdigest(), extension=sniff(data), size=len(data))


def sniff(data: bytes) -> str:
    """Tell the kind of `data` by its first bytes: one of `EXTENSIONS`.

    JPEG, PNG and WebP by their signatures; HEIC and HEIF by the `ftyp` box of
    ISO/IEC 23008-12; everything else is `"bin"`.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return "heic" if _heif_type(data) else "bin"


_HEVC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_ANY_CODEC = frozenset({b"mif1", b"mif2", b"msf1", b"miaf"})
_AV1 = frozenset({b"avif", b"avis"})


def _heif_type(data: bytes) -> str:
    """Give the MIME type of HEIC or HEIF by its brands, else an empty string.

    A file that names its coding is HEIC (`heic`, `heix`, `hevc` and their like, first or among
    the compatible brands); one that says only that it is HEIF is that, unless it is AVIF.
    """
    if data[4:8] != b"ftyp":
        return ""
    length = min(int.from_bytes(data[:4], "big"), 256, len(data))
    major, *others = (data[at : at + 4] for at in (8, *range(16, length - 3, 4)))
    if major in _HEVC:
        return "image/heic"
    if major not in _ANY_CODEC or _AV1 & set(others):
        return ""
    return "image/heic" if _HEVC & set(others) else "image/heif"


MIME_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "heic": "image/heic",
    "bin": "application/octet-stream",
}


def mime_type(data: bytes) -> str:
    """Give the MIME type that bytes are sent as."""
    return _heif_type(data) or MIME_TYPES[sniff(data)]
