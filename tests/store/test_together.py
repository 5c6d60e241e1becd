"""Several files are added together or not at all, whenever the process ends."""

import hashlib
import os
from functools import partial

import pytest

from harness.errors import StoreError
from harness.store import together
from harness.store.files import locked, write_atomic
from harness.store.together import add_together, settle, take_back


@pytest.fixture
def ground(tmp_path):
    """Give two files to be, and a journal."""
    files = {tmp_path / f"{name}.baseline" / "set.json": name.encode() for name in "ab"}
    return files, tmp_path / "state" / "adding.json"


def here(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def second(act, path, data):
    """Write a journal and a first file, and do something else for the second."""
    if path.parent.stem == "b":
        act()
    write_atomic(path, data)


def fails(error):
    raise error


def test_all_files_are_there_and_no_journal(ground, tmp_path):
    """What went well leaves nothing but the files."""
    add_together(*ground)

    assert here(tmp_path) == ["set.json", "set.json"]


@pytest.mark.parametrize("error", [StoreError("full"), KeyboardInterrupt()])
def test_what_fails_or_is_interrupted_leaves_nothing(ground, tmp_path, monkeypatch, error):
    """A full disk and Ctrl-C between two files take the first one back."""
    monkeypatch.setattr(together, "write_atomic", partial(second, partial(fails, error)))

    with pytest.raises(type(error)):
        add_together(*ground)

    assert here(tmp_path) == []


def test_a_kill_between_two_files_is_taken_back(ground, tmp_path, monkeypatch):
    """The process is gone at once, after the first file: the next one finds and removes it."""
    monkeypatch.setattr(together, "write_atomic", partial(second, partial(os._exit, 9)))
    child = os.fork()
    if child == 0:
        add_together(*ground)
    os.waitpid(child, 0)
    left = here(tmp_path)

    take_back(ground[1])

    assert left == ["adding.json", "set.json"]
    assert here(tmp_path) == []


def test_only_what_was_written_is_taken_back(ground, tmp_path):
    """A journal that names a file with other bytes, a folder or nonsense removes nothing."""
    _, journal = ground
    kept = tmp_path / "kept"
    kept.write_bytes(b"of somebody")
    write_atomic(journal, f'{{"{kept}": "{"0" * 64}", "{tmp_path}": 7, "\\u0000": ""}}'.encode())

    take_back(journal)

    assert here(tmp_path) == ["kept"]


@pytest.mark.parametrize("name", ["a.baseline/kept.yaml", "a/kept.json", "kept.baseline"])
def test_nothing_but_a_decision_is_taken_back(ground, tmp_path, name):
    """Whoever sends a folder may have written its journal: it reaches no other file."""
    write_atomic(tmp_path / name, b"")
    journal = f'{{"{tmp_path / name}": "{hashlib.sha256().hexdigest()}"}}'
    write_atomic(ground[1], journal.encode())

    take_back(ground[1])

    assert (tmp_path / name).exists()


def test_nothing_is_taken_back_from_who_is_at_work(ground, tmp_path):
    """A reader finds a journal: where its writer lives it is left, else it is settled."""
    _, journal = ground
    mine = tmp_path / "a.baseline" / "mine.json"
    write_atomic(mine, b"")
    write_atomic(journal, f'{{"{mine}": "{hashlib.sha256().hexdigest()}"}}'.encode())

    with locked(journal.parent, purpose="deciding"):
        settle(journal)
    while_held = here(tmp_path)
    settle(journal)

    assert while_held == [".lock", "adding.json", "mine.json"]
    assert here(tmp_path) == [".lock"]
