"""What is asked and what came is priced by tier, size and the endpoint's own list."""

import pytest

from harness.catalogue import ListPrice, load_catalogue, with_prices
from harness.model.blob import BlobRef
from harness.model.checks import Checks
from harness.model.generation import Generation, Usage
from harness.model.request import Parameters, Part
from harness.model.suite import Turn, Variant
from harness.runner.prices import answer_cost, turn_price

MODEL = "gemini-3-pro-image"
CATALOGUE = load_catalogue()
FLAT = with_prices(
    CATALOGUE,
    {
        MODEL: ListPrice(
            text_in=0.0,
            text_out=0.0,
            image_out=0.0,
            per_picture={"1K": 0.1, "4K": 0.2},
            factors={"batch": 0.5},
            source="the list",
        )
    },
)
PICTURE = Part(picture=BlobRef.of(b"\xff\xd8\xff"), mime_type="image/jpeg")


def usage(**more):
    return Usage(
        prompt=22, candidates=1216, thoughts=179, candidates_by_modality={"IMAGE": 1120}, **more
    )


def variant(*parameters):
    turns = tuple(Turn(prompt="p", parameters=given) for given in parameters)
    return Variant(suite="s", case="c", label="", model=MODEL, turns=turns, samples=1)


@pytest.mark.parametrize(
    ("asked", "reported", "share"),
    [
        ("standard", "", 1.0),
        ("flex", "", 0.5),
        ("batch", "", 0.5),
        ("batch", "standard", 0.5),
        ("flex", "standard", 1.0),
        ("standard", "SERVICE_TIER_FLEX", 1.0),
        ("flex", "SERVICE_TIER_FLEX", 0.5),
        ("standard", "on_demand", 1.0),
    ],
)
def test_the_tier_that_answered_is_paid(asked, reported, share):
    """Of what was asked and what the answer reports the dearer one; a batch is a batch."""
    answer = Generation(usage=usage(service_tier=reported))

    cost = answer_cost(CATALOGUE, MODEL, answer, tier=asked)

    full = answer_cost(CATALOGUE, MODEL, Generation(usage=usage()))
    assert cost == pytest.approx(full * share)


def test_the_tier_may_stand_in_a_header():
    """Usage outranks it."""
    service = {"x-gemini-service-tier": "standard"}
    full = answer_cost(CATALOGUE, MODEL, Generation(usage=usage()))
    in_header = Generation(usage=usage(), service=service)
    in_both = Generation(usage=usage(service_tier="flex"), service=service)

    by_header, by_usage = (
        answer_cost(CATALOGUE, MODEL, answer, tier="flex") for answer in (in_header, in_both)
    )

    assert (by_header, by_usage) == (pytest.approx(full), pytest.approx(full / 2))


def test_a_tier_without_a_price_has_none():
    """Priority is sold, and no source gives its price."""
    assert answer_cost(CATALOGUE, MODEL, Generation(usage=usage()), tier="priority") is None
    priority = variant(Parameters(service_tier="priority"))
    assert turn_price(CATALOGUE, priority, 0, ceiling=True) is None


@pytest.mark.parametrize("ceiling", [False, True])
def test_tiers_halve_what_is_expected_and_what_is_reserved(ceiling):
    """Flex by the suite's key, batch by the command's word, which outranks it."""
    full = turn_price(CATALOGUE, variant(Parameters()), 0, ceiling=ceiling)
    flex = variant(Parameters(service_tier="flex"))

    assert turn_price(CATALOGUE, flex, 0, ceiling=ceiling) == pytest.approx(full / 2)
    batch = turn_price(FLAT, flex, 0, ceiling=ceiling, tier="batch")
    assert batch == pytest.approx(0.05)


def test_the_bound_of_each_turn_bounds_its_ceiling():
    """The last turn's bounds what is made, an earlier one's what goes back."""
    bounded = variant(Parameters(max_output_tokens=100), Parameters(max_output_tokens=2000))
    free = variant(Parameters(), Parameters())

    first, second = (turn_price(CATALOGUE, bounded, i, ceiling=True) for i in (0, 1))

    assert first == pytest.approx(0.1344 + 100 * 12e-6 + 4 * 2e-6)
    assert second == pytest.approx(0.1344 + 2000 * 12e-6 + (8 + 1120 + 100) * 2e-6)
    assert second < turn_price(CATALOGUE, free, 1, ceiling=True)


@pytest.mark.parametrize(
    ("given", "checks", "expected", "most"),
    [
        (Parameters(), Checks(), 1, 1),
        (Parameters(), Checks(pictures=3), 3, 3),
        (Parameters(), Checks(pictures=0), 0, 1),
        (Parameters(modalities=("TEXT",)), Checks(), 0, 1),
        (Parameters(modalities=()), Checks(), 1, 1),
    ],
)
def test_as_many_pictures_are_priced_as_are_asked_for(given, checks, expected, most):
    """By the checks or the modalities; a ceiling always allows for one."""
    turn = Turn(prompt="p", parameters=given, checks=checks)
    asked = Variant(suite="s", case="c", label="", model=MODEL, turns=(turn,), samples=1)

    found = [turn_price(FLAT, asked, 0, ceiling=ceiling) for ceiling in (False, True)]

    assert found == [pytest.approx(0.1 * expected), pytest.approx(0.1 * most)]


def test_a_search_among_the_extra_fields_is_priced():
    """However it is asked for, it is charged."""
    extra = variant(Parameters(extra={"tools": [{"google_search": {}}]}))
    plain = variant(Parameters())

    prices = [turn_price(CATALOGUE, each, 0, ceiling=True) for each in (extra, plain)]

    assert prices[0] == pytest.approx(prices[1] + 5 * 0.014)


@pytest.mark.parametrize(
    ("parts", "size", "tier", "cost"),
    [
        ((PICTURE,), None, "standard", 0.1),
        ((PICTURE,), "4K", "standard", 0.2),
        ((PICTURE, PICTURE), "1K", "batch", 0.1),
        ((Part(text="no"),), "2K", "standard", 0.0),
        ((PICTURE,), "2K", "standard", None),
    ],
    ids=["default size", "4K", "two in a batch", "no picture", "no price"],
)
@pytest.mark.parametrize("report", [usage(), None], ids=["usage", "no usage"])
def test_a_flat_price_is_of_each_final_picture(parts, size, tier, cost, report):
    """By the size that was asked, whether the gateway reports usage or strips it."""
    answer = Generation(parts=(*parts, Part(picture=PICTURE.picture, thought=True)), usage=report)

    found = answer_cost(FLAT, MODEL, answer, tier=tier, image_size=size)

    assert found == (None if cost is None else pytest.approx(cost))


def test_a_picture_that_usage_does_not_count_is_not_priced_as_text():
    """A gateway that drops the modalities would seem ten times cheaper than it is."""
    told = Generation(parts=(PICTURE,), usage=usage())
    silent = Generation(parts=(PICTURE,), usage=Usage(prompt=22, candidates=1216, thoughts=179))

    assert answer_cost(CATALOGUE, MODEL, silent) == answer_cost(CATALOGUE, MODEL, told)
