"""Keep secrets out of files: headers by allow-list, content refused that holds a key."""

import base64
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus, urlsplit, urlunsplit

from harness.errors import SecretFound

REQUEST_HEADERS = frozenset({"content-type"})
RESPONSE_HEADERS = frozenset(
    {
        "content-type", "date", "server", "server-timing", "x-gemini-service-tier",
        "x-simulated", "retry-after",
    }
)  # fmt: skip
"""What tells of the service and of nobody else (WIRE section 2, CASSETTES section 5)."""

KEY_SHAPES = {
    name: re.compile(rb"(?<![0-9A-Za-z_+/-])" + shape)
    for name, shape in {
        "a Google API key": rb"AIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_+/=-])",
        "a Google OAuth token": rb"ya29\.[0-9A-Za-z_-]{20,}",
        "a bearer token": rb"Bearer [0-9A-Za-z._~+/-]{16,}",
        "a private key": rb"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    }.items()
}


def allowed(headers: Mapping[str, str], names: frozenset[str]) -> dict[str, str]:
    """Keep the headers that are named, lowercase, whatever their spelling."""
    lower = {name.lower(): value for name, value in headers.items()}
    return {name: lower[name] for name in sorted(names & set(lower))}


def bare_url(url: str) -> str:
    """Take user, password and every query parameter but `alt` off a URL."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    query = "alt=sse" if "alt=sse" in parts.query.split("&") else ""
    return urlunsplit((parts.scheme, f"{host}{port}", parts.path, query, ""))


def refuse_keys(data: bytes, *, secrets: Iterable[str], where: str) -> None:
    """Refuse content that holds a known key in raw, URL-encoded, hex or base64 form.

    Raises:
        SecretFound: nothing was written; the message never repeats the key.
    """
    for form in {form for secret in secrets for form in _forms(secret)}:
        if form in data:
            raise SecretFound(f"{where}: holds the API key; nothing was written of it")


def refuse_key_shapes(text: bytes, *, where: str) -> None:
    """Refuse text that looks as if it held a key.

    For text whose pictures were taken out: 2 MB of base64 hold `AIza` and 35 more
    letters by chance in one body of seven.

    Raises:
        SecretFound: nothing was written.
    """
    for name, shape in KEY_SHAPES.items():
        if shape.search(text):
            raise SecretFound(f"{where}: holds {name}; nothing was written of it")


def _forms(secret: str) -> set[bytes]:
    """Spell a key in every form that a body may hold; base64 in all three alignments."""
    if len(secret) < 6:
        return set()
    raw = secret.encode()
    forms = {raw, raw.hex().encode(), quote(secret, safe="").encode(), quote_plus(secret).encode()}
    for shift in range(3):
        padded = b"\0" * shift + raw
        whole = len(padded) - len(padded) % 3
        start = 4 if shift else 0
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            forms.add(encode(padded[:whole])[start:])
    return {form for form in forms if len(form) >= 6}
