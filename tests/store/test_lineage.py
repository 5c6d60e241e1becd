"""Which files of a folder knew which others."""

from dataclasses import dataclass

import pytest

from harness.errors import StoreError
from harness.store.lineage import Lineage


@dataclass(frozen=True)
class File:
    """A file that says what lay beside it; its time is its name's."""

    id: str
    after: tuple[str, ...] | None = ()

    @property
    def at(self) -> str:
        return self.id


def names(items):
    return [item.id for item in Lineage(items).heads(items)]


def test_of_one_after_the_other_the_last_one_is_the_head():
    """It knew the others, also those that it does not name itself."""
    items = (File("1"), File("2", ("1",)), File("3", ("2",)))

    assert names(items) == ["3"]
    assert [item.id for item in Lineage(items).heads((items[0], items[2]))] == ["3"]


def test_two_branches_are_two_heads_until_a_file_knew_both():
    """Whatever their times say."""
    first, left, right = File("1"), File("2", ("1",)), File("3", ("1",))

    assert names((first, left, right)) == ["2", "3"]
    assert names((first, left, right, File("4", ("2", "3")))) == ["4"]


def test_the_first_files_of_two_branches_did_not_know_each_other():
    """Nothing lay there for either."""
    assert names((File("1"), File("2"))) == ["1", "2"]


def test_files_that_do_not_tell_count_as_one_after_the_other():
    """A history of an older harness is no conflict."""
    old = (File("1", None), File("2", None))

    assert names(old) == ["2"]
    assert names((*old, File("3", ("2",)))) == ["3"]


def test_who_knew_whom_leads_through_files_that_do_not_count_any_more():
    """What was undone is still a step on the way."""
    first, undone, last = File("1"), File("2", ("1",)), File("3", ("2",))

    heads = Lineage((first, undone, last)).heads((first, last))

    assert heads == (last,)


def test_a_name_that_is_not_here_says_nothing():
    """A file that somebody deleted stands in nobody's way."""
    assert names((File("1", ("gone",)), File("2", ("1",)))) == ["2"]


def test_files_that_name_each_other_are_refused_by_name():
    """No harness writes them."""
    with pytest.raises(StoreError, match=r"(1, 2|2, 1): say that each came after the other"):
        Lineage((File("1", ("2",)), File("2", ("1",))))
