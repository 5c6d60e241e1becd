"""PostgreSQL holds the same history as SQLite, and several writers at once."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import inspect

from harness.errors import HistoryError
from harness.history.address import address
from harness.history.database import version_of
from harness.history.migrate import migrate
from harness.history.tables import VERSION
from tests.history.made import a_run, look, sample
from tests.history.postgresql import PASSWORD, binaries, served
from tests.history.test_database import differences

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def server():
    """Start a server, as somebody who is not root."""
    if binaries() is None:
        pytest.skip("PostgreSQL is not on this machine: apt-get install postgresql")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with served() as found:
        yield found


@pytest.fixture
def shared(server, filled, request):
    """Give a folder with one of everything, whose history goes to an empty database there."""
    url = server.create(request.node.name[:60])
    filled.where = address(url, root=filled.root, state=filled.root)
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
    assert here.shown.startswith("postgresql+psycopg://ada:***@127.0.0.1:")


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


def test_migrations_keep_what_can_be_kept(shared):
    """Down by one version a figure goes, up it is unknown; down to nothing no table is left."""
    shared.sync()
    before = shared.rows()
    with shared.open() as database, database.writing() as connection:
        migrate(connection, to="0001")
        columns = {column["name"] for column in inspect(connection).get_columns("findings")}

    after = shared.rows()  # opening brings it up again

    assert "measured" not in columns
    findings = [{**row, "measured": None} for row in before["findings"]]
    assert after == {**before, "findings": findings}
    with shared.open() as database, database.writing() as connection:
        migrate(connection, to="base")
        assert (version_of(connection), len(inspect(connection).get_table_names())) == ("", 1)


def test_several_bring_an_old_history_up_at_once(shared):
    """One of them migrates, the others wait for it; what was there is there."""
    shared.sync()
    with shared.open() as database, database.writing() as connection:
        migrate(connection, to="0001")
    found = []

    def bring_up():
        with shared.open() as database, database.reading() as connection:
            found.append(version_of(connection))

    openers = [threading.Thread(target=bring_up) for _ in "three"]
    for opener in openers:
        opener.start()
    for opener in openers:
        opener.join()

    assert found == [VERSION] * 5
    assert shared.sync().added == 0


def test_what_goes_wrong_is_a_line_without_the_password(server, shared):
    """A wrong password, a database that is not there, nobody at the port."""
    wrong = {
        "password": server.url(password="a-guess-of-mine"),
        "nowhere": server.url("nowhere"),
        "port": server.url().replace(f":{server.port}/", ":1/"),
    }
    for said, url in wrong.items():
        shared.where = address(url, root=shared.root, state=shared.root)
        with pytest.raises(HistoryError) as raised:
            shared.sync()

        line = str(raised.value)
        assert "check HARNESS_HISTORY and that database" in line, said
        assert not any(word in line for word in (PASSWORD, "a-guess", "hush", "\n")), said
