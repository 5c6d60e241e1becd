"""Note what was asked and what was answered, a line each, so that a recording can be proved.

Each line is a JSON object: `event`, `at` (UTC), `call` (a number that the lines of one
request share), `method`, `model`, `operation` and `request_sha256`. The events:

* `asked`: the request had arrived whole;
* `answered`: the answer was handed to the network whole; with `status`, `response_id`
  and `sha256` of the body;
* `gone`: who asked had hung up before; with the same fields;
* `cut`: a fault closed the connection before the answer was handed over whole; with the same
  fields, of what was handed over, and status 0 where not even headers were.

The latter three have `fault`, its name, where one befell the call.

No header is noted, nor the query: a key may stand in both.
"""

import hashlib
import itertools
import json
import re
from datetime import UTC, datetime
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.errors import StoreError
from harness.simulator.delivery import FAULT, is_gone

_TARGET = re.compile(r"/models/(?P<model>.*):(?P<operation>generateContent|streamGenerateContent)")
_ID = re.compile(rb'"responseId": ?"([^"\\]{1,200})"')
_LONGEST_NAME = 100


class AnswerLog:
    """A file of lines, each written at once, so that lines of many calls never mix."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is made where absent, and appended to where not.

        Raises:
            StoreError: it cannot be written.
        """
        self._path = path
        try:
            self._append(b"")
        except OSError as error:
            raise StoreError(
                f"{path}: the log cannot be written ({error.strerror or error}); "
                "say another file with --log"
            ) from error

    def write(self, event: str, **fields: object) -> None:
        """Append one line; with the system when this returns."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._append(json.dumps({"event": event, "at": at, **fields}).encode() + b"\n")

    def _append(self, data: bytes) -> None:
        with self._path.open("ab", buffering=0) as stream:
            stream.write(data)


class Logged:
    """An application that notes each picture or text that it is asked for, and its answer."""

    def __init__(self, app: ASGIApp, log: AnswerLog) -> None:
        self._app = app
        self._log = log
        self._calls = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note it where it asks for an answer."""
        target = _TARGET.search(scope["path"]) if scope["type"] == "http" else None
        if target is None:
            await self._app(scope, receive, send)
            return
        told = {
            "call": next(self._calls),
            "method": scope["method"],
            "model": target["model"][:_LONGEST_NAME],
            "operation": target["operation"],
        }
        call = _Call(self._log, told, receive=receive, send=send)
        call.scope = scope
        try:
            await self._app(scope, call.receive, call.send)
        finally:
            call.close()


class _Call:
    """One request under way, between the server and the application."""

    def __init__(
        self, log: AnswerLog, told: dict[str, object], *, receive: Receive, send: Send
    ) -> None:
        self._log = log
        self._told = told
        self._receive = receive
        self._send = send
        self._asked = hashlib.sha256()
        self._answered = hashlib.sha256()
        self._noted = False
        self._ended = False
        self.scope: Scope = {}
        self._status = 0
        self._id = ""

    async def receive(self) -> Message:
        """Take the next piece of the request."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._asked.update(message.get("body", b""))
            if not message.get("more_body", False):
                self._note_asked()
        return message

    async def send(self, message: Message) -> None:
        """Hand the next piece of the answer to the network."""
        if message["type"] == "http.response.start":
            self._note_asked()  # a refusal may come before the request was read
            self._status = message["status"]
            await self._send(message)
            return
        body = message.get("body", b"")
        self._answered.update(body)
        found = _ID.findall(body)
        self._id = found[-1].decode("utf-8", "replace") if found else self._id
        last = not message.get("more_body", False)
        gone = last and await is_gone(self._receive)
        await self._send(message)
        if last:
            self._note_answered("gone" if gone else "answered")

    def close(self) -> None:
        """Note an answer that did not come to its end."""
        if self._noted and not self._ended:
            self._note_answered("cut")

    def _note_asked(self) -> None:
        if self._noted:
            return
        self._noted = True
        self._told["request_sha256"] = self._asked.hexdigest()
        self._log.write("asked", **self._told)

    def _note_answered(self, event: str) -> None:
        self._ended = True
        fault = self.scope.get(FAULT, "")
        self._log.write(
            event,
            **self._told,
            **({"fault": fault} if fault else {}),
            status=self._status,
            response_id=self._id,
            sha256=self._answered.hexdigest(),
        )
