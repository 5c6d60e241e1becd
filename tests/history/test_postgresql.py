"""PostgreSQL holds the same history as SQLite, and several writers at once."""

import os
import pwd
import shutil
import subprocess
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from harness.history.address import address
from harness.history.migrate import migrate
from tests.history.made import a_run, look, sample
from tests.history.test_database import differences

pytestmark = pytest.mark.services

NEEDED = ("initdb", "pg_ctl", "postgres")


@pytest.fixture(scope="module")
def server():
    """Start a server on a socket of its own, as somebody who is not root; give its folder."""
    absent = [name for name in NEEDED if shutil.which(name) is None]
    if absent:
        pytest.skip(f"PostgreSQL is not on this machine: {', '.join(absent)} not found")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    user = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # a socket's path has room for 100 characters
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)

    def call(*words):
        subprocess.run(
            words, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL, timeout=60
        )

    data = folder / "data"
    call("initdb", "-A", "trust", "-U", "ada", "-E", "UTF8", "--locale=C", "--no-sync", "-D", data)
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    call("pg_ctl", "-w", "-s", "-D", data, "-o", options, "-l", folder / "log", "start")
    yield folder
    call("pg_ctl", "-w", "-s", "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.fixture
def shared(server, filled):
    """Give a folder with one of everything, whose history goes to an empty database there."""
    url = f"postgresql://ada:hush@/postgres?host={server}"
    filled.where = address(url, root=filled.root, state=filled.root)
    with filled.open() as database, database.writing() as connection:
        migrate(connection, to="base")
    return filled


def test_it_holds_what_sqlite_holds(shared):
    """Row for row, what strangers wrote included; and the tables are those declared."""
    hostile = "a\x00b\ud800" + "x" * 3000
    shared.run(a_run("r3", replace(sample(2), variant_id=hostile), failed=(hostile,)))
    shared.run(replace(a_run("r4"), calls=10**30))
    shared.beside(look("look-3", incident=hostile))
    here = shared.where
    shared.sync()
    theirs = shared.rows()
    with shared.open() as database:
        different = differences(database)

    shared.where = address("", root=shared.root, state=shared.root / ".harness")
    shared.sync()

    assert shared.rows() == theirs
    assert different == []
    assert here.shown.endswith("+psycopg://ada:***@/postgres")


def test_many_writers_at_once_add_each_thing_once(shared):
    """From no tables at all: each of four makes them, and reads all files."""
    for number in range(10):
        shared.run(a_run(f"q{number}", sample(), failed=("blank",)))
    added = []
    writers = [threading.Thread(target=lambda: added.append(shared.sync().added)) for _ in "four"]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert (len(added), sum(added)) == (4, 19)
    assert len(shared.rows()["findings"]) == 11


def test_made_anew_it_is_the_same(shared):
    """In place, while others may read."""
    shared.sync()
    before = shared.rows()

    shared.sync(anew=True)

    assert shared.rows() == before
