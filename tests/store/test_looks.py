"""Looks and what people made of them are written once, and found again by any branch."""

import json
import shutil
from dataclasses import replace

import pytest

from harness.errors import DecisionError, StoreError
from harness.model.drift import CellDrift, Drift, Effect, Shift, Witness
from harness.model.monitor import Closing, Look, State, Step
from harness.store.looks import LookStore

CELL = CellDrift(
    suite="s", variant="fox", turn=0, cell="c" * 64, old=8, new=4, p=0.001, q=0.002, moved=True,
    effect=Effect(channel="colours", size=0.4, low=0.2, high=0.6),
    witnesses=(Witness(sha256="ab" * 32, fresh=True, weight=2.5),),
)  # fmt: skip
DRIFT = Drift(
    verdict=Shift.SUSPECT, said="moved", alpha=0.05, p=0.001, p_all=0.001, p_few=0.002,
    smallest_p=0.0005, draws=1999, seed=0, power=0.9, seen=None, matters=0.1, margin=0.1,
    channels={"colours": 0.001}, cells=(CELL,), left_out=("1 cell",),
)  # fmt: skip


def look(name="look-1", at="2026-11-23T00:00:00+00:00"):
    return Look(
        id=name, suite="s", at=at, epoch="epoch-1", arm="m@gemini", recording="monitor-1",
        verdict=Shift.CHANGED, said="CHANGED", screen=DRIFT, confirm=DRIFT, accumulated=17.5,
        incident=name, notes=("a line",),
    )  # fmt: skip


def step(name="step-1", at="2026-11-24T00:00:00+00:00", closing=None):
    state = State.CLOSED if closing else State.ACKNOWLEDGED
    return Step(id=name, incident="look-1", state=state, by="ada", at=at, why="so", closing=closing)


@pytest.fixture
def store(tmp_path):
    return LookStore(tmp_path / "suites" / "shop.yaml")


def test_everything_comes_back_oldest_first(store):
    """By its time, whatever its file is called, with all its numbers and pictures."""
    late, early = look("look-a", "2026-12-01"), look("look-b", "2026-11-01")
    closed, acknowledged = step("step-a", "2", Closing.FALSE_ALARM), step("step-b", "1")

    for item in (late, early, closed, acknowledged):
        store.add(item)

    assert store.looks() == (early, late)
    assert store.steps() == (acknowledged, closed)
    assert store.folder.name == "shop.monitor"


@pytest.mark.parametrize("item", [look(), step()], ids=["look", "step"])
def test_a_file_is_never_changed(store, item):
    """A second one of the same name is refused, and the first stands."""
    path = store.add(item)
    before = path.read_bytes()

    with pytest.raises(StoreError, match="never changed"):
        store.add(replace(item, at="later"))

    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["x", "look-../../x", "look-", "step-1", "look-a/b"])
def test_a_name_that_would_be_lost_or_leave_the_folder_is_refused(store, name):
    """A look is found again by its name's beginning."""
    with pytest.raises(StoreError, match="no name"):
        store.add(look(name))

    assert not store.folder.exists()


def test_files_of_two_branches_come_together(store, tmp_path):
    """No two branches write the same file, so that a merge is a union."""
    other = LookStore(tmp_path / "other" / "shop.yaml")
    store.add(look("look-1"))
    other.add(look("look-2", "2026-11-25"))
    other.add(step())

    shutil.copytree(other.folder, store.folder, dirs_exist_ok=True)

    assert [one.id for one in store.looks()] == ["look-1", "look-2"]
    assert [one.id for one in store.steps()] == ["step-1"]


@pytest.mark.parametrize(
    "wrong", [{"closing": "fixed", "state": "open"}, {"state": "closed", "closing": None}]
)
def test_a_step_that_half_closes_is_refused(store, wrong):
    """Also one that somebody wrote by hand: what is closed says why."""
    path = store.add(step())
    tree = json.loads(path.read_text()) | wrong
    path.write_text(json.dumps(tree))

    with pytest.raises(DecisionError, match="says why"):
        store.steps()


@pytest.mark.parametrize(
    "broken", ["{", "[]", '{"format": "gemini-image-harness/look", "version": 9}']
)
def test_a_broken_file_is_named(store, broken):
    """Nobody goes on with half of what was seen."""
    path = store.add(look())
    path.write_text(broken)

    with pytest.raises(StoreError, match=r"look-1\.json"):
        store.looks()
