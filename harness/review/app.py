"""Answer the review page: its files, what was decided already, and what is decided now."""

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.errors import HarnessError, StoreError
from harness.report.packing import script
from harness.review.files import PAGE, Found, find_file
from harness.review.guard import Asked, Guard
from harness.review.keeper import LIMIT, Keeper, Moved, revision_of
from harness.review.policy import NARROWEST, lifted

PATH = "decisions"
SAVER = "saver.js"
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def create_app(folder: Path, keeper: Keeper, guard: Guard, *, report: str) -> ASGIApp:
    """Make the server of one run's report and one reviewer's decisions.

    Args:
        folder: The report's.
        keeper: Of the decisions.
        guard: Says who is let in.
        report: Digest of the sheets that the page shows; no other is decided on.
    """
    desk = _Desk(folder, keeper, guard, report=report)
    routes = [
        Route(f"/{PATH}", desk.give, methods=["GET"]),
        Route(f"/{PATH}", desk.take, methods=["PUT"]),
        Route(f"/{SAVER}", desk.saver),
        Route("/favicon.ico", _no_icon),
        Route("/{address:path}", desk.file),
    ]
    refusals = {HTTPException: _not_served, HarnessError: _failed, Exception: _broken}
    app = Starlette(routes=routes, exception_handlers=refusals)  # type: ignore[arg-type]  # of narrower errors each
    return _Guarded(app, guard)


class _Guarded:
    """Turn strangers away before anything is read, and put the same head on all answers."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self._app = app
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope)
        why = self._guard.refuses(_asked(request))
        app = _refusal(403, why) if why else self._app
        await app(scope, receive, partial(_send, send))


async def _send(send: Send, message: dict[str, object]) -> None:
    if message["type"] == "http.response.start":
        told = message["headers"]
        assert isinstance(told, list)
        named = {name for name, _ in told}
        more = {"cache-control": "no-store", "content-security-policy": NARROWEST} | _ALWAYS
        pairs = [(name.encode(), value.encode()) for name, value in more.items()]
        message["headers"] = told + [pair for pair in pairs if pair[0] not in named]
    await send(message)


class _Desk:
    """Take requests that were let in."""

    def __init__(self, folder: Path, keeper: Keeper, guard: Guard, *, report: str) -> None:
        self._report = report
        self._folder = folder
        self._keeper = keeper
        self._guard = guard

    async def file(self, request: Request) -> Response:
        found = await run_in_threadpool(find_file, self._folder, request.path_params["address"])
        if found is None:
            return _refusal(404, "the report has no such file")
        if found.is_page:
            return self._let_in(request, await run_in_threadpool(_page, found))
        headers = {"cache-control": found.cache}
        return FileResponse(found.path, media_type=found.media_type, headers=headers)

    def _let_in(self, request: Request, answer: Response) -> Response:
        """Give the token as a cookie to who came with it in the address."""
        if self._guard.is_in(request.url.query):
            answer.set_cookie(
                self._guard.cookie, self._guard.token, httponly=True, samesite="strict", path="/"
            )
        return answer

    async def saver(self, request: Request) -> Response:
        """Tell the page that there is one who saves, and what is saved already."""
        data = await run_in_threadpool(self._keeper.held)
        told = {
            "path": PATH,
            "token": self._guard.token,
            "reviewer": self._keeper.reviewer,
            "revision": revision_of(data),
        }
        lines = (
            script("__SAVER__", told)
            + script("__SAVED__", json.loads(data) if data else None)
            + b'history.replaceState(null, "", location.pathname + location.hash);\n'
        )
        return Response(lines, media_type="text/javascript")

    async def give(self, request: Request) -> Response:
        data = await run_in_threadpool(self._keeper.held)
        review = json.loads(data) if data else None
        return JSONResponse({"revision": revision_of(data), "review": review})

    async def take(self, request: Request) -> Response:
        """Write a review to disk; the answer comes when it is there."""
        after = request.headers.get("if-match", "").strip().strip('"')
        if not after:
            return _refusal(428, "If-Match is missing: say the revision that this goes on from")
        try:
            data = await _body(request)
        except ClientDisconnect:
            return _refusal(400, "the connection broke before the whole review was here")
        if data is None:
            return _refusal(413, f"a review has at most {LIMIT:,} bytes")
        return await self._save(data, after)

    async def _save(self, data: bytes, after: str) -> Response:
        save = partial(self._keeper.save, after=after, report=self._report)
        done = await run_in_threadpool(save, data)
        if isinstance(done, Moved):
            why = "another tab or person saved in between; load what is on disk"
            return _refusal(409, why, more={"revision": done.revision})
        told = {"revision": done.revision, "file": self._keeper.path.name, "votes": done.votes}
        return JSONResponse(told)


async def _no_icon(request: Request) -> Response:
    """Have no icon, which a browser asks for by itself: an error would stand in its console."""
    return Response(status_code=204)


def _asked(request: Request) -> Asked:
    return Asked(
        method=request.method,
        headers=request.headers,
        cookies=request.cookies,
        query=request.url.query,
    )


def _page(found: Found) -> Response:
    data = found.path.read_bytes()
    headers = {"cache-control": found.cache, "content-security-policy": NARROWEST}
    if found.path.name == PAGE:
        data, headers["content-security-policy"] = lifted(data)
    else:
        headers["content-security-policy"] = "frame-ancestors 'none'"  # beside the page's own
    return Response(data, media_type=found.media_type, headers=headers)


async def _body(request: Request) -> bytes | None:
    """Read a body; None where it is longer than any review."""
    kept = bytearray()
    async for piece in request.stream():
        kept += piece
        if len(kept) > LIMIT:
            return None
    return bytes(kept)


def _refusal(status: int, why: str, *, more: Mapping[str, str] | None = None) -> Response:
    headers = {"connection": "close"} if status == 413 else None
    told = {"message": " ".join(why.split()), **(more or {})}
    return JSONResponse(told, status_code=status, headers=headers)


async def _not_served(request: Request, error: HTTPException) -> Response:
    return _refusal(error.status_code, f"{request.method} is not what this address is for")


async def _failed(request: Request, error: HarnessError) -> Response:
    """Say what is wrong with the body, or with the disk."""
    return _refusal(500 if isinstance(error, StoreError) else 400, str(error))


async def _broken(request: Request, error: Exception) -> Response:
    return _refusal(500, f"a fault of the server: {type(error).__name__}")
