"""What git tracks is told from what only lies there."""

import os
import subprocess

import pytest

from harness.store.tracked import every_file, tracked_files


@pytest.fixture
def git(tmp_path):
    """Give `git(...)` in a fresh repository, without the user's settings."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}

    def run(*words):
        subprocess.run(["git", *words], cwd=tmp_path, env=environ, check=True, capture_output=True)

    run("init", "-q")
    return run


def names(files, folder):
    return [str(path.relative_to(folder)) for path in files.paths]


def test_tracked_files_are_those_that_git_has(tmp_path, git):
    """Staged ones too, as they lie here; untracked ones are counted, ignored ones are not."""
    for name in ("a/kept.json", "a/gone.json", "a/new ö\n.json", "a/ignored.tmp", "b/kept.json"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    (tmp_path / ".gitignore").write_text("*.tmp\n")
    git("add", "a/kept.json", "a/gone.json", "b/kept.json")
    (tmp_path / "a" / "gone.json").unlink()

    files = tracked_files(tmp_path / "a", environ=os.environ)

    assert names(files, tmp_path) == ["a/kept.json"]
    assert files.passed_over == 1


def test_names_of_any_letters_are_found(tmp_path, git):
    """Git would quote them."""
    (tmp_path / "ö \n.json").write_text("x")
    git("add", ".")

    assert names(tracked_files(tmp_path, environ=os.environ), tmp_path) == ["ö \n.json"]


def test_links_lead_nowhere(tmp_path, git):
    """What a link points to is not in git."""
    (tmp_path / "a.json").write_text("x")
    (tmp_path / "link.json").symlink_to("a.json")
    (tmp_path / "folder").symlink_to("/etc")
    git("add", ".")

    assert names(tracked_files(tmp_path, environ=os.environ), tmp_path) == ["a.json"]
    assert names(every_file(tmp_path), tmp_path) == ["a.json"]


def test_outside_of_git_nothing_is_tracked(tmp_path):
    """So that all files are looked at instead."""
    (tmp_path / "a.json").write_text("x")

    assert tracked_files(tmp_path, environ={**os.environ, "GIT_CEILING_DIRECTORIES": "/"}) is None
    assert names(every_file(tmp_path), tmp_path) == ["a.json"]


def test_no_git_at_all_counts_as_none(tmp_path, git):
    """A container without git still lints."""
    assert tracked_files(tmp_path, environ={"PATH": str(tmp_path)}) is None


def test_a_hook_leads_to_no_other_repository(tmp_path, git):
    """A pre-commit hook is run with variables that name the repository."""
    (tmp_path / "a.json").write_text("x")
    git("add", ".")

    files = tracked_files(tmp_path, environ={**os.environ, "GIT_DIR": "/nowhere/.git"})

    assert names(files, tmp_path) == ["a.json"]
