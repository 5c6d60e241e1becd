"""Calibrating reads the reference sample, and keeps what was found beside the suite."""

from dataclasses import replace

import pytest

from harness.errors import DecisionError
from harness.evaluate.baseline import pin
from harness.evaluate.calibrate import calibrate
from harness.evaluate.workspace import Wish
from harness.judging.calibrating import Trials
from harness.model.arm import Arm
from harness.store.calibrations import CalibrationStore
from tests.evaluate.answered import answered

FEW = Trials(splits=20, draws=99, day_draws=99)


def test_what_was_found_is_kept_beside_the_suite(workspace):
    """The file is what the monitor reads; without a pin all recorded answers count."""
    suite = answered(workspace, cases=2, samples=4)

    ((found, path),) = calibrate(suite, workspace, trials=FEW)

    assert path == workspace.root / "suites" / "shop.monitor" / f"{found.id}.json"
    assert CalibrationStore(suite.path).all()[-1:] == (found,)
    assert (found.suite, found.epoch, found.answers) == ("shop", "", 8)
    assert {cell.name for cell in found.noise} == {"prompt-0", "prompt-1"}
    assert [rate.of for rate in found.halves] == [0, 0]
    assert found.provisional


def test_a_pinned_epoch_is_what_is_calibrated(workspace):
    """The calibration names the epoch, whatever lies beside it."""
    suite = answered(workspace, cases=1, samples=4)
    (epoch,) = pin((suite,), workspace, by="Ann", why="")

    ((found, _),) = calibrate(suite, workspace, trials=FEW)

    assert found.epoch == epoch.id
    assert found.answers == 4


def test_nothing_recorded_is_said_with_what_to_do(workspace):
    """The error names the command that records."""
    suite = answered(workspace, cases=1, samples=2)
    for path in workspace.root.glob("cassettes/shop/main/*.json"):
        path.unlink()

    with pytest.raises(DecisionError, match=r"harness run .* --live missing"):
        calibrate(suite, workspace, trials=FEW)

    assert CalibrationStore(suite.path).all() == ()


def test_arms_are_never_mixed(workspace):
    """Each arm of an epoch is calibrated by itself, or the one that is asked for."""
    suite = answered(workspace, cases=1, samples=4)
    (epoch,) = pin((suite,), workspace, by="Ann", why="")
    other = [replace(s, arm=Arm(model=s.arm.model, endpoint="gateway")) for s in epoch.samples]
    both = replace(epoch, id="epoch-both", at="2027", samples=(*epoch.samples, *other[:3]))
    workspace.baselines(suite).add(both)

    found = [calibration for calibration, _ in calibrate(suite, workspace, trials=FEW)]
    (asked,) = calibrate(suite, workspace, trials=FEW, wish=Wish(endpoint="gateway"))

    assert [(c.arm.rpartition("@")[2], c.answers) for c in found] == [("gateway", 3), ("gemini", 4)]
    assert asked[0].arm == found[0].arm
