"""Serve the API's addresses: models, calls, files, batches; refuse the rest as the service does."""

import json
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
from harness.simulator.batches import Batches, Term
from harness.simulator.bill import Bill
from harness.simulator.calls import Calls, Served, refused, take
from harness.simulator.delivery import FAULT, Delivery
from harness.simulator.dice import Dice
from harness.simulator.faults.table import Draw, read_faults
from harness.simulator.files import FileStore
from harness.simulator.log import AnswerLog, Logged
from harness.simulator.offer import offers
from harness.simulator.paging import page
from harness.simulator.refusal import Refusal, bad_key, not_found, unknown_model
from harness.simulator.setup import Setup
from harness.simulator.uploads import Uploads, shown
from harness.simulator.wire import HEADERS, JSON_TYPE, Reply, pretty, reply

_APIS = frozenset({"v1", "v1beta"})
_Handler = Callable[[Request], Awaitable[Reply | Served]]


def create_app(setup: Setup, bill: Bill | None = None) -> ASGIApp:
    """Make the server; it charges to `bill`, or to one of its own.

    Raises:
        UsageError: the setup names a fault that there is not.
        StoreError: the log or the bill cannot be written.
    """
    desk = _Desk(setup, bill or Bill(setup.bill))
    app = Starlette(
        routes=desk.routes(),
        exception_handlers={HTTPException: _not_served, Exception: _broken},
    )
    return app if setup.log is None else Logged(app, AnswerLog(setup.log))


class _Desk:
    """Take requests in and hand them to the room that answers."""

    def __init__(self, setup: Setup, bill: Bill) -> None:
        dice = Dice(setup.seed)
        draw = Draw(read_faults(setup.faults), dice)
        self._setup = setup
        self._bill = bill
        self._files = FileStore(partial(_new_id, dice, "file"))
        self._uploads = Uploads(self._files, draw)
        self._calls = Calls(setup, dice=dice, files=self._files, bill=bill, draw=draw)
        self._batches = Batches(
            self._calls.run_item,
            self._files,
            new_id=partial(_new_id, dice, "batch"),
            draw=draw,
            term=Term(seconds=setup.batch_seconds, polls=setup.batch_polls),
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
        routes = [
            Route(path, partial(self._respond, handler), methods=[method])
            for method, path, handler in table
        ]
        return [*routes, Route("/simulator/bill", self._show_bill, methods=["GET"])]

    async def _respond(self, handler: _Handler, request: Request) -> Response:
        started = time.monotonic()
        served = await _served(handler, request)
        await anyio.sleep(served.seconds)
        spent = round((time.monotonic() - started) * 1000)
        usual = {"content-type": JSON_TYPE, **HEADERS, "server-timing": f"gfet4t7; dur={spent}"}
        if served.fault.name:
            request.scope[FAULT] = served.fault.name
        made = served.reply
        return Delivery(
            made.body,
            made.code,
            headers={**({"content-type": JSON_TYPE} if made.bare else usual), **made.headers},
            manner=served.fault.manner,
            stall=self._setup.stall,
            settle=partial(self._bill.settle, served.number),
        )

    async def _show_bill(self, request: Request) -> Response:
        lines = request.query_params.get("lines", "") not in ("", "0")
        return Response(json.dumps(self._bill.total(lines=lines)), media_type="application/json")

    async def _call(self, request: Request) -> Reply | Served:
        call = await take(request)
        if call.method == "batchGenerateContent":
            payload = parse_json(call.body)
            return reply(await run_in_threadpool(self._batches.create, payload, call.offer))
        return await run_in_threadpool(self._calls.serve, call)

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


async def _served(handler: _Handler, request: Request) -> Served:
    try:
        _check_address(request)
        made = await handler(request)
    except Refusal as refusal:
        made = refused(refusal)
    except ClientDisconnect:
        made = Reply(code=400)
    return made if isinstance(made, Served) else Served(reply=made)


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
    return _plain(Refusal("Requested entity was not found.", "NOT_FOUND", code=code))


async def _broken(_: Request, __: Exception) -> Response:
    words = "An internal error has occurred. Please retry or report in https://developers."
    return _plain(Refusal(f"{words}generativeai.google/guide/troubleshooting", "INTERNAL"))


def _plain(refusal: Refusal) -> Response:
    headers = {"content-type": JSON_TYPE, **HEADERS}
    return Response(b"".join(pretty(refusal.body)), refusal.code, headers=headers)
