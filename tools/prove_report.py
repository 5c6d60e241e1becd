"""Hold a report of 500 cases to its budgets, in a real browser, from a folder.

The same after the folder was moved, and zipped and unzipped; nothing leaves the folder.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from browser import ARGUMENTS, CHROMIUM
from machine import ROOT, circumstances
from many_cases import beside, many, paint, sources

from harness.report.write import write_report

FOLDER = ROOT / "reports" / "prove"
REVIEWED = 12
"""Sheets that are gone through to time the next one."""


@dataclass(frozen=True)
class Row:
    """A figure and what it may be at the most."""

    what: str
    figure: float
    limit: float
    unit: str

    @property
    def holds(self) -> bool:
        return self.figure <= self.limit


def main() -> int:
    """Make the report, look at it in three places, write the table; 1 where a budget is passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        rows = list(_rows(Path(place), asked.cases))
    text = _text(rows, asked.cases)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "report.md").write_text(text, encoding="utf-8")
    print(text)
    return int(not all(row.holds for row in rows))


def _rows(root: Path, cases: int) -> Iterator[Row]:
    pictures = paint(root / "originals")
    run = many(pictures, cases=cases)
    showing, where = beside(run, pictures), sources(root / "originals")
    write_report(run, folder=root / "first", sources=where, showing=showing)  # fills the cache
    folder = root / "report"
    started = time.perf_counter()
    write_report(run, folder=folder, sources=where, showing=showing)
    yield Row("built from cached derivatives", time.perf_counter() - started, 5.0, "s")
    weight = sum((folder / name).stat().st_size for name in ("index.html", "data.js"))
    yield Row("index.html and data.js", weight / 1000, 700, "KB")
    yield from _looked("where it was made", folder)
    moved = root / "elsewhere" / "a report, moved"
    moved.parent.mkdir()
    folder.rename(moved)
    yield from _looked("moved", moved)
    packed = Path(shutil.make_archive(str(root / "packed"), "zip", moved))
    shutil.rmtree(moved)
    again = root / "unzipped"
    shutil.unpack_archive(packed, again)
    yield from _looked("zipped and unzipped", again)


def _looked(where: str, folder: Path) -> Iterator[Row]:
    """Open the folder's pages in a browser of their own; a figure is the median of 3."""
    seen = [_browsed(folder) for _ in range(3)]
    for name, limit, unit in (
        ("first paint", 1000, "ms"),
        ("picture requests at open", 60, ""),
        ("next case after preload, slowest", 100, "ms"),
        ("requests that leave the folder", 0, ""),
        ("messages of the console", 0, ""),
    ):
        figures = sorted(float(one[name]) for one in seen)
        yield Row(f"{where}: {name}", figures[1] if unit else figures[-1], limit, unit)


def _browsed(folder: Path) -> dict[str, float]:
    """Run this file as a browser's driver, so that nothing of one look serves the next."""
    command = [sys.executable, "-c", f"import prove_report as p; p.drive({str(folder)!r})"]
    environ = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tools'}"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def drive(folder: str) -> None:
    """Open index.html and review.html; print what was measured as JSON."""
    from playwright.sync_api import sync_playwright

    home = Path(folder).as_uri()
    asked: list[str] = []
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{home}/index.html", wait_until="load")
        page.wait_for_timeout(1000)
        paint = page.evaluate(
            "performance.getEntriesByName('first-contentful-paint').map(e => e.startTime)[0]"
        )
        pictures = [url for url in asked if url.endswith((".webp", ".jpg", ".png"))]
        slowest = _reviewed(page, home)
        browser.close()
    away = [url for url in asked if not url.startswith((home, "data:", "blob:"))]
    found = {
        "first paint": paint,
        "picture requests at open": len(pictures),
        "next case after preload, slowest": slowest,
        "requests that leave the folder": len(away),
        "messages of the console": len(said),
    }
    print(json.dumps(found))
    print("\n".join((*away, *said)), file=sys.stderr)


_NEXT = """
() => new Promise(done => {
  const {store, viewer, sheet} = window.Harness, was = store.index, begun = performance.now();
  const whole = () => sheet.isOpen()
    ? [...document.querySelectorAll("#stage img")].every(one => one.complete && one.naturalWidth)
    : [viewer.left, viewer.right].every(one => !one.sha || (one.item && one.ready()));
  const look = () => store.index !== was && whole()
    ? requestAnimationFrame(() => done(performance.now() - begun)) : requestAnimationFrame(look);
  document.dispatchEvent(new KeyboardEvent("keydown", {key: "j", code: "KeyJ", bubbles: true}));
  look();
})
"""


def _reviewed(page: object, home: str) -> float:
    """Go through sheets side by side; give the slowest from the key to both pictures drawn."""
    page.goto(f"{home}/review.html#mode=side", wait_until="load")
    page.wait_for_timeout(1500)
    taken = []
    for _ in range(REVIEWED):
        taken.append(page.evaluate(_NEXT))
        page.wait_for_timeout(700)  # the sheet after it is brought in meanwhile
    return max(taken)


def _text(rows: list[Row], cases: int) -> str:
    lines = [f"# A report of {cases} cases, 8 distinct 4K originals", ""]
    lines += [f"- {name}: {value}" for name, value in circumstances().items()]
    lines += ["", "| what | figure | at most | holds |", "| --- | --- | --- | --- |"]
    for row in rows:
        figure = f"{row.figure:.2f}" if row.unit == "s" else f"{row.figure:.0f}"
        word = "yes" if row.holds else "NO"
        lines.append(f"| {row.what} | {figure} {row.unit} | {row.limit:g} {row.unit} | {word} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
