"""Say what the provider offers: models, sizes, pixels, tokens, prices, limits."""

from harness.catalogue.offer import DEFAULT_SIZE, Catalogue, Limits, Model, Price, Provenance
from harness.catalogue.overlay import ListPrice, with_prices
from harness.catalogue.read import load_catalogue, read_catalogue

__all__ = [
    "DEFAULT_SIZE",
    "Catalogue",
    "Limits",
    "ListPrice",
    "Model",
    "Price",
    "Provenance",
    "load_catalogue",
    "read_catalogue",
    "with_prices",
]
