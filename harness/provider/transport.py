"""Build the one httpx client: with deadlines on the socket, or closed to the network.

Deadlines are kept below httpx's transport, on httpcore's network streams: there they
hold under vcrpy too, which reads a whole answer before anything above sees a byte.
"""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """How long one call may take.

    Attributes:
        first_byte: Seconds until the answer's first byte. Pro at 1K takes 17 to 29 s by
            `server-timing` (WIRE section 2), 4K longer.
        total: Seconds until its last byte, however it drips.
    """

    first_byte: float = 180.0
    total: float = 300.0


@dataclass(slots=True, kw_only=True)
class _Call:
    first_byte_by: float
    total_by: float
    clock: Clock
    started: bool = False

    def remaining(self) -> float:
        return (self.total_by if self.started else self.first_byte_by) - self.clock()


_call: ContextVar[_Call | None] = ContextVar("harness_call", default=None)


@contextlib.contextmanager
def within(deadline: Deadline, *, clock: Clock = time.monotonic) -> Iterator[None]:
    """Hold every read of this thread's calls to `deadline`."""
    now = clock()
    first = min(deadline.first_byte, deadline.total)
    token = _call.set(_Call(first_byte_by=now + first, total_by=now + deadline.total, clock=clock))
    try:
        yield
    finally:
        _call.reset(token)


class _Stream(httpcore.NetworkStream):
    """A connection whose reads end at the call's deadline."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        call = _call.get()
        if call is None:
            return self._inner.read(max_bytes, timeout)
        remaining = call.remaining()
        if remaining <= 0:
            raise httpcore.ReadTimeout
        data = self._inner.read(max_bytes, min(remaining, timeout or remaining))
        call.started = True
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:  # noqa: ANN401
        return _Stream(self._inner.start_tls(*args, **kwargs))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  # httpcore's own signature
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Sockets whose streams know the call's deadline."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(  # httpcore's own signature
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(stream)


class _ClosedBackend(httpcore.NetworkBackend):
    """No socket at all: what replays must never connect."""

    def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.NetworkStream:  # noqa: ANN401
        raise httpcore.ConnectError(f"a replay tried to connect to {host}:{port}; it never may")


def live_client(*, connections: int, loopback: bool) -> httpx.Client:
    """Build the client for real calls.

    Args:
        connections: As many as calls in flight.
        loopback: The endpoint is on this machine: proxies of the environment are ignored.
    """
    return _client(_Backend(), connections=connections, trust_env=not loopback)


def closed_client() -> httpx.Client:
    """Build the client for replays: any real connection is an error."""
    return _client(_ClosedBackend(), connections=100, trust_env=False)


def _client(backend: httpcore.NetworkBackend, *, connections: int, trust_env: bool) -> httpx.Client:
    transport = httpx.HTTPTransport(trust_env=trust_env)
    # httpx offers no parameter for the network backend; the pool is what it would build.
    transport._pool = httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=trust_env),
        max_connections=connections,
        max_keepalive_connections=connections,
        network_backend=backend,
    )
    timeout = httpx.Timeout(connect=15.0, read=None, write=120.0, pool=None)
    return httpx.Client(transport=transport, timeout=timeout, trust_env=trust_env)
