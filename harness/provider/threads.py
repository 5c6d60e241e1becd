"""Give each thread connections of its own below one httpx client."""

import ssl
import threading
from collections.abc import Callable

import httpcore
import httpx


class PerThread(httpx.BaseTransport):
    """Connections of each thread's own, of which one is used.

    A pool that all threads share goes through all of its connections for every call, under
    a lock: with 64 in flight that took a tenth of a live run's processor time.
    """

    def __init__(
        self, trust: ssl.SSLContext, *, backend: Callable[[], httpcore.NetworkBackend]
    ) -> None:
        """Bind what the connections of all threads share.

        Args:
            trust: Whom TLS trusts.
            backend: Makes the sockets of a thread.
        """
        self._trust = trust
        self._backend = backend
        self._own = threading.local()
        self._all: list[httpx.HTTPTransport] = []
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        own: httpx.HTTPTransport | None = getattr(self._own, "transport", None)
        if own is None:
            own = self._own.transport = self._made()
        return own.handle_request(request)

    def _made(self) -> httpx.HTTPTransport:
        transport = httpx.HTTPTransport(verify=self._trust, limits=httpx.Limits(max_connections=4))
        transport._pool._network_backend = self._backend()
        with self._lock:
            self._all.append(transport)
        return transport

    def close(self) -> None:
        with self._lock:
            for transport in self._all:
                transport.close()
