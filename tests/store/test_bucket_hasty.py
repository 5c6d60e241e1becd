"""Who can do without a bucket that does not answer gives up after a second attempt."""

import socket
import threading

import pytest

from harness.errors import BucketError
from harness.store.bucket import Bucket

pytestmark = pytest.mark.services

NAME = f"{'0' * 64}.bin"


@pytest.fixture
def mute(monkeypatch):
    """Give the calls that a server took, which hangs up on each without a word."""
    taken = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")

        def hang_up():
            while True:
                try:
                    call, who = server.accept()
                except OSError:
                    return
                taken.append(who)
                call.close()

        threading.Thread(target=hang_up, daemon=True).start()
        yield taken
        server.shutdown(socket.SHUT_RDWR)


def test_a_replay_does_not_insist(mute):
    """A push calls dozens of times; a run that replays has no use for that."""
    with pytest.raises(BucketError, match="cannot be used"):
        Bucket("s3://b/p", hasty=True).get(NAME)

    assert 1 <= len(mute) <= 4  # aiohttp calls twice an attempt
