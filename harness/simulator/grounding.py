"""Pretend to have searched the web: sources, queries, and the chip that must be shown."""

import html
import re

import numpy as np

_SITES = ("example.com", "example.org", "simulated.example")
_STYLE = ".container{display:flex;border-radius:8px;padding:8px 12px}.chip{border:solid 1px}"


def ground(prompt: str, rng: np.random.Generator) -> dict[str, object]:
    """Make `groundingMetadata`; as on the real service one title and one query are empty."""
    query = " ".join(re.findall(r"\w+", prompt)[:8]) or "picture"
    link = f'<a class="chip">{html.escape(query)}</a>'
    chip = f'<style>{_STYLE}</style><div class="container">{link}</div>'
    chunks = [_chunk(site, rng) for site in _SITES[: int(rng.integers(1, 3))]]
    found = "https://www.google.com/search?q=" + query.replace(" ", "+")
    chunks.append({"web": {"uri": found, "title": ""}})
    return {
        "searchEntryPoint": {"renderedContent": chip},
        "groundingChunks": chunks,
        "webSearchQueries": ["", query],
    }


def _chunk(site: str, rng: np.random.Generator) -> dict[str, dict[str, str]]:
    base = "https://vertexaisearch.cloud.google.com/grounding-api-redirect/"
    return {"web": {"uri": base + "SIMULATED" + rng.bytes(24).hex(), "title": site}}
