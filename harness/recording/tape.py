"""Stand between vcrpy and the recorder: the only file that it is switched on by.

vcrpy patches httpx's transports and calls three methods of its cassette: may it be
played, play it, append it. Matching, storing and modes are not vcrpy's here: which
answer a request gets was settled by its name before it was sent (CASSETTES section 1
tells what vcrpy's own matching does to equal requests).
"""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from vcr.cassette import Cassette
from vcr.patch import PATCHER_NAMES, CassettePatcherBuilder

from harness.errors import MalformedAnswer
from harness.recording.inflate import inflated


class Deck(Protocol):
    """What answers for the tape: the recorder."""

    def played(self, *, url: str, body: bytes) -> "Played | None":
        """Give the recorded answer, or None where the call may go out.

        Raises:
            Unrecorded: there is none, and nothing may go out.
        """
        ...

    def obtained(self, sent: "Sent", answer: "Played") -> None:
        """Keep an answer that came over the network, decompressed."""
        ...


class Sent:
    """A request that went out."""

    def __init__(self, *, method: str, url: str, headers: Mapping[str, str], body: bytes) -> None:
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body


class Played:
    """An answer, decompressed."""

    def __init__(
        self, *, status: int, reason: str, headers: Mapping[str, str], body: bytes
    ) -> None:
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body


class _Tape(Cassette):  # type: ignore[misc]  # vcrpy has no types
    """A cassette that keeps nothing itself."""

    def __init__(self, deck: Deck) -> None:
        others = tuple(name for name in PATCHER_NAMES if name != "httpx")
        super().__init__(path="", skip_patchers=others)
        self._deck = deck
        self._found: dict[int, Played] = {}

    @property
    def write_protected(self) -> bool:
        return False  # the deck itself refuses

    def can_play_response_for(self, request: Any) -> bool:  # noqa: ANN401  # vcrpy's Request
        answer = self._deck.played(url=request.uri, body=_bytes(request.body))
        if answer is None:
            return False
        self._found[id(request)] = answer
        return True

    def play_response(self, request: Any) -> dict[str, Any]:  # noqa: ANN401  # vcrpy's Request
        answer = self._found.pop(id(request))
        return {
            "status": {"code": answer.status, "message": _ascii(answer.reason)},
            "headers": {_octets(name): [_octets(v)] for name, v in answer.headers.items()},
            "body": {"string": answer.body},
        }

    def append(self, request: Any, response: dict[str, Any]) -> None:  # noqa: ANN401
        headers = {name.lower(): ", ".join(v) for name, v in response["headers"].items()}
        self._deck.obtained(
            Sent(
                method=request.method,
                url=request.uri,
                headers=dict(request.headers),
                body=_bytes(request.body),
            ),
            Played(
                status=response["status"]["code"],
                reason=response["status"]["message"] or "",
                headers=headers,
                body=_plain(response["body"]["string"], headers.get("content-encoding", "")),
            ),
        )


def _plain(body: bytes, encoding: str) -> bytes:
    try:
        return inflated(body, encoding)
    except ValueError as error:
        raise MalformedAnswer(f"the answer does not decompress: {error}") from error


@contextlib.contextmanager
def intercepted(deck: Deck) -> Iterator[None]:
    """Patch httpx so that every call passes `deck`; unpatch whatever happens."""
    with contextlib.ExitStack() as stack:
        for patcher in CassettePatcherBuilder(_Tape(deck)).build():
            stack.enter_context(patcher)
        yield


def _bytes(body: object) -> bytes:
    if body is None:
        return b""
    return body if isinstance(body, bytes) else str(body).encode()


def _octets(text: str) -> bytes:
    """Write a header as httpx takes it in any alphabet: a string it encodes as ASCII."""
    return text.encode("utf-8", "replace")


def _ascii(text: str) -> str:
    """Drop a phrase that vcrpy could not encode; nothing reads it."""
    return text if text.isascii() else ""
