"""Speak Gemini's wire over an injected httpx client."""

import logging
import time
from collections.abc import Callable, Mapping
from urllib.parse import quote

import httpx

from harness.model.blob import BlobRef
from harness.model.error_body import error_status
from harness.model.generation import Generation
from harness.model.request import GenerationRequest
from harness.provider.arriving import Arriving, KeepBlob
from harness.provider.calling import Line
from harness.provider.faults import fault
from harness.provider.files import Parcels
from harness.provider.protocol import Endpoint
from harness.provider.transport import Deadline
from harness.provider.wire_answer import parse_answer, parse_stream
from harness.provider.wire_files import sendable
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
        parcels: Parcels | None = None,
        lean: Callable[[], bytes | None] = lambda: None,
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
            parcels: How large pictures travel; None sends every picture inline.
            lean: Gives the answer that just came without its pictures, which are kept
                already; None where nobody keeps them.
        """
        self._line = Line(client=client, endpoint=endpoint, deadline=deadline or Deadline())
        self._read = read
        self._keep = keep
        self._references = references
        self._keep_signature = keep_signature
        self._parcels = parcels
        self._lean = lean

    def generate(self, request: GenerationRequest) -> Generation:
        """Obtain one answer.

        Raises:
            ProviderError: the service did not answer with an answer.
        """
        started = time.monotonic()
        content = sendable(
            request, endpoint=self._line.endpoint, read=self._read, parcels=self._parcels
        )
        response = self._line.exchange("POST", self._url(request), content=content)
        log.info("%s: answered in %.1f s", request.model, time.monotonic() - started)
        self._refuse_error(response.content)
        service = {k: response.headers[k] for k in SERVICE_HEADERS if k in response.headers}
        event_stream = response.headers.get("content-type", "").startswith("text/event-stream")
        parse = parse_stream if event_stream else parse_answer
        arriving = Arriving(
            keep=self._keep,
            keep_signature=self._keep_signature,
            references=self._references(),
            read=self._read,
        )
        return parse(self._lean() or response.content, keep=arriving, service=service)

    def _refuse_error(self, data: bytes) -> None:
        """Raise the error that a gateway sent as a success; no recorder keeps it either."""
        status = error_status(data)
        if status is not None:
            error = data.strip().removeprefix(b"data:")
            raise fault(status, error, secrets=(self._line.endpoint.key,))

    def _url(self, request: GenerationRequest) -> str:
        model = quote(request.model, safe="")
        sse = "?alt=sse" if request.parameters.stream else ""
        return self._line.url(f"models/{model}:{request.operation}{sse}")
