"""What all tests share: no network but loopback, and the way to the real recordings."""

import os
import socket
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[1]
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to connect to {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def real_data():
    """Give the folder of real recordings, or skip with the reason where it is absent."""
    folder = Path(os.environ.get("HARNESS_REAL_DATA") or ROOT.parent / "shared" / "real")
    if not folder.is_dir():
        pytest.skip(f"no real recordings at {folder}; HARNESS_REAL_DATA names another place")
    return folder
