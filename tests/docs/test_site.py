"""The site of the documents is whole, and asks nothing of anybody else's host."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browsing import needs_chromium, serious
from tools.browser import ARGUMENTS, CHROMIUM

pytestmark = pytest.mark.docs

ROOT = Path(__file__).parents[2]
ASSET = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?(?:https?:)?//|"""
    r"""<link\b(?![^>]*\brel=["']?canonical)[^>]*\bhref=["']?(?:https?:)?//"""
)
"""What a browser fetches by itself when a page is opened; not what somebody may click on."""
FETCHED = re.compile(r"""url\(["']?(?:https?:)?//|@import ["'](?:https?:)?//""")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the site strictly, as `make docs` does."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_every_document_is_a_page(site):
    """Also what the documents link to outside their folder, such as the proofs."""
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}

    assert {f"{path.stem}.html" for path in (ROOT / "docs").glob("*.md")} <= pages
    assert {"repository/index.html", "repository/reports/prove/drift.html"} <= pages


def test_no_page_fetches_anything_from_another_host(site):
    """Neither scripts nor styles, fonts, pictures or frames: it works on a plane."""
    foreign = {
        path.relative_to(site).as_posix(): found[0]
        for path in site.rglob("*.html")
        if (found := ASSET.findall(path.read_text(encoding="utf-8")))
    }
    foreign |= {
        path.relative_to(site).as_posix(): found[0]
        for path in site.rglob("*.css")
        if (found := FETCHED.findall(path.read_text(encoding="utf-8")))
    }

    assert foreign == {}


@pytest.mark.parametrize(
    "text",
    ["<script src=https://a.example/x.js>", "<img alt=x src='//a.example/x.png'>",
     '<link rel="stylesheet" href="https://a.example/x.css">'],
    ids=["script", "picture", "style"],
)  # fmt: skip
def test_a_foreign_asset_would_be_seen(text):
    """The test above can fail."""
    assert ASSET.search(text)


def test_the_search_works_from_a_folder(site):
    """Its index is a classic script, and what stands for a worker lies beside the pages."""
    assert (site / "search" / "search_index.js").read_text("utf-8").startswith("var __index")
    page = (site / "index.html").read_text("utf-8")
    (shim,) = re.findall(r'src="?(vendor/iframe-worker-[0-9.]+js)', page)
    assert (site / shim).is_file()


BY_CHROMIUM = {"scrollable-region-focusable": {"enabled": False}}
"""Not asked: browsers let the keyboard into a table that scrolls, without the theme's help."""


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_the_pages(site, scheme):
    """No page is wider than a telephone, and axe-core finds nothing serious on it."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS])
        page = browser.new_page(color_scheme=scheme, viewport={"width": 390, "height": 844})
        for name in ("index", "quickstart", "states", "suite-reference", "blobs"):
            page.goto((site / f"{name}.html").as_uri())
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert (name, wide, serious(page, rules=BY_CHROMIUM)) == (name, 390, [])
        browser.close()
