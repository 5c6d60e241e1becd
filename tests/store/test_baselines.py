"""Epochs and decisions are written once, added to, and taken back by adding."""

import json
from dataclasses import replace

import pytest

from harness.errors import DecisionError, StoreError
from harness.model.arm import Arm
from harness.model.baseline import (
    Choice,
    DecidedSheet,
    Decision,
    DecisionSet,
    Epoch,
    Mark,
    PinnedSample,
)
from harness.model.generation import Outcome
from harness.model.sample import SampleKey
from harness.store.baselines import (
    BaselineStore,
    Undo,
    accepted_digest,
    accepted_of_cell,
    accepted_of_cells,
    latest_choices,
)

ARM = Arm(model="m", endpoint="gemini")
KEY = SampleKey(case="c", variant="", sample=0)


def decision(sha256="ab" * 32, choice=Choice.ACCEPT, cell="cell"):
    return Decision(key=KEY, cell=cell, arm=ARM, sha256=sha256, choice=choice)


def decided(*decisions, name="decisions-1", at="2026-11-23T00:00:00+00:00"):
    return DecisionSet(
        id=name, suite="s", run="r", by="ada", at=at, why="fine", unseen=False,
        accepted_before="", decisions=decisions,
    )  # fmt: skip


def epoch(name="epoch-1", at="2026-11-23T00:00:00+00:00"):
    sample = PinnedSample(
        key=KEY, cell="cell", arm=ARM, session="s1", request_digest="d",
        outcome=Outcome.REFUSED, pictures=(),
    )  # fmt: skip
    return Epoch(
        id=name, suite="s", recording="main", sessions=("s1",), by="ada", at=at, why="",
        simulated=False, samples=(sample,),
    )  # fmt: skip


@pytest.fixture
def store(tmp_path):
    return BaselineStore(tmp_path / "suites" / "shop.yaml")


def test_everything_comes_back_oldest_first(store):
    """By its time, whatever its file is called."""
    late, early = epoch("epoch-a", "2026-12-01"), epoch("epoch-b", "2026-11-01")
    first, second = (
        decided(name="decisions-z", at="1"),
        decided(decision(), name="decisions-a", at="2"),
    )

    for item in (late, early, second, first):
        store.add(item)

    assert store.epochs() == (early, late)
    assert store.decision_sets() == (first, second)
    assert store.last_decisions() == second
    assert store.folder.name == "shop.baseline"


@pytest.mark.parametrize("item", [epoch(), decided()], ids=["epoch", "decisions"])
def test_a_file_is_never_changed(store, item):
    """A second one of the same name is refused, and the first stands."""
    path = store.add(item)
    before = path.read_bytes()

    with pytest.raises(StoreError, match="never changed"):
        store.add(replace(item, by="eve"))

    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "name", ["x", "epoch-../../x", "epoch-", "decisions-1", "epoch-a/b", "epoch-ä"]
)
def test_a_name_that_would_be_lost_or_leave_the_folder_is_refused(store, name):
    """An epoch is found again by its name's beginning."""
    with pytest.raises(StoreError, match="no name"):
        store.add(epoch(name))

    assert not store.folder.exists()


def test_an_undo_takes_a_set_back_by_adding(store):
    """Nothing is deleted; what was decided before is in force again."""
    first, second = decided(name="decisions-1", at="1"), decided(name="decisions-2", at="2")
    files = [store.add(first), store.add(second)]

    store.add(Undo(id="undo-1", undone="decisions-2", by="ada", at="3", why=""))

    assert store.decision_sets() == (first,)
    assert all(path.exists() for path in files)


def test_a_set_of_reviewers_comes_back_whole_and_an_older_file_still_loads(store):
    """Sheets, everyone's marks and the chair's word; a file from before says nothing of them."""
    mark = Mark(by="bob", choice=Choice.REJECT, reasons=("anatomy",), note="n", bad=("ab",), at="1")
    sheet = DecidedSheet(
        item="s/c", cell="cell", arm=ARM, choice=Choice.ACCEPT, accepted_before="ff",
        marks=(mark,), resolution="it is a glove", resolved_by="eve",
    )  # fmt: skip
    plain = decided(decision(), at="1")
    whole = replace(plain, id="decisions-2", at="2", sheets=(sheet,), quorum=2, gone=("cd" * 32,))
    old = store.add(plain).read_text()
    store.add(whole)

    assert store.decision_sets() == (plain, whole)
    assert not {"sheets", "quorum", "gone"} & set(json.loads(old))


def test_nothing_to_undo_is_a_decision_error(store):
    """The folder is named."""
    with pytest.raises(DecisionError, match=r"shop\.baseline"):
        store.last_decisions()


def test_the_newest_decision_on_a_picture_counts():
    """Per cell: the same bytes may be right in one and wrong in another."""
    sets = (
        decided(decision(), decision(cell="other")),
        decided(decision(choice=Choice.REJECT), name="decisions-2"),
    )

    newest = latest_choices(sets)

    assert newest["cell", "ab" * 32].choice is Choice.REJECT
    assert newest["other", "ab" * 32].choice is Choice.ACCEPT


def test_the_accepted_set_is_named_whatever_the_order():
    """Order, sets and what is not accepted do not matter; the accepted pictures do."""
    one, two = decision("ab" * 32), decision("cd" * 32)
    no = decision("ef" * 32, Choice.DISCUSS)

    digests = {
        accepted_digest((decided(one, two),)),
        accepted_digest((decided(two, no, one),)),
        accepted_digest((decided(two), decided(one, name="decisions-2"))),
    }

    assert len(digests) == 1
    assert accepted_digest((decided(one),)) not in digests
    assert accepted_digest((decided(one, replace(two, choice=Choice.REJECT)),)) not in digests


def test_the_accepted_set_of_a_cell_is_named_apart_from_other_cells_and_arms():
    """What others decide on another cell, or on another arm's picture, moves nothing here."""
    one, two = decision("ab" * 32), decision("cd" * 32)
    elsewhere = decision("ef" * 32, cell="other")
    asked_otherwise = replace(decision("12" * 32), arm=replace(ARM, model="n"))
    before = accepted_of_cell((decided(one, two),), "cell", ARM)

    after = accepted_of_cell((decided(elsewhere, two, one, asked_otherwise),), "cell", ARM)

    assert before == after
    assert before != accepted_of_cell((decided(one),), "cell", ARM)
    assert set(accepted_of_cells((decided(one, elsewhere),))) == {("cell", ARM), ("other", ARM)}


def test_a_cell_of_which_nothing_is_accepted_has_no_digest():
    """A rejection of a picture that never was accepted leaves it so."""
    no = decision(choice=Choice.REJECT)

    assert accepted_of_cell((), "cell", ARM) == ""
    assert accepted_of_cell((decided(no),), "cell", ARM) == ""
    assert accepted_of_cell((decided(decision()), decided(no, name="d-2")), "cell", ARM) == ""


def test_a_broken_file_names_itself(store):
    """A decision that was edited by hand to something else is refused, not passed over."""
    path = store.add(decided(decision()))
    path.write_text(path.read_text().replace('"accept"', '"love"'))

    with pytest.raises(StoreError, match=r"decisions-1.json.*expected one of accept"):
        store.decision_sets()
