"""Say what an answer costs: the simulator's own figures, read from nobody else's table.

Dollars for a million tokens, from https://ai.google.dev/gemini-api/docs/pricing as it stood on
2026-10-01. A bill that read the harness's catalogue could not bear witness against it.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

MILLION = 1_000_000
SEARCH = 14 / 1_000
"""Dollars for one search query that is not empty; batch and flex do not lower it."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Dollars for a million tokens.

    Attributes:
        taken: Tokens in, text and pictures alike.
        told: Text and thoughts out.
        drawn: Pictures out.
    """

    taken: float
    told: float
    drawn: float


RATES: Final = MappingProxyType(
    {
        "gemini-3-pro-image": Rate(2.00, 12.00, 120.00),
        "gemini-3-pro-image-preview": Rate(2.00, 12.00, 120.00),
        "gemini-3.1-flash-image": Rate(0.50, 3.00, 60.00),
        "gemini-3.1-flash-lite-image": Rate(0.25, 1.50, 30.00),
        "gemini-3.8-flash": Rate(1.50, 7.50, 0.00),  # from 2027 on
        "gemini-3.1-flash-lite": Rate(0.25, 1.50, 0.00),
        "gemini-2.5-flash": Rate(0.30, 2.50, 0.00),
        "gemini-3-pro-preview": Rate(2.00, 12.00, 0.00),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What one answer costs, and why.

    Attributes:
        taken: Tokens in.
        told: Tokens of text and thoughts out.
        drawn: Tokens of pictures out.
        queries: Search queries that are billed.
        half: Whether batch or flex halves the tokens' price.
        usd: Dollars.
    """

    taken: int
    told: int
    drawn: int
    queries: int
    half: bool
    usd: float


def charge(answer: dict[str, Any], model: str, *, batch: bool) -> Charge:
    """Price an answer as it was generated."""
    usage = answer["usageMetadata"]
    rows = usage.get("candidatesTokensDetails", [])
    drawn = sum(row["tokenCount"] for row in rows if row["modality"] == "IMAGE")
    given = usage.get("candidatesTokenCount", 0) + usage.get("thoughtsTokenCount", 0)
    queries = sum(
        bool(query)
        for candidate in answer.get("candidates", [])
        for query in candidate.get("groundingMetadata", {}).get("webSearchQueries", [])
    )
    half = batch or usage.get("serviceTier") == "flex"
    taken, told = usage["promptTokenCount"], given - drawn
    rate = RATES[model]
    tokens = (taken * rate.taken + told * rate.told + drawn * rate.drawn) / MILLION
    usd = tokens * (0.5 if half else 1.0) + queries * SEARCH
    return Charge(taken=taken, told=told, drawn=drawn, queries=queries, half=half, usd=usd)
