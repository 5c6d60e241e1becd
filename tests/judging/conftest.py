"""Samples, turns and measures to judge, each as it should be unless a test says otherwise."""

from dataclasses import replace

import pytest

from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.checks import Checks
from harness.model.generation import Generation
from harness.model.picture import Fingerprint, Measures
from harness.model.request import Parameters, Part
from harness.model.sample import Sample, SampleKey, Standing
from harness.model.suite import Turn, Variant

ARM = Arm(model="gemini-3-pro-image", endpoint="gemini")


def ref(number):
    return BlobRef.of(b"\xff\xd8\xff %d" % number)


@pytest.fixture
def measured():
    """Give `measured(number, ...)`: the measures of the picture of that number."""

    def made(number=0, *, bits=0, **changes):
        print_ = Fingerprint(method="phash16", bits=256, hex=f"{(1 << bits) - 1:064x}", version="1")
        values = Measures(
            sha256=ref(number).sha256,
            true_type="image/jpeg",
            size=9,
            width=1024,
            height=1024,
            tile_sd=40.0,
            fingerprints=(print_,),
        )
        return replace(values, **changes)

    return made


@pytest.fixture
def sample():
    """Give `sample(number, ...)`: the answer with the picture of that number, or as is said."""

    def made(number=0, *, pictures=None, text="", turn=0, mime="image/jpeg", **changes):
        numbers = (number,) if pictures is None else pictures
        parts = tuple(Part(picture=ref(n), mime_type=mime) for n in numbers)
        generation = Generation(parts=(Part(text=text), *parts), finish_reason="STOP")
        values = Sample(
            key=SampleKey(case="fox", variant="", sample=number, turn=turn),
            variant_id="fox",
            cell="cell",
            arm=ARM,
            prompt="a fox",
            standing=Standing.RECORDED,
            generation=generation,
        )
        return replace(values, **changes)

    return made


@pytest.fixture
def turn():
    """Give `turn(checks=..., **parameters)`: what was asked."""

    def made(*, checks=None, **parameters):
        return Turn(prompt="a fox", parameters=Parameters(**parameters), checks=checks or Checks())

    return made


@pytest.fixture
def variant():
    """Give `variant(*turns)`: a case with these turns."""

    def made(*turns):
        return Variant(suite="s", case="fox", label="", model=ARM.model, turns=turns, samples=4)

    return made
