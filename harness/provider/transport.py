"""Build the one httpx client: with deadlines on the socket, or closed to the network.

Deadlines are kept below httpx's transport, on httpcore's network streams: there they
hold under vcrpy too, which reads a whole answer before anything above sees a byte.
"""

import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpcore
import httpx

from harness.errors import SettingsError
from harness.model.sse import event_end
from harness.provider.threads import PerThread

Clock = Callable[[], float]

MAX_ANSWER = 500_000_000
"""Bytes on the wire of one answer; a 4K PNG in base64 has 23 million."""
_CHUNK = 65_536
"""Bytes sent between two looks at the deadline."""
_ALIVE = 1.0
"""Seconds after a connection's last byte in which it is not asked whether it is open."""
_PIECE = 1 << 20
"""Bytes taken from the network at once: with many calls in flight each look at a socket is
a change of threads, and an answer of 2 MB needed more than a hundred."""


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
    first_byte_at: float | None = None
    received: int = 0

    def remaining(self) -> float:
        return (self.total_by if self.started else self.first_byte_by) - self.clock()

    def arrived(self, size: int) -> None:
        if not self.started:
            self.started = True
            self.first_byte_at = self.clock()
        self.received += size
        if self.received > MAX_ANSWER:
            raise httpcore.RemoteProtocolError(f"an answer of more than {MAX_ANSWER:,} bytes")


_call: ContextVar[_Call | None] = ContextVar("harness_call", default=None)


@contextlib.contextmanager
def within(deadline: Deadline, *, clock: Clock = time.monotonic) -> Iterator[_Call]:
    """Hold everything that this thread's call does on the network to `deadline`."""
    now = clock()
    first = min(deadline.first_byte, deadline.total)
    call = _Call(first_byte_by=now + first, total_by=now + deadline.total, clock=clock)
    token = _call.set(call)
    try:
        yield call
    finally:
        _call.reset(token)


def first_byte_at() -> float | None:
    """Tell when the answer to this thread's call began, by the call's clock."""
    call = _call.get()
    return None if call is None else call.first_byte_at


def _bounded(timeout: float | None, late: type[Exception]) -> float | None:
    """Give the shorter of httpx's own timeout and what the deadline leaves.

    Raises:
        httpcore.TimeoutException: `late`, where it leaves nothing.
    """
    call = _call.get()
    if call is None:
        return timeout
    remaining = call.remaining()
    if remaining <= 0:
        raise late
    return remaining if timeout is None else min(remaining, timeout)


class _Stream(httpcore.NetworkStream):
    """A connection on which everything ends at the call's deadline."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        self._heard = 0.0
        self._is_idle = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        size = max(max_bytes, _PIECE)
        data = self._inner.read(size, _bounded(timeout, httpcore.ReadTimeout))
        self._heard, self._is_idle = time.monotonic(), True
        call = _call.get()
        if call is not None:
            call.arrived(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._is_idle and self._inner.get_extra_info("is_readable"):
            raise httpcore.ConnectError("the service closed the idle connection; nothing was sent")
        self._is_idle = False
        for start in range(0, len(buffer), _CHUNK):
            piece = buffer[start : start + _CHUNK]
            self._inner.write(piece, _bounded(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close, and wake whoever waits for bytes in another thread: a closed socket does not."""
        with contextlib.suppress(OSError):
            self._inner.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        bounded = _bounded(timeout, httpcore.ConnectTimeout)
        stream = _Stream(self._inner.start_tls(ssl_context, server_hostname, bounded))
        call = _call.get()
        if call is not None:
            call.started = False  # what came so far was a proxy's word, not the answer's
        return stream

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  # httpcore's own signature
        """Tell httpcore, which asks for each call whether each idle connection was closed.

        With 64 in flight these are system calls by the thousand, each a change of threads:
        one that was heard from a moment ago is looked at when it is written to.
        """
        if info == "is_readable" and time.monotonic() - self._heard < _ALIVE:
            return False
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
        bounded = _bounded(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(host, port, bounded, local_address, socket_options))


class _ClosedBackend(httpcore.NetworkBackend):
    """No socket at all: what replays must never connect."""

    def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.NetworkStream:  # noqa: ANN401
        raise httpcore.ConnectError(f"a replay tried to connect to {host}:{port}; it never may")


MOST_EVENTS = 10_000
"""Events that come apart; those behind them come as the network brings them."""


class _Body(httpx.SyncByteStream):
    """A body that lets go of its response when it is closed.

    httpx ties the two in a circle, which only the garbage collector undoes: ten bodies
    of 20 MB would wait for it.
    """

    def __init__(self, inner: httpx.SyncByteStream) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        yield from self._inner

    def close(self) -> None:
        self._inner.close()
        self._inner = httpx.ByteStream(b"")


class _Events(_Body):
    """A body in the pieces that its events are, however it came."""

    def __iter__(self) -> Iterator[bytes]:
        waiting = bytearray()
        count = 0
        for chunk in self._inner:
            if count >= MOST_EVENTS:
                yield chunk
                continue
            seen = max(0, len(waiting) - 4)  # a boundary may lie across two chunks
            waiting += chunk
            while count < MOST_EVENTS and (end := event_end(waiting, seen)) >= 0:
                count += 1
                yield bytes(waiting[:end])
                del waiting[:end]
                seen = 0
            if count >= MOST_EVENTS:
                yield bytes(waiting)
                waiting.clear()
        if waiting:
            yield bytes(waiting)


def _wrap_body(response: httpx.Response) -> None:
    """Let a stream of events come as events, which vcrpy gives back in one piece."""
    kind = response.headers.get("content-type", "")
    plain = "content-encoding" not in response.headers
    wrapper = _Events if kind.startswith("text/event-stream") and plain else _Body
    assert isinstance(response.stream, httpx.SyncByteStream)
    response.stream = wrapper(response.stream)


def live_client(*, connections: int, loopback: bool) -> httpx.Client:
    """Build the client for real calls.

    Args:
        connections: As many as calls in flight.
        loopback: The endpoint is on this machine: proxies of the environment are ignored.

    Raises:
        SettingsError: the environment names a proxy that cannot be used.
    """
    try:
        trust = _own_trust() if loopback else httpx.create_ssl_context()
        client = _client(_Backend(), connections=connections, trust_env=not loopback, verify=trust)
        client._transport = PerThread(trust, backend=_Backend)
        return client
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        raise SettingsError(
            f"the proxy that the environment names cannot be used ({error}); "
            "correct or unset HTTP_PROXY, HTTPS_PROXY and ALL_PROXY"
        ) from error


@cache
def _own_trust() -> ssl.SSLContext:
    """Trust whom certifi trusts, whatever the environment says: to load them takes 30 ms."""
    return httpx.create_ssl_context(trust_env=False)


def closed_client() -> httpx.Client:
    """Build the client for replays: any real connection is an error."""
    nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts none; loading those of the
    return _client(  # machine takes longer than 30 replays
        _ClosedBackend(), connections=100, trust_env=False, verify=nobody
    )


def _client(
    backend: httpcore.NetworkBackend,
    *,
    connections: int,
    trust_env: bool,
    verify: ssl.SSLContext,
) -> httpx.Client:
    client = httpx.Client(
        verify=verify,
        headers={"accept-encoding": "gzip, deflate"},  # what a recording can undo
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        timeout=httpx.Timeout(connect=15.0, read=None, write=120.0, pool=None),
        trust_env=trust_env,
        event_hooks={"response": [_wrap_body]},
    )
    # httpx offers no parameter for the network backend, so it is put below what httpx built:
    # the plain transport, and one for each proxy that the environment names.
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx.HTTPTransport):
            transport._pool._network_backend = backend
    return client
