"""Record a suite with everything that speaks of more than one variant, in small pictures."""

import json
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
from PIL import Image

from harness.evaluate.order import Order
from harness.evaluate.record import record
from harness.evaluate.run import judged_run
from harness.evaluate.shard import shard_of, share_of
from harness.evaluate.workspace import Wish, Workspace
from harness.loader import load_suites, select
from harness.runner.chain import Live
from harness.settings import read_settings
from tests.evaluate.answered import interaction, painted

SHOP = """\
version: 1
suite: shop
defaults: {samples: 2, image_size: 1K}
references: {fox: references/fox.png, owl: references/owl.png}
cases:
  - id: fox
    prompt: "A fox, {place}"
    references: [fox]
    matrix: {place: [at sea, at home]}
    checks: {consistency: {max_bad: 0 of 1}}
  - id: owl
    prompt: An owl
    references: [owl]
    checks: {consistency: {max_bad: 0 of 1}}
  - id: city
    prompt: A night city
    tags: [wide]
  - id: hat
    turns:
      - prompt: A fox on a shelf
      - prompt: Put a planet on its hat
        checks: {edit: {changed_share_max: 0.25}}
"""
ZOO = """\
version: 1
suite: zoo
cases:
  - {id: ant, prompt: An ant}
"""


def lay(folder: Path) -> None:
    """Write two suites with their references, and the endpoint of a simulator's address."""
    references = folder / "suites" / "references"
    references.mkdir(parents=True)
    for name, colour in (("fox", "orange"), ("owl", "gray")):
        Image.new("RGB", (96, 96), colour).save(references / f"{name}.png")
    (folder / "suites" / "shop.yaml").write_text(SHOP)
    (folder / "suites" / "zoo.yaml").write_text(ZOO)


@contextmanager
def painting():
    """Serve an endpoint that paints small pictures, and draws cities as it draws owls."""
    asked: Counter[str] = Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            parts = json.loads(body)["contents"][-1]["parts"]
            prompt = next(part["text"] for part in parts if "text" in part)
            asked[prompt] += 1
            drawn = prompt.replace("A night city", "An owl")
            rng = np.random.default_rng([asked[prompt], *drawn.encode()])
            data = interaction(prompt, painted(rng))["response"]["body"]["string"].encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def recorded_in(folder: Path) -> None:
    """Lay the suites and record them."""
    lay(folder)
    with painting() as url:
        (folder / "harness.toml").write_text(
            f'[endpoints.local]\nbase_url = "{url}"\nkey_env = ["LOCAL_KEY"]\n'
        )
        here = workspace_of(folder)
        order = Order(live=Live.MISSING, wish=Wish(endpoint="local"), allow_unknown_price=True)
        assert record(selected(here), here, order).whole


def workspace_of(folder: Path) -> Workspace:
    """Give the workspace of a folder, as the command line builds it."""
    found = read_settings(folder, environ={}, flags={})
    return Workspace(root=found.root, settings=found.settings, environ={"LOCAL_KEY": "k" * 20})


def selected(here: Workspace, keyword: str | None = None, samples: int | None = None):
    """Load the suites and select from them."""
    suites = load_suites([here.root / "suites"])
    return select(suites, keyword=keyword, tags=(), samples=samples)


def run_of(here: Workspace, shard: str = "", **selection):
    """Judge what is selected, or a shard of it."""
    suites, order = selected(here, **selection), Order()
    if shard:
        share = share_of(suites, here, shard_of(shard), wish=order.wish)
        suites, here, order = share.suites, share.workspace, Order(shard=share.shard)
    run, stopped = judged_run(suites, here, order)
    assert stopped is None
    return run


def shards_of(here: Workspace, of: int, **selection):
    """Judge every shard, by its name."""
    return {f"{n}/{of}": run_of(here, f"{n}/{of}", **selection) for n in range(1, of + 1)}


def rewrite(here, suite, old, new):
    """Replace words of a suite that stand there."""
    path = here.root / "suites" / f"{suite}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
