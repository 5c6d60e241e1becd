"""Hand an answer to the network: whole, late, in drops, cut, or never."""

from collections.abc import Callable, Mapping

import anyio
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from harness.simulator.faults.fault import Manner
from harness.simulator.wire import Pieces

CLOSE = "harness.close"
"""Name of the server's extension that closes the connection as it is."""
FAULT = "harness.fault"
"""Where the scope says which fault befell the call."""
_LONGEST_HANG = 600.0
_DROPS = 64
_SMALL = 65_536


class Delivery(Response):
    """An answer, and how it is handed over.

    Args:
        body: Its bytes, in pieces.
        code: HTTP status.
        headers: All of them but the length.
        manner: How it is handed over.
        stall: Seconds that a slow or dripping answer takes.
        settle: Told the answer's fate: `whole`, `gone` or `cut`.
    """

    def __init__(
        self,
        body: Pieces,
        code: int,
        *,
        headers: Mapping[str, str],
        manner: Manner = Manner.WHOLE,
        stall: float = 0.0,
        settle: Callable[[str], None],
    ) -> None:
        super().__init__(None, code, headers=dict(headers))
        self.headers["content-length"] = str(sum(map(len, body)))
        self._pieces = body
        self._manner = manner
        self._stall = stall
        self._settle = settle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand it over, and say what became of it."""
        fate = "cut"
        match self._manner:
            case Manner.WHOLE | Manner.SLOW:
                await self._wait(receive)
                await self._start(send)
                fate = await _hand(merged(self._pieces), receive, send)
            case Manner.DRIP:
                await self._start(send)
                fate = await self._drip(receive, send)
            case Manner.HANG:
                with anyio.move_on_after(_LONGEST_HANG):
                    await _until_gone(receive)
                await _cut(scope, receive)
            case Manner.CUT_BEFORE:
                await _cut(scope, receive)
            case Manner.CUT_WITHIN:
                await self._start(send)
                whole = b"".join(self._pieces)
                await send(_piece(whole[: len(whole) // 2], more=True))
                await _cut(scope, receive)
        self._settle(fate)

    async def _wait(self, receive: Receive) -> None:
        if self._manner is Manner.SLOW:
            with anyio.move_on_after(self._stall):
                await _until_gone(receive)

    async def _start(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})

    async def _drip(self, receive: Receive, send: Send) -> str:
        whole = b"".join(self._pieces)
        step = max(1, -(-len(whole) // _DROPS))
        for at in range(0, len(whole) - step, step):
            await send(_piece(whole[at : at + step], more=True))
            if await is_gone(receive):
                return "cut"
            await anyio.sleep(self._stall / _DROPS)
        return await _hand((whole[len(whole) - len(whole) % step or -step :],), receive, send)


def merged(pieces: Pieces) -> list[bytes]:
    """Join what is small, so that it is sent at once; leave alone what is large."""
    runs: list[bytes] = []
    small: list[bytes] = []
    for piece in pieces:
        if len(piece) < _SMALL:
            small.append(piece)
            continue
        runs += [b"".join(small), piece] if small else [piece]
        small = []
    return [*runs, b"".join(small)] if small or not runs else runs


async def _hand(pieces: tuple[bytes, ...] | list[bytes], receive: Receive, send: Send) -> str:
    for piece in pieces[:-1]:
        await send(_piece(piece, more=True))
    gone = await is_gone(receive)
    await send(_piece(pieces[-1], more=False))
    return "gone" if gone else "whole"


def _piece(data: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}


async def is_gone(receive: Receive) -> bool:
    """Tell whether who asked has hung up; waits for nothing."""
    message: Message = {"type": ""}
    with anyio.CancelScope() as scope:
        scope.cancel()
        message = await receive()
    return bool(message["type"] == "http.disconnect")


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cut(scope: Scope, receive: Receive) -> None:
    """Close the connection; what was handed over before still goes out."""
    close = scope.get("extensions", {}).get(CLOSE, {}).get("close")
    if close is not None:
        close()
        with anyio.move_on_after(5):
            await _until_gone(receive)
