"""Files are whole or not there, locks hold between processes, and JSON is bounded."""

import json
import os
import stat
import subprocess
import sys

import pytest

from harness.errors import StoreError
from harness.store.files import (
    append_line,
    dump_json,
    locked,
    nests_deeper,
    read_bytes,
    read_json,
    write_atomic,
)


def python(code, *arguments):
    """Run `code` in another process; give its last line."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or done.stderr.strip()


def test_a_file_is_written_with_its_folders(tmp_path):
    """What is missing on the way is made; nothing else is left."""
    path = tmp_path / "a" / "b" / "c.json"

    write_atomic(path, b"new")

    assert path.read_bytes() == b"new"
    assert [p.name for p in path.parent.iterdir()] == ["c.json"]
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_write_that_cannot_be_put_in_place_leaves_nothing(tmp_path):
    """The old stays, the temporary file goes, the error says where."""
    path = tmp_path / "taken"
    (path / "by a folder").mkdir(parents=True)

    with pytest.raises(StoreError, match="taken: cannot be written"):
        write_atomic(path, b"new")

    assert [p.name for p in tmp_path.iterdir()] == ["taken"]


FULL = """
import os, resource, signal, sys
from pathlib import Path
from harness.errors import StoreError
from harness.store.files import append_line, write_atomic
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
path = Path(sys.argv[1])
write_atomic(path, b"old")
append_line(path.with_name("journal"), b"whole")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for write in (
    lambda: write_atomic(path, b"x" * 1_000_000),
    lambda: append_line(path.with_name("journal"), b"y" * 1_000_000),
):
    try:
        write()
    except StoreError as error:
        print(error)
append_line(path.with_name("journal"), b"after")
print(sorted(os.listdir(path.parent)))
"""


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path):
    """Writing stops in the middle: the old file stands; the journal keeps its whole lines."""
    path = tmp_path / "file"

    said = python(FULL, path)

    assert "['file', 'journal']" in said
    assert said.count("cannot be written") == 2
    assert path.read_bytes() == b"old"
    lines = (tmp_path / "journal").read_bytes().split(b"\n")
    assert (lines[0], lines[-2], lines[-1]) == (b"whole", b"after", b"")


HOLD = """
import sys
from pathlib import Path
from harness.errors import StoreError
from harness.store.files import locked
try:
    with locked(Path(sys.argv[1]), purpose="recording"):
        print("held")
except StoreError as error:
    print(error)
"""


def test_a_lock_refuses_a_second_process_until_it_falls(tmp_path):
    """The other is told what is being done and what to do; afterwards it may."""
    with locked(tmp_path / "main", purpose="recording"):
        during = python(HOLD, tmp_path / "main")
    after = python(HOLD, tmp_path / "main")

    assert "another process is recording here" in during
    assert "--recording" in during
    assert after == "held"


def test_a_lock_falls_with_a_killed_process(tmp_path):
    """However a process ends, its lock does not outlive it."""
    die = 'print("held", flush=True); import os, signal; os.kill(os.getpid(), signal.SIGKILL)'

    assert python(HOLD.replace('print("held")', die), tmp_path) == "held"

    with locked(tmp_path, purpose="recording"):
        pass


def test_a_lock_where_nothing_can_be_written_is_a_store_error(tmp_path):
    """A file in the folder's place."""
    (tmp_path / "file").write_text("")

    with (
        pytest.raises(StoreError, match="cannot be written"),
        locked(tmp_path / "file", purpose="x"),
    ):
        pass


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"{", "broken JSON"),
        (b"\xff", "broken JSON"),
        (b"[" * 5000, "broken JSON"),
        (b"[" * 400 + b"1" + b"]" * 400, "nests"),
        (b" " * 9001, "larger than 9,000 bytes"),
    ],
)
def test_json_that_cannot_be_read_says_why(tmp_path, data, said):
    """Each is an error of the tree that names the file."""
    path = tmp_path / "x.json"
    path.write_bytes(data)

    with pytest.raises(StoreError, match=said) as caught:
        read_json(path, limit=9000)

    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize("name", ["absent", "."])
def test_what_is_no_file_cannot_be_read(tmp_path, name):
    """Absent files and folders alike."""
    with pytest.raises(StoreError, match="cannot be read"):
        read_bytes(tmp_path / name, limit=10)


def test_a_file_at_its_limit_is_read(tmp_path):
    """The limit itself is within; one byte more is not."""
    (tmp_path / "x").write_bytes(b"12345")

    assert read_bytes(tmp_path / "x", limit=5) == b"12345"
    with pytest.raises(StoreError):
        read_bytes(tmp_path / "x", limit=4)


@pytest.mark.parametrize("text", ["Größe \U0001f98a", "half \ud83d of a pair"])
def test_any_text_is_written_and_read_again(text):
    """UTF-8 where it can say it, a JSON escape where it cannot."""
    assert json.loads(dump_json({"a": text})) == {"a": text}


@pytest.mark.parametrize(
    ("tree", "levels", "deeper"),
    [(1, 0, False), ([1], 0, True), ([1], 1, False), ({"a": [1]}, 1, True), ({"a": [1]}, 2, False)],
)
def test_nesting_is_counted_in_both_kinds(tree, levels, deeper):
    """A value inside `levels` objects and lists is still within."""
    assert nests_deeper(tree, levels) is deeper


def test_a_line_outlives_a_broken_one(tmp_path):
    """What a crash cut off does not swallow the line behind it."""
    path = tmp_path / "journal"
    path.write_bytes(b"whole\nbrok")

    append_line(path, b"next")

    assert path.read_bytes().split(b"\n") == [b"whole", b"brok", b"next", b""]


def test_names_are_synced_behind_their_files(tmp_path, monkeypatch):
    """After a power cut a journal never names a blob whose folder forgot it."""
    synced = []

    def note(handle, fsync=os.fsync):
        status = os.fstat(handle)
        synced.append("folder" if stat.S_ISDIR(status.st_mode) else "file")
        fsync(handle)

    monkeypatch.setattr("os.fsync", note)

    write_atomic(tmp_path / "new" / "a", b"1")
    write_atomic(tmp_path / "new" / "a", b"2")
    append_line(tmp_path / "journal", b"{}")
    append_line(tmp_path / "journal", b"{}")
    write_atomic(tmp_path / "memo", b"3", durable=False)

    assert synced == [
        *("folder", "file", "folder"),
        *("file", "folder"),
        *("folder", "file"),
        "file",
        "file",
    ]
