"""Run whole command lines in a folder of their own, and count what is asked of whom."""

import contextlib
import hashlib
import http.client
import json
import os
import pty
import shutil
import socket
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image

from harness.cli.main import main
from harness.simulator.server import serving
from tests.copied import copied

SUITE = """\
version: 1
suite: shop
defaults: {samples: 1, image_size: 1K}
references: {fox: references/fox.png}
cases:
  - id: city
    prompt: A night city
    matrix: {aspect_ratio: [1:1, 16:9]}
    tags: [wide-ones]
  - id: fox
    prompt: A fox on a shelf
    references: [fox]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command line did."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


class Bench:
    """A folder, and the command line in it."""

    def __init__(self, folder: Path, call: Callable[..., Ran]) -> None:
        self.folder = folder
        self._call = call

    def __call__(self, *words: str) -> Ran:
        return self._call(*words)

    def suite(self, text: str = SUITE) -> Path:
        """Write a suite and its reference picture."""
        path = self.folder / "suites" / "shop.yaml"
        picture = path.parent / "references" / "fox.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        if not picture.exists():
            Image.linear_gradient("L").resize((64, 64)).save(picture)
        return path

    def edit(self, old: str, new: str) -> None:
        """Replace words of the suite that stand there once."""
        path = self.folder / "suites" / "shop.yaml"
        text = path.read_text()
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new))

    def standing(self, *words: str) -> dict[str, tuple[str, str]]:
        """Give how each variant's sample stands, and why, by the plan."""
        rows = self("plan", "--json", *words).json["rows"]
        return {
            f"{row['variant']} {row['sample'] + 1}": (row["standing"], row["why"]) for row in rows
        }

    def statuses(self, ran: Ran) -> dict[str, str]:
        """Give each variant's gravest status, by a run's JSON."""
        order = ["PASS", "WARN", "NEW", "UNRECORDED", "ERROR", "FAIL"]
        return {
            name: max((f["status"] for f in found), key=order.index, default="PASS")
            for name, found in self.findings(ran).items()
        }

    def findings(self, ran: Ran) -> dict[str, list[dict]]:
        """Give each variant's findings, by a run's JSON."""
        judged = [j for suite in ran.json["run"]["suites"] for j in suite["judged"]]
        return {_id(j["variant"]): j["verdict"]["findings"] for j in judged}

    def files(self, pattern: str = "**/*") -> dict[str, str]:
        """Give every file's digest by its path."""
        return {
            str(path.relative_to(self.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.folder.glob(pattern))
            if path.is_file() and path.name != ".lock"
        }

    def cassette(self, case: str) -> Path:
        """Give the cassette of a case, or of its first variant."""
        folder = self.folder / "cassettes" / "shop" / "main"
        return next(iter(sorted(folder.glob(f"{case}@*.json"))), folder / f"{case}.json")

    def replace_picture(self, case: str, change: Callable[[bytes], bytes]) -> None:
        """Write the picture of a case's first answer anew, as other bytes that it refers to."""
        cassette = self.cassette(case)
        answer = json.loads(cassette.read_text())["interactions"][0]["response"]
        old = [name for name in _blobs(answer) if name.endswith((".jpg", ".png"))][-1]
        data = change(self.blob(old).read_bytes())
        new = f"{hashlib.sha256(data).hexdigest()}.jpg"
        self.blob(new).parent.mkdir(exist_ok=True)
        self.blob(new).write_bytes(data)
        cassette.write_text(cassette.read_text().replace(old, new))

    def blob(self, name: str) -> Path:
        return self.folder / "cassettes" / "blobs" / name[:2] / name

    def picture(self, case: str) -> Path:
        """Give the picture's file of a case with one answer."""
        found = _blobs(json.loads(self.cassette(case).read_text())["interactions"][0]["response"])
        return self.blob(next(name for name in found if name.endswith(".jpg")))


def _blobs(tree: object) -> Iterator[str]:
    """Name the blobs that stand in a packed body."""
    if isinstance(tree, dict):
        if "$blob" in tree:
            yield tree["$blob"]
        tree = list(tree.values())
    for value in tree if isinstance(tree, list) else []:
        yield from _blobs(value)


def _id(variant: dict) -> str:
    return f"{variant['case']}[{variant['label']}]" if variant.get("label") else variant["case"]


@pytest.fixture
def bench(tmp_path, monkeypatch, capsys) -> Bench:
    """Stand in an empty folder, without keys or settings around."""
    keys, forges = ("GEMINI_API_KEY", "GOOGLE_API_KEY"), ("CI", "GITHUB_ACTIONS", "GITLAB_CI")
    for name in (*keys, *forges, "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["harness", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Ran(code=int(ended.value.code or 0), out=said.out, err=said.err)

    return Bench(tmp_path, call)


@pytest.fixture
def terminal(monkeypatch) -> Iterator[Callable[[str], None]]:
    """Give `terminal(line)`: who asks reads from a terminal at which a person typed that line."""
    ours, theirs = pty.openpty()

    def typed(line: str) -> None:
        os.write(ours, f"{line}\n".encode())

    with os.fdopen(ours), os.fdopen(theirs) as read:
        monkeypatch.setattr("sys.stdin", read)
        yield typed


@pytest.fixture
def offline(monkeypatch) -> None:
    """Refuse every connection, on this machine too; processes may speak with each other."""
    connect = socket.socket.connect

    def refuse(own, address):
        assert not isinstance(address, tuple), "a replay tried to connect"
        return connect(own, address)

    monkeypatch.setattr("socket.socket.connect", refuse)


@pytest.fixture(scope="session")
def recorded_folder(tmp_path_factory) -> Path:
    """Record the suite once a session, from the simulator."""
    folder = tmp_path_factory.mktemp("recorded")
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(sys.stderr):
        patch.chdir(folder)
        bench = Bench(folder, lambda: None)
        bench.suite()
        patch.setattr(sys, "argv", ["harness", "run", "--endpoint", "simulator", "--live=missing"])
        with pytest.raises(SystemExit) as ended:
            main()
    assert not ended.value.code
    shutil.rmtree(folder / "reports")
    return folder


@pytest.fixture
def recorded(bench, recorded_folder) -> Bench:
    """Stand in a copy of the recorded folder."""
    copied(recorded_folder, bench.folder)
    return bench


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A paid endpoint on loopback: it notes what is asked, and lets a simulator answer.

    Attributes:
        url: Its base URL.
        asked: The paths asked for, in order.
        before: Called with the count of what was asked, before each answer.
    """

    url: str
    asked: list[str]
    before: list[Callable[[int], None]]

    def settings(self) -> str:
        """Give the harness.toml by which the endpoint is known as `local`."""
        return f'[endpoints.local]\nbase_url = "{self.url}"\nkey_env = ["LOCAL_KEY"]\n'


@pytest.fixture(scope="session")
def printer() -> Iterator[str]:
    """Give the address of a simulator that paints two pictures of a size, and prints them."""
    with serving(seed=7, pool=2) as address:
        yield address


@pytest.fixture
def counted(printer) -> Iterator[Counted]:
    """Serve an endpoint that counts."""
    behind = urlsplit(printer)
    asked: list[str] = []
    before: list[Callable[[int], None]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.path)
            for act in before:
                act(len(asked))
            body = self.rfile.read(int(self.headers["content-length"]))
            ahead = http.client.HTTPConnection(behind.hostname, behind.port)
            headers = {"x-goog-api-key": self.headers["x-goog-api-key"] or ""}
            ahead.request("POST", self.path, body, headers)
            answer = ahead.getresponse()
            data = answer.read()
            ahead.close()
            with contextlib.suppress(ConnectionError):  # who asked may be dead by now
                self.send_response(answer.status)
                self.send_header("content-type", answer.getheader("content-type"))
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Counted(url=f"http://127.0.0.1:{server.server_port}", asked=asked, before=before)
        server.shutdown()
        thread.join()
