"""The cell names what was declared, and nothing that was not."""

import pytest

from harness.model.identity import cell_digest, digest
from harness.model.request import Parameters
from harness.model.suite import Turn


def test_a_parameter_that_is_not_given_is_not_in_the_cell():
    """What a later version can say changes no cell that was recorded before."""
    declared = {
        "prompt": "p",
        "references": [],
        "references_first": False,
        "parameters": {"modalities": ["TEXT", "IMAGE"]},
    }

    assert cell_digest([Turn(prompt="p")]) == digest([declared])


@pytest.mark.parametrize(
    "given",
    [
        {"top_p": 0.5},
        {"top_k": 3},
        {"max_output_tokens": 100},
        {"media_resolution": "MEDIA_RESOLUTION_LOW"},
        {"safety_settings": {"C": "OFF"}},
        {"service_tier": "flex"},
        {"search_types": ("web",)},
    ],
    ids=lambda given: next(iter(given)),
)
def test_a_parameter_that_is_given_makes_another_cell(given):
    """Samples of one cell were asked for alike."""
    plain, other = Turn(prompt="p"), Turn(prompt="p", parameters=Parameters(**given))

    assert cell_digest([other]) != cell_digest([plain])


@pytest.mark.parametrize(
    ("parameters", "grounded"),
    [
        (Parameters(), False),
        (Parameters(tools=("google_search",)), True),
        (Parameters(extra={"tools": [{"google_search": {}}]}), True),
        (Parameters(extra={"tools": {"googleSearch": {}}}), True),
        (Parameters(extra={"tools": [{"urlContext": {}}, 3, None]}), False),
    ],
    ids=["none", "its key", "extra", "extra, no list", "another tool"],
)
def test_a_search_is_seen_however_it_is_asked_for(parameters, grounded):
    """What is sent as it is costs as much as what has a key of its own."""
    assert parameters.grounded is grounded
