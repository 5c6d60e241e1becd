"""What ships runs: the demo's suite is whole, offline, small, and marked as simulated."""

import subprocess

import pytest

from harness.evaluate.order import Order
from harness.evaluate.run import judged_run
from harness.evaluate.workspace import Workspace
from harness.loader import load_suites
from harness.model.verdict import Status
from harness.settings import Settings


@pytest.fixture(scope="module")
def demo(request, tmp_path_factory):
    """Judge the suites that ship against the recordings that ship."""
    root, place = request.config.rootpath, tmp_path_factory.mktemp("demo")
    settings = Settings(state=place / "state", reports=place / "reports")
    here = Workspace(root=root, settings=settings, environ={})
    run, _ = judged_run(load_suites([root / "suites"]), here, Order())
    return run


def test_every_answer_that_the_demo_asks_for_is_recorded(demo):
    """Nothing is missing, stale, broken or failed; some of it waits for a person."""
    counts = demo.counts

    assert counts[Status.PASS] >= 5
    assert counts[Status.NEW] >= 1
    assert [s for s, n in counts.items() if n and s not in (Status.PASS, Status.NEW)] == []


def test_the_demo_says_that_it_is_simulated(demo):
    """Manifest, receipts and the bytes of every picture say so."""
    assert demo.simulated
    assert all("simulated" in measures.comment for measures in demo.measures.values())
    assert not any(measures.c2pa for measures in demo.measures.values())


def test_what_ships_weighs_under_30_mb(request):
    """Recordings, pictures and references together, as git has them."""
    root = request.config.rootpath
    listed = subprocess.run(
        ["git", "ls-files", "-z", "cassettes", "suites"], cwd=root, capture_output=True, check=False
    )
    names = [name for name in listed.stdout.decode().split("\0") if name]
    if not names:
        pytest.skip("not a git checkout")

    assert sum((root / name).stat().st_size for name in names) < 30_000_000
