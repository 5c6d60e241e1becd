"""Failures and refusals, as the page lists them."""

from dataclasses import replace

import pytest

from harness import errors
from harness.model.generation import Generation, Outcome
from harness.model.request import Part
from harness.model.run import Charge
from harness.model.sample import Failure

HOSTILE = "<script>alert(1)</script>"
FAULTS = [
    kind.__name__
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.ProviderError)
]


@pytest.fixture
def listed(workshop, parsed):
    """Show a run of one sample; give its row's cells and the page."""

    def shown(generation=None, failure=None, **fields):
        variant = workshop.variant("fox", "")
        sample = workshop.sample(variant, generation, failure=failure)
        page = parsed(workshop.run(workshop.judged(variant, sample, findings=()), **fields))
        heading = page.one("h2", id="refusals")
        section = next(s for s in page.all("section") if heading in s.children)
        row = section.all("tr")[1]
        return [cell.text for cell in row.all("td")], page

    return shown


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_of_the_service_is_named_and_explained(listed, kind):
    """The error tree's own sentence stands under the name."""
    cells, _ = listed(failure=Failure(kind=kind, message="it said so"))

    meaning = getattr(errors, kind).__doc__.splitlines()[0]
    assert cells[2] == f"{kind} {meaning}"
    assert cells[3:] == ["no HTTP status: no answer came", "it said so", "none"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (429, "HTTP 429, quota or rate exceeded"),
        (503, "HTTP 503, overloaded"),
        (504, "HTTP 504, deadline expired"),
        (418, "HTTP 418"),
    ],
)
def test_a_status_is_told_with_its_meaning(listed, status, said):
    """People need not know what 504 is."""
    cells, _ = listed(failure=Failure(kind="ServiceFailed", message="m", status=status))

    assert cells[3] == said


@pytest.mark.parametrize(
    ("fields", "fault", "reason", "message"),
    [
        (
            {"finish_reason": "IMAGE_SAFETY", "finish_message": "Unsafe."},
            Outcome.REFUSED,
            "finishReason IMAGE_SAFETY",
            "Unsafe.",
        ),
        (
            {"block_reason": "PROHIBITED_CONTENT", "block_message": "No."},
            Outcome.PROMPT_BLOCKED,
            "blockReason PROHIBITED_CONTENT",
            "No.",
        ),
        ({"finish_reason": "NO_IMAGE"}, Outcome.NO_PICTURE, "finishReason NO_IMAGE", ""),
        ({"finish_reason": "NEW_WORD"}, Outcome.NO_PICTURE, "finishReason NEW_WORD", ""),
        ({"finish_reason": "MAX_TOKENS"}, Outcome.CUT_SHORT, "finishReason MAX_TOKENS", ""),
        ({}, Outcome.EMPTY, "no reason told", ""),
    ],
    ids=["refused", "blocked", "no image", "unknown", "cut short", "empty"],
)
def test_a_refusal_bears_the_services_own_words(listed, fields, fault, reason, message):
    """Which word it was, and whether it stopped the prompt or the answer."""
    cells, _ = listed(Generation(**fields))

    assert cells[2].startswith(f"{fault.value} ")
    assert cells[2] != f"{fault.value} "
    assert cells[3:5] == [reason, message]


def test_interim_thinking_alone_is_no_answer(workshop, listed):
    """A draft without a picture after it is listed as such."""
    draft = replace(workshop.picture(1), thought=True)

    cells, _ = listed(workshop.generation(1, parts=(draft,)))

    assert cells[2] == "thought only Interim thinking came, and no picture after it."


def test_attempts_that_may_be_charged_stand_at_their_sample(listed):
    """A sample whose calls were cut says how many may be on the bill."""
    cut = Charge(
        suite="storefront", sample="fox sample 1 turn 1", endpoint="gemini",
        ceiling_usd=0.5, why="cut",
    )  # fmt: skip

    cells, _ = listed(
        failure=Failure(kind="Unreachable", message="cut"),
        may_be_charged=(cut, cut, replace(cut, sample="owl sample 1 turn 1")),
    )

    assert cells[3] == "no HTTP status: no answer came 2 calls may be charged"


@pytest.mark.parametrize("kind", [HOSTILE, "dataclass", "__doc__", "Problem", ""])
def test_a_kind_that_is_no_error_explains_nothing(listed, kind):
    """A run.json that was changed by hand may name anything."""
    cells, page = listed(failure=Failure(kind=kind, message=HOSTILE))

    assert cells[2] == kind
    assert cells[4] == HOSTILE
    assert page.all("script") == []


def test_hostile_reasons_are_text(listed):
    """The service's words pass through gateways."""
    parts = (Part(text=HOSTILE),)

    cells, page = listed(
        Generation(finish_reason=HOSTILE, finish_message=HOSTILE, parts=parts, block_reason=HOSTILE)
    )

    assert cells[3] == f"blockReason {HOSTILE}, finishReason {HOSTILE}"
    assert cells[5] == HOSTILE
    assert page.all("script") == []
