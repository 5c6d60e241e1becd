"""A stream is split where its events end, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.sse import event_end, events, is_stream
from harness.provider.wire_answer import sse_events

_LINES = st.lists(
    st.sampled_from([b"data: {}", b"data:", b": ping", b"event: x", b"", b"\xef\xbb\xbf", b"x"]),
    max_size=8,
)
_ENDS = st.lists(st.sampled_from([b"\r\n", b"\n", b"\r"]), min_size=8, max_size=8)


@given(_LINES, _ENDS)
def test_events_are_the_stream(lines, ends):
    """Joined they are its bytes, and hold as many data as the whole does."""
    body = b"".join(line + end for line, end in zip(lines, ends, strict=False))

    found = list(events(body))

    assert b"".join(found) == body
    assert [d for event in found for d in sse_events(event)] == list(sse_events(body))
    assert all(sum(1 for _ in sse_events(event)) <= 1 for event in found)


def test_an_event_ends_when_its_blank_line_has_come():
    """A last carriage return may be half of a line end."""
    assert event_end(b"data: 1\n\ndata: 2\n\n") == 9
    assert event_end(b"data: 1\r\n\r\n") == 11
    assert event_end(b"data: 1\n\r\n") == 10
    assert event_end(b"data: 1\r\n\r") == -1
    assert event_end(b"data: 1\r\r") == -1
    assert event_end(b"data: 1\n") == -1


@pytest.mark.parametrize(
    ("body", "is_one"),
    [
        (b"data: {}\n\n", True), (b"event: x\ndata: 1\n\n", True), (b": ping\n\ndata: 1", True),
        (b"\r\ndata: {}", True), (b"\xef\xbb\xbfdata:{}", True), (b"data\n\n", True),
        (b"{}", False), (b'{"data": 1}', False), (b"database", False), (b"", False),
    ],
)  # fmt: skip
def test_a_stream_is_told_by_its_first_field(body, is_one):
    """Comments, names and byte order marks may come first; JSON is none."""
    assert is_stream(body) is is_one
