"""What ships runs: the demo's suite is whole, offline, small, and marked as simulated."""

import json
import os
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


def test_the_panel_is_one_that_can_be_watched(request):
    """As many cells as a watched suite needs, one prompt each, with words, places and figures."""
    (panel,) = load_suites([request.config.rootpath / "demo" / "panel.yaml"])

    prompts = [turn.prompt for variant in panel.variants for turn in variant.turns]
    assert len(set(prompts)) == len(panel.variants) == len(prompts) >= panel.watch.cells
    assert {variant.samples for variant in panel.variants} == {panel.watch.reference}
    assert not any(variant.turns[0].parameters.tools for variant in panel.variants)


@pytest.mark.parametrize(
    ("same", "subtle", "painting", "well"),
    [(0, 1, 0, True), (1, 1, 0, False), (3, 1, 0, False), (0, 0, 0, False), (0, 3, 0, False),
     (0, 1, 4, False)],
    ids=["as it is due", "the same model is found", "too few answers", "the change is missed",
         "the change is too small", "nothing is painted"],
)  # fmt: skip
def test_the_demo_ends_well_if_the_change_alone_is_found(
    request, tmp_path, same, subtle, painting, well
):
    """The comparison with the same model must end with 0 and that with the other one with 1."""
    harness = tmp_path / "harness"
    harness.write_text(
        "#!/bin/sh\n"
        f'case "$1 $3" in "run --live") exit {painting};; "compare same") exit {same};; '
        f'"compare subtle") exit {subtle};; esac\n'
    )
    harness.chmod(0o755)

    done = _drift(request, tmp_path, harness)

    assert (done.returncode == 0) is well, done.stderr


def test_the_demo_plants_its_change_in_one_recording(request, tmp_path):
    """Three recordings with a seed each, so that none repeats another's pictures."""
    harness, told = tmp_path / "harness", tmp_path / "told"
    harness.write_text(
        "#!/bin/sh\n"
        'test "$1 $3" = "run --live" || { test "$1 $3" != "compare subtle"; exit; }\n'
        'printf \'["%s", "%s", "%s", "%s"]\\n\' "$7" "$9" '
        '"$HARNESS_SIMULATOR_VERSION" "$HARNESS_SIMULATOR_SEED" >>told\n'
    )
    harness.chmod(0o755)

    done = _drift(request, tmp_path, harness)

    rows = sorted(json.loads(line) for line in told.read_text().splitlines())
    assert done.returncode == 0
    assert [row[:3] for row in rows] == [
        ["main", "8", "same"], ["same", "4", "same"], ["subtle", "4", "subtle"],
    ]  # fmt: skip
    assert len({row[3] for row in rows}) == 3


def _drift(request, folder, harness):
    """Run the demo's script with another program in the harness's place."""
    script = request.config.rootpath / "demo" / "drift.sh"
    environ = {"PATH": os.environ["PATH"]}
    return subprocess.run(
        ["sh", script, harness],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
