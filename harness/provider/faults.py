"""Turn the service's errors (WIRE section 3) into the house's tree."""

import json
import re
from collections.abc import Mapping
from typing import Any

from harness.errors import (
    KeyRejected,
    ProviderError,
    QuotaExhausted,
    RequestRejected,
    ServiceFailed,
)
from harness.provider.quoting import quoted, without_key

_KEY_REASONS = {"API_KEY_INVALID", "API_KEY_EXPIRED", "API_KEY_SERVICE_BLOCKED"}
_DELAY = re.compile(r"([0-9]{1,9}(?:\.[0-9]+)?)s")
_NO_QUOTA = re.compile(r"\blimit: 0\b")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_MOST_OF_A_PAGE = 200
"""Characters of a page that stands where an error should."""


def fault(status: int, data: bytes, *, secrets: tuple[str, ...] = ()) -> ProviderError:
    """Name what a non-2xx answer says.

    Args:
        status: HTTP status.
        data: The body; Google's `{"error": {...}}`, a list of it, or anything.
        secrets: Keys that must not be repeated, should the body hold one.
    """
    error = _error(data)
    message = _shown(_text(error.get("message")) or _page(data, secrets), secrets)
    reason = _shown(_text(error.get("status")), secrets)
    kind = _kind(status, _reasons(error), message)
    said = f"HTTP {status} {reason}".strip()
    hint = _HINTS.get(kind, "")
    made = kind(
        f"{said}: {message}{hint}", status=status, reason=reason, retry_after=_retry_after(error)
    )
    if isinstance(made, QuotaExhausted):
        made.lasting = _is_lasting(error, message)
    return made


def _is_lasting(error: Mapping[str, Any], message: str) -> bool:
    """Tell whether a quota is none for today: 0, or counted by the day (WIRE section 3)."""
    violations = [v for detail in _details(error) for v in _objects(detail.get("violations"))]
    by_day = any("PerDay" in _text(violation.get("quotaId")) for violation in violations)
    return by_day or _NO_QUOTA.search(message) is not None


_HINTS: Mapping[type[ProviderError], str] = {
    KeyRejected: " (check the key that the endpoint's environment variable holds)",
    QuotaExhausted: " (wait, or lower -j; AI Studio shows the limits of your project)",
    ServiceFailed: " (the service's own failure; try again later)",
}


def _page(data: bytes, secrets: tuple[str, ...]) -> str:
    """Give the beginning of a body that is no error of Google's, a gateway's page, as one line."""
    text = " ".join(_TAG.sub(" ", _without(data.decode("utf-8", "replace"), secrets)).split())
    return quoted(text, "", most=_MOST_OF_A_PAGE)


def _shown(text: str, secrets: tuple[str, ...]) -> str:
    """Take keys out, and only then what is too long: half a key is no better."""
    return quoted(_without(text, secrets), "")


def _without(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = without_key(text, secret)
    return text


def _kind(status: int, reasons: set[str], message: str) -> type[ProviderError]:
    expired = "api key" in message.lower() and status == 400
    if reasons & _KEY_REASONS or status in (401, 403) or expired:
        return KeyRejected
    if status == 429:
        return QuotaExhausted
    return ServiceFailed if status >= 500 else RequestRejected


def _error(data: bytes) -> Mapping[str, Any]:
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    if isinstance(tree, list) and tree:
        tree = tree[0]
    error = tree.get("error") if isinstance(tree, dict) else None
    return error if isinstance(error, dict) else {}


def _details(error: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return _objects(error.get("details"))


def _objects(value: object) -> list[Mapping[str, Any]]:
    found = value if isinstance(value, list) else []
    return [item for item in found if isinstance(item, dict)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _reasons(error: Mapping[str, Any]) -> set[str]:
    return {_text(detail.get("reason")) for detail in _details(error)}


def _retry_after(error: Mapping[str, Any]) -> float | None:
    """Read `RetryInfo.retryDelay`, e.g. `"48s"`: the service sends no Retry-After header."""
    for detail in _details(error):
        match = _DELAY.fullmatch(_text(detail.get("retryDelay")))
        if match:
            return float(match[1])
    return None
