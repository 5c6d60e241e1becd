"""Let nobody in but the browser that was given the address, and no page but the server's own."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

HEADER = "x-harness-token"
QUERY = "token"
_READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of a request decides whether it is let in.

    Attributes:
        method: Such as `GET`.
        headers: By lower-case name.
        cookies: By name.
        query: The address behind `?`.
    """

    method: str
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What a server lets in.

    Attributes:
        port: It serves on.
        token: Who has it may come in; never shown in a log or a message.
    """

    port: int
    token: str = field(repr=False)

    @property
    def hosts(self) -> tuple[str, ...]:
        return f"127.0.0.1:{self.port}", f"localhost:{self.port}"

    @property
    def cookie(self) -> str:
        """Name the cookie: browsers hold those of all ports of a host together."""
        return f"harness-review-{self.port}"

    def refuses(self, asked: Asked) -> str:
        """Say in one line why a request is refused; empty where it is let in."""
        if asked.headers.get("host", "") not in self.hosts:
            return f"this server is {self.hosts[0]} and answers to no other name"
        if not self._is_own(asked):
            return "a page of another origin asked for this; only the review page may"
        if not self._has_token(asked):
            return "the token is missing or old: open the address that `harness review` printed"
        return ""

    def _is_own(self, asked: Asked) -> bool:
        """Tell whether the page itself asks, or a person does by opening the address."""
        headers = asked.headers
        opened = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest"))
        came_from = headers.get("sec-fetch-site", "none")
        if asked.method not in _READS:
            return headers.get("origin") == f"http://{headers['host']}"
        return came_from in ("none", "same-origin") or opened == ("navigate", "document")

    def _has_token(self, asked: Asked) -> bool:
        told = asked.cookies.get(self.cookie, ""), asked.headers.get(HEADER, "")
        found = any(self.knows(token) for token in told)
        return found or (asked.method in _READS and self.is_in(asked.query))

    def is_in(self, query: str) -> bool:
        """Tell whether the token stands in an address."""
        return any(self.knows(token) for token in parse_qs(query).get(QUERY, []))

    def knows(self, token: str) -> bool:
        return secrets.compare_digest(token.encode("utf-8", "replace"), self.token.encode())
