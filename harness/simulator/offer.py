"""Say what each simulated model takes and gives: ratios, sizes, pixels, tokens (offer.json)."""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

_WIDE = frozenset({"1:4", "4:1", "1:8", "8:1"})
_TIMES: Final = MappingProxyType({"512": 0.5, "1K": 1.0, "2K": 2.0, "4K": 4.0})
_METHODS = ("generateContent", "countTokens", "batchGenerateContent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One model.

    Attributes:
        id: Its name, without `models/`.
        display: Its name for people.
        version: What the service calls its version.
        ratios: Aspect ratios that it takes; empty for a text model.
        tokens: Tokens of one picture, per size that it takes.
        pixels: Width and height at 1K, per ratio.
        unasked: Width and height at 1K where no ratio is sent.
        reference: Tokens of one picture that is sent.
        levels: Thinking levels that it takes.
        hidden: Whether its thoughts are counted among the candidate's tokens.
        limits: Most tokens in and out.
        hand: A key of `paint.finish.FINISHES` where it paints otherwise than the Pro model,
            whichever version of that is simulated; else empty.
    """

    id: str
    display: str
    version: str
    ratios: tuple[str, ...]
    tokens: MappingProxyType[str, int]
    pixels: MappingProxyType[str, tuple[int, int]]
    unasked: tuple[int, int]
    reference: int
    levels: tuple[str, ...]
    hidden: bool
    limits: tuple[int, int]
    hand: str = ""

    @property
    def paints(self) -> bool:
        return bool(self.tokens)

    def picture_size(
        self, *, ratio: str, size: str, source: tuple[int, int] | None
    ) -> tuple[int, int]:
        """Choose pixels; with no ratio those of the picture that was sent, or the model's own."""
        if ratio:
            wide, tall = self.pixels[ratio]
        elif source:
            wide, tall = self._nearest(source[0] / source[1])
        else:
            wide, tall = self.unasked
        return round(wide * _TIMES[size]), round(tall * _TIMES[size])

    def _nearest(self, shape: float) -> tuple[int, int]:
        def apart(pixels: tuple[int, int]) -> float:
            return max(shape * pixels[1] / pixels[0], pixels[0] / pixels[1] / shape)

        return min([*self.pixels.values(), self.unasked], key=apart)

    def entry(self) -> dict[str, object]:
        """Make the model's entry in the service's list."""
        entry: dict[str, object] = {
            "name": f"models/{self.id}",
            "version": self.version,
            "displayName": self.display,
            "inputTokenLimit": self.limits[0],
            "outputTokenLimit": self.limits[1],
            "supportedGenerationMethods": list(_METHODS),
            "temperature": 1,
            "topP": 0.95,
            "topK": 64,
            "maxTemperature": 1 if self.paints else 2,
            "thinking": True,
        }
        return entry


@lru_cache(maxsize=1)
def offers() -> MappingProxyType[str, Offer]:
    """Read the table of models, by id."""
    text = files("harness.simulator").joinpath("offer.json").read_text(encoding="utf-8")
    table = json.loads(text)
    return MappingProxyType({row["id"]: _offer(row, table["ratios"]) for row in table["models"]})


def _offer(row: dict[str, Any], table: dict[str, list[int]]) -> Offer:
    pixels = {**table, **row.get("pixels", {})} if row["tokens"] else {}
    taken = {ratio: pair for ratio, pair in pixels.items() if row["wide"] or ratio not in _WIDE}
    return Offer(
        id=row["id"],
        display=row["display"],
        version=row["version"],
        ratios=tuple(taken),
        tokens=MappingProxyType(row["tokens"]),
        pixels=MappingProxyType({ratio: (wide, tall) for ratio, (wide, tall) in taken.items()}),
        unasked=(row["unasked"][0], row["unasked"][1]),
        reference=row["reference"],
        levels=tuple(row["levels"]),
        hidden=row.get("hidden", False),
        limits=(row["input"], row["output"]),
        hand=row.get("hand", ""),
    )
