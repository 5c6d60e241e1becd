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
    heic = data[4:8] == b"ftyp" and data[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"heim"}
    return "heic" if heic else "bin"


MIME_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "heic": "image/heic",
    "bin": "application/octet-stream",
}
