"""A report's folder, a reviewer's file, and a server before them."""

import http.client
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from harness.review.keeper import Keeper
from harness.review.server import serving

RUN = "20261126T090000Z-1a2b"
REPORT = "d1" * 32
PICTURE = "ab" * 32
POLICY = "default-src 'none'; script-src 'self'; connect-src 'none'; base-uri 'none'"
ASSET = "/assets/review-store.14e75f8d5a79.js"
PAGE = f"""<!doctype html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>Review</title>
<script src="saver.js"></script>
"""


def review(*votes, note="", **changes):
    """Give the tree of a review with a vote for each of `votes`, ids of sheets."""
    return {
        "format": "gemini-image-harness/review",
        "version": 1,
        "run": RUN,
        "report": REPORT,
        "tool": "1.0",
        "reviewer": "anna",
        "votes": [vote(item, note) for item in votes],
    } | changes


def vote(item, note=""):
    suite, _, variant = item.partition("/")
    return {
        "item": item,
        "suite": suite,
        "variant": variant,
        "turn": 0,
        "cell": "c0" * 32,
        "arm": {"model": "gemini-3-pro-image", "endpoint": "gemini"},
        "choice": "accept",
        "reasons": [],
        "note": note,
        "pictures": [{"sample": 0, "sha256": PICTURE, "seen": True, "bad": False, "reasons": []}],
        "accepted_before": "",
        "modes": ["sheet"],
        "blind": False,
        "at": "2026-11-26T09:00:00Z",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A server, and a client that has its token and says what a browser says."""

    folder: Path
    keeper: Keeper
    port: int
    token: str

    @property
    def own(self):
        return f"http://127.0.0.1:{self.port}"

    def ask(self, target, *, method="GET", body=None, **headers):
        """Ask; a header of None is left out, an underscore in its name stands for a dash."""
        own = {"host": f"127.0.0.1:{self.port}", "x-harness-token": self.token}
        own |= {name.replace("_", "-"): value for name, value in headers.items()}
        return asked(self.port, target, method=method, body=body, headers=own)

    def put(self, tree, *, after, **headers):
        """Save a review as the page does."""
        body = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
        own = {"origin": self.own, "content_type": "application/json", "if_match": f'"{after}"'}
        return self.ask("/decisions", method="PUT", body=body, **(own | headers))


def asked(port, target, *, method="GET", body=None, headers):
    """Ask a server of this machine, the target as it stands."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        connection.putrequest(method, target, skip_host=True)
        for name, value in headers.items():
            if value is not None:
                connection.putheader(name, value)
        if body is not None:
            connection.putheader("content-length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(status=answer.status, headers=named, body=answer.read())
    finally:
        connection.close()


def laid_out(folder):
    """Lay a report's folder out anew: a page, scripts, a picture."""
    shutil.rmtree(folder.parent, ignore_errors=True)
    (folder / "img" / "ab").mkdir(parents=True)
    (folder / "assets").mkdir()
    (folder / "review.html").write_text(PAGE, encoding="utf-8")
    (folder / "saver.js").write_bytes(b"")
    (folder / "data.js").write_text("window.__REPORT__={};\n", encoding="utf-8")
    (folder / ASSET[1:]).write_text('"use strict";\n', encoding="utf-8")
    (folder / "img" / "ab" / f"{PICTURE}.thumb.webp").write_bytes(b"RIFF")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Serve one folder for all tests of a module: a server's end waits a tenth of a second."""
    folder = tmp_path_factory.mktemp("root") / "reports" / RUN
    laid_out(folder)
    keeper = Keeper(folder, run=RUN, reviewer="anna")
    with serving(folder, keeper, report=REPORT) as address:
        told = urlsplit(address)
        (token,) = parse_qs(told.query)["token"]
        yield Desk(folder=folder, keeper=keeper, port=told.port, token=token)


@pytest.fixture
def desk(running):
    """Give the server with a folder in which nothing was decided yet."""
    laid_out(running.folder)
    return running


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "reports" / RUN
    laid_out(folder)
    return folder
