"""What is shaped like a key is found in long bodies too, wherever it lies."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.recording.secrets.shapes import printable, shaped

KEY = b"AIza" + b"Sy" + b"0123456789abcdefghijklmnopqrstuvw"
LETTERS = bytes(byte for byte in range(256) if 32 <= byte < 127)
OTHERS = bytes(byte for byte in range(256) if not 32 <= byte < 127)


@pytest.mark.parametrize("at", [0, 1, 7, 8, 70_001, 99_960, 99_961])
def test_a_key_among_many_random_bytes_is_found(at):
    """At both ends, and at any place against the words that are looked at first."""
    body = bytearray(random.Random(at).randbytes(100_000))
    body[at : at + len(KEY)] = KEY
    body[at - 1 : at] = b"\0" if at else b""
    body[at + len(KEY) : at + len(KEY) + 1] = b"\0" if at + len(KEY) < len(body) else b""

    found = [(start, end) for start, end, _ in shaped(bytes(body))]

    assert (at, at + len(KEY)) in found


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 300))
def test_every_row_of_16_printable_bytes_lies_whole_in_one_stretch(dice, size):
    """Stretches part nothing, and none shares a byte with another."""
    runs = [
        bytes(dice.choices(LETTERS if number % 2 else OTHERS, k=dice.choice((1, 3, 8, 15, 16, 40))))
        for number in range(size // 10)
    ]
    data = b"".join(runs)

    stretches = list(printable(data))

    at = 0
    for number, run in enumerate(runs):
        if number % 2 and len(run) >= 16:
            assert any(start <= at and at + len(run) <= end for start, end in stretches)
        at += len(run)
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(stretches))
