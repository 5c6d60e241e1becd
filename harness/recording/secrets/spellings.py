"""Spell a key in every form that a file may hold it in."""

import base64
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

LEAST = 6
"""Characters of a key that is looked for; a shorter one stands in any text by chance."""


def spellings(secrets: Iterable[str]) -> dict[bytes, str]:
    """Give every form of the keys, with its name: raw, base64 or hex.

    What is written with the escapes of JSON is not here: it is found as the text that
    the escapes stand for.
    """
    found: dict[bytes, str] = {}
    for secret in dict.fromkeys(secret.strip() for secret in secrets):
        if len(secret) >= LEAST:
            for form, name in _forms(secret.encode("utf-8", "surrogateescape")):
                found.setdefault(form, name)
    return {form: name for form, name in found.items() if len(form) >= LEAST}


def _forms(raw: bytes) -> Iterator[tuple[bytes, str]]:
    yield raw, "as it stands"
    for spelt in (quote(raw, safe=""), quote_plus(raw, safe=""), quote(raw), quote_plus(raw)):
        yield spelt.encode(), "URL-encoded"
    yield raw.hex().encode(), "hex"
    yield raw.hex().upper().encode(), "hex"
    yield from ((form, "base64") for form in _base64(raw))


def _base64(raw: bytes) -> Iterator[bytes]:
    """Encode in all three alignments: the characters that no neighbour has a part in."""
    for shift in range(3):
        padded = b"\0" * shift + raw
        whole = len(padded) - len(padded) % 3
        start = 4 if shift else 0
        yield base64.b64encode(padded[:whole])[start:]
        yield base64.urlsafe_b64encode(padded[:whole])[start:]
