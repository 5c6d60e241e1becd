"""vcrpy's cassette is a switch here: each request gets what was found for it, and no other."""

import httpx
import pytest
from vcr.request import Request

from harness.errors import Unrecorded
from harness.recording.tape import Played, _Tape, intercepted


class Numbered:
    """A deck that plays a number of its own to each request, up to a limit."""

    def __init__(self, most=99):
        self.played_so_far = 0
        self._most = most

    def played(self, *, url, body):
        if self.played_so_far == self._most:
            raise Unrecorded(f"{url}: no more")
        self.played_so_far += 1
        return Played(status=200, reason="OK", headers={}, body=b"%d" % self.played_so_far)

    def obtained(self, sent, answer):
        raise AssertionError("nothing goes out")


def test_requests_that_overlap_get_their_own_answers():
    """All are asked for before any is played, as threads may do it; equal ones too."""
    tape = _Tape(Numbered())
    requests = [Request("POST", "http://x.invalid/", b"same", {}) for _ in range(3)]

    assert all(tape.can_play_response_for(request) for request in requests)

    bodies = [tape.play_response(request)["body"]["string"] for request in requests]
    assert bodies == [b"1", b"2", b"3"]


def test_what_is_played_does_not_reach_the_network():
    """The client believes that it was answered, and asks the deck once a call."""
    deck = Numbered()

    with intercepted(deck), httpx.Client() as client:
        answers = [client.post("http://x.invalid/", content=b"a").content for _ in range(2)]

    assert answers == [b"1", b"2"]
    assert deck.played_so_far == 2


def test_what_the_deck_refuses_is_not_sent():
    """Its own error comes through httpx as it is."""
    with (
        intercepted(Numbered(most=0)),
        httpx.Client() as client,
        pytest.raises(Unrecorded, match="no more"),
    ):
        client.get("http://x.invalid/")
