"""The command line says what a suite's drift test can promise."""

from datetime import UTC, datetime

import pytest

from harness.evaluate.workspace import Workspace
from harness.settings import Settings
from tests.evaluate.answered import answered


@pytest.fixture
def shop(bench):
    """Stand in a folder whose suite was answered six times for each of two prompts."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    answered(
        Workspace(root=bench.folder, settings=Settings(), environ={}, now=lambda: now), samples=6
    )
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
    assert "day effects not measurable: 1 session on 0 days, 5 are needed" in verdict
    assert "PROVISIONAL: SUSPECT at most" in verdict
    assert kept.startswith("kept    suites/shop.monitor/calibration-")
    assert following == "next    harness baseline grow --sessions 5"

    found = shop("calibrate", "--splits", "20", "--json").json

    (told,) = found["calibrations"]
    assert found["format"] == "gemini-image-harness/calibrations"
    assert [rate["alpha"] for rate in told["halves"]] == [0.05, 0.01]
    assert len(told["noise"]) == 2
    assert told["provisional"] is True


@pytest.mark.usefixtures("offline")
def test_power_says_what_is_seen_and_what_it_costs(shop):
    """A table of designs, each plant with its effects, and the suite's own design last."""
    shop.edit("suite: shop\n", "suite: shop\ndrift: {reference: 4, fresh: 2}\n")

    ran = shop("power", "--plant", "recording:main", "--times", "10", "--alpha", "0.05")

    assert ran.code == 0
    assert "recording:main is seen in" in ran.out
    assert "trials of 4 v 2" in ran.out
    assert "another recording: 12 answers; effect by channel: " in ran.out
    *_, verdict, following = ran.out.splitlines()
    assert verdict.startswith("shop: at .05, 4 v 2 on 2 cells")
    assert following == "next    harness calibrate"


@pytest.mark.usefixtures("offline")
def test_a_suite_whose_design_can_never_alarm_exits_with_3(shop):
    """It is said before anything is spent, with the smallest p."""
    shop.edit("suite: shop\n", "suite: shop\ndrift: {reference: 2, fresh: 2}\n")

    ran = shop("power", "--json")

    (found,) = ran.json["power"]
    own = next(design for design in found["designs"] if design.get("own"))
    assert ran.code == 3
    assert "can never alarm at .01: its smallest p is 0.1111" in own["refused"]
