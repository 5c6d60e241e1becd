"""Serve the API's addresses: models, calls, files, batches; refuse the rest as the service does."""

import time
from collections.abc import Awaitable, Callable
from functools import partial

import anyio
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from harness.simulator.ask import parse_json
from harness.simulator.batches import Batches, Json
from harness.simulator.calls import Calls, take
from harness.simulator.dice import Dice
from harness.simulator.files import FileStore
from harness.simulator.log import AnswerLog, Logged
from harness.simulator.offer import Offer, offers
from harness.simulator.paging import page
from harness.simulator.refusal import Refusal, bad_key, not_found, unknown_model
from harness.simulator.setup import Setup
from harness.simulator.uploads import Uploads, shown
from harness.simulator.wire import HEADERS, JSON_TYPE, Reply, pretty, reply

_APIS = frozenset({"v1", "v1beta"})
_Handler = Callable[[Request], Awaitable[Reply]]


def create_app(setup: Setup) -> ASGIApp:
    """Make the server.

    Raises:
        UsageError: the setup names something that there is not.
        StoreError: the log cannot be written.
    """
    desk = _Desk(setup.checked())
    app = Starlette(
        routes=desk.routes(),
        exception_handlers={HTTPException: _not_served, Exception: _broken},
    )
    return app if setup.log is None else Logged(app, AnswerLog(setup.log))


class _Desk:
    """Take requests in and hand them to the room that answers."""

    def __init__(self, setup: Setup) -> None:
        dice = Dice(setup.seed)
        self._setup = setup
        self._files = FileStore(partial(_new_id, dice, "file"))
        self._uploads = Uploads(self._files)
        self._calls = Calls(setup, dice, self._files)
        self._batches = Batches(
            self._run_item,
            self._files,
            new_id=partial(_new_id, dice, "batch"),
            seconds=setup.batch_seconds,
            polls=setup.batch_polls,
        )

    def routes(self) -> list[Route]:
        """Say which address is answered by what."""
        table: list[tuple[str, str, _Handler]] = [
            ("GET", "/{api}/models", _list_models),
            ("GET", "/{api}/models/{model:path}", _show_model),
            ("POST", "/{api}/models/{target:path}", self._call),
            ("POST", "/upload/{api}/files", self._uploads.take),
            ("PUT", "/upload/{api}/files", self._uploads.take),
            ("GET", "/{api}/files", self._list_files),
            ("GET", "/{api}/files/{name}", self._show_file),
            ("GET", "/download/{api}/files/{name}", self._show_file),
            ("DELETE", "/{api}/files/{name}", self._delete_file),
            ("GET", "/{api}/batches", self._list_batches),
            ("GET", "/{api}/batches/{name}", self._show_batch),
            ("POST", "/{api}/batches/{name}", self._cancel_batch),
            ("DELETE", "/{api}/batches/{name}", self._delete_batch),
        ]
        return [
            Route(path, partial(_respond, handler), methods=[method])
            for method, path, handler in table
        ]

    async def _call(self, request: Request) -> Reply:
        call = await take(request)
        if call.method == "batchGenerateContent":
            payload = parse_json(call.body)
            return reply(await run_in_threadpool(self._batches.create, payload, call.offer))
        await anyio.sleep(self._setup.latency)
        return await run_in_threadpool(self._calls.answer, call)

    def _run_item(self, payload: object, offer: Offer) -> Json:
        return self._calls.make(self._calls.read(payload, offer))

    async def _list_files(self, request: Request) -> Reply:
        base = f"{request.url.scheme}://{request.url.netloc}/{request.path_params['api']}"
        entries = [file.entry(base) for file in self._files.list()]
        return reply(page("files", entries, request.query_params, usual=10, most=100))

    async def _show_file(self, request: Request) -> Reply:
        name, _, verb = request.path_params["name"].partition(":")
        file = self._files.get(name)
        if not verb:
            return shown(file, request)
        if verb != "download" or not file.made:
            raise Refusal("Only generated files can be downloaded.")
        return Reply(body=(file.data,), headers={"content-type": file.mime})

    async def _delete_file(self, request: Request) -> Reply:
        self._files.delete(request.path_params["name"])
        return reply({})

    async def _list_batches(self, request: Request) -> Reply:
        jobs = self._batches.list()
        return reply(page("operations", jobs, request.query_params, usual=50, most=100))

    async def _show_batch(self, request: Request) -> Reply:
        return reply(await run_in_threadpool(self._batches.get, request.path_params["name"]))

    async def _cancel_batch(self, request: Request) -> Reply:
        name, _, verb = request.path_params["name"].partition(":")
        if verb != "cancel":
            raise not_found()
        self._batches.cancel(name)
        return reply({})

    async def _delete_batch(self, request: Request) -> Reply:
        self._batches.delete(request.path_params["name"])
        return reply({})


def _new_id(dice: Dice, kind: str) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(letters[at] for at in dice.throw(f"name of a {kind}").integers(0, 36, 12))


async def _respond(handler: _Handler, request: Request) -> Response:
    started = time.monotonic()
    try:
        _check_address(request)
        made = await handler(request)
    except Refusal as refusal:
        made = Reply(body=pretty(refusal.body), code=refusal.code)
    except ClientDisconnect:
        made = Reply(code=400)
    spent = round((time.monotonic() - started) * 1000)
    timing = {"server-timing": f"gfet4t7; dur={spent}"}
    headers = {"content-type": JSON_TYPE, **HEADERS, **timing, **made.headers}
    return Response(b"".join(made.body), made.code, headers=headers)


def _check_address(request: Request) -> None:
    key = request.headers.get("x-goog-api-key") or request.query_params.get("key", "")
    known = "upload_id" in request.query_params  # the address of an upload is its own secret
    if (not key.strip() or key == "invalid") and not known:
        raise bad_key()
    if request.path_params["api"] not in _APIS:
        raise not_found()


async def _list_models(request: Request) -> Reply:
    entries = [offer.entry() for offer in offers().values()]
    return reply(page("models", entries, request.query_params, usual=50, most=1000))


async def _show_model(request: Request) -> Reply:
    name = request.path_params["model"]
    if name not in offers():
        raise unknown_model(name, request.path_params["api"], "getModel")
    return reply(offers()[name].entry())


async def _not_served(_: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 404
    return _refused(Refusal("Requested entity was not found.", "NOT_FOUND", code=code))


async def _broken(_: Request, __: Exception) -> Response:
    words = "An internal error has occurred. Please retry or report in https://developers."
    return _refused(Refusal(f"{words}generativeai.google/guide/troubleshooting", "INTERNAL"))


def _refused(refusal: Refusal) -> Response:
    headers = {"content-type": JSON_TYPE, **HEADERS}
    return Response(b"".join(pretty(refusal.body)), refusal.code, headers=headers)
