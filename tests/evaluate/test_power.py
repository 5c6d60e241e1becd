"""Power is measured on the suite's own pictures, from its reference sample alone."""

from datetime import UTC, datetime

import pytest

from harness.errors import UsageError
from harness.evaluate.described import described
from harness.evaluate.power import Inquiry, power
from harness.evaluate.workspace import Workspace
from harness.judging.calibrating import Trials
from harness.settings import Settings
from tests.evaluate.answered import answered

FEW = Trials(splits=5, draws=99)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def stand(tmp_path_factory):
    """Lay a suite once with eight answers to one prompt; nothing that it holds is changed."""
    workspace = Workspace(
        root=tmp_path_factory.mktemp("power"), settings=Settings(), environ={}, now=lambda: NOON
    )
    return answered(workspace, cases=1, samples=8), workspace


def test_what_can_be_seen_of_a_suite(stand):
    """A letterbox in its own pictures is seen at once; designs have their price, or are refused.

    The same recording as fresh side is no change, and seen as such.
    """
    suite, workspace = stand

    (found,) = power(suite, workspace, Inquiry(plants=("letterbox", "recording:main"), trials=FEW))

    barred, same = found.plants
    assert (barred.plant, barred.reference, barred.fresh) == ("letterbox", 4, 4)
    assert max(barred.effects.values()) > 0.3 > max(same.effects.values())
    assert (same.said, same.reference) == ("another recording: 8 answers", 4)
    assert (found.answers, found.cells, found.epoch, found.unit) == (8, 1, "", "answers")
    by_size = {(design.reference, design.fresh): design for design in found.designs}
    assert by_size[8, 8].look_usd == pytest.approx(2 * by_size[8, 4].look_usd, abs=0.01)
    assert by_size[8, 4].look_usd > 0.4
    assert by_size[8, 2].refused.startswith("8 v 2 on 1 cell can never alarm at .01")
    assert by_size[16, 4].own
    assert "16 v 4 on 1 cell sees a change that matters (effect 0.29)" in found.said


@pytest.mark.parametrize("name", ["fog", "recording:other", "model@nobody"])
def test_an_unknown_plant_is_refused(stand, name):
    """The error names the plants, and how recordings and arms are named."""
    with pytest.raises(UsageError, match=r"blur, jpeg-30.*recording:NAME"):
        power(*stand, Inquiry(plants=(name,), trials=FEW))


def test_planted_pictures_are_described_once(workspace):
    """What was described is remembered by picture and plant, also where the picture is gone."""
    answered(workspace, cases=1, samples=2)
    digests = [path.stem for path in workspace.root.glob("cassettes/blobs/*/*.png")]
    once = described(digests, workspace, plant="blur")
    for path in workspace.root.glob("cassettes/blobs/*/*.png"):
        path.unlink()

    again = described(digests, workspace, plant="blur")

    assert again.keys() == once.keys() == set(digests)
    assert all((again[name] == once[name]).all() for name in again)
    assert described(digests, workspace, plant="jpeg-30") == {}
