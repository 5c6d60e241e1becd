"""What the documents show of Python runs, and gives what they say."""

import doctest
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.api import comparing, place, running
from harness.evaluate.starting import start
from tests.docs.pages import blocks

pytestmark = pytest.mark.docs

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "python.md"


def test_every_python_block_of_the_page_runs(tmp_path):
    """In order, in a started folder, as one script."""
    start(tmp_path / "shop")
    script = "\n".join(body for _, body in blocks(PAGE.read_text(encoding="utf-8"), "python"))
    (tmp_path / "page.py").write_text(script, encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "GEMINI_API_KEY": "made-up-key-of-a-page"}

    ran = subprocess.run(
        [sys.executable, tmp_path / "page.py"],
        cwd=tmp_path / "shop",
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert "about $0.14" in ran.stdout
    assert (tmp_path / "shop" / "summary.md").is_file()
    assert (tmp_path / "shop" / "compared.html").is_file()


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("suite.case_ids", "('fox-reads',)"),
        ("suite.variants[0].turns[0].prompt", "'the fox is reading a map, studio light'"),
        ("suite.warnings", "()"),
        ("(found.status == 'NEW', found.counts['FAIL'], found.exit_code)", "(True, 0, 0)"),
        ("(same.changed, same.undecided)", "(False, True)"),
    ],
)
def test_the_page_shows_the_values_that_come(started, expression, value):
    """What stands behind a line is what the line gives."""
    assert repr(eval(expression, dict(started))) == value
    assert value.strip("(,)") in PAGE.read_text(encoding="utf-8") or "found" in expression


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """Give the names of the page: a suite, a run, a comparison."""
    folder = tmp_path_factory.mktemp("shop")
    start(folder)
    return {
        "suite": place.load_suite("suites/shop.yaml", workspace=folder),
        "found": running.run("suites/shop.yaml", workspace=folder),
        "same": comparing.compare("main", "main", suite="suites/shop.yaml", workspace=folder),
    }


@pytest.mark.parametrize("module", [place, running], ids=["place", "running"])
def test_the_examples_in_docstrings_run(module, monkeypatch):
    """From the repository's own folder, on the recordings that ship."""
    monkeypatch.chdir(ROOT)

    found = doctest.testmod(module)

    assert found.attempted > 0
    assert found.failed == 0
