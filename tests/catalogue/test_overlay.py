"""An endpoint's own price list, laid over the catalogue."""

import pytest

from harness.catalogue import ListPrice, load_catalogue, with_prices
from harness.errors import CatalogueError

CATALOGUE = load_catalogue()
PRO = "gemini-3-pro-image"
TOKENS = ListPrice(text_in=3.0, text_out=15.0, image_out=150.0, source="the list")
FLAT = ListPrice(
    text_in=0.0, text_out=0.0, image_out=0.0, per_picture={"1K": 0.1}, source="the list"
)


def test_no_list_changes_nothing():
    """An endpoint that states no price is taken to charge the list price."""
    assert with_prices(CATALOGUE, {}) is CATALOGUE


def test_who_has_a_list_is_taken_at_it():
    """A model that the list does not name has no known price, not the catalogue's."""
    sold = with_prices(CATALOGUE, {PRO: TOKENS})

    assert sold.find(PRO).price().image_out == 150.0
    with pytest.raises(CatalogueError, match="tiers known: none"):
        sold.find("gemini-3.1-flash-image").price()


def test_a_star_is_every_other_model_of_the_catalogue():
    """A row of a model's own outranks it."""
    sold = with_prices(CATALOGUE, {"*": TOKENS, PRO: FLAT})

    assert sold.find(PRO).price().per_picture == {"1K": 0.1}
    assert sold.find("gemini-nano-banana-2.1").price().text_out == 15.0
    assert [model.id for model in sold.models] == [model.id for model in CATALOGUE.models]


def test_a_factor_makes_a_tier_and_leaves_searches_alone():
    """Half price in batches is half of tokens and pictures; a tier without factor is none."""
    price = ListPrice(
        text_in=2.0,
        text_out=12.0,
        image_out=0.0,
        per_picture={"1K": 0.1},
        search_per_1000=14.0,
        factors={"batch": 0.5},
        source="the list",
    )

    sold = with_prices(CATALOGUE, {PRO: price}).find(PRO)

    batch = sold.price("batch")
    assert (batch.text_in, batch.text_out, batch.search_per_1000) == (1.0, 6.0, 14.0)
    assert batch.per_picture == {"1K": 0.05}
    with pytest.raises(CatalogueError, match="tiers known: standard, batch"):
        sold.price("flex")


def test_a_name_of_the_gateways_own_is_like_a_model():
    """Its tokens and sizes are that model's, its price the list's; its name is sent as it is."""
    price = ListPrice(text_in=2.0, text_out=12.0, image_out=90.0, like=PRO, source="the list")

    sold = with_prices(CATALOGUE, {"nano-pro": price}).find("nano-pro")

    assert (sold.id, sold.alias_of) == ("nano-pro", PRO)
    assert sold.tokens_of("4K") == 2000
    assert sold.price().image_out == 90.0


def test_a_model_that_is_like_nobody_is_refused_by_its_place():
    """With the nearest name that is known."""
    price = ListPrice(
        text_in=2.0, text_out=12.0, image_out=90.0, like="gemini-3-pro-imag", source="the list"
    )

    with pytest.raises(CatalogueError, match=r"^the list\.like: .*did you mean .gemini-3-pro-"):
        with_prices(CATALOGUE, {"nano-pro": price})


def test_an_unknown_model_may_be_charged_by_picture_and_not_by_token():
    """Nobody knows how many tokens its pictures have."""
    sold = with_prices(CATALOGUE, {"nano-pro": FLAT})

    assert sold.find("nano-pro").price().per_picture == {"1K": 0.1}
    with pytest.raises(CatalogueError, match="the list: the catalogue does not know 'nano-pro'"):
        with_prices(CATALOGUE, {"nano-pro": TOKENS})


def test_a_sum_a_picture_is_no_price_of_a_model_that_makes_none():
    """A row for every other model would let its questions count as free."""
    catalogue = with_prices(CATALOGUE, {"*": FLAT})

    assert catalogue.find("gemini-3.8-flash").prices == ()
    assert catalogue.find(PRO).prices != ()
