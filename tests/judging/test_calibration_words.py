"""What the words on calibration say, the page says too."""

import re
from pathlib import Path

from harness.judging.calibration_words import sessions_needed
from harness.measure.plants import PLANTS
from harness.model.plants import NAMED

PAGE = Path(__file__).parents[2] / "docs" / "calibration.md"


def test_the_page_has_every_plant_with_its_effect():
    """docs/calibration.md lists what the tables of the code have, in their order."""
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| ([0-9.]+) \| (.*) \|$", PAGE.read_text(), re.M)

    assert rows == [(name, f"{size:.2f}", PLANTS[name].said) for name, size in NAMED.items()]


def test_the_page_has_the_sessions_that_are_needed():
    """With one, two and three fresh sessions."""
    rows = re.findall(r"^\| (\.[0-9]+) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE.read_text(), re.M)

    found = {float(alpha): tuple(map(int, counts)) for alpha, *counts in rows}
    assert set(found) == {0.05, 0.01, 0.005}
    assert found == {
        alpha: tuple(sessions_needed(alpha, fresh=fresh) for fresh in (1, 2, 3)) for alpha in found
    }
