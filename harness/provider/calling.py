"""Reach an endpoint: its addresses, the header that carries its key, one exchange, its faults."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from harness.errors import (
    DeadlineExceeded,
    KeyRejected,
    MalformedAnswer,
    NoConnection,
    ProviderError,
    Unreachable,
)
from harness.model.request import JsonObject
from harness.provider.faults import fault
from harness.provider.protocol import Endpoint
from harness.provider.transport import Deadline, within

JSON_TYPE = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A client that is bound to an endpoint.

    Attributes:
        client: The one httpx client of the harness.
        endpoint: Who is asked.
        deadline: How long one exchange may take.
    """

    client: httpx.Client
    endpoint: Endpoint
    deadline: Deadline = field(default_factory=Deadline)

    def url(self, path: str, *, root: str = "") -> str:
        """Give the address of a path behind the API version, e.g. `models/x:generateContent`.

        Args:
            path: Without a slash in front.
            root: What stands before the version: `"upload/"` or `"download/"`.
        """
        return f"{self.endpoint.base_url}/{root}{self.endpoint.api_version}/{path}"

    def get(self, path: str) -> httpx.Response:
        """Get a path behind the API version; errors as `exchange`."""
        return self.exchange("GET", self.url(path))

    def post(self, path: str, tree: JsonObject) -> httpx.Response:
        """Post JSON to a path behind the API version; errors as `exchange`."""
        content = json.dumps(tree, separators=(",", ":")).encode()
        return self.exchange("POST", self.url(path), content=content)

    def exchange(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] = JSON_TYPE,
        with_key: bool = True,
    ) -> httpx.Response:
        """Send one request and read its whole answer.

        Args:
            method: `"GET"` or `"POST"`.
            url: Where to; redirects are not followed.
            content: The body.
            headers: Beside the key's.
            with_key: Send the key along.

        Raises:
            ProviderError: the answer is none of success, or did not come.
        """
        sent = {**headers, **(self._key() if with_key else {})}
        try:
            with within(self.deadline):
                response = self.client.request(method, url, content=content, headers=sent)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._fault(error) from error
        if not response.is_success:
            secrets = (self.endpoint.key,)
            raise fault(response.status_code, response.content, secrets=secrets)
        return response

    def _key(self) -> Mapping[str, str]:
        """Give the header that carries the key; httpx would repeat an unsendable one in its error.

        Raises:
            KeyRejected: no header can carry it.
        """
        key = self.endpoint.key
        if not (key.isascii() and key.isprintable()):
            raise KeyRejected(
                f"{self.endpoint.name}: the key holds characters that no header can carry; "
                "look for a line end or a quote that was copied with it"
            )
        return {self.endpoint.key_header: f"{self.endpoint.key_scheme}{key}"}

    def _fault(self, error: Exception) -> ProviderError:
        """Name what kept an answer from coming."""
        kind, hint = next((k, hint) for types, k, hint in _FAULTS if isinstance(error, types))
        said = f"{type(error).__name__} {error}".rstrip()
        late = f" (deadline {self.deadline.total:g} s)" if kind is DeadlineExceeded else ""
        return kind(f"{self.endpoint.name} at {self.endpoint.base_url}: {said}{late}; {hint}")


def json_object(response: httpx.Response) -> JsonObject:
    """Read an answer's body as a JSON object.

    Raises:
        MalformedAnswer: it is none.
    """
    data = response.content
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError) as error:
        shown = data[:60].decode("utf-8", errors="replace")
        raise MalformedAnswer(f"the answer is no JSON ({len(data):,} bytes: {shown!r})") from error
    if not isinstance(tree, dict):
        raise MalformedAnswer(f"the answer is JSON, but no object ({len(data):,} bytes)")
    return tree


CHARGED = "it may be charged all the same"
"""Said of a call that was sent and brought no answer."""
_FAULTS: tuple[tuple[tuple[type[Exception], ...], type[ProviderError], str], ...] = (
    ((httpx.ConnectError, httpx.ConnectTimeout), NoConnection, "check the address and the network"),
    ((httpx.UnsupportedProtocol, httpx.InvalidURL), NoConnection, "correct the address"),
    ((httpx.TimeoutException,), DeadlineExceeded, f"no whole answer in time; {CHARGED}"),
    ((httpx.DecodingError,), MalformedAnswer, "the answer does not decompress"),
    ((Exception,), Unreachable, f"the connection broke; {CHARGED}"),
)
"""What httpx raises, narrow before wide, and what it means here."""
