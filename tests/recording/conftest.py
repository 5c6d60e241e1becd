"""Interactions as a recorder would have kept them."""

import json

import pytest

from harness.model.arm import Arm
from harness.model.sample import SampleKey
from harness.recording.interaction import Interaction, WireRequest, WireResponse
from harness.recording.packing import pack
from harness.recording.skeletons import body_digest

ARM = Arm(model="gemini-3-pro-image", endpoint="gemini")


@pytest.fixture
def interaction(shelf):
    """Give `interaction(case, sample, prompt=...)`: a recorded answer to a prompt."""

    def made(case="fox", sample=0, *, prompt="a fox", arm=ARM, **more):
        """Make one; `more` are `variant`, `turn`, `session` and the `answer`'s text."""
        variant, turn = more.get("variant", ""), more.get("turn", 0)
        body = json.dumps({"contents": [{"role": "user", "parts": [{"text": prompt}]}]}).encode()
        answer = more.get("answer", f"{case} {variant} {sample} {turn}")
        said = {"candidates": [{"content": {"parts": [{"text": answer}]}, "finishReason": "STOP"}]}
        return Interaction(
            key=SampleKey(case=case, variant=variant, sample=sample, turn=turn),
            arm=arm,
            cell=f"cell of {prompt}",
            session=more.get("session", "s1"),
            recorded_at="2026-11-23T05:12:33+00:00",
            seconds=1.5,
            request_digest=body_digest(body, operation="generateContent"),
            request=WireRequest(
                method="POST",
                url=f"https://g.example/v1beta/models/{arm.model}:generateContent",
                body=pack(body, keep=shelf.keep),
            ),
            response=WireResponse(
                status=200,
                headers={"content-type": "application/json"},
                body=pack(json.dumps(said).encode(), keep=shelf.keep),
            ),
        )

    return made
