"""What pictures, plans and answers cost."""

import json
import os
from pathlib import Path

import pytest

from harness.catalogue import ListPrice, load_catalogue, with_prices
from harness.catalogue.pricing import (
    Asked,
    ceiling_cost,
    expectation_set,
    expected_cost,
    picture_price,
    usage_cost,
)
from harness.errors import CatalogueError

CATALOGUE = load_catalogue()
PRO = CATALOGUE.find("gemini-3-pro-image")
PLAIN = {"image_size": "1K", "references": 0, "prompt_characters": 100, "grounded": False}
DEFAULT_REAL = Path(__file__).parents[2].parent / "shared" / "real"
REAL = Path(os.environ.get("HARNESS_REAL_DATA", DEFAULT_REAL)) / "index.json"
needs_real = pytest.mark.skipif(not REAL.is_file(), reason=f"no real data: {REAL} is absent")


def real_usages():
    """All usage reports of known models in the real recordings: (model, usage, searched)."""
    cassettes = json.loads(REAL.read_text(encoding="utf-8"))["cassettes"]
    steps = [step for cassette in cassettes for step in cassette.get("interactions", [])]
    answers = [
        (CATALOGUE.get(step.get("modelVersion") or ""), step.get("usage"), bool(step.get("tools")))
        for step in steps
    ]
    return [(model, usage, searched) for model, usage, searched in answers if model and usage]


def image_tokens(usage):
    details = usage.get("candidatesTokensDetails", [])
    return sum(row["tokenCount"] for row in details if row["modality"] == "IMAGE")


def figures(usage):
    return {
        "prompt": usage["promptTokenCount"],
        "candidates": usage["candidatesTokenCount"],
        "image": image_tokens(usage),
        "thoughts": usage.get("thoughtsTokenCount", 0),
    }


def test_the_worked_example_of_a_real_answer():
    """22 in, 1120 of a picture, 96 beside it, 179 of thinking: $0.1377."""
    cost = usage_cost(PRO, prompt=22, candidates=1216, image=1120, thoughts=179)

    assert cost == pytest.approx(22 * 2e-6 + 1120 * 120e-6 + (96 + 179) * 12e-6)
    assert round(cost, 4) == 0.1377


@pytest.mark.parametrize(
    ("model_id", "size", "tier", "dollars"),
    [
        ("gemini-3-pro-image", "1K", "standard", 0.134),
        ("gemini-3-pro-image", "2K", "standard", 0.134),
        ("gemini-3-pro-image", "4K", "standard", 0.24),
        ("gemini-3-pro-image", None, "batch", 0.067),
        ("gemini-3-pro-image", "4K", "flex", 0.12),
        ("gemini-3-pro-image-preview", "4K", "standard", 0.24),
        ("gemini-3.1-flash-image", "512", "standard", 0.045),
        ("gemini-3.1-flash-image", "1K", "standard", 0.067),
        ("gemini-3.1-flash-image", "2K", "standard", 0.101),
        ("gemini-3.1-flash-image", "4K", "standard", 0.151),
        ("gemini-3.1-flash-lite-image", "1K", "standard", 0.0336),
        ("gemini-2.5-flash-image", None, "standard", 0.039),
    ],
)
def test_a_picture_costs_what_the_price_list_says(model_id, size, tier, dollars):
    """Tokens times price is the price of a picture as published."""
    assert picture_price(CATALOGUE.find(model_id), size, tier) == pytest.approx(dollars, abs=6e-4)


def test_what_has_no_known_price_is_refused_and_not_free():
    """A model without prices, an unknown tier and a search without price are errors."""
    with pytest.raises(CatalogueError, match="tiers known: none"):
        picture_price(CATALOGUE.find("gemini-nano-banana-2.1"), "1K")
    with pytest.raises(CatalogueError, match="tiers known: standard, batch, flex"):
        expected_cost(PRO, Asked(**PLAIN, tier="priority"))
    with pytest.raises(CatalogueError, match="search"):
        expected_cost(CATALOGUE.find("gemini-2.5-flash-image"), Asked(**PLAIN | {"grounded": True}))


@pytest.mark.parametrize(
    "model", [model for model in CATALOGUE.models if model.prices], ids=lambda model: model.id
)
@pytest.mark.parametrize("references", [0, 14])
@pytest.mark.parametrize("tier", ["standard", "batch"])
def test_the_picture_is_below_the_expectation_and_that_below_the_ceiling(model, references, tier):
    """Whatever is asked, the three figures stand in this order."""
    for size in model.sizes:
        asked = PLAIN | {"image_size": size, "references": references}

        low = picture_price(model, size, tier)
        middle = expected_cost(model, Asked(**asked, tier=tier))
        high = ceiling_cost(model, Asked(**asked, tier=tier))

        assert 0 < low < middle < high


@pytest.mark.parametrize("cost", [expected_cost, ceiling_cost])
def test_references_prompt_size_and_search_each_cost_more(cost):
    """Nothing that is asked for besides comes free."""
    plain = cost(PRO, Asked(**PLAIN))

    assert cost(PRO, Asked(**PLAIN | {"references": 1})) == pytest.approx(plain + 1120 * 2e-6)
    assert cost(PRO, Asked(**PLAIN | {"prompt_characters": 4000})) > plain
    assert cost(PRO, Asked(**PLAIN | {"grounded": True})) >= plain + 0.014
    assert cost(PRO, Asked(**PLAIN | {"image_size": "4K"})) > plain


def test_the_ceiling_is_the_whole_output_limit():
    """A picture and 31,648 tokens of text are the most that one picture's answer can hold."""
    asked = PLAIN | {"prompt_characters": 0}

    assert ceiling_cost(PRO, Asked(**asked)) == pytest.approx(1120 * 120e-6 + 31648 * 12e-6)
    endless = ceiling_cost(PRO, Asked(**PLAIN | {"prompt_characters": 10**9}))
    assert endless == pytest.approx(ceiling_cost(PRO, Asked(**asked)) + 131072 * 2e-6)


def test_fewer_candidates_than_picture_tokens_never_lower_the_price():
    """A gateway's crooked arithmetic does not give money back."""
    cost = usage_cost(PRO, prompt=0, candidates=0, image=1120, thoughts=0)

    assert cost == pytest.approx(0.1344)


def test_tool_prompt_and_queries_are_counted():
    """Tokens of tools cost as input, queries by the thousand."""
    bare = usage_cost(PRO, prompt=33, candidates=1780, image=1120, thoughts=529)

    cost = usage_cost(
        PRO,
        prompt=33,
        candidates=1780,
        image=1120,
        thoughts=529,
        tool_use_prompt=1000,
        search_queries=2,
    )

    assert cost == pytest.approx(bare + 0.002 + 0.028)


@needs_real
def test_every_real_answer_costs_its_tokens_by_modality():
    """Prompt, picture and all else: each token is priced once, below the ceiling."""
    usages = real_usages()

    assert len(usages) >= 10
    for model, usage, _ in usages:
        price = model.price()
        text = usage["totalTokenCount"] - usage["promptTokenCount"] - image_tokens(usage)
        cost = usage_cost(model, **figures(usage))
        expected = usage["promptTokenCount"] * price.text_in + text * price.text_out
        expected += image_tokens(usage) * price.image_out
        assert cost == pytest.approx(expected / 1e6)
        assert cost < ceiling_cost(model, Asked(**PLAIN | {"references": 1}))


@needs_real
@pytest.mark.parametrize(
    ("model_id", "others"),
    [
        ("gemini-3-pro-image-preview", [96 + 179]),  # a9d93133, whose figures alone are at hand
        ("gemini-3.1-flash-lite-image", []),
        ("gemini-2.5-flash-image", []),
    ],
)
def test_the_expected_text_is_the_mean_of_the_real_answers(model_id, others):
    """The figure in the data is the one that the recordings give, and says how many they are."""
    extra = text_of_real_answers(model_id, searched=False) + others

    model = CATALOGUE.find(model_id)
    assert model.expected_text_tokens == pytest.approx(sum(extra) / len(extra))
    assert expectation_set(model).startswith(f"{len(extra)} answers ")


@needs_real
def test_answers_that_searched_have_a_mean_of_their_own():
    """They think longer; one is not mixed with the others."""
    (tokens,) = text_of_real_answers("gemini-3-pro-image-preview", searched=True)

    assert PRO.expected_grounded_text_tokens == tokens
    assert expectation_set(PRO, grounded=True).startswith("1 grounded answer of ")


def text_of_real_answers(model_id, *, searched):
    """Give the tokens beyond the picture of each real answer with one."""
    found = [
        figures(usage)
        for model, usage, was_searched in real_usages()
        if model.id == model_id and image_tokens(usage) and was_searched is searched
    ]
    return [f["candidates"] + f["thoughts"] - f["image"] for f in found]


def test_a_model_without_grounded_answers_expects_what_it_does_of_others():
    """The set that is named is the one that was used."""
    lite = CATALOGUE.find("gemini-3.1-flash-lite-image")

    assert expectation_set(lite, grounded=True) == expectation_set(lite)


@pytest.mark.parametrize(("sent", "text"), [(1, 1), (4000, 4000), (40_000, 31_648)])
def test_the_bound_that_is_sent_bounds_the_ceiling(sent, text):
    """The picture, and as much text as we let it have, which is never more than its limit."""
    asked = Asked(max_output_tokens=sent)

    assert ceiling_cost(PRO, asked) == pytest.approx(1120 * 120e-6 + text * 12e-6)


def test_earlier_answers_are_in_the_ceiling_as_long_as_they_could_be():
    """The history goes back with them."""
    first = ceiling_cost(PRO, Asked())

    assert ceiling_cost(PRO, Asked(earlier_answers=(1000,))) == pytest.approx(first + 1000 * 2e-6)
    assert ceiling_cost(PRO, Asked(earlier_answers=(None,))) == pytest.approx(first + 31648 * 2e-6)


class TestFlatPrices:
    """An endpoint that charges a sum a picture."""

    @staticmethod
    def sold(**price):
        listed = ListPrice(
            **{"text_in": 0.0, "text_out": 0.0, "image_out": 0.0, "source": "the list"} | price
        )
        return with_prices(CATALOGUE, {PRO.id: listed}).find(PRO.id)

    @pytest.mark.parametrize("cost", [expected_cost, ceiling_cost])
    def test_a_picture_is_all_that_is_charged(self, cost):
        """By the size that is asked; prompt, references and thinking are in it."""
        model = self.sold(per_picture={"1K": 0.1, "4K": 0.2}, factors={"batch": 0.5})

        assert cost(model, Asked(references=14, prompt_characters=9999)) == 0.1
        assert cost(model, Asked(image_size="4K", tier="batch")) == pytest.approx(0.1)

    def test_a_size_that_the_list_lacks_has_no_price(self):
        """Unless a star stands for it."""
        with pytest.raises(CatalogueError, match="no price of a picture of 2K; known: 1K"):
            picture_price(self.sold(per_picture={"1K": 0.1}), "2K")

        assert picture_price(self.sold(per_picture={"1K": 0.1, "*": 0.3}), "2K") == 0.3

    def test_tokens_that_are_named_are_charged_beside_it(self):
        """A list may do both, and says so."""
        model = self.sold(per_picture={"1K": 0.1}, text_in=2.0)

        assert expected_cost(model, Asked(references=1)) == pytest.approx(0.1 + 1120 * 2e-6)

    def test_a_search_without_a_price_is_refused(self):
        """Nothing is free because nobody said what it costs; 0 says that it is."""
        with pytest.raises(CatalogueError, match="search"):
            expected_cost(self.sold(per_picture={"1K": 0.1}), Asked(grounded=True))

        free = self.sold(per_picture={"1K": 0.1}, search_per_1000=0.0)
        assert expected_cost(free, Asked(grounded=True)) == 0.1


def test_a_question_about_a_picture_costs_its_text_alone():
    """No picture comes; of a model that makes none not even the ceiling counts one."""
    lite = CATALOGUE.find("gemini-3.1-flash-lite")
    asked = Asked(references=1, prompt_characters=400, pictures=0, max_output_tokens=4096)

    expected, ceiling = expected_cost(lite, asked), ceiling_cost(lite, asked)

    assert expected == pytest.approx((100 + 1120) * 0.25e-6 + 150 * 1.5e-6)
    assert ceiling == pytest.approx((1600 + 1120) * 0.25e-6 + 4096 * 1.5e-6)
    assert ceiling_cost(PRO, asked) > 1120 * 120e-6
