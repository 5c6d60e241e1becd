"""An error that came as a success is known by its body, whatever else a body is."""

import json

import pytest

from harness.model.error_body import LARGEST, UNKNOWN, error_status

QUOTA = {"error": {"code": 429, "message": "slower", "status": "RESOURCE_EXHAUSTED"}}


def written(tree):
    return json.dumps(tree).encode()


@pytest.mark.parametrize(
    "body",
    [written(QUOTA), written([QUOTA]), b"data: " + written(QUOTA) + b"\r\n\r\n"],
    ids=["object", "list", "event"],
)
def test_an_error_tells_its_status(body):
    """In each form in which the service writes answers."""
    assert error_status(body) == 429


@pytest.mark.parametrize(
    ("code", "status"),
    [(400, 400), (599, 599), (399, UNKNOWN), (600, UNKNOWN), ("503", UNKNOWN), (True, UNKNOWN)],
)
def test_a_code_that_is_no_status_of_an_error_is_unknown(code, status):
    """Limits are inclusive; words are none."""
    assert error_status(written({"error": {"code": code}})) == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'"error"',
        b'{"error": {',
        b"[" * 2000 + b'"error"',
        written({"error": None}),
        written({"error": "sorry"}),
        written({**QUOTA, "candidates": []}),
        written({"candidates": [{"content": {"parts": [{"text": '"error": {}'}]}}]}),
        written({"error": {"code": 500, "message": "x" * LARGEST}}),
    ],
    ids=["none", "word", "cut", "deep", "null", "text", "beside candidates", "quoted", "large"],
)
def test_everything_else_is_an_answer(body):
    """It is kept, and read as what it is."""
    assert error_status(body) is None
