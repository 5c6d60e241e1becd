"""A person's own file says which suites' folders may run code; nothing else does."""

from pathlib import Path

import pytest

from harness.errors import SettingsError
from harness.settings.trusted import trusted_file, trusted_folders


@pytest.fixture
def trusted(tmp_path):
    """Write a file of trusted folders and read it, from a project beside it."""

    def trusted(text, *, mode=0o600):
        path = tmp_path / "config" / "harness" / "trusted.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        environ = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
        return trusted_folders(environ, outside=tmp_path / "project")

    return trusted


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({"XDG_CONFIG_HOME": "/x", "HOME": "/me"}, "/x/harness/trusted.toml"),
        ({"XDG_CONFIG_HOME": "", "HOME": "/me"}, "/me/.config/harness/trusted.toml"),
        ({"XDG_CONFIG_HOME": "x", "HOME": "/me"}, "/me/.config/harness/trusted.toml"),
        ({"HOME": "me"}, None),
        ({}, None),
    ],
)
def test_it_lies_where_a_persons_settings_lie(environ, path):
    """A relative folder is nobody's: it would lead into the project."""
    assert trusted_file(environ) == (path and Path(path))


def test_it_names_folders(trusted, tmp_path):
    """Whole, as they are once links are followed."""
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert trusted(f'suites = ["{tmp_path}/link", "/a/b"]') == {
        (tmp_path / "real").resolve(),
        Path("/a/b"),
    }
    assert trusted("") == frozenset()


def test_no_file_trusts_nobody(tmp_path):
    """The usual case."""
    assert trusted_folders({"HOME": str(tmp_path)}, outside=tmp_path / "p") == frozenset()


def test_a_file_in_the_project_trusts_nobody(tmp_path):
    """Whoever wrote the project could have written it, also behind a link."""
    place = tmp_path / "project" / "harness" / "trusted.toml"
    place.parent.mkdir(parents=True)
    place.write_text('suites = ["/a"]')
    (tmp_path / "config").symlink_to(tmp_path / "project")

    for config in ("project", "config"):
        environ = {"XDG_CONFIG_HOME": str(tmp_path / config)}
        assert trusted_folders(environ, outside=tmp_path / "project") == frozenset()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("suites = [", "correct the file"),
        ('suites = "/a"', "suites: must be a list of folders; correct it"),
        ("suites = [1]", "suites: must be a list of folders; correct it"),
        ('suites = ["a"]', "suites: 'a' is no absolute path; write it whole"),
        ('suite = ["/a"]', "suite: unknown setting; known is suites"),
    ],
)
def test_what_is_wrong_in_it_is_said(trusted, text, said):
    """Nothing of it is guessed."""
    with pytest.raises(SettingsError, match=r"trusted\.toml: ") as caught:
        trusted(text)

    assert said in str(caught.value)


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_a_file_that_others_can_write_is_refused(trusted, mode):
    """They would run code as this person."""
    with pytest.raises(SettingsError, match="others can write it"):
        trusted('suites = ["/a"]', mode=mode)
