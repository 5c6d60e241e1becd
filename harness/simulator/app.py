"""Serve the API's addresses: generate, stream, count, list; refuse the rest as the service does.

Prompts may ask for an outcome by a mark; see `harness.simulator.outcome`.
"""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import anyio
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from harness.errors import UsageError
from harness.simulator.answer import Json, Studio, make_answer
from harness.simulator.ask import parse_json, read_ask, read_turns
from harness.simulator.dice import Dice
from harness.simulator.log import AnswerLog, Logged
from harness.simulator.offer import Offer, offers
from harness.simulator.paint.encode import NOTE
from harness.simulator.paint.finish import FINISHES
from harness.simulator.refusal import Refusal, bad_key, unknown_model
from harness.simulator.rules import check
from harness.simulator.stream import to_events, to_sse
from harness.simulator.usage import count_prompt, total

VERSIONS = ("same", "subtle", "strong")
_MOST_BYTES = 100 * 1024 * 1024
_HEADERS = {
    "vary": "Origin, Referer, X-Origin",
    "server": "scaffolding on HTTPServer2",
    "x-xss-protection": "0",
    "x-frame-options": "SAMEORIGIN",
    "x-content-type-options": "nosniff",
    "x-simulated": f"harness; {NOTE}",
}
_APIS = frozenset({"v1", "v1beta"})


_Answered = tuple[bytes, dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One call, taken out of the server's request: version, model, method, payload."""

    api: str
    offer: Offer
    method: str
    body: bytes
    sse: bool


class _Service:
    """Answer calls; all that changes between them is the dice."""

    def __init__(self, studio: Studio, dice: Dice) -> None:
        self._studio = studio
        self._dice = dice

    def answer(self, call: _Call) -> _Answered:
        """Answer one call with a body and its own headers."""
        methods: dict[str, Callable[[_Call], _Answered]] = {
            "generateContent": self._generate,
            "streamGenerateContent": self._stream,
            "countTokens": self._count,
        }
        if call.method not in methods:
            raise unknown_model(call.offer.id, call.api, call.method)
        return methods[call.method](call)

    def _make(self, call: _Call, studio: Studio) -> Json:
        ask = read_ask(parse_json(call.body), call.offer)
        check(ask)
        return make_answer(ask, studio, self._dice.throw(ask.digest))

    def _generate(self, call: _Call) -> _Answered:
        return _pretty(self._make(call, self._studio)), {"x-gemini-service-tier": "standard"}

    def _stream(self, call: _Call) -> _Answered:
        events = to_events(self._make(call, replace(self._studio, talk=1.0)))
        if not call.sse:
            return _pretty(list(events)), {"x-gemini-service-tier": "standard"}
        kind = {"content-type": "text/event-stream", "content-disposition": "attachment"}
        return to_sse(events), {**kind, "x-gemini-service-tier": "standard"}

    def _count(self, call: _Call) -> _Answered:
        details = count_prompt(read_turns(parse_json(call.body)), call.offer)
        counted: Json = {"totalTokens": total(details), "promptTokensDetails": details}
        return _pretty(counted), {}


def _pretty(body: object) -> bytes:
    return (json.dumps(body, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def create_app(
    *,
    seed: int | None = None,
    version: str = "same",
    latency: float = 0.0,
    signature_bytes: int = 6_000,
    log: Path | None = None,
) -> ASGIApp:
    """Make the server.

    Args:
        seed: Makes answers repeatable; None for other pictures every time.
        version: Which version of the model paints, one of `VERSIONS`.
        latency: Seconds that an answer waits beside the painting.
        signature_bytes: Size of a thought signature.
        log: File to note each request for an answer in, and each answer.

    Raises:
        UsageError: there is no such version.
        StoreError: the log cannot be written.
    """
    if version not in FINISHES:
        raise UsageError(
            f"no version {version!r} of the simulated model; use {', '.join(VERSIONS)}"
        )
    service = _Service(Studio(version=version, signature_bytes=signature_bytes), Dice(seed))
    app = Starlette(
        routes=_routes(service, latency),
        exception_handlers={HTTPException: _not_served, Exception: _fault},
    )
    return app if log is None else Logged(app, AnswerLog(log))


def _routes(service: _Service, latency: float) -> list[Route]:
    async def models(request: Request) -> Response:
        return await _respond(request, _list_models)

    async def model(request: Request) -> Response:
        return await _respond(request, _show_model)

    async def run(request: Request) -> _Answered:
        taken = await _take(request)
        await anyio.sleep(latency)
        return await run_in_threadpool(service.answer, taken)

    async def call(request: Request) -> Response:
        return await _respond(request, run)

    return [
        Route("/{api}/models", models, methods=["GET"]),
        Route("/{api}/models/{model:path}", model, methods=["GET"]),
        Route("/{api}/models/{target:path}", call, methods=["POST"]),
    ]


async def _respond(request: Request, run: Callable[[Request], Awaitable[_Answered]]) -> Response:
    started = time.monotonic()
    try:
        _check_address(request)
        body, extra = await run(request)
        code = 200
    except Refusal as refusal:
        body, extra, code = _pretty(refusal.body), {}, refusal.code
    except ClientDisconnect:
        body, extra, code = b"", {}, 400
    spent = round((time.monotonic() - started) * 1000)
    kind = {"content-type": "application/json; charset=UTF-8"}
    timing = {"server-timing": f"gfet4t7; dur={spent}"}
    return Response(body, code, headers={**kind, **_HEADERS, **timing, **extra})


def _check_address(request: Request) -> None:
    key = request.headers.get("x-goog-api-key") or request.query_params.get("key", "")
    if not key.strip() or key == "invalid":
        raise bad_key()
    if request.path_params["api"] not in _APIS:
        raise Refusal("Requested entity was not found.", "NOT_FOUND")


async def _list_models(_: Request) -> _Answered:
    return _pretty({"models": [offer.entry() for offer in offers().values()]}), {}


async def _show_model(request: Request) -> _Answered:
    name = request.path_params["model"]
    if name not in offers():
        raise unknown_model(name, request.path_params["api"], "getModel")
    return _pretty(offers()[name].entry()), {}


async def _take(request: Request) -> _Call:
    api = request.path_params["api"]
    model, _, method = request.path_params["target"].rpartition(":")
    if model not in offers():
        raise unknown_model(model or method, api, method)
    body = await _payload(request)
    sse = request.query_params.get("alt") == "sse"
    return _Call(api=api, offer=offers()[model], method=method, body=body, sse=sse)


async def _payload(request: Request) -> bytes:
    """Read the body; what is too large is read to its end, so that the refusal arrives."""
    kept, length = bytearray(), 0
    async for chunk in request.stream():
        length += len(chunk)
        if length <= _MOST_BYTES:
            kept += chunk
        elif length > 2 * _MOST_BYTES:
            break
    if length > _MOST_BYTES:
        raise Refusal(f"Request payload size exceeds the limit: {_MOST_BYTES} bytes.")
    return bytes(kept)


async def _not_served(_: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 404
    return _refused(Refusal("Requested entity was not found.", "NOT_FOUND", code=code))


async def _fault(_: Request, __: Exception) -> Response:
    words = "An internal error has occurred. Please retry or report in https://developers."
    return _refused(Refusal(f"{words}generativeai.google/guide/troubleshooting", "INTERNAL"))


def _refused(refusal: Refusal) -> Response:
    kind = {"content-type": "application/json; charset=UTF-8"}
    return Response(_pretty(refusal.body), refusal.code, headers={**kind, **_HEADERS})
