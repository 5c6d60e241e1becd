"""Power is measured on the suite's own pictures, from its reference sample alone."""

from dataclasses import replace

import pytest

from harness.errors import UsageError
from harness.evaluate.calibrate import calibrate
from harness.evaluate.planted import described_with
from harness.evaluate.power import Inquiry, power
from harness.judging.calibrating import Trials
from tests.evaluate.answered import answered

FEW = Trials(splits=10, draws=99)


@pytest.fixture
def suite(workspace):
    """Give a suite with eight answers to one prompt, that is watched with three fresh ones."""
    found = answered(workspace, cases=1, samples=8)
    return replace(found, watch=replace(found.watch, reference=5, fresh=3))


def test_a_plant_is_put_into_the_suites_own_pictures(workspace, suite):
    """A letterbox is seen at once; its largest effect is told, and what hashes saw."""
    found = power(suite, workspace, Inquiry(plants=("letterbox",), alpha=0.05, trials=FEW))

    (plant,) = found.plants
    assert (plant.plant, plant.reference, plant.fresh) == ("letterbox", 5, 3)
    assert plant.seen.alarms == 10
    assert max(plant.effects.values()) > 0.3
    assert (found.answers, found.cells, found.epoch) == (8, 1, "")


def test_designs_have_the_price_of_the_suite(workspace, suite):
    """Twice the fresh answers cost twice as much; a design that cannot alarm is refused."""
    found = power(suite, workspace, Inquiry(trials=FEW))

    by_size = {(design.reference, design.fresh): design for design in found.designs}
    assert by_size[8, 8].look_usd == pytest.approx(2 * by_size[8, 4].look_usd, abs=0.01)
    assert by_size[8, 4].look_usd > 0.4
    assert by_size[8, 2].refused.startswith("8 v 2 on 1 cell can never alarm at .01")
    assert by_size[5, 3].own
    assert found.said.startswith("refused: 5 v 3 on 1 cell")


def test_planted_pictures_are_described_once(workspace, suite):
    """What was described is remembered by picture and plant, also where the picture is gone."""
    digests = [path.stem for path in workspace.root.glob("cassettes/blobs/*/*.png")]
    once = described_with("blur", digests[:2], workspace)
    for path in workspace.root.glob("cassettes/blobs/*/*.png"):
        path.unlink()

    again = described_with("blur", digests, workspace)

    assert again.keys() == once.keys() == set(digests[:2])
    assert all((again[name] == once[name]).all() for name in again)
    assert described_with("jpeg-30", digests, workspace) == {}


@pytest.mark.parametrize("name", ["fog", "recording:other", "model@nobody"])
def test_an_unknown_plant_is_refused(workspace, suite, name):
    """The error names the plants, and how recordings and arms are named."""
    with pytest.raises(UsageError, match=r"blur, jpeg-30.*recording:NAME"):
        power(suite, workspace, Inquiry(plants=(name,), trials=FEW))


def test_another_recording_is_a_plant(workspace, suite):
    """Its answers are the fresh ones; the same recording shows the false alarms."""
    found = power(suite, workspace, Inquiry(plants=("recording:main",), alpha=0.05, trials=FEW))

    (plant,) = found.plants
    assert plant.said == "another recording: 8 answers"
    assert plant.seen.alarms <= 4


def test_the_unit_is_that_of_the_last_calibration(workspace, suite):
    """Answers, where no calibration found that sessions differ."""
    calibrate(suite, workspace, trials=Trials(splits=20, draws=99, day_draws=99))

    assert power(suite, workspace, Inquiry(trials=FEW)).unit == "answers"
