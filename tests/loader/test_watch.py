"""A suite says how its answers are watched; what it leaves out has the measured defaults."""

import pytest

from harness.errors import SuiteError
from harness.loader import load_suite
from harness.model.watch import Watch

SUITE = "version: 1\nsuite: shop\n{drift}cases: [{{id: one, prompt: A cat}}]\n"


def load(tmp_path, drift=""):
    path = tmp_path / "shop.yaml"
    path.write_text(SUITE.format(drift=drift))
    return load_suite(path)


def test_a_suite_that_says_nothing_is_watched_as_is_usual(tmp_path):
    """The defaults of the model are those of the language."""
    suite = load(tmp_path)

    assert suite.watch == Watch()


def test_everything_of_a_watch_can_be_said(tmp_path):
    """What is said is what holds; the second step's rate follows how often is looked."""
    suite = load(tmp_path, "drift: {fresh: 6, every: daily, matters: 0.2, cells: 3}\n")

    assert suite.watch == Watch(fresh=6, every="daily", matters=0.2, cells=3)
    assert suite.watch.confirm_alpha == 0.001


@pytest.mark.parametrize(
    "said", ["{fresh: 1}", "{alpha: 0}", "{confirm: 9}", "{every: hourly}", "{frehs: 4}"]
)
def test_a_watch_that_cannot_work_is_refused(tmp_path, said):
    """The problem names the key and says what would do."""
    with pytest.raises(SuiteError) as caught:
        load(tmp_path, f"drift: {said}\n")

    assert "drift" in str(caught.value)
