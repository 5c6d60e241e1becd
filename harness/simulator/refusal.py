"""Refuse requests in the service's own words."""

from typing import Any, NoReturn

_CODES = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
RPC_CODES = {
    "INVALID_ARGUMENT": 3,
    "DEADLINE_EXCEEDED": 4,
    "NOT_FOUND": 5,
    "ALREADY_EXISTS": 6,
    "PERMISSION_DENIED": 7,
    "RESOURCE_EXHAUSTED": 8,
    "FAILED_PRECONDITION": 9,
    "INTERNAL": 13,
    "UNAVAILABLE": 14,
}
"""What `google.rpc.Status` says instead of the HTTP code, in the results of a batch."""
_MOST = 400  # characters of a message that quote what was sent


class Refusal(Exception):
    """An error answer of the service; it is turned into one before it leaves the room.

    Attributes:
        code: HTTP status.
        status: Its name on the service.
        body: The JSON that is answered.
    """

    def __init__(
        self,
        message: str,
        status: str = "INVALID_ARGUMENT",
        *,
        details: list[dict[str, Any]] | None = None,
        code: int | None = None,
    ) -> None:
        self.code = code or _CODES[status]
        self.status = status
        error: dict[str, Any] = {"code": self.code, "message": message, "status": status}
        if details:
            error["details"] = details
        self.body = {"error": error}
        super().__init__(message)


def bad_key(words: str = "API key not valid. Please pass a valid API key.") -> Refusal:
    """Refuse a key; it is never repeated."""
    kind = "type.googleapis.com/google.rpc."
    info = {
        "@type": f"{kind}ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {"service": "generativelanguage.googleapis.com"},
    }
    local = {"@type": f"{kind}LocalizedMessage", "locale": "en-US", "message": words}
    return Refusal(words, details=[info, local])


def bad_field(field: str, description: str) -> Refusal:
    """Refuse one field of the payload."""
    said = description[:_MOST]
    violation = {"field": field[:_MOST], "description": said} if field else {"description": said}
    kind = "type.googleapis.com/google.rpc.BadRequest"
    return Refusal(said, details=[{"@type": kind, "fieldViolations": [violation]}])


def unknown_name(name: str, field: str) -> Refusal:
    """Refuse a field that the service does not know."""
    place = f" at '{field}'" if field else ""
    words = f'Invalid JSON payload received. Unknown name "{name[:100]}"{place}: Cannot find field.'
    return bad_field(field, words)


def unknown_model(model: str, version: str, method: str) -> Refusal:
    """Refuse a model that is not served."""
    words = (
        f"models/{model[:200]} is not found for API version {version[:20]}, or is not supported "
        f"for {method[:60]}. Call ModelService.ListModels to see the list of available models and "
        "their supported methods."
    )
    return Refusal(words, "NOT_FOUND")


def not_found() -> Refusal:
    """Refuse an address or a name that nothing answers to."""
    return Refusal("Requested entity was not found.", "NOT_FOUND")


def refuse(path: str, words: str) -> NoReturn:
    """Refuse a value, naming it as the service does.

    Raises:
        Refusal: always.
    """
    raise Refusal(f"* GenerateContentRequest.{path}: {words}\n"[:1000])
