"""Speak Gemini's wire over an injected httpx client."""

import logging
import time
from collections.abc import Callable, Mapping
from urllib.parse import quote

import httpx

from harness.errors import (
    DeadlineExceeded,
    KeyRejected,
    MalformedAnswer,
    NoConnection,
    ProviderError,
    Unreachable,
)
from harness.model.blob import BlobRef
from harness.model.generation import Generation
from harness.model.request import GenerationRequest
from harness.provider.arriving import Arriving, KeepBlob
from harness.provider.faults import fault
from harness.provider.protocol import Endpoint
from harness.provider.transport import Deadline, within
from harness.provider.wire_answer import parse_answer, parse_stream
from harness.provider.wire_request import body
from harness.store.blobs import ReadBlob

log = logging.getLogger(__name__)

SERVICE_HEADERS = ("server-timing", "x-gemini-service-tier", "server", "date", "x-simulated")
"""Headers that tell of the service (WIRE section 2)."""


class GeminiProvider:
    """The Gemini API, or a gateway or simulator that speaks the same wire."""

    def __init__(  # noqa: PLR0913  # what a client is bound to, named
        self,
        *,
        client: httpx.Client,
        endpoint: Endpoint,
        read: ReadBlob,
        keep: KeepBlob,
        deadline: Deadline | None = None,
        references: Callable[[], Mapping[str, BlobRef]] = dict,
        keep_signature: KeepBlob | None = None,
    ) -> None:
        """Bind the client to an endpoint.

        Args:
            client: The one httpx client of the harness.
            endpoint: Where to ask.
            read: Gives the bytes of pictures to send.
            keep: Keeps the bytes of pictures and signatures that come.
            deadline: How long a call may take.
            references: Tells which texts of the answer that just came stand for blobs;
                none do, unless a recorder that replays says so.
            keep_signature: Keeps the bytes of signatures; `keep` unless given.
        """
        self._client = client
        self._endpoint = endpoint
        self._read = read
        self._keep = keep
        self._deadline = deadline or Deadline()
        self._references = references
        self._keep_signature = keep_signature

    def generate(self, request: GenerationRequest) -> Generation:
        """Obtain one answer.

        Raises:
            ProviderError: the service did not answer with an answer.
        """
        self._refuse_unsendable_key()
        started = time.monotonic()
        response = self._post(self._url(request), body(request, read=self._read))
        data = response.content
        if not response.is_success:
            raise fault(response.status_code, data, secrets=(self._endpoint.key,))
        log.info("%s: answered in %.1f s", request.model, time.monotonic() - started)
        service = {k: response.headers[k] for k in SERVICE_HEADERS if k in response.headers}
        event_stream = response.headers.get("content-type", "").startswith("text/event-stream")
        parse = parse_stream if event_stream else parse_answer
        arriving = Arriving(
            keep=self._keep,
            keep_signature=self._keep_signature,
            references=self._references(),
            read=self._read,
        )
        return parse(data, keep=arriving, service=service)

    def _refuse_unsendable_key(self) -> None:
        """Refuse a key that no header can carry; httpx would repeat it in its error."""
        key = self._endpoint.key
        if not (key.isascii() and key.isprintable()):
            raise KeyRejected(
                f"{self._endpoint.name}: the key holds characters that no header can carry; "
                "look for a line end or a quote that was copied with it"
            )

    def _url(self, request: GenerationRequest) -> str:
        model = quote(request.model, safe="")
        sse = "?alt=sse" if request.parameters.stream else ""
        root = f"{self._endpoint.base_url}/{self._endpoint.api_version}"
        return f"{root}/models/{model}:{request.operation}{sse}"

    def _post(self, url: str, content: bytes) -> httpx.Response:
        headers = {
            "content-type": "application/json",
            self._endpoint.key_header: self._endpoint.key,
        }
        try:
            with within(self._deadline):
                return self._client.post(url, content=content, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._fault(error) from error

    def _fault(self, error: Exception) -> ProviderError:
        """Name what kept an answer from coming."""
        kind, hint = next((k, hint) for types, k, hint in _FAULTS if isinstance(error, types))
        said = f"{type(error).__name__} {error}".rstrip()
        late = f" (deadline {self._deadline.total:g} s)" if kind is DeadlineExceeded else ""
        return kind(f"{self._endpoint.name} at {self._endpoint.base_url}: {said}{late}; {hint}")


_CHARGED = "it may be charged all the same"
_FAULTS: tuple[tuple[tuple[type[Exception], ...], type[ProviderError], str], ...] = (
    ((httpx.ConnectError, httpx.ConnectTimeout), NoConnection, "check the address and the network"),
    ((httpx.UnsupportedProtocol, httpx.InvalidURL), NoConnection, "correct the address"),
    ((httpx.TimeoutException,), DeadlineExceeded, f"no whole answer in time; {_CHARGED}"),
    ((httpx.DecodingError,), MalformedAnswer, "the answer does not decompress"),
    ((Exception,), Unreachable, f"the connection broke; {_CHARGED}"),
)
"""What httpx raises, narrow before wide, and what it means here."""
