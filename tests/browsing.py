"""Debian's Chromium by Playwright, for tests of the pages: where it lies and how it starts."""

import os
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists() and "HARNESS_NEED_BROWSER" not in os.environ,
    reason=f"no Chromium at {CHROMIUM}: apt-get install chromium",
)
