"""Where a text is most like an expected one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.measure.error_rate import best_window, folded

SMALL = st.text("abc ", max_size=12)


def levenshtein(first, second):
    """Count by the textbook, quite apart from the windows."""
    if not first or not second:
        return len(first) + len(second)
    return min(
        levenshtein(first[1:], second) + 1,
        levenshtein(first, second[1:]) + 1,
        levenshtein(first[1:], second[1:]) + (first[0] != second[0]),
    )


@pytest.mark.parametrize(
    ("expected", "text", "window", "errors"),
    [
        ("OPEN LATE", "BAR OPEN LATE TODAY", "OPEN LATE", 0),
        ("OPEN LATE", "BAR OPEN\n\n LATE", "OPEN LATE", 0),
        ("OPEN LATE", "BAR OPEM LATE TODAY", "OPEM LATE", 1),
        ("OPEN LATE", "BAR OPN LATE TODAY", "OPN LATE", 1),
        ("OPEN LATE", "BAR OPPEN LATE TODAY", "OPPEN LATE", 1),
        ("OPEN LATE", "open late", "open late", 8),
        ("DON'T", "say DON\u2019T", "DON'T", 0),
        ("caf\u00e9", "cafe\u0301", "caf\u00e9", 0),
        ("OPEN", "", "", 4),
        ("  ", "anything", "", 0),
    ],
    ids=[
        "whole", "folded", "changed", "missing", "extra", "case", "quote", "composed", "no text",
        "nothing expected",
    ],
)  # fmt: skip
def test_the_best_window_is_found(expected, text, window, errors):
    """The rate is the errors per character of what is expected."""
    found = best_window(expected, text)

    assert (found.text, found.errors) == (window, errors)
    assert found.rate == errors / max(len(folded(expected)), 1)


@given(expected=st.text("ab", min_size=1, max_size=4), text=st.text("abc", max_size=5))
def test_no_window_has_fewer_errors(expected, text):
    """It is the least over all parts of the text, and the part that is given has it."""
    parts = {text[i:j] for i in range(len(text) + 1) for j in range(i, len(text) + 1)}

    found = best_window(expected, text)

    assert found.errors == min(levenshtein(expected, part) for part in parts)
    assert found.errors == levenshtein(expected, found.text)


@given(before=SMALL, expected=SMALL, after=SMALL)
def test_what_stands_there_is_found(before, expected, after):
    """Whatever stands around it."""
    assert best_window(expected, f"{before} {expected} {after}").rate == 0


@given(expected=SMALL, text=SMALL)
def test_a_rate_is_a_share(expected, text):
    """The worst is that nothing is there."""
    assert 0 <= best_window(expected, text).rate <= 1
