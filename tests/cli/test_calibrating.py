"""The command line says what a suite's drift test can promise."""

import shutil
from datetime import UTC, datetime

import pytest

from harness.evaluate.workspace import Workspace
from harness.settings import Settings
from tests.evaluate.answered import answered


@pytest.fixture(scope="module")
def laid(tmp_path_factory):
    """Lay a suite once that was answered six times for each of two prompts."""
    folder = tmp_path_factory.mktemp("shop")
    now = datetime(2026, 11, 23, tzinfo=UTC)
    workspace = Workspace(root=folder, settings=Settings(), environ={}, now=lambda: now)
    answered(workspace, cases=2, samples=6)
    return folder


@pytest.fixture
def shop(bench, laid):
    """Stand in a copy of it."""
    shutil.copytree(laid, bench.folder, dirs_exist_ok=True)
    return bench


@pytest.mark.usefixtures("offline")
def test_calibrating_says_what_it_checks_and_that_days_are_unknown(shop):
    """Random halves are called what they are; the last lines are verdict, file, next command.

    Programs get one document, with the noise of every cell.
    """
    ran = shop("calibrate", "--splits", "20")

    *_, verdict, kept, following = ran.out.splitlines()
    assert ran.code == 0
    assert "random halves (a check of the implementation) alarm in" in verdict
    assert "day effects not measurable: 1 session on 1 day, 5 are needed" in verdict
    assert "PROVISIONAL: SUSPECT at most" in verdict
    assert kept.startswith("kept    suites/shop.monitor/calibration-")
    assert following == "next    harness baseline grow suites/shop.yaml --sessions 5"

    found = shop("calibrate", "--splits", "20", "--json").json

    (told,) = found["calibrations"]
    assert found["format"] == "gemini-image-harness/calibrations"
    assert [rate["alpha"] for rate in told["halves"]] == [0.05, 0.01]
    assert len(told["noise"]) == 2
    assert told["provisional"] is True


@pytest.mark.usefixtures("offline")
def test_power_says_what_is_seen_and_what_it_costs(shop):
    """A table of designs, each plant with its effects, and the suite's own design last.

    A suite whose own design can never alarm exits with 3, before anything is spent.
    """
    shop.edit("suite: shop\n", "suite: shop\ndrift: {reference: 2, fresh: 2}\n")

    ran = shop("power", "--plant", "recording:main", "--times", "10")

    assert ran.code == 3
    assert "recording:main is seen in" in ran.out
    assert "trials of 2 v 2" in ran.out
    assert "another recording: 12 answers; effect by channel: " in ran.out
    *_, verdict, following = ran.out.splitlines()
    refused = "2 v 2 on 2 cells can never alarm at .01: its smallest p is 0.1111"
    assert verdict == f"shop: refused: {refused}"
    assert "$0.55" in ran.out
    assert following == "next    harness calibrate"
