"""Many blobs are carried at once; what stops one stops the rest."""

import threading

from harness.errors import BucketError
from harness.evaluate.transfer import JOBS, WINDOW, carry


def test_after_what_stops_one_no_other_is_begun():
    """What waits for a thread is let go: a mute bucket is not waited for once a blob."""
    names = [f"blob {number}" for number in range(JOBS * WINDOW * 2)]
    begun, stopped = [], threading.Event()

    def one(name):
        begun.append(name)
        if name != names[0]:
            stopped.wait(60)
        raise BucketError(f"{name}: nobody answers")

    moved = carry(names, one, what="push", progress=lambda _: stopped.set())

    assert "blob 0" in str(moved.stopped)
    assert len(begun) <= JOBS + 1
    assert moved.names == []


def test_every_blob_is_carried_once():
    """More of them than are begun ahead."""
    names = [f"blob {number}" for number in range(JOBS * WINDOW * 2 + 1)]

    moved = carry(names, len, what="push", progress=lambda _: None)

    assert sorted(moved.names) == sorted(names)
    assert moved.size == sum(map(len, names))
