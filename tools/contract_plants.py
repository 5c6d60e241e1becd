"""Say which faults a picture's contract is to find, by what finding, and how often."""

from dataclasses import dataclass
from math import comb

from harness.model.checks import Checks
from harness.model.request import Parameters
from harness.model.suite import Turn
from harness.model.verdict import Status

PRO, FLASH = "gemini-3-pro-image", "gemini-3.1-flash-image"
RATIOS = ("1:1", "16:9", "9:16", "3:2", "4:5", "21:9", "", "2:3", "4:3", "5:4", "3:4")
PROMPTS = (
    "A fox figurine on a shelf",
    "An owl in a snowy wood at night",
    "A red mug on a desk",
    "A cat in a city street in the rain",
    "A rocket in space",
    'A shop window with a sign that says "OPEN LATE"',
    "A bear on a beach with an umbrella",
    "Abstract shapes in blue",
    "A boat on the sea at dawn",
    "A house in a meadow with a balloon",
)
SIZES = ("1K",) * 20 + ("512",) * 2 + ("2K",) * 2 + ("4K",)
"""Of good pictures: one in 25 is as large as they come."""
CHANCE = 0.05
DEFINED = "by definition"
"""Where no rate was measured, for the check errs only where the harness is broken."""


@dataclass(frozen=True)
class Plant:
    """A fault of the simulator, and how it is to be found.

    Attributes:
        fault: Its name.
        check: The finding's.
        status: The finding's.
        due: Share of the pictures that are to be found, at least.
        size: What is asked for, so that it can do something.
        by: Where that share comes from.
        painted: The share that the measure states for painted pictures, where it is another.
    """

    fault: str
    check: str
    status: Status = Status.FAIL
    due: float = 1.0
    size: str = "1K"
    by: str = DEFINED
    painted: float | None = None


def missed(hits: int, of: int, *, due: float) -> bool:
    """Tell whether so few hits are rarer than 1 in 20 at the rate that is due."""
    return sum(comb(of, k) * due**k * (1 - due) ** (of - k) for k in range(hits + 1)) < CHANCE


_WARN, _MEASURED = Status.WARN, "MEASURES 5"

PLANTS = (
    Plant("truncated-picture", "decodes", by=_MEASURED),
    Plant("blank", "blank", by=_MEASURED),
    Plant("png-label", "type"),
    Plant("cut-out", "alpha"),
    Plant("size-dropped", "image_size", size="2K"),
    Plant("cheaper-model", "image_size", size="2K"),
    Plant("ratio-ignored", "aspect_ratio"),
    Plant("two-pictures", "count"),
    Plant("thought-only", "answered"),
    Plant("cached", "fresh"),
    Plant("upscaled", "native", _WARN, due=0.97, size="2K", by=_MEASURED),
    Plant("upscaled-4x", "native", _WARN, by=_MEASURED, painted=0.9),  # 37 of 40: soft ones hide it
    Plant("repeated-2x", "native", _WARN),
    Plant("repeated-4x", "native", _WARN),
    Plant("letterbox", "border", _WARN, due=0.98, by=_MEASURED),
    Plant("framed", "border", _WARN, due=0.85, by="no rate measured: a light ground hides it"),
    Plant("coarse-q60", "recompressed", _WARN, by=_MEASURED),
    Plant("coarse-q30", "recompressed", _WARN, by=_MEASURED),
    Plant("doubled", "halves", _WARN, by=_MEASURED),
    Plant("app-mark", "mark", _WARN, due=10 / 13, by=_MEASURED),
    Plant("alike", "varied", _WARN, by=_MEASURED),
    Plant("stripped", "delivery", _WARN),
    Plant("re-encoded", "delivery", _WARN),
)


@dataclass(frozen=True)
class Question:
    """What is asked, some times, of a simulator in which a fault befalls every call.

    Attributes:
        fault: Its name; empty for none.
        number: Of the question; chooses prompt and ratio.
        size: Asked for.
        times: How often it is asked.
    """

    fault: str
    number: int
    size: str
    times: int

    @property
    def model(self) -> str:
        return FLASH if self.size == "512" else PRO

    @property
    def turn(self) -> Turn:
        ratio = RATIOS[self.number % len(RATIOS)]
        if self.fault == "ratio-ignored" and ratio in ("1:1", ""):
            ratio = "16:9"
        return Turn(
            prompt=f"{PROMPTS[self.number % len(PROMPTS)]}, number {self.number}",
            parameters=Parameters(aspect_ratio=ratio or None, image_size=self.size),
            checks=Checks(pictures=1),
        )


def planted(*, times: int, questions: int, small: bool) -> list[Question]:
    """List what is asked with each fault, larger pictures by half the questions."""
    return [
        Question(plant.fault, number, "512" if small else plant.size, _times(plant, times))
        for plant in PLANTS
        for number in range(questions if plant.size == "1K" or small else -(-questions // 2))
    ]


def _times(plant: Plant, times: int) -> int:
    """Ask at least twice where only a second answer can show the fault."""
    return max(2, times) if plant.fault in ("cached", "alike") else times


def good(pictures: int, *, times: int, small: bool) -> list[Question]:
    """List what is asked where nothing goes wrong: all ratios, mostly 1K."""
    return [
        Question("", number, "512" if small else SIZES[number % len(SIZES)], times)
        for number in range(-(-pictures // times))
    ]
