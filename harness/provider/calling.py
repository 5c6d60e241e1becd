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
from harness.provider.quoting import cleaned, quoted
from harness.provider.transport import Deadline, within
from harness.store.files import MAX_LEVELS, nests_deeper

JSON_TYPE = {"content-type": "application/json"}
_LOOKED = 65_536
"""Bytes of a body that is no JSON, of which the beginning is shown."""


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

    def tree(self, response: httpx.Response) -> JsonObject:
        """Read an answer's body as a JSON object, the key taken out of its texts.

        Raises:
            MalformedAnswer: it is none.
        """
        tree = cleaned(self.raw_tree(response), self.endpoint.key)
        assert isinstance(tree, dict)
        return tree

    def raw_tree(self, response: httpx.Response) -> JsonObject:
        """Read a body that holds answers, which stay what they are; errors as `tree`."""
        data = response.content
        size = f"{len(data):,} bytes"
        try:
            tree = json.loads(data)
        except (ValueError, RecursionError) as error:
            shown = quoted(data[:_LOOKED].decode("utf-8", "replace"), self.endpoint.key, most=60)
            raise MalformedAnswer(f"the answer is no JSON ({size}: {shown!r})") from error
        if not isinstance(tree, dict):
            raise MalformedAnswer(f"the answer is JSON, but no object ({size})")
        if nests_deeper(tree, MAX_LEVELS):
            raise MalformedAnswer(f"the answer nests more than {MAX_LEVELS} levels deep")
        return tree

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
        said = f"{type(error).__name__} {quoted(str(error), self.endpoint.key, most=300)}".rstrip()
        late = f" (deadline {self.deadline.total:g} s)" if kind is DeadlineExceeded else ""
        return kind(f"{self.endpoint.name} at {self.endpoint.base_url}: {said}{late}; {hint}")


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
