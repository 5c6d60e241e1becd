"""The model goes to JSON and comes back the same."""

import contextlib
import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import HarnessError, StoreError
from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.checks import AnswerText, Checks, Rate
from harness.model.generation import Generation, Grounding, Source, Usage
from harness.model.request import Parameters, Part
from harness.model.run import Judged, Run, SuiteResult
from harness.model.sample import Receipt, Sample, SampleKey, Standing
from harness.model.suite import Turn, Variant
from harness.model.verdict import Finding, Status, Verdict
from harness.store.codec import decode, encode

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "200"))
PICTURE = BlobRef(sha256="ab" * 32, extension="jpg", size=12)


def a_run() -> Run:
    turn = Turn(
        prompt="a {fox}",
        parameters=Parameters(aspect_ratio="16:9", extra={"toolConfig": {"a": [1, None]}}),
        checks=Checks(answer_text=AnswerText(contains=("x",), max_bad=Rate(bad=0, of=4))),
    )
    variant = Variant(
        suite="s", case="c", label="16:9", model="m", turns=(turn,), samples=2, choices={"r": "x"}
    )
    generation = Generation(
        parts=(Part(text="hi"), Part(picture=PICTURE, mime_type="image/png", signature=PICTURE)),
        finish_reason="STOP",
        grounding=Grounding(queries=("", "q"), sources=(Source(uri="u", title=""),)),
        usage=Usage(prompt=3, candidates=1209, candidates_by_modality={"IMAGE": 1120}),
        service={"server-timing": "gfet4t7; dur=12"},
    )
    arm = Arm(model="m", endpoint="gemini")
    key = SampleKey(case="c", variant="16:9", sample=0)
    receipt = Receipt(
        arm=arm, session="s1", recorded_at="2026-01-01T00:00:00Z", seconds=1.5, request_digest="d"
    )
    sample = Sample(
        key=key, variant_id="c[16:9]", cell="e", arm=arm, prompt="a", standing=Standing.RECORDED,
        generation=generation, receipt=receipt, cost_usd=0.13,
    )  # fmt: skip
    finding = Finding(check="answered", status=Status.PASS, message="ok", sample=0)
    judged = Judged(variant=variant, samples=(sample,), verdict=Verdict(findings=(finding,)))
    suite = SuiteResult(
        suite="s", title="S", path="suites/s.yaml", recording="main", generated=0,
        recorded_from="", recorded_to="", simulated=True, epoch="", judged=(judged,),
    )  # fmt: skip
    return Run(id="r", at="2026-01-01T00:00:00Z", seconds=0.5, suites=(suite,))


def test_a_run_survives_the_journey_through_json():
    """What is decoded equals what was encoded, after real JSON in between."""
    run = a_run()

    again = decode(Run, json.loads(json.dumps(encode(run))), where="run.json")

    assert again == run


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ([], "expected an object"),
        ({"model": "m"}, "'endpoint' is missing"),
        ({"model": "m", "endpoint": 3}, "x.endpoint: expected str"),
        ({"model": "m", "endpoint": "e", "new": 1}, "unknown field 'new'"),
    ],
)
def test_a_tree_of_another_form_is_refused_with_its_place(tree, said):
    """Each misfit names the field."""
    with pytest.raises(StoreError, match=said):
        decode(Arm, tree, where="x")


def test_a_number_that_no_float_holds_is_refused():
    """JSON allows whole numbers of any length."""
    tree = encode(a_run()) | {"seconds": 10**400}

    with pytest.raises(StoreError, match=r"run\.seconds: a number of 1329 bits"):
        decode(Run, tree, where="run")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["id", "at", "suites", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_run_changed_by_hand_is_read_or_refused(data):
    """Any value in any place gives a run, or an error of the tree."""
    tree = json.loads(json.dumps(encode(a_run())))
    place = tree
    while isinstance(place, dict | list) and place:
        keys = list(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(list(keys)))
        deeper = data.draw(st.booleans()) and isinstance(place[key], dict | list)
        if not (deeper and place[key]):
            place[key] = data.draw(_json)
            break
        place = place[key]

    with contextlib.suppress(HarnessError):
        assert isinstance(decode(Run, tree, where="run"), Run)
