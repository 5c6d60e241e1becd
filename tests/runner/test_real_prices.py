"""Every real answer is priced to the token, and was foreseen."""

import json
from dataclasses import dataclass

import pytest

from harness.catalogue import load_catalogue
from harness.errors import CassetteError
from harness.model.blob import BlobRef
from harness.model.generation import Generation
from harness.model.suite import Turn, Variant
from harness.provider.wire_answer import parse_answer, parse_stream
from harness.provider.wire_case import declared
from harness.recording.foreign import Foreign, read_foreign
from harness.runner.prices import answer_cost, turn_price

CATALOGUE = load_catalogue()
PRICES = {  # dollars a million tokens: input, text and thinking, pictures; WIRE section 6
    "gemini-3-pro-image-preview": (2.0, 12.0, 120.0),
    "gemini-3.1-flash-lite-image": (0.25, 1.5, 30.0),
    "gemini-2.5-flash-image": (0.3, 2.5, 30.0),
}
QUERY = 14 / 1000
"""Dollars of one search query."""
NO_ARITHMETIC = {
    "test_google_model_armor_prompt_template_text_gets_blocked@96d67499.yaml": 1,
    "test_google_model_cached_content@5169b9c1.yaml": 1,
}
"""Usage reports that are no sum: Vertex reports a blocked prompt's traffic type alone, and
what is put in the cache has a total and no prompt."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A real answer that reports usage."""

    file: str
    model: str
    item: Foreign
    usage: dict
    generation: Generation


@pytest.fixture(scope="module")
def answers(real_data):
    """Give every answer with usage of every real cassette that can be read."""
    found = []
    for path in sorted((real_data / "cassettes").rglob("*.yaml")):
        try:
            items = read_foreign(path)
        except CassetteError:  # a form that is not read; its name and reason are tested elsewhere
            continue
        found += [answer_of(path.name, item) for item in items if b'"usageMetadata"' in item.body]
    return found


def answer_of(file, item):
    streamed = "streamGenerateContent" in item.url
    parse = parse_stream if streamed else parse_answer
    text = item.body.decode()
    whole = json.loads(text.rsplit("data: ", 1)[1] if streamed else text)
    return Answer(
        file=file,
        model=item.url.rpartition("/models/")[2].partition(":")[0],
        item=item,
        usage=whole["usageMetadata"],
        generation=parse(item.body, keep=BlobRef.of, service=item.headers),
    )


def count(usage, name):
    return usage.get(name, 0)


def exact(answer):
    """Price an answer by hand."""
    usage = answer.usage
    text_in, text_out, image_out = PRICES[answer.model]
    image = sum(
        row["tokenCount"]
        for row in usage.get("candidatesTokensDetails", [])
        if row["modality"] == "IMAGE"
    )
    text = count(usage, "candidatesTokenCount") - image + count(usage, "thoughtsTokenCount")
    queries = len(answer.generation.grounding.queries) if answer.generation.grounding else 0
    tokens = count(usage, "promptTokenCount") * text_in + text * text_out + image * image_out
    return tokens / 1e6 + queries * QUERY


def test_every_usage_report_is_a_sum_but_those_that_are_named(answers):
    """Total = prompt + candidates + thoughts + tool prompt, in all models' answers."""
    assert len(answers) >= 16
    parts = ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount")
    wrong = {}
    for answer in answers:
        summed = sum(count(answer.usage, name) for name in (*parts, "toolUsePromptTokenCount"))
        read = answer.generation.usage
        assert read.total == count(answer.usage, "totalTokenCount")
        if "totalTokenCount" not in answer.usage or summed != answer.usage["totalTokenCount"]:
            wrong[answer.file] = wrong.get(answer.file, 0) + 1
        else:
            assert read.prompt + read.candidates + read.thoughts + read.tool_use_prompt == summed

    assert wrong == NO_ARITHMETIC


def test_every_real_answer_of_a_model_with_a_price_costs_its_tokens(answers):
    """Each token once, by its modality, and each query; checked by hand."""
    priced = [answer for answer in answers if answer.model in PRICES]

    assert len(priced) >= 10
    for answer in priced:
        cost = answer_cost(CATALOGUE, answer.model, answer.generation)
        assert cost == pytest.approx(exact(answer), rel=1e-9), answer.file
        assert cost > 0


def test_a_text_model_has_no_price_here(answers):
    """What the catalogue does not know is not priced by guessing."""
    others = {answer.model for answer in answers} - set(PRICES)

    assert others
    assert all(CATALOGUE.get(model) is None for model in others)


def variant_of(answer):
    """Say the recorded request as a suite would."""
    said = declared(answer.item.request_body, stream=False, where=answer.file)
    turn = Turn(prompt=said.prompt, parameters=said.parameters)
    return Variant(suite="s", case="c", label="", model=answer.model, turns=(turn,), samples=1)


def test_what_the_real_pro_answers_cost_was_expected_within_a_tenth(answers):
    """And the ceiling was never passed."""
    pro = [answer for answer in answers if answer.model == "gemini-3-pro-image-preview"]

    assert len(pro) == 3
    for answer in pro:
        variant, cost = variant_of(answer), exact(answer)
        expected = turn_price(CATALOGUE, variant, 0, ceiling=False)
        assert abs(expected - cost) <= 0.1 * cost, (answer.file, expected, cost)
        assert cost <= turn_price(CATALOGUE, variant, 0, ceiling=True), answer.file


def test_no_real_answer_with_one_picture_passed_its_ceiling(answers):
    """Of any model whose price is known."""
    for answer in answers:
        if answer.model in PRICES and "streamGenerate" not in answer.item.url:
            ceiling = turn_price(CATALOGUE, variant_of(answer), 0, ceiling=True)
            assert exact(answer) <= ceiling, answer.file
