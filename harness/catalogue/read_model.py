"""Read one model's data file."""

import datetime
import re
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from harness.catalogue.offer import Model, Price, Provenance
from harness.catalogue.sources import Sources
from harness.catalogue.table import Table, broken, read_table

RATIO = re.compile(r"[1-9][0-9]*:[1-9][0-9]*")
TIERS = ("standard", "batch", "flex")


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """When a model came and goes; see `Model`."""

    released: datetime.date | None
    deprecated: datetime.date | None
    shutdown: datetime.date | None
    replacement: str | None
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """Another name of a model, with a life of its own."""

    id: str
    display_name: str
    alias_of: str
    life: Life
    notes: tuple[str, ...]


def read_model(file: Traversable, *, model_id: str, sources: Sources) -> Model | Alias:
    """Read `models/<model_id>.toml`.

    Raises:
        StoreError: missing or broken.
    """
    table = read_table(file)
    if table.text("id") != model_id:
        raise broken(file.name, "its id is not its file's name")
    name, notes = table.text("display_name"), table.texts("notes")
    life = _read_life(table.table("lifecycle"), sources)
    alias_of = table.find_text("alias_of")
    entry: Model | Alias
    if alias_of is None:
        entry = _Reader(table, sources).model(model_id, name=name, notes=notes, life=life)
    else:
        entry = Alias(id=model_id, display_name=name, alias_of=alias_of, life=life, notes=notes)
    table.close()
    return entry


def _read_life(row: Table, sources: Sources) -> Life:
    life = Life(
        released=row.find_day("released"),
        deprecated=row.find_day("deprecated"),
        shutdown=row.find_day("shutdown"),
        replacement=row.find_text("replacement"),
        provenance=sources.provenance(row, "lifecycle"),
    )
    row.close()
    return life


class _Reader:
    """Read the figures of one model, gathering where each comes from."""

    def __init__(self, table: Table, sources: Sources) -> None:
        self._table = table
        self._sources = sources
        self._origins: list[Provenance] = []

    def _origin(self, row: Table, fact: str) -> Provenance:
        origin = self._sources.provenance(row, fact)
        self._origins.append(origin)
        return origin

    def model(self, model_id: str, *, name: str, notes: tuple[str, ...], life: Life) -> Model:
        names = ("offer", "references", "limits", "search", "expected_text")
        offer, references, limits, search, text = map(self._section, names)
        sizes, ratios = offer.texts("sizes"), self._ratios(offer)
        grounded, grounded_set = self._grounded_text()
        model = Model(
            id=model_id,
            display_name=name,
            alias_of=None,
            released=life.released,
            deprecated=life.deprecated,
            shutdown=life.shutdown,
            replacement=life.replacement,
            sizes=sizes,
            ratios=ratios,
            default_pixels=self._default_pixels(),
            pixels=self._pixels(ratios, sizes),
            tokens=self._tokens(sizes),
            references=references.find_count("most"),
            object_references=references.find_count("objects"),
            person_references=references.find_count("persons"),
            reference_tokens=references.find_count("tokens"),
            reference_tokens_observed=references.find_count("tokens_observed"),
            expected_text_tokens=text.number("tokens"),
            expected_text_set=text.text("set"),
            expected_grounded_text_tokens=grounded,
            expected_grounded_text_set=grounded_set,
            input_token_limit=limits.find_count("input_tokens"),
            output_token_limit=limits.find_count("output_tokens"),
            expected_search_queries=search.count("expected_queries"),
            ceiling_search_queries=search.count("ceiling_queries"),
            prices=self._prices(),
            notes=notes,
            provenance=(life.provenance, *self._origins),
        )
        for section in (offer, references, limits, search, text):
            section.close()
        return model

    def _section(self, key: str) -> Table:
        row = self._table.table(key)
        self._origin(row, key)
        return row

    def _grounded_text(self) -> tuple[float | None, str]:
        row = self._table.find_table("expected_grounded_text")
        if row is None:
            return None, ""
        self._origin(row, "expected_grounded_text")
        found = row.number("tokens"), row.text("set")
        row.close()
        return found

    def _ratios(self, offer: Table) -> tuple[str, ...]:
        ratios = offer.texts("ratios")
        for ratio in ratios:
            if not RATIO.fullmatch(ratio):
                raise broken(offer.place, f"{ratio!r} is no ratio of the form 16:9")
        return ratios

    def _default_pixels(self) -> tuple[int, int] | None:
        row = self._table.find_table("default_pixels")
        if row is None:
            return None
        self._origin(row, "default_pixels")
        sides = row.sides("pixels")
        row.close()
        return sides

    def _pixels(
        self, ratios: tuple[str, ...], sizes: tuple[str, ...]
    ) -> dict[tuple[str, str], tuple[int, int]]:
        pixels: dict[tuple[str, str], tuple[int, int]] = {}
        for row in self._table.tables("pixels"):
            ratio = row.text("ratio")
            if ratio not in ratios:
                raise broken(row.place, f"ratio {ratio!r} is not offered")
            if any(known == ratio for known, _ in pixels):
                raise broken(row.place, f"ratio {ratio!r} stands twice")
            self._origin(row, f"pixels {ratio}")
            found = {size: row.find_sides(size) for size in sizes}
            pixels |= {(ratio, size): sides for size, sides in found.items() if sides}
            row.close()
        return pixels

    def _tokens(self, sizes: tuple[str, ...]) -> dict[str, int]:
        tokens: dict[str, int] = {}
        for row in self._table.tables("tokens"):
            size = row.text("size")
            if size not in sizes or size in tokens:
                raise broken(row.place, f"size {size!r} is not offered, or stands twice")
            self._origin(row, f"tokens {size}")
            tokens[size] = row.count("tokens")
            row.close()
        return tokens

    def _prices(self) -> tuple[Price, ...]:
        prices = tuple(self._price(row) for row in self._table.tables("prices"))
        if len({price.tier for price in prices}) != len(prices):
            raise broken(self._table.place, "a tier stands twice among the prices")
        return prices

    def _price(self, row: Table) -> Price:
        tier = row.text("tier")
        if tier not in TIERS:
            raise broken(row.place, f"unknown tier {tier!r}; known: {', '.join(TIERS)}")
        origin = self._origin(row, f"price {tier}")
        price = Price(
            tier=tier,
            text_in=row.number("text_in"),
            text_out=row.number("text_out"),
            image_out=row.number("image_out"),
            search_per_1000=row.find_number("search_per_1000"),
            source=origin.source,
            date=origin.date,
        )
        row.close()
        return price
