"""Make screenshots of every page, from what `make demo` left: `make screenshots`.

python -m tools.screenshots [ROOT] [--only PART]
"""

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from browser import ARGUMENTS, CHROMIUM
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

WIDE, PHONE, LAPTOP = (1920, 1080), (390, 844), (1366, 768)
SCREENS = Path("reports/screens")
DOCS = Path("docs")
MOST = 2_500_000
QUALITY = 60
SEEN = 12
"""Sheets that the invented reviewers decide on."""

Act = Callable[[Page], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A page as it is opened, what is done on it, and where it is kept."""

    name: str
    page: Path
    act: Act | None = None
    sizes: tuple[tuple[int, int], ...] = (WIDE, PHONE)
    dark: bool = False


def main() -> None:
    """Make the screenshots that were asked for, and say what they weigh."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("root", nargs="?", type=Path, default=Path())
    asked.add_argument("--only", default="", help="parts whose name holds this")
    options = asked.parse_args()
    root = options.root.resolve()
    SCREENS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as empty, _browser() as browser:
        for shot in shots(root, Path(empty), browser):
            if options.only in shot.name:
                keep(browser, shot)
    for name in ("report", "review"):
        _document(name)
    size = sum(path.stat().st_size for path in SCREENS.glob("*.webp"))
    print(f"{len(list(SCREENS.glob('*.webp')))} screenshots, {size:,} bytes, in {SCREENS}")
    if size > MOST:
        sys.exit(f"more than {MOST:,} bytes")


def shots(root: Path, empty: Path, browser: Browser) -> Iterator[Shot]:
    """Give every page of the demo, as a meeting sees it."""
    panel, shop = newest(root, "panel"), newest(root, "storefront")
    harness(root, "report", shop.name)
    harness(root, "report", panel.name)
    yield Shot(name="index", page=panel / "index.html", dark=True)
    yield Shot(name="index-cases", page=panel / "index.html", act=at("#needs-eyes"))
    yield Shot(name="index-drift", page=panel / "index.html", act=at("#drift"))
    yield Shot(name="shop", page=shop / "index.html")
    yield Shot(name="trends", page=panel / "trends.html", act=drawn, dark=True)
    harness(root, "report", "--all")
    yield Shot(name="everything", page=root / "reports" / "everything.html")
    yield Shot(name="drift", page=root / "reports" / "panel" / "subtle.html")
    yield from _reviewing(panel)
    first = [_reviewed(browser, panel, empty, who, keys) for who, keys in REVIEWERS.items()]
    given = [f"--from={path}" for path in first]
    harness(root, "review", panel.name, "--static", "--no-open", *given)
    yield Shot(name="second-round", page=panel / "review.html", act=_press())
    page = empty / "minutes.html"
    harness(root, "review", panel.name, *given, "--minutes", "html", "--output", str(page))
    yield Shot(name="minutes", page=page)
    harness(root, "report", panel.name)


def _reviewing(panel: Path) -> Iterator[Shot]:
    page = panel / "review.html"
    yield Shot(name="sheet", page=page, act=_press(), sizes=(WIDE, PHONE, LAPTOP), dark=True)
    yield Shot(name="side", page=page, act=_press("1"), sizes=(WIDE, PHONE, LAPTOP), dark=True)
    yield Shot(name="swipe", page=page, act=_press("2"))
    yield Shot(name="difference", page=page, act=_press("5"))
    yield Shot(name="drawer", page=page, act=_press("1", "i"))
    yield Shot(name="blind", page=page, act=_press("1", "x"))
    yield Shot(name="keys", page=page, act=_press("?"), sizes=(WIDE,))


# On the pages


def _press(*keys: str) -> Act:
    def act(page: Page) -> None:
        page.locator("body.ready").wait_for()
        page.wait_for_timeout(900)
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(500)
        page.locator("#message.gone, #message:empty").wait_for(state="attached")

    return act


def at(place: str) -> Act:
    """Bring a place of the page to its top."""
    return lambda page: page.evaluate(f"document.querySelector('{place}').scrollIntoView()")


def drawn(page: Page) -> None:
    """Wait for the charts."""
    page.locator(".drawing canvas, .drawing svg").first.wait_for()


REVIEWERS = {"Ada": "aaradaaadaaa", "Bo": "aardaaaaraaa"}
"""Who looks at the demo's sheets here, and what each presses, sheet by sheet."""


def _reviewed(browser: Browser, panel: Path, folder: Path, who: str, keys: str) -> Path:
    """Decide on sheets in the page, by keyboard alone, and export the file."""
    page = browser.new_page(viewport={"width": WIDE[0], "height": WIDE[1]})
    page.goto((panel / "review.html").as_uri())
    page.locator("body.ready").wait_for()
    page.locator("#sheet").wait_for()
    sheets = page.locator("#sheets li").count()
    for key in keys[: min(SEEN, sheets)]:
        page.locator("#hindered:empty").wait_for(state="attached")
        page.wait_for_timeout(300)
        page.keyboard.press(key)
        if key == "r":
            page.keyboard.press("1")
            page.keyboard.press("Enter")
        page.keyboard.press("Shift+J")
        page.wait_for_timeout(300)
    with page.expect_download() as waiting:
        page.keyboard.press("e")
        page.locator("#ask-line").wait_for()
        page.keyboard.type(who)
        page.keyboard.press("Enter")
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    page.close()
    return path


# What is kept


def keep(browser: Browser, shot: Shot) -> None:
    """Open a page in each size and theme, and keep what is seen."""
    for scheme in ("light", "dark") if shot.dark else ("light",):
        for width, height in shot.sizes:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                has_touch=width < 500,
            )
            page = context.new_page()
            page.goto(shot.page.as_uri())
            page.wait_for_timeout(400)
            if shot.act:
                shot.act(page)
            page.wait_for_timeout(400)
            _squeeze(page.screenshot(), SCREENS / f"{shot.name}-{width}-{scheme}.webp")
            context.close()


def _squeeze(png: bytes, path: Path) -> None:
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").save(path, "WEBP", quality=QUALITY, method=6)


def _document(name: str) -> None:
    """Give the documents their picture: a PNG two thirds as large."""
    kept = SCREENS / f"{'index' if name == 'report' else 'sheet'}-1920-light.webp"
    if not kept.exists():
        return
    with Image.open(kept) as image:
        small = image.convert("RGB").resize((1280, 720), Image.Resampling.LANCZOS)
    small.save(DOCS / f"{name}.png", optimize=True)


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, "--hide-scrollbars"]
        )
        yield browser
        browser.close()


def newest(root: Path, suite: str) -> Path:
    """Find the newest report of a suite."""
    for path in sorted((root / "reports").glob("*/run.json"), reverse=True):
        told = json.loads(path.read_text(encoding="utf-8"))
        if [one["suite"] for one in told["run"]["suites"]] == [suite]:
            return path.parent
    return sys.exit(f"no report of {suite} in {root / 'reports'}: run make demo first")


def harness(root: Path, *words: str) -> None:
    """Run a command line in the demo's folder."""
    program = shutil.which("harness", path=str(Path(sys.executable).parent)) or "harness"
    cassettes = ".harness/demo/cassettes" if "panel" in _suites(root, words) else "cassettes"
    done = subprocess.run(
        [program, *words],
        cwd=root,
        env=os.environ | {"HARNESS_CASSETTES": cassettes, "CI": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        sys.exit(f"harness {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")


def _suites(root: Path, words: tuple[str, ...]) -> str:
    for word in words:
        told = root / "reports" / word / "run.json"
        if told.exists():
            return str([one["suite"] for one in json.loads(told.read_text())["run"]["suites"]])
    return ""


if __name__ == "__main__":
    main()
