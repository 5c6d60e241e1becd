"""A gateway works by configuration alone: its path, its key's form, its limits, its prices."""

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

KEY = "a-key-of-a-gateway-0123456789"
SUITE = """\
version: 1
suite: shop
cases:
  - id: fox
    prompt: A fox on a shelf
    image_size: 1K
"""


class Gateway:
    """A reseller on loopback below `/gemini`: it takes bearer keys, and the simulator answers."""

    def __init__(self, url):
        self.url = url
        self.asked = []


@pytest.fixture
def gateway(simulator):
    """Serve a gateway."""
    behind = urlsplit(simulator)
    found = Gateway("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            found.asked.append((self.path, self.headers["authorization"]))
            body = self.rfile.read(int(self.headers["content-length"]))
            ahead = http.client.HTTPConnection(behind.hostname, behind.port)
            path = self.path.removeprefix("/gemini")
            ahead.request("POST", path, body, {"x-goog-api-key": "the-resellers-own-key"})
            answer = ahead.getresponse()
            data = self._stripped(answer.read())
            ahead.close()
            self.send_response(answer.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _stripped(self, data):
            """Leave the usage out, as some gateways do."""
            tree = json.loads(data)
            tree.pop("usageMetadata", None)
            return json.dumps(tree).encode()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_port}/gemini"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture
def shop(bench, gateway, monkeypatch):
    """Stand in a folder whose harness.toml has the gateway, with its key in the environment."""
    monkeypatch.setenv("GATEWAY_KEY", KEY)
    (bench.folder / "suites").mkdir()
    (bench.folder / "suites" / "shop.yaml").write_text(SUITE)
    (bench.folder / "harness.toml").write_text(
        f'[endpoints.gateway]\nbase_url = "{gateway.url}"\nkey_env = "GATEWAY_KEY"\n'
        'bearer = true\napi_version = "v1"\n'
        "[endpoints.gateway.limits]\nimage_sizes = ['1K']\n"
        "[endpoints.gateway.prices.gemini-3-pro-image]\nper_picture = {1K = 0.125, '*' = 0.3}\n"
    )
    return bench


def live(shop, *more):
    words = ("run", "--endpoint", "gateway", "--live", "missing", "--yes", *more)
    return shop(*words)


def test_a_picture_is_bought_at_a_gateway_by_configuration_alone(shop, gateway):
    """Its path and its key's form are those of harness.toml, its price the list's."""
    ran = live(shop, "--max-cost", "0.2", "--json")

    assert ran.code == 0, ran.err
    path = "/gemini/v1/models/gemini-3-pro-image:generateContent"
    assert gateway.asked == [(path, f"Bearer {KEY}")]
    ((judged,),) = [suite["judged"] for suite in ran.json["run"]["suites"]]
    assert json.dumps(judged).count('"cost_usd": 0.125') == 1
    assert all(KEY.encode() not in f.read_bytes() for f in shop.folder.rglob("*") if f.is_file())


def test_the_gateways_price_is_what_a_cap_reserves(shop, gateway):
    """A ceiling of a flat list is the picture, and a cap below it buys nothing."""
    ran = live(shop, "--max-cost", "0.12")

    assert ran.code == 4
    assert gateway.asked == []


def test_a_size_that_the_gateway_does_not_pass_on_is_refused_before_it_is_asked(shop, gateway):
    """With the variant, the limit and what to do."""
    suite = shop.folder / "suites" / "shop.yaml"
    suite.write_text(SUITE.replace("1K", "2K"))

    ran = live(shop, "--max-cost", "9")

    assert ran.code == 2
    assert "fox: image_size 2K, and endpoint 'gateway' takes 1K;" in ran.err
    assert gateway.asked == []
