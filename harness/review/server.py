"""Run the review server on loopback until it is interrupted, or in a thread of this process."""

import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from harness.errors import HarnessError, SettingsError
from harness.review.app import create_app
from harness.review.files import PAGE
from harness.review.guard import QUERY, Guard
from harness.review.keeper import Keeper

HOST = "127.0.0.1"


def serve(
    folder: Path,
    keeper: Keeper,
    *,
    report: str,
    port: int,
    announce: Callable[[str], None],
) -> None:
    """Serve until interrupted, after telling `announce` the address.

    Args:
        folder: The report's.
        keeper: Of the reviewer's decisions.
        report: Digest of the sheets that the page shows.
        port: On 127.0.0.1; 0 takes a free one.
        announce: Gets the page's address with the token in it; the port is open by then.

    Raises:
        SettingsError: the port is taken.
    """
    create = partial(create_app, folder, keeper, report=report)
    with _bound(port) as listener:
        address, config = _prepared(listener, create)
        announce(address)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def serving(folder: Path, keeper: Keeper, *, report: str, port: int = 0) -> Iterator[str]:
    """Serve in a thread of this process; yield the page's address.

    Raises:
        SettingsError: the port is taken.
        HarnessError: the server does not start.
    """
    create = partial(create_app, folder, keeper, report=report)
    with _bound(port) as listener:
        address, config = _prepared(listener, create)
        server = _Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        server.ready.wait()
        try:
            if not server.started:
                raise HarnessError("the review server did not start")
            yield address
        finally:
            server.should_exit = True
            thread.join()


class _Server(uvicorn.Server):
    """Say when it serves, or has failed to."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets=sockets)
        finally:
            self.ready.set()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            super().run(sockets=sockets)
        finally:
            self.ready.set()


def _prepared(
    listener: socket.socket, create: Callable[[Guard], ASGIApp]
) -> tuple[str, uvicorn.Config]:
    """Give the page's address, with a token that nobody had before, and how it is served."""
    port = listener.getsockname()[1]
    token = secrets.token_urlsafe(24)
    app = create(Guard(port=port, token=token))
    config = uvicorn.Config(
        app,
        log_level="critical",
        access_log=False,  # it would write the token
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
        timeout_keep_alive=30,
    )
    return f"http://{HOST}:{port}/{PAGE}?{QUERY}={token}", config


def _bound(port: int) -> socket.socket:
    """Take the port.

    Raises:
        SettingsError: it is taken or cannot be had.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"cannot serve on {HOST}:{port}: {error}; choose another --port, or 0 for a free one"
        ) from error
    return listener
