"""One simulator for all tests of the room, with a seed."""

import httpx
import pytest

from harness.simulator.server import serving


@pytest.fixture(scope="session")
def url():
    with serving(seed=11) as address:
        yield address


@pytest.fixture(scope="session")
def client(url):
    with httpx.Client(
        base_url=url, headers={"x-goog-api-key": "a-key-of-a-test"}, timeout=60
    ) as made:
        yield made
