"""Lay an endpoint's own price list over the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from harness.catalogue.offer import Catalogue, Model, Price
from harness.errors import CatalogueError

EVERY_OTHER = "*"
"""Row of a list that holds for every model of the catalogue without a row of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPrice:
    """What an endpoint charges for a model, in US dollars; by token, or a flat sum a picture.

    Attributes:
        text_in: For a million tokens of input.
        text_out: For a million tokens of text and thinking.
        image_out: For a million tokens of pictures; 0 where `per_picture` says it.
        per_picture: For one final picture, by the size asked; None where tokens are charged.
        search_per_1000: For 1,000 search queries; None where nobody says.
        factors: Tier to what multiplies all of it but searches; a tier that is not
            there is not offered.
        like: Model whose tokens and pixels an unknown model has.
        source: Where the list stands.
    """

    text_in: float
    text_out: float
    image_out: float
    per_picture: Mapping[str, float] | None = None
    search_per_1000: float | None = None
    factors: Mapping[str, float] = field(default_factory=dict)
    like: str | None = None
    source: str

    def prices(self) -> tuple[Price, ...]:
        """Give the price of each tier, standard first."""
        tiers = {"standard": 1.0, **self.factors}
        return tuple(self._price(tier, factor) for tier, factor in tiers.items())

    def _price(self, tier: str, factor: float) -> Price:
        flat = self.per_picture
        return Price(
            tier=tier,
            text_in=self.text_in * factor,
            text_out=self.text_out * factor,
            image_out=self.image_out * factor,
            per_picture=flat and {size: price * factor for size, price in flat.items()},
            search_per_1000=self.search_per_1000,
            source=self.source,
            date="",
        )


def with_prices(catalogue: Catalogue, listed: Mapping[str, ListPrice]) -> Catalogue:
    """Give the catalogue as an endpoint with the price list `listed` sells it.

    Who has a list is taken at it: a model that it does not name has no known price. An empty
    list changes nothing.

    Raises:
        CatalogueError: tokens are charged for a model that nobody knows, or that is `like` one.
    """
    if not listed:
        return catalogue
    rest = listed.get(EVERY_OTHER)
    models = [_priced(model, listed.get(model.id, rest)) for model in catalogue.models]
    strange = [name for name in listed if name != EVERY_OTHER and catalogue.get(name) is None]
    added = [_priced(_like(catalogue, name, listed[name]), listed[name]) for name in strange]
    return replace(catalogue, models=(*models, *added))


def _priced(model: Model, price: ListPrice | None) -> Model:
    """Give a model its price; a sum a picture says nothing of one that makes none."""
    fits = price is not None and not (model.only_answers and price.per_picture is not None)
    return replace(model, prices=price.prices() if price and fits else ())


def _like(catalogue: Catalogue, name: str, price: ListPrice) -> Model:
    """Make a model that the catalogue does not know."""
    if price.like is not None:
        try:
            known = catalogue.find(price.like)
        except CatalogueError as error:
            raise CatalogueError(f"{price.source}.like: {error}") from error
        return replace(known, id=name, display_name=name, alias_of=price.like)
    if price.per_picture is None:
        raise CatalogueError(
            f"{price.source}: the catalogue does not know {name!r}, so its tokens are not known; "
            'add like = "gemini-3-pro-image" if it is that, or say per_picture'
        )
    return _only_priced(name, catalogue.find(catalogue.default_model))


def _only_priced(name: str, usual: Model) -> Model:
    """Make a model of which nothing is known but its price; it searches as often as `usual`."""
    return Model(
        id=name,
        display_name=name,
        alias_of=None,
        released=None,
        deprecated=None,
        shutdown=None,
        replacement=None,
        sizes=(),
        ratios=(),
        default_pixels=None,
        pixels={},
        tokens={},
        references=None,
        object_references=None,
        person_references=None,
        reference_tokens=None,
        reference_tokens_observed=None,
        expected_text_tokens=0.0,
        expected_text_set="no answer; the endpoint's price list names the picture alone",
        expected_grounded_text_tokens=None,
        expected_grounded_text_set="",
        input_token_limit=None,
        output_token_limit=None,
        expected_search_queries=usual.expected_search_queries,
        ceiling_search_queries=usual.ceiling_search_queries,
        prices=(),
        notes=(),
        provenance=(),
    )
