"""Debian's Chromium by Playwright, for tests of the pages: where it lies and how it starts."""

import os
from pathlib import Path

import pytest

from tools.browser import CHROMIUM

needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists() and "HARNESS_NEED_BROWSER" not in os.environ,
    reason=f"no Chromium at {CHROMIUM}: apt-get install chromium",
)

AXE = next((Path(__file__).parent / "vendor").glob("axe-core-*.js"))
"""The accessibility checker, as vendored for tests."""


def serious(page, **options):
    """Name what axe-core finds serious or critical on an open page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    run = "options => axe.run(document, {resultTypes: ['violations'], ...options})"
    found = page.evaluate(run, options)["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    return [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in grave]
