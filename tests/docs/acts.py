"""Do what happened in a workspace before somebody reads a document: files, recordings, words."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from harness.loader.review import review_document
from harness.model.drift import Drift, Shift
from harness.model.monitor import Look
from harness.store.looks import LookStore
from harness.store.runs import find_run, load_run
from tests.docs.pages import blocks
from tests.evaluate.reviewed import A, R, resolution, review_of

TOML = """\
[endpoints.gemini]
base_url = "{service}"
key_env = ["GEMINI_API_KEY", "GOOGLE_API_KEY"]

[endpoints.gateway]
base_url = "{gateway}"
key_env = "GATEWAY_KEY"
"""
SHOP = """\
version: 1
suite: shop
defaults: {samples: 1, image_size: 1K, max_output_tokens: 4000}
references: {fox: references/fox.png}
cases:
  - id: night-city
    prompt: Create a retro-futuristic night city scene with neon and flying cars
    matrix: {aspect_ratio: [16:9, 3:4]}
  - id: fox
    prompt: A fox on a shelf
    references: [fox]
"""
PANEL = """\
version: 1
suite: panel
defaults: {samples: 8, image_size: 1K, modalities: [IMAGE]}
drift: {cells: 2, reference: 40, fresh: 4, matters: 5, sessions: 1}
cases:
  - {id: mug, prompt: A red mug on a desk}
  - {id: owl, prompt: An owl in a snowy wood}
"""
STOREFRONT = """\
version: 1
suite: storefront
defaults: {samples: 5, image_size: 1K}
drift: {cells: 1, reference: 5, matters: 10, alpha: 0.05}
cases:
  - {id: perfume, prompt: A perfume bottle on a plain ground}
"""
EDITED = """\
version: 1
suite: shop
defaults: {samples: 8, image_size: 1K}
regression: {margin: 0.5, cost: 0.5}
cases:
  - {id: fox, prompt: A fox on a shelf}
"""
SUITES = {"shop": SHOP, "panel": PANEL, "storefront": STOREFRONT, "edited": EDITED}

PREVIEW = "gemini-3-pro-image-preview"

Act = Callable[["World"], None]


@dataclass(kw_only=True)
class World:
    """A workspace in which a document's commands are typed.

    Attributes:
        folder: The workspace.
        services: Addresses of the simulators that stand for providers.
        run: Runs a command in it, which must end well.
        text: The document.
    """

    folder: Path
    services: dict[str, str]
    run: Callable[[str], None]
    text: str

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def block(self, language: str, number: int) -> str:
        """Give a block of the document: what it tells people to write."""
        return [body for _, body in blocks(self.text, language)][number]


def recorded(suite: str = "shop", more: str = "") -> str:
    """Give the command that records a suite."""
    return f"harness run suites/{suite}.yaml --live missing --yes --max-cost 50 {more}"


def written(name: str, language: str, number: int = 0) -> Act:
    """Write a block of the document to a file."""
    return lambda world: world.write(name, world.block(language, number))


def appended(name: str, language: str, number: int = 0) -> Act:
    """Write a block of the document to the end of a file."""

    def act(world: World) -> None:
        text = (world.folder / name).read_text(encoding="utf-8")
        world.write(name, f"{text}\n{world.block(language, number)}")

    return act


def edited(name: str, old: str, new: str) -> Act:
    """Change a file as somebody's edit would."""

    def act(world: World) -> None:
        text = (world.folder / name).read_text(encoding="utf-8")
        assert old in text
        world.write(name, text.replace(old, new))

    return act


def last_run(world: World) -> str:
    """Give the id of the newest run."""
    return find_run(world.folder / "reports", "last").name


def decided(*files: str, but_first: str = "") -> Act:
    """Leave the files that reviewers of the newest run would leave; nothing is decided yet.

    All accept all; the one who is called `but_first` rejects the first sheet, and a chair
    resolves that one only.
    """

    def act(world: World) -> None:
        shutil.rmtree(world.folder / "suites" / "shop.baseline", ignore_errors=True)
        run = load_run(find_run(world.folder / "reports", "last"))
        for name in files:
            who = re.sub(r".*[-/]|\.json$", "", name)
            choices = [R if who == but_first else A, *[A] * 50]
            review = review_of(run, who, *choices)
            if who == "chair":
                review = review_of(run, who, resolutions=(resolution(run, 0, A),))
            world.write(name.replace("RUN", run.id), json.dumps(review_document(review)))

    return act


def alarmed(name: str) -> Act:
    """Write down a look of this minute that found a change, and is open."""

    def act(world: World) -> None:
        screen = Drift(
            verdict=Shift.CHANGED, said="", alpha=0.05, p=0.001, p_all=0.001, p_few=0.001,
            smallest_p=0.0005, draws=1999, seed=0, power=None, seen=None, matters=0.29, margin=0.12,
        )  # fmt: skip
        at = datetime.now(UTC).isoformat(timespec="seconds")
        look = Look(
            id=f"look-{name}", suite="panel", at=at, epoch="epoch-1",
            arm="gemini-3-pro-image@gemini", recording="monitor-documents", verdict=Shift.CHANGED,
            said="CHANGED: so", screen=screen, incident=f"look-{name}",
        )  # fmt: skip
        LookStore(world.folder / "suites" / "panel.yaml").add(look)

    return act


def mine(world: World) -> None:
    """Write the suite of the quickstart where its reader stands by then."""
    world.write("shop/suites/mine.yaml", world.block("yaml", 0))


def real(world: World) -> None:
    """Let the provider of the folder that `init` made be the simulator."""
    world.write("shop/harness.toml", TOML.format(**world.services))


def stray(world: World) -> None:
    """Leave an old blob that nothing names."""
    data = b"\x89PNG\r\n\x1a\n nobody's"
    name = hashlib.sha256(data).hexdigest()
    path = world.folder / "cassettes" / "blobs" / name[:2] / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (10**9, 10**9))
