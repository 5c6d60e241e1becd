"""Lines of many threads are whole, and on disk when their threads go on."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.errors import StoreError
from harness.store.lines import Lines


def test_lines_of_many_threads_are_whole(tmp_path):
    """Eight threads, 400 lines: each stands once, none is mixed with another."""
    lines = Lines(tmp_path / "new" / "journal")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: lines.append(b"%d" % i * 50), range(400)))

    written = (tmp_path / "new" / "journal").read_bytes().splitlines()
    assert sorted(written) == sorted(b"%d" % i * 50 for i in range(400))


def test_lines_that_come_during_a_sync_share_the_next(tmp_path, monkeypatch):
    """The disk is asked twice for nine lines, and nobody goes on before its own is there."""
    lines = Lines(tmp_path / "journal")
    lines.append(b"first")
    begun, go_on = threading.Event(), threading.Event()
    syncs, fsync = [], os.fsync

    def slow(handle):
        syncs.append((tmp_path / "journal").read_bytes().count(b"\n"))
        begun.set()
        assert go_on.wait(20)
        fsync(handle)

    monkeypatch.setattr("os.fsync", slow)
    with ThreadPoolExecutor(9) as pool:
        one = pool.submit(lines.append, b"one")
        begun.wait()
        others = [pool.submit(lines.append, b"more") for _ in range(8)]
        while (tmp_path / "journal").read_bytes().count(b"\n") < 10:
            pass
        assert not any(other.done() for other in others)
        go_on.set()
        one.result(20)
        for other in others:
            other.result(20)

    assert syncs == [2, 10]


def test_a_torn_line_stays_a_line_of_its_own(tmp_path):
    """What a crash cut off harms no later line."""
    (tmp_path / "journal").write_bytes(b"whole\nto")
    lines = Lines(tmp_path / "journal")

    lines.append(b"next")

    assert (tmp_path / "journal").read_bytes() == b"whole\nto\nnext\n"


def test_it_goes_on_after_it_was_closed(tmp_path):
    """A compaction takes the file away; the next line begins a new one."""
    lines = Lines(tmp_path / "journal")
    lines.append(b"one")
    lines.close()
    (tmp_path / "journal").unlink()

    lines.append(b"two")

    assert (tmp_path / "journal").read_bytes() == b"two\n"


def test_a_link_in_its_place_is_refused(tmp_path):
    """Git carries links; nobody's other file is written to."""
    (tmp_path / "mine").write_bytes(b"")
    (tmp_path / "journal").symlink_to(tmp_path / "mine")

    with pytest.raises(StoreError, match="cannot be written"):
        Lines(tmp_path / "journal").append(b"x")
    assert (tmp_path / "mine").read_bytes() == b""
