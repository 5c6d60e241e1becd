"""The ledger holds what every process spent, and what it may yet have to pay."""

import json
import multiprocessing
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import StoreError
from harness.store.ledger import Ledger

NOVEMBER = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)


def ledger(folder, *, now=NOVEMBER, session="s1"):
    return Ledger(folder, session=session, now=lambda: now)


def test_a_call_counts_at_its_ceiling_until_its_bill_is_known(tmp_path):
    """Then with its bill."""
    book = ledger(tmp_path)

    entry = book.reserve("gemini", 0.5, cap_usd=None)
    before = book.balance("gemini")
    book.settle(entry, usd=0.14, state="spent", sample="fox sample 1")
    after = book.balance("gemini")

    assert (before.spent_usd, before.open_usd) == (0.0, 0.5)
    assert (after.spent_usd, after.open_usd) == (0.14, 0.0)
    assert after.month == "2026-11"


def test_what_a_killed_process_left_counts_at_its_ceiling(tmp_path):
    """Nobody can tell whether it is charged."""
    ledger(tmp_path).reserve("gemini", 0.5, cap_usd=None)

    assert ledger(tmp_path, session="s2").balance("gemini").usd == 0.5


def test_a_cap_holds_over_processes_and_runs(tmp_path):
    """Another's calls count, spent or open; a ceiling that just fits is taken."""
    one, other = ledger(tmp_path), ledger(tmp_path, session="s2")
    one.settle(one.reserve("gemini", 0.5, cap_usd=2.0), usd=0.5, state="spent", sample="")

    assert other.reserve("gemini", 1.51, cap_usd=2.0) is None
    assert other.reserve("gemini", 1.5, cap_usd=2.0) is not None
    assert one.reserve("gemini", 0.01, cap_usd=2.0) is None
    assert one.balance("gemini").usd == 2.0


def test_endpoints_and_months_are_apart(tmp_path):
    """A bill goes to the month in which its call went out."""
    book = ledger(tmp_path)
    entry = book.reserve("gemini", 0.5, cap_usd=None)
    later = ledger(tmp_path, now=DECEMBER)

    later.settle(entry, usd=0.2, state="spent", sample="")

    assert later.balance("gemini").usd == 0.0
    assert book.balance("gemini").usd == 0.2
    assert book.balance("other").usd == 0.0


def _spend(folder, count):
    book = ledger(folder, session="same")
    for _ in range(count):
        entry = book.reserve("gemini", 0.5, cap_usd=20.0)
        if entry is not None:
            book.settle(entry, usd=0.5, state="spent", sample="")


def test_many_processes_never_pass_a_cap(tmp_path):
    """Four at once want 100 times $0.50; 40 of them fit below $20."""
    processes = [multiprocessing.Process(target=_spend, args=(tmp_path, 25)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert ledger(tmp_path).balance("gemini").usd == pytest.approx(20.0)


@given(junk=st.lists(st.binary(max_size=60).filter(lambda b: b"\n" not in b), max_size=5))
def test_lines_that_are_none_of_ours_are_passed_over(tmp_path_factory, junk):
    """A torn line, a stranger's line: what is whole counts."""
    folder = tmp_path_factory.mktemp("ledger")
    book = ledger(folder)
    book.settle(book.reserve("gemini", 1.0, cap_usd=None), usd=0.25, state="spent", sample="")
    path = folder / "gemini" / "2026-11.jsonl"
    path.write_bytes(path.read_bytes() + b"\n".join(junk))

    fresh = ledger(folder, session="s2")
    fresh.reserve("gemini", 0.5, cap_usd=None)

    assert ledger(folder).balance("gemini").usd == pytest.approx(0.75)


@pytest.mark.parametrize("usd", ["NaN", "Infinity", "-5", '"x"', "null", "9" * 400])
def test_a_sum_that_is_none_is_passed_over(tmp_path, usd):
    """Nobody lowers what was spent by a line."""
    path = tmp_path / "gemini" / "2026-11.jsonl"
    path.parent.mkdir()
    path.write_text(f'{{"id": "a", "state": "spent", "usd": {usd}}}\n')

    assert ledger(tmp_path).balance("gemini").usd == 0.0


def test_no_name_leaves_the_folder(tmp_path):
    """An endpoint's name names a folder."""
    with pytest.raises(StoreError, match="not the name of an endpoint"):
        ledger(tmp_path).reserve("../x", 1.0, cap_usd=None)


def test_a_ledger_that_cannot_be_written_spends_nothing(tmp_path):
    """A file in the folder's place is one clear line."""
    (tmp_path / "gemini").write_text("")

    with pytest.raises(StoreError, match="nothing is spent without it"):
        ledger(tmp_path).reserve("gemini", 1.0, cap_usd=None)


def test_lines_say_which_answer_they_are_for(tmp_path):
    """For people, and for a bill that somebody checks."""
    book = ledger(tmp_path)
    entry = book.reserve("gemini", 0.5, cap_usd=None)

    book.settle(entry, usd=0.5, state="may be charged", sample="fox sample 2 turn 1")

    last = json.loads((tmp_path / "gemini" / "2026-11.jsonl").read_text().splitlines()[-1])
    assert (last["state"], last["for"], last["usd"]) == (
        "may be charged", "fox sample 2 turn 1", 0.5,
    )  # fmt: skip
