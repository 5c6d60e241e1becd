"""Key shapes are sought in text, never in pictures."""

import base64

import pytest

from harness.errors import SecretFound
from harness.recording.scrub import refuse_key_shapes, refuse_keys

SHAPED = "AIza" + "Sy0123456789abcdefghijklmnopqrstuvw"[:35]


def test_a_key_shaped_word_in_text_is_refused():
    """A key that nobody named is seen by its shape."""
    with pytest.raises(SecretFound, match="a Google API key"):
        refuse_key_shapes(f'{{"text": "try {SHAPED}"}}'.encode(), where="x")


def test_a_picture_that_holds_the_shape_by_chance_is_no_key():
    """Base64 is full of letters: what looks like a key in the middle of it is none."""
    picture = base64.b64encode(bytes(range(256)) * 40).decode()

    refuse_key_shapes(f'"{picture}{SHAPED}{picture}"'.encode(), where="x")


def test_a_known_key_is_found_inside_base64_too():
    """A named key is refused wherever it stands, in every alignment."""
    for shift in range(3):
        body = base64.b64encode(b"x" * shift + b"my-very-secret-key" + b"y" * 10)

        with pytest.raises(SecretFound):
            refuse_keys(body, secrets=["my-very-secret-key"], where="x")
