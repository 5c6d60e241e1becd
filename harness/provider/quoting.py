"""Quote what an endpoint sent back: without its key, in one line, and not at length.

Whoever answers may send the key back. What is recorded is refused whole by the recorder;
what is said of an answer, in a message or a job's file, passes through here.
"""

import base64
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, quote_plus

MOST = 1000
"""Characters of a sentence; the service's own have 400 at the most (WIRE section 3)."""
_LEAST = 6
"""Characters of a key that is looked for; a shorter one stands in any text by chance."""
_HIDDEN = "***"


@lru_cache(maxsize=64)
def _forms(key: str) -> tuple[str, ...]:
    """Spell a key in every form that it is looked for in, long before short."""
    raw = key.encode("utf-8", "replace")
    spelt = {key, quote(raw, safe=""), quote_plus(raw, safe=""), quote(raw), raw.hex()}
    found = {*spelt, raw.hex().upper(), *_base64(raw)}
    return tuple(sorted((form for form in found if len(form) >= _LEAST), key=len, reverse=True))


def _base64(raw: bytes) -> Iterator[str]:
    """Encode in all three alignments: the characters that no neighbour has a part in."""
    for shift in range(3):
        padded = bytes(shift) + raw
        whole = padded[: len(padded) - len(padded) % 3]
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(whole)[4 if shift else 0 :].decode()


def without_key(text: str, key: str) -> str:
    """Take a key out of a text, as it stands, URL-encoded, in hex or in base64."""
    for form in _forms(key) if len(key) >= _LEAST else ():
        text = text.replace(form, _HIDDEN)
    return text


def quoted(text: str, key: str, *, most: int = MOST) -> str:
    """Give a text to be shown: a key is taken out first, for half a key is no better.

    What no terminal can show, a line's end and a lone surrogate among it, is a space.
    """
    clean = without_key(text, key)
    line = "".join(c if c.isprintable() else " " for c in clean[: most + 1]).strip()
    return line if len(line) <= most else f"{line[:most]}..."


def cleaned(value: object, key: str) -> object:
    """Take a key out of every text of a JSON tree, names included.

    Raises:
        RecursionError: it is nested too deep.
    """
    if isinstance(value, str):
        return without_key(value, key).encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [cleaned(item, key) for item in value]
    if isinstance(value, dict):
        return {str(cleaned(name, key)): cleaned(item, key) for name, item in value.items()}
    return value
