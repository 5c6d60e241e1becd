"""A database is brought to the version of today, or refused in one line that says what to do."""

import contextlib
import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from harness.errors import HistoryError, SettingsError
from harness.history.address import address
from harness.history.database import VERSION_TABLE, opened, remove, version_of
from harness.history.migrate import SCRIPTS, migrate
from harness.history.tables import VERSION, Table


def test_migrations_up_and_down_leave_what_they_should(place):
    """Up: every table as it is declared; down: none of them."""
    with place.open() as database:
        first = differences(database)
        with database.writing() as connection:
            migrate(connection, to="base")
        with database.reading() as connection:
            left = inspect(connection).get_table_names()
            version = version_of(connection)
        with database.writing() as connection:
            migrate(connection, to="head")

        assert (first, left, version) == ([], [VERSION_TABLE], "")
        assert differences(database) == []


def differences(database):
    """Hold the tables of a database against those that are declared."""
    with database.reading() as connection:
        assert version_of(connection) == VERSION
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        return compare_metadata(context, Table.metadata)


def test_the_version_is_that_of_the_newest_migration():
    """What is compared at each opening, without loading Alembic."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))

    assert ScriptDirectory.from_config(config).get_current_head() == VERSION


def test_a_newer_history_is_refused(filled):
    """An older harness would misread it."""
    filled.sync()
    with filled.open() as database, database.writing() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))

    with pytest.raises(HistoryError, match=r"version 9999.*upgrade it, or .*trends --rebuild"):
        filled.sync()


@pytest.mark.parametrize("version", ["", "0000", "a branch's"])
def test_a_version_that_never_was_is_refused(filled, version):
    """In one line, as a newer one; no migration begins there."""
    filled.sync()
    with filled.open() as database, database.writing() as connection:
        marked = text(f"UPDATE {VERSION_TABLE} SET version_num = :version")
        connection.execute(marked, {"version": version})

    with pytest.raises(HistoryError, match=r"of version .*trends --rebuild"):
        filled.sync()


def test_a_broken_file_is_told_and_can_be_removed(filled):
    """The workspace's own goes, with what SQLite laid beside it, and is made anew."""
    filled.sync()
    right = filled.rows()
    filled.where.path.write_bytes(b"no database at all" * 500)

    with pytest.raises(HistoryError, match=r"history\.db: .*not a database.*trends --rebuild"):
        filled.sync()
    remove(filled.where)
    filled.sync()

    assert filled.rows() == right


def test_a_file_that_was_set_is_never_removed(place, tmp_path):
    """Others may have rows in it."""
    place.where = address("sqlite:///shared.db", root=tmp_path, state=tmp_path)
    place.sync()

    remove(place.where)

    assert (tmp_path / "shared.db").is_file()


def test_what_cannot_be_written_is_told_in_one_line(tmp_path):
    """A folder that is a file, say."""
    (tmp_path / "state").write_text("")

    with (
        pytest.raises(HistoryError) as caught,
        opened(address("", root=tmp_path, state=tmp_path / "state")),
    ):
        pass

    assert "\n" not in str(caught.value)
    assert "the history cannot be used" in str(caught.value)


def test_a_failed_migration_leaves_no_half_of_it(place):
    """Somebody else's table stands in the way of one of ours."""
    place.where = address("sqlite:///theirs.db", root=place.root, state=place.root)
    place.sync()
    with place.open() as database, database.writing() as connection:
        migrate(connection, to="base")
        connection.execute(text("CREATE TABLE looks (theirs int)"))

    with pytest.raises(HistoryError, match="already exists"):
        place.sync()

    with contextlib.closing(sqlite3.connect(place.where.path)) as raw:
        asked = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        assert raw.execute(asked).fetchall() == [(VERSION_TABLE,), ("looks",)]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "not the URL of a database"),
        ("postgresql://u:hush@host:port/x", "not the URL of a database"),
        ("nobody://u:hush@host/x", "nobody is no database that SQLAlchemy knows"),
        ("sqlite:///x.db?check_same_thread=hush", "does not take its options"),
    ],
)
def test_a_wrong_url_gives_one_clear_line(tmp_path, url, said):
    """It names what is set, never a password or the value of an option."""

    def use():
        with opened(address(url, root=tmp_path, state=tmp_path)):
            pass

    with pytest.raises(SettingsError, match=said) as caught:
        use()

    assert "hush" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_password_is_in_no_message(tmp_path):
    """Neither in the address that is shown, nor in a driver's sentence."""
    where = address("postgresql://ada:hush@db/x?sslpassword=psst", root=tmp_path, state=tmp_path)

    assert where.shown == "postgresql+psycopg://ada:***@db/x"
    assert where.hidden("no entry for hush:\n psst") == "no entry for ***: ***"
    assert "hush" not in repr(where)


def test_a_relative_file_lies_in_the_workspace(tmp_path):
    """Wherever the command line stands."""
    where = address("sqlite:///kept/h.db", root=tmp_path, state=tmp_path)

    assert where.path == tmp_path / "kept" / "h.db"
