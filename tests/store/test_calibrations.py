"""Calibrations lie beside the suite, are never changed, and the last one is in force."""

from dataclasses import replace

import pytest

from harness.errors import StoreError
from harness.model.calibration import Calibration, CellNoise, DayEffect, Rate
from harness.model.drift import Effect
from harness.store.calibrations import CalibrationStore

FIRST = Calibration(
    id="calibration-20261126T051233Z-9f2c",
    suite="shop",
    at="2026-11-26T05:12:33+00:00",
    epoch="",
    arm="gemini-3-pro-image@gemini",
    answers=32,
    repeated=1,
    halves=(Rate(alpha=0.05, alarms=9, of=200, low=0.02, high=0.09, level=0.99),),
    between=(),
    days=DayEffect(
        sessions=3,
        days=2,
        needed=5,
        alpha=0.05,
        p=0.3,
        effect=Effect(channel="layout", size=0.02, low=0.0, high=0.1),
    ),
    unit="answers",
    armed=True,
    provisional=True,
    said="day effects not measurable",
    noise=(CellNoise(variant="fox", turn=0, cell="ab", answers=16, sessions=3, within={"a": 1.0}),),
)


def test_the_last_calibration_is_in_force(tmp_path):
    """What was written is read back whole; the newer one counts."""
    suite = tmp_path / "shop.yaml"
    newer = replace(FIRST, id="calibration-b", at="2026-11-27T00:00:00+00:00")
    CalibrationStore(suite).add(newer)

    CalibrationStore(suite).add(FIRST)

    assert CalibrationStore(suite).all()[-1] == newer
    assert CalibrationStore(suite).all() == (FIRST, newer)
    assert sorted(p.name for p in (tmp_path / "shop.monitor").iterdir()) == [
        "calibration-20261126T051233Z-9f2c.json",
        "calibration-b.json",
    ]


def test_a_suite_that_was_never_calibrated_has_none(tmp_path):
    """There need not be a folder."""
    assert CalibrationStore(tmp_path / "shop.yaml").all() == ()


def test_a_calibration_is_never_changed(tmp_path):
    """A second one of the same name is refused, and the first one stays."""
    store = CalibrationStore(tmp_path / "shop.yaml")
    store.add(FIRST)

    with pytest.raises(StoreError, match="never changed"):
        store.add(replace(FIRST, answers=7))

    assert store.all() == (FIRST,)


def test_a_name_that_would_not_be_found_is_refused(tmp_path):
    """Nothing is written outside the folder or under another kind of name."""
    with pytest.raises(StoreError, match="no name"):
        CalibrationStore(tmp_path / "shop.yaml").add(replace(FIRST, id="../epoch-1"))


def test_a_test_keeps_its_promise_until_its_rate_is_surely_above():
    """The interval decides, not the share: 9 of 100 at .05 may be chance."""
    chance = Rate(alpha=0.05, alarms=9, of=100, low=0.034, high=0.18, level=0.99)

    assert chance.holds
    assert not replace(chance, low=0.051).holds
