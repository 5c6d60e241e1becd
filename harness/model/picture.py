"""Say how one picture measures."""

import re
from dataclasses import dataclass, field
from typing import Self

from harness.errors import FingerprintMismatch

MOST = 2**64
"""Pixels of a side, and bytes: no container can say more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """A perceptual hash of one picture.

    Attributes:
        method: Name of the hash, e.g. `"phash16"`.
        bits: Length of the hash, e.g. 256.
        hex: The hash itself, `bits / 4` lowercase hex digits (rounded up).
        version: What computed it: reduction, library and its version.
    """

    method: str
    bits: int
    hex: str
    version: str

    @property
    def is_sound(self) -> bool:
        """Tell whether it is a hash of its length."""
        return re.fullmatch(f"[0-9a-f]{{{-(-self.bits // 4)}}}", self.hex) is not None

    def distance(self, other: Self) -> int:
        """Count the bits that differ (Hamming), 0 to `bits`.

        Raises:
            FingerprintMismatch: `other` is of another method, length or version.
        """
        if (self.method, self.bits, self.version) != (other.method, other.bits, other.version):
            raise FingerprintMismatch(
                f"{self.method}/{self.bits} ({self.version}) cannot be compared with "
                f"{other.method}/{other.bits} ({other.version}); measure both anew"
            )
        return (int(self.hex, 16) ^ int(other.hex, 16)).bit_count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Markings:
    """How a picture's container was written, and what it says of its making.

    Attributes:
        luma_sum: Sum of the 64 steps of a JPEG's first quantisation table: 64 is the finest,
            all ones; 0 where there is none.
        tables: First 12 hex digits of the sha256 of its luma and chroma table; may be empty.
        subsampling: Of a JPEG's colours, e.g. `"4:2:0"`; empty where not told.
        dpi: Dots per inch across and down; empty where not told.
        idat: Length of a PNG's first IDAT chunk in bytes, which its writer chose; 0 for none.
        exif: There is an EXIF part.
        xmp: There is an XMP packet.
        iptc: There is an IPTC-IIM block.
        credit: Whom IPTC or XMP credit, at most 80 characters, e.g. `"Made with Google AI"`.
        source_type: Digital source type by XMP, e.g. `"trainedAlgorithmicMedia"`; may be empty.
        simulated: The simulator's mark is in a comment or in the XMP packet.
    """

    luma_sum: int = 0
    tables: str = ""
    subsampling: str = ""
    dpi: tuple[int, ...] = ()
    idat: int = 0
    exif: bool = False
    xmp: bool = False
    iptc: bool = False
    credit: str = ""
    source_type: str = ""
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """What a picture's pixels tell of how it was processed: figures, no opinion.

    Attributes:
        transparent: Share of the pixels that are not opaque, 0 to 1.
        alpha: The container has transparency, though it may use none.
        bars: Thickness of flat bars at top, right, bottom and left, as a share of that side's
            length, 0 where there is none; empty where not measured.
        detail_db: Power of the finest detail over that of coarser detail, in dB; None where
            the picture is too small or too flat to tell.
        repeats: How many equal pixels stand for one, across and down: 1 for none, 2 and more
            where the picture was enlarged by repeating pixels.
        blockiness: Strength of an 8x8 grid, 1 for none; None where too small to tell.
        halves: Highest correlation of the left with the right or the top with the bottom half,
            -1 to 1; None where too small to tell.
        mark: Highest correlation with the generator's visible mark at its places, -1 to 1;
            None where too small to tell.
    """

    transparent: float = 0.0
    alpha: bool = False
    bars: tuple[float, ...] = ()
    detail_db: float | None = None
    repeats: int = 1
    blockiness: float | None = None
    halves: float | None = None
    mark: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What the bytes of one picture tell.

    Attributes:
        sha256: Of the bytes.
        true_type: Mime type by magic bytes, e.g. `"image/jpeg"`.
        size: Length in bytes.
        width: Pixels, upright; 0 where not measurable.
        height: Pixels, upright; 0 where not measurable.
        truncated: The container ends before its end.
        tile_sd: 99 % quantile of the tiles' standard deviation, grey levels; blank below 3.
        c2pa: The bytes carry a C2PA manifest; whether it is valid is not checked.
        comment: Text of a JPEG comment, at most 200 characters; the simulator signs there.
        markings: How the container was written, and what it says of its making.
        structure: What the pixels tell of how it was processed; None where they cannot be read.
        fingerprints: Perceptual hashes, by method.
        unmeasurable: Why the pixels could not be read; empty where they could.
        absent: Measured by who recorded it, as the commit says: the bytes are not here.
    """

    sha256: str
    true_type: str
    size: int
    width: int = 0
    height: int = 0
    truncated: bool = False
    c2pa: bool = False
    tile_sd: float | None = None
    comment: str = ""
    markings: Markings = field(default_factory=Markings)
    structure: Structure | None = None
    fingerprints: tuple[Fingerprint, ...] = ()
    unmeasurable: str = ""
    absent: bool = False

    @property
    def is_sound(self) -> bool:
        """Tell whether these can be figures of a picture: a file may be changed by hand."""
        sides = (self.width, self.height)
        possible = all(0 <= figure <= MOST for figure in (*sides, self.size))
        return possible and all(sides) == any(sides) and all(f.is_sound for f in self.fingerprints)

    def fingerprint(self, method: str) -> Fingerprint | None:
        return next((f for f in self.fingerprints if f.method == method), None)
