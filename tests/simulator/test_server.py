"""The server stays on this machine, and leaves nothing behind."""

import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from harness.errors import SettingsError, UsageError
from harness.simulator.server import VERSIONS, serve, serving

HEADERS = {"x-goog-api-key": "k"}


def test_serving_ends_with_its_block():
    """After the block the port is free and no thread is left."""
    before = set(threading.enumerate())

    with serving(seed=1) as url:
        inside = httpx.get(f"{url}/v1beta/models", headers=HEADERS)

    assert inside.status_code == 200
    assert set(threading.enumerate()) == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/v1beta/models", headers=HEADERS)


def test_a_taken_port_is_a_settings_error():
    """A port in use says so and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(SettingsError, match="choose another port"), serving(port=port):
            pass


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "example.com", "::"])
def test_only_loopback_is_served(host):
    """A host that others could reach is refused."""
    with pytest.raises(SettingsError, match="this machine only"):
        serve(host=host, port=0, announce=str)


def test_an_unknown_version_is_refused_by_name():
    """The versions that exist are named."""
    with pytest.raises(UsageError, match=", ".join(VERSIONS)), serving(version="weird"):
        pass


def test_serve_announces_its_address_and_stops_when_interrupted():
    """An interrupt ends `serve` without a traceback."""
    code = (
        "from harness.simulator.server import serve\n"
        "serve(port=0, announce=lambda url: print(url, flush=True))\n"
    )

    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        answered = httpx.get(f"{url}/v1/models", headers=HEADERS)
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=20)

    assert answered.status_code == 200
    assert process.returncode == 0
    assert complaints == ""


def test_a_seed_repeats_whatever_the_order():
    """Two servers of one seed give each request the same answers, in any order and at once."""
    prompts = ["a fox", "a boat", "a fox", "a mug"]

    def ask(address, prompt):
        body = {"contents": [{"parts": [{"text": prompt}]}]}
        path = f"{address}/v1/models/gemini-3-pro-image:generateContent"
        return prompt, httpx.post(path, json=body, headers=HEADERS, timeout=60).text

    with serving(seed=4) as one, serving(seed=4) as other, ThreadPoolExecutor(4) as pool:
        first = [ask(one, prompt) for prompt in prompts]
        second = list(pool.map(lambda prompt: ask(other, prompt), reversed(prompts)))

    assert sorted(first) == sorted(second)
    assert len(set(first)) == 4


def test_too_large_a_request_is_refused():
    """Over 100 MB is a 400 that says so."""
    path = "/v1/models/gemini-3-pro-image:generateContent"

    with serving(seed=4) as address:
        answer = httpx.post(
            address + path, content=bytes(101 * 1024 * 1024), headers=HEADERS, timeout=60
        )

    assert answer.status_code == 400
    assert "exceeds the limit" in answer.json()["error"]["message"]
