"""Fit a picture to the frame of another, and name a ratio that changed."""

from dataclasses import dataclass

from PIL import Image

RATIOS = (
    "1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9",
    "1:4", "4:1", "1:8", "8:1",
)  # fmt: skip
"""What the models offer (WIRE section 5); the last four the 3.1 models alone."""

KEPT = 0.05
"""Share by which a ratio may move and is kept: 1408x768 and 1376x768 are both 16:9 and lie
2.3 % apart, the nearest two that are asked for by different names (4:5, 3:4) 6.6 %."""

NAMED = 0.08
"""Share by which a ratio may miss a name and still bear it, as in the contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The part of a picture that is compared, in fractions of its width and height."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0


def ratio_change(before: tuple[int, int], after: tuple[int, int]) -> str:
    """Name a changed ratio, e.g. `"16:9 -> 1:1"`; empty where it is kept.

    It is changed beyond `KEPT` where the nearest names differ, and beyond `NAMED` anyway.
    Pixels stand for a ratio that has no name, and where both have the same one.
    """
    first, second = _ratio(before), _ratio(after)
    moved = max(first / second, second / first) - 1
    names = nearest_name(first), nearest_name(second)
    if moved <= (KEPT if names[0] != names[1] else NAMED):
        return ""
    if names[0] == names[1] or "" in (_name(first), _name(second)):
        return f"{before[0]}x{before[1]} -> {after[0]}x{after[1]}"
    return f"{names[0]} -> {names[1]}"


def _ratio(size: tuple[int, int]) -> float:
    return size[0] / size[1]


def ratio_value(name: str) -> float:
    """Give width / height of a ratio by its name, e.g. `"16:9"`."""
    width, _, height = name.partition(":")
    return int(width) / int(height)


def _miss(name: str, ratio: float) -> float:
    return max(ratio_value(name) / ratio, ratio / ratio_value(name)) - 1


def nearest_name(ratio: float) -> str:
    """Name the ratio that the models offer nearest to width / height."""
    return min(RATIOS, key=lambda name: _miss(name, ratio))


def _name(ratio: float) -> str:
    name = nearest_name(ratio)
    return name if _miss(name, ratio) <= NAMED else ""


def frame_of(before: tuple[int, int], after: tuple[int, int]) -> Frame:
    """Give the largest centred part of the second picture that has the first's ratio.

    A picture that was widened by painting on at its sides holds the old one there. Nothing
    is ever stretched: that would move every edge, and all of the picture would have changed.
    """
    relative = _ratio(before) / _ratio(after)
    width, height = min(1.0, relative), min(1.0, 1 / relative)
    return Frame(
        left=(1 - width) / 2,
        top=(1 - height) / 2,
        right=(1 + width) / 2,
        bottom=(1 + height) / 2,
    )


def common_size(
    before: tuple[int, int], after: tuple[int, int], *, longest: int
) -> tuple[int, int]:
    """Give the pixels that both are compared at: the first's ratio, neither enlarged."""
    frame = frame_of(before, after)
    width = min(before[0], (frame.right - frame.left) * after[0])
    scale = min(width / before[0], longest / max(before))
    return max(1, round(before[0] * scale)), max(1, round(before[1] * scale))


def framed(image: Image.Image, frame: Frame, size: tuple[int, int]) -> Image.Image:
    """Cut a frame out of a picture and shrink it, each pixel the mean of what it covers."""
    width, height = image.size
    box = (frame.left * width, frame.top * height, frame.right * width, frame.bottom * height)
    return image.resize(size, Image.Resampling.BOX, box=box)
