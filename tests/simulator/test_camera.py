"""A pool prints pictures that are each their own; recorded sizes are those that were recorded."""

import base64
import hashlib
import io
import re

import httpx
import pytest
from PIL import Image

from harness.simulator.paint.encode import NOTE
from harness.simulator.paint.memory import recall
from harness.simulator.server import serving

PRO = "/v1beta/models/gemini-3-pro-image:generateContent"


def ask(url, times=1, *, parts=({"text": "a fox"},), **config):
    request = {"contents": [{"parts": list(parts)}], "generationConfig": config}
    headers = {"x-goog-api-key": "a-key-of-a-test"}
    sent = [httpx.post(url + PRO, json=request, headers=headers, timeout=60) for _ in range(times)]
    return [Answer(one.json()) for one in sent]


class Answer:
    """An answer's picture, signature and id."""

    def __init__(self, body):
        parts = body["candidates"][0]["content"]["parts"]
        last = [part for part in parts if "inlineData" in part][-1]
        self.data = base64.b64decode(last["inlineData"]["data"], validate=True)
        self.signature = base64.b64decode(last.get("thoughtSignature", ""), validate=True)
        self.id = body["responseId"]
        with Image.open(io.BytesIO(self.data)) as opened:
            opened.load()
            self.pixels = hashlib.sha256(opened.tobytes()).hexdigest()
            self.size = opened.size
            self.note = opened.info["comment"]


def test_prints_share_pixels_but_no_bytes():
    """Two paintings at most; every file, signature and id is its own and says it is simulated."""
    with serving(seed=5, pool=2) as url:
        answers = ask(url, 6)

    assert len({answer.pixels for answer in answers}) <= 2
    for what in ("data", "signature", "id"):
        assert len({getattr(answer, what) for answer in answers}) == 6
    assert {answer.note for answer in answers} == {NOTE.encode()}


def test_a_pool_is_a_pool_for_each_size():
    """Pixels are those that were asked for, with a reference too."""
    with serving(seed=5, pool=1) as url:
        wide = ask(url, imageConfig={"aspectRatio": "16:9", "imageSize": "2K"})[0]
        plain = ask(url)[0]

    assert (wide.size, plain.size) == ((2752, 1536), (1408, 768))


def test_a_printed_signature_is_still_read_back():
    """An edit knows its figure; the size is as asked."""
    with serving(seed=5, pool=1, signature_bytes=50_000) as url:
        answer = ask(url)[0]

    assert len(answer.signature) == 50_000
    assert recall(answer.signature) is not None


def test_a_seed_repeats_a_pool():
    """Two servers print the same."""
    with serving(seed=5, pool=2) as one, serving(seed=5, pool=2) as other:
        first, second = ask(one, 3), ask(other, 3)

    assert [answer.data for answer in first] == [answer.data for answer in second]


@pytest.mark.parametrize("pool", [0, 1])
def test_recorded_sizes_are_those_of_real_answers(pool):
    """0.7 to 0.9 MB of JPEG at 1K, 1.1 to 2.9 MB of base64 signature; it still decodes."""
    with serving(seed=5, pool=pool, sizes="recorded") as url:
        answer = ask(url)[0]

    assert 690_000 < len(answer.data) < 960_000
    assert 1_100_000 < len(answer.signature) * 4 / 3 < 2_900_000
    assert re.search(rb"harness-(padding|serial)", answer.data) or len(answer.data) > 700_000
