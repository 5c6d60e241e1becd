"""Say whether a body is an error that came as a success, as some gateways send it."""

import json

LARGEST = 64 * 1024
"""Bytes of an error at the most; a larger body is an answer, and is not read for this."""
UNKNOWN = 502
"""Status of an error that tells none: what stands between failed, and may have charged."""


def error_status(body: bytes) -> int | None:
    """Give the status that an error in `body` tells; None where the body is no error.

    An error is `{"error": {...}}` without candidates, a list that begins with it, or
    the first event of a stream (WIRE section 3 has its form, section 7 who sends it so).

    Args:
        body: Of an answer whose own status is a success.

    Returns:
        The code, 400 to 599; `UNKNOWN` where it tells none of these.
    """
    if len(body) > LARGEST or b'"error"' not in body:
        return None
    try:
        tree = json.loads(body.strip().removeprefix(b"data:"))
    except (ValueError, RecursionError):
        return None
    tree = tree[0] if isinstance(tree, list) and tree else tree
    if not isinstance(tree, dict) or "candidates" in tree:
        return None
    error = tree.get("error")
    return _code(error.get("code")) if isinstance(error, dict) else None


def _code(value: object) -> int:
    known = isinstance(value, int) and not isinstance(value, bool) and 400 <= value <= 599
    return value if known and isinstance(value, int) else UNKNOWN
