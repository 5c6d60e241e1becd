"""Carry 500 blobs to a real S3 protocol server on loopback and back, and break it midway.

A push, a clone elsewhere, a pull and a run like the original one; a push that is killed and
one whose connection breaks, which go on with the rest; a blob that was tampered with; eight
who push at once; credentials that are refused.
"""

import argparse
import hashlib
import http.client
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from machine import ROOT, circumstances

FOLDER = ROOT / "reports" / "prove"
HARNESS = str(Path(sys.executable).with_name("harness"))
CASES = 57
"""Of four samples each: 228 pictures, with drafts and signatures a little over 500 blobs."""
BUCKET = "proof"


@dataclass(frozen=True)
class Row:
    """What was seen, and whether it is as it should be."""

    what: str
    seen: str
    holds: bool


class Door(BaseHTTPRequestHandler):
    """A proxy before the server: it counts, and breaks or refuses when it is told to."""

    protocol_version = "HTTP/1.1"

    def handle_request(self) -> None:
        """Let one request through, unless told otherwise."""
        door = self.server
        if self.command == "PUT":
            door.puts.append(self.path)
        if door.breaks_after is not None and len(door.puts) > door.breaks_after:
            self.connection.close()
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if door.refuses:
            self.give(403, b"<Error><Code>AccessDenied</Code></Error>", {})
            return
        there = http.client.HTTPConnection("127.0.0.1", door.behind, timeout=60)
        there.request(self.command, self.path, body=body, headers=dict(self.headers))
        answer = there.getresponse()
        self.give(answer.status, answer.read(), {k.lower(): v for k, v in answer.getheaders()})
        there.close()

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = handle_request  # noqa: N815

    def give(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        """Answer."""
        self.send_response(status)
        for name, value in headers.items():
            if name not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        self.send_header("content-length", headers.get("content-length", str(len(data))))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Be silent."""


class Doors(ThreadingHTTPServer):
    """The door's server; it says nothing of who was killed midway."""

    def handle_error(self, *_: object) -> None:
        """Be silent."""


class Ground:
    """The server, the door to it, and the original folder."""

    def __init__(self, root: Path) -> None:
        from moto.server import ThreadedMotoServer

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        port = self.server.get_host_and_port()[1]
        self.door = Doors(("127.0.0.1", 0), Door)
        self.door.behind, self.door.puts = port, []
        self.door.breaks_after, self.door.refuses = None, False
        threading.Thread(target=self.door.serve_forever, daemon=True).start()
        self.root = root
        self.port = port
        self.environ = {
            **{name: value for name, value in os.environ.items() if "AWS" not in name},
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.door.server_address[1]}",
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def asked(self, method: str, path: str, body: bytes = b"") -> bytes:
        """Ask the server itself, past the door."""
        there = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        who = "AWS4-HMAC-SHA256 Credential=nobody/20260101/us-east-1/s3/aws4_request"
        there.request(method, path, body=body, headers={"Authorization": who})
        data = there.getresponse().read()
        there.close()
        return data

    def bucket(self, name: str) -> None:
        """Make a bucket."""
        self.asked("PUT", f"/{name}")
        self.door.puts.clear()

    def run(self, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the command line in a folder."""
        return subprocess.run(
            [HARNESS, *words],
            cwd=folder,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )

    def begun(self, folder: Path, *words: str) -> subprocess.Popen[str]:
        """Begin a command line in a folder."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen([HARNESS, *words], cwd=folder, env=self.environ, **quiet)

    def clone(self, source: Path, name: str) -> Path:
        """Copy what git would hold: all but blobs, reports and what can be made anew."""
        made = self.root / name
        blobs = source / "cassettes" / "blobs"

        def left_out(folder: str, names: list[str]) -> set[str]:
            return set(names) if Path(folder) == blobs else {".harness", "reports"} & set(names)

        shutil.copytree(source, made, ignore=left_out)
        return made


def blobs(folder: Path) -> dict[str, str]:
    """Give the sha256 of each blob's bytes by its name."""
    files = (folder / "cassettes" / "blobs").glob("??/*")
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def recorded(ground: Ground, count: int) -> Path:
    """Record from the simulator: cases of four samples each."""
    folder = ground.root / "original"
    (folder / "suites").mkdir(parents=True)
    cases = "\n".join(
        f"  - {{id: c{number}, prompt: A fox figurine on shelf {number}}}"
        for number in range(count)
    )
    (folder / "suites" / "shop.yaml").write_text(
        f"version: 1\nsuite: shop\ndefaults: {{samples: 4, image_size: 1K}}\ncases:\n{cases}\n"
    )
    (folder / "harness.toml").write_text(f'blobs = "s3://{BUCKET}/team"\n')
    words = ("run", "--endpoint", "simulator", "--live", "missing", "--record-only", "-j", "8")
    done = ground.run(folder, *words)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return folder


def verdict(done: subprocess.CompletedProcess[str]) -> str:
    """Give what a run found, suite by suite."""
    return json.dumps(json.loads(done.stdout)["run"]["suites"], sort_keys=True)


def travelled(ground: Ground, original: Path) -> Iterator[Row]:
    """Push, clone elsewhere, pull, run."""
    ground.bucket(BUCKET)
    before = ground.run(original, "run", "--json", "--fail-on", "none")
    whole = blobs(original)
    started = time.perf_counter()
    pushed = ground.run(original, "cassette", "push", "--json")
    seconds = time.perf_counter() - started
    told = json.loads(pushed.stdout)["requests"]
    puts = len(ground.door.puts)
    yield Row("blobs pushed", f"{len(whole)} in {seconds:.1f} s", pushed.returncode == 0)
    yield Row("uploads, each proved by the server's sha256", f"{told}", puts == len(whole))
    ground.door.puts.clear()
    again = ground.run(original, "cassette", "push")
    sent = len(ground.door.puts)
    yield Row("a second push sends", f"{sent}", again.returncode == 0 and sent == 0)
    yield from _cloned(ground, original, found=verdict(before))


def _cloned(ground: Ground, original: Path, *, found: str) -> Iterator[Row]:
    """Clone it elsewhere: once with a pull, once with a run that fetches."""
    whole = blobs(original)
    clone = ground.clone(original, "clone")
    started = time.perf_counter()
    pulled = ground.run(clone, "cassette", "pull")
    seconds = time.perf_counter() - started
    same = blobs(clone) == whole and all(name[:64] == s for name, s in blobs(clone).items())
    yield Row("a clone pulls the same bytes", f"{len(blobs(clone))} in {seconds:.1f} s", same)
    yield Row("the pull's exit code", str(pulled.returncode), pulled.returncode == 0)
    after = ground.run(clone, "run", "--json", "--fail-on", "none")
    equal = verdict(after) == found
    yield Row("its run finds what the original's found", "equal" if equal else "other", equal)
    fetching = ground.clone(original, "fetching")
    after = ground.run(fetching, "run", "--json", "--fail-on", "none")
    equal = verdict(after) == found
    yield Row("a run that fetches finds the same", "equal" if equal else "other", equal)


def refused(ground: Ground, original: Path) -> Iterator[Row]:
    """Tamper with a blob there, pull; then refuse the credentials."""
    victim = next(name for name in sorted(blobs(original)) if name.endswith(".jpg"))
    key = f"/{BUCKET}/team/{victim[:2]}/{victim}"
    data = (original / "cassettes" / "blobs" / victim[:2] / victim).read_bytes()
    ground.asked("PUT", key, b"tampered")
    clone = ground.clone(original, "tampered")
    pulled = ground.run(clone, "cassette", "pull")
    ground.asked("PUT", key, data)
    named = pulled.returncode == 2 and f"{victim}: 8 bytes that are not" in pulled.stdout
    yield Row("a tampered blob is refused by name, exit", str(pulled.returncode), named)
    arrived = len(blobs(clone))
    yield Row("the others arrive", str(arrived), arrived == len(blobs(original)) - 1)
    ground.door.refuses = True
    pushed = ground.run(original, "cassette", "push")
    alone = ground.clone(original, "fork")
    ran = ground.run(alone, "run", "--json")
    ground.door.refuses = False
    said = pushed.stderr.strip()
    clear = pushed.returncode == 3 and "access is denied" in said and "\n" not in said
    yield Row("refused credentials: push is one line, exit", str(pushed.returncode), clear)
    present = [
        f
        for suite in json.loads(ran.stdout)["run"]["suites"]
        for judged in suite["judged"]
        for f in judged["verdict"]["findings"]
        if f["check"] == "present" and "picture absent" in f["message"]
    ]
    asked = sum(name.endswith(".jpg") for name in blobs(original))
    held = ran.returncode == 3 and len(present) == asked
    yield Row("without them a run judges by committed measures", f"{len(present)} of {asked}", held)


def interrupted(ground: Ground, original: Path) -> Iterator[Row]:
    """Kill a push midway, break another's connection, and go on."""
    whole = len(blobs(original))
    for number in range(2):
        name, after = f"killed-{number}", (number + 1) * whole // 3
        folder = _elsewhere(ground, original, name)
        process = ground.begun(folder, "cassette", "push")
        while len(ground.door.puts) < after and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        yield from _goes_on(ground, folder, name, f"killed after {after} uploads")
    folder = _elsewhere(ground, original, "broken")
    ground.door.breaks_after = whole // 2
    broken = ground.run(folder, "cassette", "push")
    ground.door.breaks_after = None
    yield Row("a connection that breaks: exit", str(broken.returncode), broken.returncode == 3)
    yield from _goes_on(ground, folder, "broken", "the connection broke")


def _elsewhere(ground: Ground, original: Path, name: str) -> Path:
    """Copy the original, with another bucket that is empty."""
    folder = ground.root / name
    shutil.copytree(original, folder)
    (folder / "harness.toml").write_text(f'blobs = "s3://{name}/team"\n')
    ground.bucket(name)
    return folder


def _goes_on(ground: Ground, folder: Path, bucket: str, what: str) -> Iterator[Row]:
    whole = len(blobs(folder))
    there = _count(ground, bucket)
    ground.door.puts.clear()
    again = ground.run(folder, "cassette", "push")
    sent = len(ground.door.puts)
    right = again.returncode == 0 and sent == whole - there and _count(ground, bucket) == whole
    yield Row(f"{what}: there / sent by the same command", f"{there} / {sent} of {whole}", right)


def _count(ground: Ground, bucket: str) -> int:
    found = 0
    token = ""
    while True:
        query = f"/{bucket}?list-type=2" + (f"&continuation-token={token}" if token else "")
        page = ground.asked("GET", query).decode()
        found += page.count("<Key>")
        if "<NextContinuationToken>" not in page:
            return found
        token = page.partition("<NextContinuationToken>")[2].partition("<")[0]


def together(ground: Ground, original: Path) -> Iterator[Row]:
    """Let eight push at once into an empty bucket."""
    folder = _elsewhere(ground, original, "eight")
    others = [folder, *(ground.root / f"eight-{number}" for number in range(7))]
    for other in others[1:]:
        shutil.copytree(folder, other)
    processes = [ground.begun(other, "cassette", "push") for other in others]
    codes = [process.wait() for process in processes]
    whole = len(blobs(folder))
    right = codes == [0] * 8 and _count(ground, "eight") == whole
    yield Row("eight push at once: exits / blobs there", f"{codes} / {whole}", right)
    verified = ground.run(folder, "cassette", "verify", "--remote")
    last = verified.stdout.strip().splitlines()[-1]
    yield Row("verify --remote after it", last, verified.returncode == 0)


def main() -> int:
    """Prove all of it and write the table; 1 where something is otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES, help="fewer are no proof of 500 blobs")
    cases = parser.parse_args().cases
    with tempfile.TemporaryDirectory() as place:
        ground = Ground(Path(place))
        original = recorded(ground, cases)
        rows = []
        for part in (travelled, refused, interrupted, together):
            rows += list(part(ground, original))
        ground.door.shutdown()
        ground.server.stop()
    text = _text(rows)
    if cases < CASES:
        print(text)
        return int(not all(row.holds for row in rows))
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "buckets.md").write_text(text, encoding="utf-8")
    print(text)
    return int(not all(row.holds for row in rows))


def _text(rows: list[Row]) -> str:
    lines = ["# 500 blobs in a bucket, over S3's protocol on loopback", ""]
    lines += [f"- {name}: {value}" for name, value in circumstances().items()]
    lines += ["", "| what | seen | holds |", "| --- | --- | --- |"]
    lines += [f"| {row.what} | {row.seen} | {'yes' if row.holds else 'NO'} |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
