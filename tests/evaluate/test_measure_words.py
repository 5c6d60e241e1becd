"""What is said of pictures from anywhere is what a suite would say of them."""

from pathlib import Path

import pytest

from harness.evaluate.measure_paths import Picture
from harness.evaluate.measure_words import odd
from harness.judging.delivery import backend_of, provenance_of_picture
from harness.model.picture import Markings, Measures, Structure


@pytest.fixture
def blocky():
    """Give a picture with a grid of blocks, by how coarsely its own file is written."""

    def blocky(luma_sum: int) -> Picture:
        measures = Measures(
            sha256="a" * 64,
            true_type="image/jpeg",
            size=1,
            tile_sd=40.0,
            markings=Markings(luma_sum=luma_sum),
            structure=Structure(blockiness=1.3),
        )
        provenance = provenance_of_picture(measures)
        return Picture(
            path=Path("a.jpg"),
            measures=measures,
            tier="1K",
            ratio="1:1",
            ratio_off=0.0,
            provenance=provenance,
            backend=backend_of(provenance),
        )

    return blocky


@pytest.mark.parametrize(("luma_sum", "found"), [(592, []), (64, ["recompressed"])])
def test_blocks_of_the_service_s_own_tables_are_as_delivered(blocky, luma_sum, found):
    """Vertex writes so itself; behind all ones somebody compressed before."""
    assert [finding.check for finding in odd(blocky(luma_sum))] == found
