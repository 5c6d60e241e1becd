"""Hold a history in PostgreSQL to what SQLite has: eight writers, migrations, a server that dies.

Run with the repository in PYTHONPATH. It starts a server of Debian's packages on loopback.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
from machine import ROOT, circumstances
from sqlalchemy import inspect, select

from harness.history.address import address
from harness.history.database import opened, version_of
from harness.history.migrate import migrate
from harness.history.tables import VERSION, Table
from harness.store.runs import save_run
from tests.evaluate.sharded import recorded_in
from tests.history.made import a_run, sample
from tests.history.postgresql import PASSWORD, Server, served

FOLDER = ROOT / "reports" / "prove"
HARNESS = Path(sys.executable).with_name("harness")
WRITERS = 8
OLDER = 12
"""Runs that lie in every writer's folder, which each of them reads."""

Rows = Mapping[str, list[dict[str, object]]]


class Proof:
    """What is found, a line each, and everything that any process has said."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, bool]] = []
        self.said = ""

    def hold(self, what: str, figure: object, *, holds: bool) -> None:
        self.lines.append((what, str(figure), holds))
        print(f"{'holds' if holds else 'FAILS'}  {what}: {figure}", flush=True)

    def ended(self, process: "subprocess.Popen[str]") -> tuple[int, str]:
        said = "".join(process.communicate(timeout=300))
        self.said += said
        return process.returncode, said


def main() -> int:
    """Prove everything on one server; 1 where something does not hold."""
    proof, started = Proof(), time.monotonic()
    with served(sync=True) as server, tempfile.TemporaryDirectory() as empty:
        places = _places(Path(empty))
        _writers(proof, server, places)
        _same_page(proof, server, places)
        _migrations(proof, server, places[0])
        _death(proof, server, places)
        _secrets(proof, server, places)
        log = server.log.read_text(encoding="utf-8", errors="replace")
        proof.hold(
            "deadlocks in the server's log", log.count("deadlock"), holds="deadlock" not in log
        )
    _write(proof, time.monotonic() - started)
    return int(not all(holds for *_, holds in proof.lines))


def _places(empty: Path) -> list[Path]:
    """Lay a recorded workspace with older runs, once for each writer."""
    first = empty / "0"
    recorded_in(first)
    for number in range(OLDER):
        name = f"20261101T0600{number:02}Z-00{number:02x}"
        failed = ("blank",) if number % 3 else ()
        at = f"2026-11-01T06:00:{number:02}+00:00"
        run = a_run(name, sample(at=at, session=f"s{number}"), at=at, failed=failed)
        save_run(run, first / "reports" / name)
    others = [empty / str(number) for number in range(1, WRITERS)]
    for other in others:
        shutil.copytree(first, other)
    return [first, *others]


def _call(place: Path, url: str, *words: str) -> "subprocess.Popen[str]":
    environ = {name: value for name, value in os.environ.items() if "HARNESS" not in name}
    return subprocess.Popen(
        [HARNESS, *words],
        cwd=place,
        env=environ | ({"HARNESS_HISTORY": url} if url else {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _all_at_once(places: list[Path], url: str) -> list[tuple[str, "subprocess.Popen[str]"]]:
    """Let half of the writers run, and half of them read everything: begun, not awaited."""
    verbs = ["run" if number % 2 else "trends" for number in range(len(places))]
    return [(v, _call(place, url, v)) for v, place in zip(verbs, places, strict=True)]


def _writers(proof: Proof, server: Server, places: list[Path]) -> None:
    """From no tables at all: each thing is there, and once."""
    url = server.create("eight")
    begun = _all_at_once(places, url)
    codes = [proof.ended(process)[0] for _, process in begun]
    files = {path.parent.name for place in places for path in place.glob("reports/*/run.json")}
    rows = _rows(url)
    known = [row["id"] for row in rows["runs"]]
    proof.hold(
        f"{WRITERS} writers at once: runs that lie in files, that are in the history",
        f"{len(files)}, {len(known)}",
        holds=sorted(known) == sorted(files),
    )
    proof.hold(
        "writers that failed", sum(c not in (0, 1) for c in codes), holds=set(codes) <= {0, 1}
    )
    joined = _joined(places)
    code, _ = proof.ended(_call(joined, "", "trends"))
    same = _rows("", joined) == rows
    proof.hold(
        "rows of all tables, row for row as SQLite's of the same files",
        sum(map(len, rows.values())),
        holds=same and code == 0,
    )


def _joined(places: list[Path]) -> Path:
    """Lay one workspace that has the runs of all."""
    joined = places[0].parent / "joined"
    shutil.rmtree(joined, ignore_errors=True)
    for place in places:
        shutil.copytree(place, joined, dirs_exist_ok=True)
    return joined


def _same_page(proof: Proof, server: Server, places: list[Path]) -> None:
    """Write the page of trends from both databases, and their JSON."""
    joined, url = _joined(places), server.url("eight")
    pages = []
    for where in ("", url):
        words = ("trends", "--html", "trends.html", "--json")
        _, said = proof.ended(_call(joined, where, *words))
        document = {**json.loads(said), "history": "", "added": 0, "page": ""}
        shown = json.loads(said)["history"]
        page = "".join(
            path.read_text(encoding="utf-8") for path in sorted(joined.glob("trends*.*"))
        ).replace(shown, "(the history)")
        pages.append((page, document))
    (one, first), (two, second) = pages
    proof.hold(
        "characters of the trends page, the same from both but for the database's name",
        len(two),
        holds=one == two,
    )
    proof.hold("trends --json, the same but for the database's name", "", holds=first == second)


def _migrations(proof: Proof, server: Server, place: Path) -> None:
    """Up and down through all versions; two processes bring an old one up at once."""
    url = server.create("older")
    proof.ended(_call(place, url, "trends"))
    before = _rows(url)
    with _open(url) as database, database.writing() as connection:
        migrate(connection, to="0001")
    begun = [_call(place, url, "trends") for _ in range(2)]
    ended = [proof.ended(process) for process in begun]
    after = _rows(url)
    kept = {**before, "findings": [{**row, "measured": None} for row in before["findings"]]}
    proof.hold(
        "rows kept from version 0001 up, two processes at once",
        sum(map(len, after.values())),
        holds=after == kept and [code for code, _ in ended] == [0, 0],
    )
    proof.ended(_call(place, url, "trends", "--rebuild"))
    proof.hold("what 0001 could not hold is read anew", "", holds=_rows(url) == before)
    with _open(url) as database, database.writing() as connection:
        migrate(connection, to="base")
        left = inspect(connection).get_table_names()
        found = version_of(connection)
    proof.hold("tables left by the way down", len(left) - 1, holds=len(left) == 1 and not found)
    begun = [_call(place, url, "trends") for _ in range(2)]
    codes = [proof.ended(process)[0] for process in begun]
    with _open(url) as database, database.reading() as connection:
        newest = version_of(connection)
    holds = (codes, newest) == ([0, 0], VERSION) and _rows(url) == before
    proof.hold("from no tables to the newest version, two at once", newest, holds=holds)


def _death(proof: Proof, server: Server, places: list[Path]) -> None:
    """Break every connection off while eight write: a line each, the files as they were."""
    url = server.create("dying")
    begun = _all_at_once(places, url)
    _await_rows(url)
    before = _digests(places)
    server.stop()
    told = [(verb, *proof.ended(process)) for verb, process in begun]
    after = _digests(places)
    changed = [path for path, digest in before.items() if after.get(path) != digest]
    proof.hold("killed while eight write: files changed", len(changed), holds=not changed)
    server.start()
    right = all(code in ((0, 1) if verb == "run" else (0, 2)) for verb, code, _ in told)
    broken = [said for _, _, said in told if "history cannot be used" in said]
    proof.hold(
        "of 8 that wrote, told in a line that the history cannot be used", len(broken),
        holds=right and bool(broken) and "Traceback" not in proof.said,
    )  # fmt: skip
    if broken:
        print(next(line for line in broken[0].splitlines() if "cannot be used" in line))
    joined = _joined(places)
    proof.ended(_call(joined, url, "trends"))
    proof.ended(_call(joined, "", "trends", "--rebuild"))
    rows = _rows(url)
    proof.hold(
        "rows once the server is back and trends was called: none lost, none twice",
        sum(map(len, rows.values())),
        holds=rows == _rows("", joined),
    )


def _await_rows(url: str) -> None:
    """Wait until the first writer has written something."""
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            with contextlib.suppress(psycopg.errors.UndefinedTable):
                if connection.execute("SELECT count(*) FROM runs").fetchone() != (0,):
                    return
            time.sleep(0.05)


def _secrets(proof: Proof, server: Server, places: list[Path]) -> None:
    """Look for the password in all that was said and written."""
    wrong = server.url(password="a-guess")
    code, said = proof.ended(_call(places[0], wrong, "trends"))
    proof.hold("a wrong password", said.strip()[:160], holds=code == 2 and "a-guess" not in said)
    words = {PASSWORD, server.url().split(":")[2].split("@")[0], PASSWORD[:4]}
    held = [path for path in places[0].parent.rglob("*") if path.is_file()]
    found = [p for p in held if any(w.encode() in p.read_bytes() for w in words)]
    spoken = sum(proof.said.count(word) for word in words)
    proof.hold(
        f"the password in {len(proof.said):,} characters said and {len(held):,} files",
        spoken + len(found),
        holds=not spoken and not found,
    )


@contextlib.contextmanager
def _open(url: str, place: Path = ROOT) -> Iterator[object]:
    with opened(address(url, root=place, state=place / ".harness")) as database:
        yield database


def _rows(url: str, place: Path = ROOT) -> Rows:
    """Give every row of every table, sorted here: databases sort words as they like."""
    with _open(url, place) as database, database.reading() as connection:
        return {
            table.name: sorted(
                (dict(row) for row in connection.execute(select(table)).mappings()),
                key=lambda row, t=table: [str(row[c.name]) for c in t.primary_key.columns],
            )
            for table in Table.metadata.sorted_tables
        }


def _digests(places: list[Path]) -> dict[Path, str]:
    """Digest every run and decision that is whole by now."""
    paths = (path for place in places for path in place.glob("reports/*/run.json"))
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _write(proof: Proof, seconds: float) -> None:
    lines = ["# A history in PostgreSQL", ""]
    lines += [f"- {name}: {value}" for name, value in circumstances().items()]
    lines += [f"- took: {seconds:.0f} s", "", "| what | figure | holds |", "| --- | --- | --- |"]
    for what, figure, holds in proof.lines:
        told = figure.replace("|", "\\|").replace("\n", " ")
        lines.append(f"| {what} | {told} | {'yes' if holds else 'NO'} |")
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "postgresql.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
