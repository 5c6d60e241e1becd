"""Know a character by its pictures: colours, kind of body, marks on the coat."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from harness.simulator.paint.colour import Rgb, lch, mix, oklab, oklch, srgb
from harness.simulator.paint.mood import Rng

SPECIES = ("fox", "cat", "dog", "owl", "bear", "rabbit", "penguin", "robot", "person")
MARKS = ("plain", "stripes", "spots", "mask", "patch")
_SIDE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """What makes a figure itself in every scene.

    Attributes:
        species: One of `SPECIES`.
        body: Colour of coat or clothing.
        belly: Second, usually lighter colour.
        accent: Colour of the scarf that it wears.
        mark: One of `MARKS`.
    """

    species: str
    body: Rgb
    belly: Rgb
    accent: Rgb
    mark: str


def mark_of(species: str, accent: Rgb) -> str:
    """Choose the coat's mark by what survives a re-encoding: kind and rough hue."""
    sector = int(((lch(accent)[2] + 15) % 360) // 30)
    return MARKS[hashlib.sha256(f"{species}/{sector}".encode()).digest()[0] % len(MARKS)]


def invent(species: str, rng: Rng, hue: tuple[float, float] | None = None) -> Character:
    """Make up a figure of a known kind in its usual colours, or in a hue asked for."""
    usual = {"fox": (52, 0.15), "cat": (70, 0.05), "dog": (65, 0.09), "owl": (60, 0.07)}
    usual |= {"bear": (45, 0.07), "rabbit": (80, 0.03), "penguin": (262, 0.07)}
    tone, chroma = usual.get(species, (float(rng.uniform(0, 360)), 0.11))
    if hue is not None:
        tone, chroma = hue
    else:
        tone += float(rng.uniform(-14, 14))
    body = oklch(float(rng.uniform(0.52, 0.72)), chroma, tone)
    accent = oklch(0.62, 0.17, round((tone + float(rng.choice([120, 180, 210, 280]))) / 30) * 30)
    belly = mix(body, (255, 248, 236), 0.80)
    return Character(
        species=species, body=body, belly=belly, accent=accent, mark=mark_of(species, accent)
    )


def _clusters(
    lab: NDArray[np.float64], weight: NDArray[np.float64], count: int = 5
) -> list[tuple[float, Rgb]]:
    """Group weighted colours (k-means from fixed starts), heaviest first."""
    heaviest = lab[int(np.argmax(weight))]
    centres = [heaviest]
    for _ in range(count - 1):
        gap = np.min([np.sum((lab - centre) ** 2, axis=1) for centre in centres], axis=0)
        centres.append(lab[int(np.argmax(gap * weight))])
    middle = np.array(centres)
    nearest = np.zeros(len(lab), dtype=np.int64)
    for _ in range(8):
        nearest = np.argmin(((lab[:, None] - middle[None]) ** 2).sum(axis=2), axis=1)
        for index in range(count):
            inside = nearest == index
            if weight[inside].sum() > 0:
                middle[index] = np.average(lab[inside], axis=0, weights=weight[inside])
    shares = [float(weight[nearest == index].sum()) for index in range(count)]
    colours = [tuple(round(float(value)) for value in srgb(centre)) for centre in middle]
    ranked = sorted(zip(shares, colours, strict=True), reverse=True)
    return [(share, (r, g, b)) for share, (r, g, b) in ranked]


def _figure(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weigh each pixel 0..1: near the middle, and unlike the border."""
    lab = oklab(pixels)
    edge = np.concatenate(
        [lab[:4].reshape(-1, 3), lab[:, :4].reshape(-1, 3), lab[:, -4:].reshape(-1, 3)]
    )
    plain = np.median(edge, axis=0)
    y, x = np.mgrid[-0.5 : 0.5 : _SIDE * 1j, -0.5 : 0.5 : _SIDE * 1j]
    centre = np.exp(-(x**2 + y**2) / (2 * 0.28**2))
    unlike = np.clip((np.linalg.norm(lab - plain, axis=2) - 0.06) / 0.10, 0.0, 1.0)
    weight = centre * unlike
    return np.asarray(weight if weight.sum() > 40 else centre)


def recognise(picture: Image.Image, silhouettes: dict[str, NDArray[np.bool_]]) -> Character:
    """Derive the character that a reference picture shows.

    Args:
        picture: The reference, RGB.
        silhouettes: The outline of each species, (64, 64), to be held against the picture's.
    """
    small = picture.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float64)
    weight = _figure(pixels)
    found = _clusters(oklab(pixels).reshape(-1, 3), weight.ravel())
    body, rest = _coat(found)
    belly = _belly(body, [colour for _, colour in rest])
    accent = _accent(body, rest)
    species = _species(weight > 0.05, silhouettes)
    return Character(
        species=species, body=body, belly=belly, accent=accent, mark=mark_of(species, accent)
    )


def _coat(found: list[tuple[float, Rgb]]) -> tuple[Rgb, list[tuple[float, Rgb]]]:
    """Take the largest colour that is neither black nor white, with its lights and shades."""
    plain = [pair for pair in found if 0.25 < lch(pair[1])[0] < 0.90] or found
    lead = max(plain, key=lambda pair: pair[0] * (0.12 + lch(pair[1])[1]))[1]
    same = [pair for pair in plain if _kin(pair[1], lead)]
    total = sum(share for share, _ in same) or 1.0
    lab = oklab(np.array([colour for _, colour in same], dtype=np.float64))
    mean = np.average(lab, axis=0, weights=[max(share, 1e-6) / total for share, _ in same])
    red, green, blue = (round(float(value)) for value in srgb(mean))
    return (red, green, blue), [pair for pair in found if pair not in same]


def _kin(one: Rgb, other: Rgb) -> bool:
    first, second = lch(one), lch(other)
    if abs(first[0] - second[0]) > 0.25 or abs(first[1] - second[1]) > 0.07:
        return False
    return min(first[1], second[1]) < 0.02 or _turn(first[2], second[2]) < 22


def _belly(body: Rgb, rest: list[Rgb]) -> Rgb:
    pale = [colour for colour in rest if lch(colour)[0] > lch(body)[0] + 0.05]
    pale = [colour for colour in pale if lch(colour)[1] < 0.07]
    return max(pale, key=lambda colour: lch(colour)[0], default=mix(body, (255, 248, 236), 0.80))


def _accent(body: Rgb, rest: list[tuple[float, Rgb]]) -> Rgb:
    hue = lch(body)[2]
    vivid = [(share, colour) for share, colour in rest if lch(colour)[1] > 0.05 and share > 0]
    far = [pair for pair in vivid if _turn(lch(pair[1])[2], hue) > 25]
    if not far:
        return oklch(0.62, 0.15, round((hue + 180) / 30) * 30)
    red, green, blue = max(far, key=lambda pair: pair[0] ** 0.5 * lch(pair[1])[1])[1]
    return red, green, blue


def _turn(one: float, other: float) -> float:
    turn = abs(one - other) % 360
    return min(turn, 360 - turn)


def fitted(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cut `mask` to what it covers and stretch that over a square."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if len(rows) < 2 or len(columns) < 2:
        return np.ones((_SIDE, _SIDE), dtype=np.bool_)
    cut = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    square = Image.fromarray((cut * 255).astype(np.uint8)).resize((_SIDE, _SIDE))
    return np.asarray(square) > 127


def _species(mask: NDArray[np.bool_], silhouettes: dict[str, NDArray[np.bool_]]) -> str:
    seen = fitted(mask)

    def overlap(species: str) -> float:
        known = silhouettes[species]
        return float((seen & known).sum() / max(1, (seen | known).sum()))

    return max(silhouettes, key=overlap)
