"""Keep secrets out of files: headers by allow-list, content refused that holds a key."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit, urlunsplit

from harness.errors import SecretFound
from harness.recording.secrets.keys import SHORT, Finder, key_shapes
from harness.recording.secrets.places import place_of

REQUEST_HEADERS = frozenset({"content-type"})
RESPONSE_HEADERS = frozenset(
    {
        "content-type", "date", "server", "server-timing", "x-gemini-service-tier",
        "x-simulated", "retry-after",
    }
)  # fmt: skip
"""What tells of the service and of nobody else (WIRE section 2, CASSETTES section 5)."""

PAID = (
    "take it out of what is sent; where the service sent it back, have the key rotated; "
    "then record again (an answer that came was charged, and is not kept)"
)
"""What to do where a recorder refuses."""


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


def refuse_keys(data: bytes, *, secrets: Iterable[str], where: str, advice: str = PAID) -> None:
    """Refuse content that holds a known key: raw, URL-encoded, escaped, hex or base64.

    Bytes are searched, nothing is parsed: 20 MB of clean content take 0.2 s.

    Args:
        data: A body, or anything else that is to be written.
        secrets: The keys; one of less than 6 characters is not looked for.
        where: What this is, for the message.
        advice: What to do about it.

    Raises:
        SecretFound: nothing was written; the message never repeats the key.
    """
    _refuse(data, Finder(secrets, longest=SHORT), where=where, advice=advice)


def refuse_key_shapes(
    text: bytes, *, where: str, secrets: Iterable[str] = (), advice: str = PAID
) -> None:
    """Refuse text that looks as if it held a key, also within short base64, or holds a known one.

    For text whose pictures were taken out.

    Raises:
        SecretFound: nothing was written.
    """
    finder = Finder(secrets, rules=(key_shapes,), longest=SHORT)
    _refuse(text, finder, where=where, advice=advice)


def refuse_shapes_in_bytes(data: bytes, *, where: str, advice: str = PAID) -> None:
    """Refuse a blob that holds what looks like a key, as it stands; 20 MB take 0.2 s.

    Raises:
        SecretFound: nothing was written.
    """
    hit = next(key_shapes(data), None)
    if hit is not None:
        place = f"byte {hit.start:,}"
        raise SecretFound(
            f"{where}, {place}: holds {hit.what}; nothing was written of it; {advice}"
        )


def _refuse(data: bytes, finder: Finder, *, where: str, advice: str) -> None:
    hit = finder.first(data)
    if hit is None:
        return
    place = place_of(data, hit.start, hidden=finder.holds)
    raise SecretFound(f"{where}, {place}: holds {hit.what}; nothing was written of it; {advice}")
