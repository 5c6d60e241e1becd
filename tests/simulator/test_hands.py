"""Another model paints by another hand, whatever name it answers under."""

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from harness.simulator.ask import read_ask
from harness.simulator.camera import Camera, Film
from harness.simulator.faults.fault import Fault
from harness.simulator.faults.table import FAULTS
from harness.simulator.offer import offers

PRO, LITE = "gemini-3-pro-image", "gemini-3.1-flash-lite-image"
QUESTION = {"contents": [{"role": "user", "parts": [{"text": "A fox figurine on a shelf"}]}]}


def asked(model):
    """Ask a model, which paints 96 x 96 pixels unless it is told otherwise."""
    return read_ask(QUESTION, replace(offers()[model], unasked=(96, 96)))


def painted(ask, **film):
    """Give the pixels of an answer; the dice fall alike every time."""
    camera = Camera(Film(seed="s", **film))
    shot = camera.shoot(ask, Fault(name="none", says=""), np.random.default_rng(5))
    data = base64.b64decode(b"".join(shot.picture.pieces))
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=np.int16)


@pytest.mark.parametrize("pool", [0, 1])
def test_a_cheaper_model_paints_otherwise(pool):
    """Of the same question and dice another picture comes, from a pool too."""
    pro, lite = (painted(asked(model), pool=pool) for model in (PRO, LITE))

    assert np.abs(pro - lite).mean() > 10


def test_the_fault_brings_that_hand_under_the_dearer_name():
    """What a gateway passes off as the dearer model is what the cheaper one paints."""
    fault = FAULTS["cheaper-model"]

    passed_off = fault.ask(asked(PRO))

    assert passed_off.offer.id == PRO
    assert passed_off.offer.hand == offers()[LITE].hand != ""


def test_a_version_of_the_model_is_no_other_model():
    """The cheaper model paints as it does, whichever version of the dearer one is simulated."""
    one, two = (painted(asked(LITE), version=version) for version in ("same", "subtle"))

    assert np.array_equal(one, two)
