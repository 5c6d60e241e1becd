"""Run the simulator on loopback, in a thread of this process or until interrupted."""

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Unpack

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from harness.errors import HarnessError, SettingsError
from harness.simulator.app import create_app
from harness.simulator.bill import Bill
from harness.simulator.delivery import CLOSE
from harness.simulator.setup import VERSIONS, Options, Setup

__all__ = ["VERSIONS", "serve", "serving"]


@contextmanager
def serving(*, port: int = 0, **options: Unpack[Options]) -> Iterator[str]:
    """Serve in a thread of this process; yield the base URL, e.g. `http://127.0.0.1:43121`.

    Args:
        port: Port on 127.0.0.1; 0 for any that is free.
        **options: The fields of `harness.simulator.setup.Setup`.

    Raises:
        UsageError: an option names something that there is not.
        StoreError: the log or the bill cannot be written.
        SettingsError: the port is taken.
    """
    setup = Setup(**options)
    bill = Bill(setup.bill)
    app = create_app(setup, bill)
    with _bound("127.0.0.1", port) as listener:
        started = threading.Event()
        server = _Server(_config(app), started)
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="simulator", daemon=True
        )
        thread.start()
        started.wait()
        try:
            if not server.started:
                raise HarnessError("the simulator did not start")
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
            bill.close()


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8765,
    announce: Callable[[str], None],
    **options: Unpack[Options],
) -> None:
    """Serve until interrupted, after telling `announce` the base URL.

    Raises:
        UsageError: an option names something that there is not.
        StoreError: the log or the bill cannot be written.
        SettingsError: the port is taken, or the host is not this machine's loopback.
    """
    setup = Setup(**options)
    bill = Bill(setup.bill)
    app = create_app(setup, bill)
    with _bound(_loopback(host), port) as listener:
        name = f"[{host}]" if ":" in host else host
        announce(f"http://{name}:{listener.getsockname()[1]}")
        with suppress(KeyboardInterrupt):
            uvicorn.Server(_config(app)).run(sockets=[listener])
        bill.close()


class _Server(uvicorn.Server):
    """Say when it serves, or has failed to."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets=sockets)
        finally:
            self._ready.set()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            super().run(sockets=sockets)
        finally:
            self._ready.set()


class _Protocol(H11Protocol):
    """HTTP whose connection the application may close: faults cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own narrowing
        super().connection_made(transport)
        inner = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401  # uvicorn's own types
            scope["extensions"] = {CLOSE: {"close": transport.close}}
            await inner(scope, receive, send)

        self.app = app


def _config(app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # an ASGI application
        http=_Protocol,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=30,
    )


def _loopback(host: str) -> str:
    try:
        inside = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise SettingsError(
            f"the simulator serves this machine only, not {host!r}; use 127.0.0.1 or localhost"
        )
    return "127.0.0.1" if host == "localhost" else host


def _bound(host: str, port: int) -> socket.socket:
    """Take the port.

    Raises:
        SettingsError: it is taken or cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay off where the protocol is named; else small answers wait 40 ms
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise SettingsError(
            f"cannot serve on {host}:{port}: {error}; choose another port, or 0 for any free one"
        ) from error
    return listener
