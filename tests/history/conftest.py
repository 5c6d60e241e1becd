"""Lay folders of files that a history is made of."""

import pytest

from tests.history.made import DECIDED, EPOCH, STEP, UNDO, Place, a_run, look, sample


@pytest.fixture
def place(tmp_path):
    """Give an empty folder."""
    return Place(tmp_path)


@pytest.fixture
def filled(place):
    """Give a folder with one of everything."""
    place.run(a_run("r1", sample(), failed=("blank",)))
    place.run(a_run("r2", sample(), sample(1, at="2026-11-24T05:00:00+00:00", session="s2")))
    place.ledger({"id": "a-1", "state": "open", "usd": 0.2})
    place.beside(EPOCH, DECIDED, UNDO, look(), look("look-2", incident="look-2"), STEP)
    return place
