"""An answer takes a fixed time, or one as recorded."""

import httpx
import numpy as np
import pytest

from harness.errors import UsageError
from harness.simulator.offer import offers
from harness.simulator.pace import read_latency, seconds_of
from harness.simulator.server import serving


@pytest.mark.parametrize(
    ("model", "size", "low", "high"),
    [
        ("gemini-3-pro-image", "1K", 16.8, 29.2),
        ("gemini-3-pro-image", "", 16.8, 29.2),
        ("gemini-3-pro-image", "4K", 33.6, 58.4),
        ("gemini-3.1-flash-lite-image", "1K", 2.3, 3.9),
        ("gemini-2.5-flash", "", 5.6, 7.4),
    ],
)
def test_recorded_seconds_lie_in_the_recorded_range(model, size, low, high):
    """They spread over it; 4K takes longer."""
    rng = np.random.default_rng(1)

    drawn = [seconds_of("recorded", offers()[model], size, rng) for _ in range(200)]

    assert low <= min(drawn) < low + (high - low) / 10
    assert high - (high - low) / 10 < max(drawn) <= high


def test_fixed_seconds_are_fixed():
    """Whatever the model and size."""
    assert seconds_of(2.0, offers()["gemini-3-pro-image"], "4K", np.random.default_rng(1)) == 2.0


@pytest.mark.parametrize("text", ["weird", "-1", "nan", "inf", "4000"])
def test_an_ill_formed_latency_is_refused(text):
    """It says what there is."""
    with pytest.raises(UsageError, match="recorded"):
        read_latency(text)


def test_server_timing_says_the_time_that_was_taken():
    """The latency is in it."""
    body = {"contents": [{"parts": [{"text": "[[text]] x"}]}]}
    with serving(latency=0.2) as url:
        path = f"{url}/v1beta/models/gemini-3-pro-image:generateContent"
        answer = httpx.post(path, json=body, headers={"x-goog-api-key": "k"})

    assert int(answer.headers["server-timing"].partition("dur=")[2]) >= 200
