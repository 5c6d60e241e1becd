"""Read a JPEG's tables and sampling, and any container's density, without decoding a pixel."""

from dataclasses import dataclass
from itertools import islice

from harness.measure.parts import Part

STEPS = 64
MAX_TABLES = 16
"""Segments of tables that are read, and the most bytes of one: real pictures have 1 or 2."""
MAX_TABLES_BYTES = 4 * (1 + 2 * STEPS)
METRES_AN_INCH = 0.0254
_DQT, _APP0 = b"\xdb", b"\xe0"
_FRAMES = {bytes([marker]) for marker in {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}}
_SCHEMES = {
    (1, 1): "4:4:4",
    (2, 1): "4:2:2",
    (1, 2): "4:4:0",
    (2, 2): "4:2:0",
    (4, 1): "4:1:1",
    (4, 2): "4:1:0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JpegFrame:
    """The tables and the sampling of a JPEG's components.

    Attributes:
        luma: 64 steps of the first component's quantisation table, as stored; empty if absent.
        chroma: The same of the second component.
        subsampling: E.g. `"4:2:0"`, `"grey"`; empty where not told.
    """

    luma: tuple[int, ...] = ()
    chroma: tuple[int, ...] = ()
    subsampling: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Component:
    across: int
    down: int
    table: int


def jpeg_frame(data: bytes, parts: tuple[Part, ...]) -> JpegFrame:
    """Read the first frame's components and the tables that they name (ITU T.81, B.2.2, B.2.4.1).

    Of a segment that does not have its due length nothing is taken.
    """
    tables: dict[int, tuple[int, ...]] = {}
    components: tuple[_Component, ...] = ()
    for part in islice((p for p in parts if p.kind == _DQT), MAX_TABLES):
        tables |= _tables(data[part.start : part.end])
    for part in (p for p in parts if p.kind in _FRAMES):
        components = components or _components(data[part.start : part.end])
    steps = [tables.get(component.table, ()) for component in components[:2]]
    luma, chroma = (*steps, (), ())[:2]
    return JpegFrame(luma=luma, chroma=chroma, subsampling=_scheme(components))


def _tables(payload: bytes) -> dict[int, tuple[int, ...]]:
    """Read quantisation tables: precision and id in one byte, then 64 steps of 1 or 2 bytes."""
    found: dict[int, tuple[int, ...]] = {}
    at = 0
    while at < len(payload) <= MAX_TABLES_BYTES:
        width, number = 1 + (payload[at] >> 4), payload[at] & 15
        raw = payload[at + 1 : at + 1 + STEPS * width]
        if width > 2 or number > 3 or len(raw) < STEPS * width:
            return {}
        found[number] = tuple(
            int.from_bytes(raw[i : i + width], "big") for i in range(0, len(raw), width)
        )
        at += 1 + len(raw)
    return found


def _components(payload: bytes) -> tuple[_Component, ...]:
    count = payload[5] if len(payload) > 5 else 0
    if not count or len(payload) != 6 + 3 * count:
        return ()
    return tuple(
        _Component(across=payload[at + 1] >> 4, down=payload[at + 1] & 15, table=payload[at + 2])
        for at in range(6, len(payload), 3)
    )


def _scheme(components: tuple[_Component, ...]) -> str:
    """Name how colours are sampled: of the first component against the others."""
    if len(components) == 1:
        return "grey"
    if len(components) not in (3, 4) or any(not c.across or not c.down for c in components):
        return ""
    first, second, third = components[:3]
    if (second.across, second.down) != (third.across, third.down):
        return "uneven"
    across, down = first.across / second.across, first.down / second.down
    return _SCHEMES.get((int(across), int(down)), f"{across:g}x{down:g}")


def density(data: bytes, parts: tuple[Part, ...]) -> tuple[int, ...]:
    """Read dots per inch across and down: of a JFIF header or a PNG's pHYs; else empty."""
    for part in parts:
        payload = data[part.start : min(part.end, part.start + 14)]
        if part.kind == _APP0 and payload.startswith(b"JFIF\0") and len(payload) >= 12:
            return _jfif(payload)
        if part.kind == b"pHYs" and len(payload) >= 9:
            return _phys(payload)
    return ()


def _jfif(payload: bytes) -> tuple[int, ...]:
    """JFIF 1.02: unit (0 none, 1 inch, 2 centimetre), then two densities of 2 bytes."""
    scale = {1: 1.0, 2: 2.54}.get(payload[7])
    if scale is None:
        return ()
    return tuple(round(int.from_bytes(payload[at : at + 2], "big") * scale) for at in (8, 10))


def _phys(payload: bytes) -> tuple[int, ...]:
    """PNG section 11.3.5.3: two densities of 4 bytes, then the unit (1 metre)."""
    if payload[8] != 1:
        return ()
    return tuple(
        round(int.from_bytes(payload[at : at + 4], "big") * METRES_AN_INCH) for at in (0, 4)
    )
