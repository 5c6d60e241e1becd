"""Errors of the service, in its own words, before or after the answer was generated."""

from typing import Any

from harness.simulator.faults.fault import Case, Fault
from harness.simulator.refusal import Refusal, bad_key, unknown_model, unknown_name
from harness.simulator.wire import Reply, pretty

_RPC = "type.googleapis.com/google.rpc."
_LIMITS = "https://ai.google.dev/gemini-api/docs/rate-limits"
_SIGNATURES = "https://ai.google.dev/gemini-api/docs/thought-signatures#model-behavior"
_OVER = (
    "You exceeded your current quota, please check your plan and billing details. For more "
    f"information on this error, head to: {_LIMITS}. To monitor your current usage, head to: "
    "https://ai.dev/rate-limit. "
)
_PER_MINUTE = "GenerateRequestsPerMinutePerProjectPerModel"
_PER_DAY = "GenerateRequestsPerDayPerProjectPerModel"
_METRIC = "generativelanguage.googleapis.com/generate_requests_per_model"
_FREE = "generativelanguage.googleapis.com/generate_content_free_tier_requests"


def _quota(case: Case, quota: str, *, limit: int, metric: str = _METRIC, again: float) -> Refusal:
    words = f"{_OVER}\n* Quota exceeded for metric: {metric}, limit: {limit}, model: {case.model}"
    violation: dict[str, Any] = {
        "quotaMetric": metric,
        "quotaId": quota,
        "quotaDimensions": {"model": case.model, "location": "global"},
    }
    if limit:
        violation["quotaValue"] = str(limit)
    link = {"description": "Learn more about Gemini API quotas", "url": _LIMITS}
    details: list[dict[str, Any]] = [
        {"@type": f"{_RPC}Help", "links": [link]},
        {"@type": f"{_RPC}QuotaFailure", "violations": [violation]},
        {"@type": f"{_RPC}RetryInfo", "retryDelay": f"{again:.9f}".rstrip("0").rstrip(".") + "s"},
    ]
    words += f"\nPlease retry in {again:.9f}".rstrip("0").rstrip(".") + "s."
    return Refusal(words, "RESOURCE_EXHAUSTED", details=details)


def _minute(case: Case) -> Refusal:
    return _quota(case, _PER_MINUTE, limit=20, again=case.retry_delay)


def _day(case: Case) -> Refusal:
    return _quota(case, _PER_DAY, limit=250, again=28_800.0)


def _free(case: Case) -> Refusal:
    return _quota(case, f"{_PER_DAY}-FreeTier", limit=0, metric=_FREE, again=case.retry_delay)


def _bad_ratio(_: Case) -> Refusal:
    ratios = "'1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', or '21:9'"
    words = f"aspect_ratio must be one of {ratios}."
    path = "GenerateContentRequest.generation_config.image_config.aspect_ratio"
    return Refusal(f"* {path}: {words}\n")


def _unsigned(_: Case) -> Refusal:
    return Refusal(
        "Image part is missing a thought_signature in content position 2, part position 1. "
        f"Please refer to {_SIGNATURES} for more details."
    )


def _blocked_api(case: Case) -> Refusal:
    service = "generativelanguage.googleapis.com"
    version = case.api
    method = f"google.ai.generativelanguage.{version}.GenerativeService.GenerateContent"
    words = f"Requests to this API {service} method {method} are blocked."
    info = {
        "@type": f"{_RPC}ErrorInfo",
        "reason": "API_KEY_SERVICE_BLOCKED",
        "domain": "googleapis.com",
        "metadata": {"service": service, "methodName": method},
    }
    return Refusal(words, "PERMISSION_DENIED", details=[info])


def _unavailable(words: str) -> Refusal:
    return Refusal(f"{words} Please try again later.", "UNAVAILABLE")


def _late(_: Case) -> Refusal:
    return Refusal("Deadline expired before operation could complete.", "DEADLINE_EXCEEDED")


def _internal(_: Case) -> Refusal:
    words = "An internal error has occurred. Please retry or report in https://developers."
    return Refusal(f"{words}generativeai.google/guide/troubleshooting", "INTERNAL")


_TOKEN = {
    "error": {
        "code": 401,
        "message": "Request had invalid authentication credentials. Expected OAuth 2 access "
        "token, login cookie or other valid authentication credential.",
        "status": "UNAUTHENTICATED",
        "details": [{"@type": f"{_RPC}ErrorInfo", "reason": "ACCESS_TOKEN_TYPE_UNSUPPORTED"}],
    }
}

FAULTS = (
    Fault(
        name="bad-key",
        says="400 INVALID_ARGUMENT: API key not valid.",
        refuse=lambda _: bad_key(),
    ),
    Fault(
        name="expired-key",
        says="400 INVALID_ARGUMENT: API key expired.",
        refuse=lambda _: bad_key("API key expired. Please renew the API key."),
    ),
    Fault(
        name="unknown-field",
        says="400 INVALID_ARGUMENT: unknown name at a field, with the violation.",
        refuse=lambda _: unknown_name("x", "contents[0].parts[0]"),
    ),
    Fault(
        name="missing-signature",
        says="400 INVALID_ARGUMENT: a picture of the model's turn has no thought signature.",
        refuse=_unsigned,
    ),
    Fault(
        name="bad-ratio",
        says="400 INVALID_ARGUMENT: aspect_ratio must be one of those that are named.",
        refuse=_bad_ratio,
    ),
    Fault(
        name="invalid-image",
        says="400 INVALID_ARGUMENT: a picture that was sent is not valid.",
        refuse=lambda _: Refusal("Provided image is not valid"),
    ),
    Fault(
        name="location",
        says="400 FAILED_PRECONDITION: not served where the caller is.",
        refuse=lambda _: Refusal(
            "User location is not supported for the API use.", "FAILED_PRECONDITION"
        ),
    ),
    Fault(
        name="unauthenticated",
        says="401 UNAUTHENTICATED: a token is wanted and not a key, as Vertex answers.",
        page=Reply(
            body=pretty(_TOKEN),
            code=401,
            headers={"www-authenticate": 'Bearer realm="https://accounts.google.com/"'},
        ),
    ),
    Fault(
        name="leaked-key",
        says="403 PERMISSION_DENIED: the key was reported as leaked.",
        refuse=lambda _: Refusal(
            "Your API key was reported as leaked. Please use another API key.",
            "PERMISSION_DENIED",
        ),
    ),
    Fault(
        name="blocked-api",
        says="403 PERMISSION_DENIED: the key may not call this API.",
        refuse=_blocked_api,
    ),
    Fault(
        name="not-found",
        says="404 NOT_FOUND: the model is not served, as after its shutdown.",
        refuse=lambda case: unknown_model(case.model, case.api, case.method),
    ),
    Fault(
        name="quota",
        says="429 RESOURCE_EXHAUSTED by the minute, with RetryInfo (see --retry-delay).",
        refuse=_minute,
    ),
    Fault(
        name="quota-daily",
        says="429 RESOURCE_EXHAUSTED by the day; RetryInfo says eight hours.",
        refuse=_day,
    ),
    Fault(
        name="quota-zero",
        says="429 RESOURCE_EXHAUSTED with limit: 0, as without a paid plan.",
        refuse=_free,
    ),
    Fault(
        name="quota-short",
        says="429 RESOURCE_EXHAUSTED in the short form, without details.",
        refuse=lambda _: Refusal(
            "Resource has been exhausted (e.g. check quota).", "RESOURCE_EXHAUSTED"
        ),
    ),
    Fault(
        name="internal",
        says="500 INTERNAL.",
        refuse=_internal,
    ),
    Fault(
        name="overloaded",
        says="503 UNAVAILABLE: the model is overloaded.",
        refuse=lambda _: _unavailable("The model is overloaded."),
    ),
    Fault(
        name="high-demand",
        says="503 UNAVAILABLE in the newer words: high demand.",
        refuse=lambda _: _unavailable(
            "This model is currently experiencing high demand. "
            "Spikes in demand are usually temporary."
        ),
    ),
    Fault(
        name="deadline",
        says="504 DEADLINE_EXCEEDED after the picture was painted, which is billed.",
        late=_late,
    ),
)
