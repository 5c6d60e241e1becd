"""What is known of pictures: which answers to a question are good."""

import pytest

from harness.model.checks import Question
from harness.model.features import Reply


@pytest.mark.parametrize(
    ("answer", "good"),
    [
        ("3", True),
        ("4", True),
        ("2", False),
        ("", False),
        ("abc", False),
        ("²", False),
        ("9" * 5000, False),
        ("34", False),
    ],
    ids=["at the limit", "above", "below", "none", "a word", "a sign", "too long", "off the scale"],
)
def test_an_answer_on_the_scale_is_one_of_its_numbers(answer, good):
    """A run.json edited by hand may hold anything, and its report is written all the same."""
    question = Question(text="How well?", at_least=3)

    assert Reply(sha256="0" * 64, model="m", question=question, answer=answer).good is good
