"""A database is a URL whose password is shown nowhere and stands in no file."""

import pytest

from harness.errors import SettingsError
from harness.settings import read_settings
from harness.settings.databases import Database


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///history.db", "sqlite:///history.db"),
        ("postgresql://ada@db/x", "postgresql://ada@db/x"),
        ("postgresql://ada:hush@db:5432/x", "postgresql://ada:***@db:5432/x"),
        ("postgresql://ada:hu@sh/hush@db/x", "postgresql://ada:***@db/x"),
        ("postgresql://:hush@db/x", "postgresql://:***@db/x"),
        ("postgresql://db/x?user=ada&password=hush", "postgresql://db/x"),
    ],
)
def test_a_password_is_not_shown(url, shown):
    """Whatever is made of it: text, a repr, or JSON."""
    database = Database(url)

    assert str(database) == shown
    assert "hush" not in repr(database)
    assert database.has_password == ("hush" in url)


def test_the_environment_says_it_whole(tmp_path):
    """`HARNESS_HISTORY`, with its password; settings that are shown do without."""
    environ = {"HARNESS_HISTORY": "postgresql://ada:hush@db/x"}

    settings = read_settings(tmp_path, environ=environ, flags={}).settings

    assert settings.history.url == "postgresql://ada:hush@db/x"
    assert settings.model_dump(mode="json")["history"] == "postgresql://ada:***@db/x"
    assert "hush" not in repr(settings)


def test_none_is_set_by_default(tmp_path):
    """A file of the workspace's own is made of it."""
    assert read_settings(tmp_path, environ={}, flags={}).settings.history is None


@pytest.mark.parametrize("url", ["postgresql://ada:hush@db/x", "postgresql://db/x?password=hush"])
def test_a_file_with_a_password_is_refused(tmp_path, url):
    """A harness.toml is shared; the sentence does not repeat it."""
    (tmp_path / "harness.toml").write_text(f'history = "{url}"\n')

    with pytest.raises(SettingsError, match="set the whole URL as HARNESS_HISTORY") as caught:
        read_settings(tmp_path, environ={}, flags={})

    assert "hush" not in str(caught.value)


def test_what_is_no_url_is_refused_by_its_variable(tmp_path):
    """Without being repeated: it may hold anything."""
    with pytest.raises(SettingsError, match="HARNESS_HISTORY: is not the URL") as caught:
        read_settings(tmp_path, environ={"HARNESS_HISTORY": "hush"}, flags={})

    assert "hush" not in str(caught.value)
