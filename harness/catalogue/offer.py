"""Hold what the provider offers, as values with their sources."""

import datetime
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.errors import CatalogueError

DEFAULT_SIZE = "1K"
"""Size that an absent `imageSize` means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where one row of the catalogue's data comes from.

    Attributes:
        fact: The row, e.g. `"pixels 16:9"` or `"price batch"`.
        source: URLs or recordings, joined by `"; "`.
        date: Day of the newest source, `YYYY-MM-DD`.
    """

    fact: str
    source: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a model costs in one tier, in dollars per million tokens.

    Attributes:
        tier: `"standard"`, `"batch"`, `"flex"` or `"priority"`.
        text_in: Input, text and pictures alike.
        text_out: Output of text and thinking.
        image_out: Output of pictures.
        search_per_1000: Dollars for 1,000 search queries beyond the free allowance; None where
            the model has no price by query.
        source: Where the price stands.
        date: Day the source was read, `YYYY-MM-DD`; empty for an endpoint's own list.
        per_picture: Dollars of one final picture, by the size that was asked; `"*"` is every
            other size. None where pictures are charged by token.
    """

    tier: str
    text_in: float
    text_out: float
    image_out: float
    search_per_1000: float | None
    source: str
    date: str
    per_picture: Mapping[str, float] | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one kind of endpoint accepts; a model's own limits are on the model.

    Attributes:
        endpoint: `"developer"` (Gemini Developer API) or `"vertex"` (for information).
        references: Pictures in one request.
        object_references: Of them, objects kept with high fidelity; None if unknown.
        person_references: Of them, people kept with high fidelity; None if unknown.
        request_bytes: Bytes of one whole request.
        inline_bytes: Bytes of one inline picture; None where only the request counts.
        file_bytes: Bytes of one picture that is sent by address.
        input_tokens: Tokens of one request.
        output_tokens: Tokens of one answer, thinking included.
        formats: MIME types of reference pictures.
        source: Where the figures stand.
        date: Day of the newest source, `YYYY-MM-DD`.
    """

    endpoint: str
    references: int
    object_references: int | None
    person_references: int | None
    request_bytes: int
    inline_bytes: int | None
    file_bytes: int | None
    input_tokens: int
    output_tokens: int
    formats: tuple[str, ...]
    source: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model that makes pictures, or is asked about them. None and empty: no source says.

    Attributes:
        id: As it is sent.
        display_name: As the provider shows it.
        alias_of: The id that this one's prices and pixels are looked up under; None for a model
            of its own. Never a reason to send another id than the suite says.
        released: First day of general use.
        deprecated: Day from which it is deprecated.
        shutdown: Day announced for its end on the official API.
        replacement: Id that the provider recommends instead.
        sizes: Values of `imageSize` that it accepts, small to large.
        ratios: Values of `aspectRatio` that it accepts.
        default_pixels: Width and height of what comes when neither ratio nor size nor picture is
            sent, as recorded.
        pixels: Width and height by (ratio, size), as documented; reality differs by up to 8 %.
        tokens: Output tokens of one picture, by size.
        references: Pictures in one request.
        object_references: Of them, objects kept with high fidelity.
        person_references: Of them, people kept with high fidelity.
        reference_tokens: Input tokens of one reference, as documented.
        reference_tokens_observed: The most that a real answer billed for one reference.
        expected_text_tokens: Output tokens beyond the picture, thinking included: a mean.
        expected_text_set: The answers that the mean was measured on.
        expected_grounded_text_tokens: The same of answers that searched; None where none is known.
        expected_grounded_text_set: The answers that that mean was measured on.
        input_token_limit: Input tokens of one request.
        output_token_limit: Output tokens of one answer.
        expected_search_queries: Queries that one grounded answer makes.
        ceiling_search_queries: Queries that a ceiling allows for; an assumption, not a limit.
        prices: One of each tier.
        notes: What else a person should know, in sentences.
        provenance: One entry for each row of the data.
    """

    id: str
    display_name: str
    alias_of: str | None
    released: datetime.date | None
    deprecated: datetime.date | None
    shutdown: datetime.date | None
    replacement: str | None
    sizes: tuple[str, ...]
    ratios: tuple[str, ...]
    default_pixels: tuple[int, int] | None
    pixels: Mapping[tuple[str, str], tuple[int, int]] = field(hash=False)
    tokens: Mapping[str, int] = field(hash=False)
    references: int | None
    object_references: int | None
    person_references: int | None
    reference_tokens: int | None
    reference_tokens_observed: int | None
    expected_text_tokens: float
    expected_text_set: str
    expected_grounded_text_tokens: float | None
    expected_grounded_text_set: str
    input_token_limit: int | None
    output_token_limit: int | None
    expected_search_queries: int
    ceiling_search_queries: int
    prices: tuple[Price, ...]
    notes: tuple[str, ...]
    provenance: tuple[Provenance, ...]

    @property
    def only_answers(self) -> bool:
        """It is known, and makes no pictures: it offers no size of them."""
        return not self.sizes and not self.tokens and bool(self.output_token_limit)

    def pixels_of(
        self, *, aspect_ratio: str | None, image_size: str | None
    ) -> tuple[int, int] | None:
        """Look up the width and height that a request without pictures should bring.

        An edit without a ratio keeps its input's shape, which this cannot know.

        Returns:
            None where the model does not offer it, or no source tells: above all a size without
            a ratio, unless it is 1K.
        """
        size = image_size or DEFAULT_SIZE
        if aspect_ratio is None:
            return self.default_pixels if size == DEFAULT_SIZE else None
        return self.pixels.get((aspect_ratio, size))

    def tokens_of(self, image_size: str | None) -> int:
        """Look up the output tokens of one picture; None means 1K.

        Raises:
            CatalogueError: the model has no such size, or no source tells its tokens.
        """
        size = image_size or DEFAULT_SIZE
        if size in self.tokens:
            return self.tokens[size]
        known = ", ".join(self.tokens) or "none"
        raise CatalogueError(
            f"{self.id}: tokens of a picture of size {size!r} are not known; sizes known: {known}"
        )

    def price(self, tier: str = "standard") -> Price:
        """Look up the price of a tier.

        Raises:
            CatalogueError: no source gives the model's whole price in that tier.
        """
        for price in self.prices:
            if price.tier == tier:
                return price
        known = ", ".join(price.tier for price in self.prices) or "none"
        raise CatalogueError(f"{self.id}: no price is known of tier {tier!r}; tiers known: {known}")

    def lifecycle(self, on: datetime.date) -> str | None:
        """Say in a sentence that the model is, or will be, no more; None while all is well.

        An announced end is told as announced: gateways go on selling retired names.
        """
        advice = f'; use "{self.replacement}"' if self.replacement else ""
        if self.shutdown is not None and on >= self.shutdown:
            fate = f"was to be shut down on {self.shutdown} on the official API"
            return f"{self.id} {fate} (gateways may still sell the name){advice}"
        if self.deprecated is not None and on < self.deprecated:
            return None
        if self.shutdown is not None:
            return f"{self.id} is to be shut down on {self.shutdown} on the official API{advice}"
        return (
            f"{self.id} is deprecated since {self.deprecated}{advice}" if self.deprecated else None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All that the provider offers.

    Attributes:
        models: In the order that people should see them; the default model first.
        endpoint_limits: One of each kind of endpoint.
        default_model: Id that a suite gets which names none.
    """

    models: tuple[Model, ...]
    endpoint_limits: tuple[Limits, ...]
    default_model: str

    def get(self, model_id: str) -> Model | None:
        return next((model for model in self.models if model.id == model_id), None)

    def find(self, model_id: str) -> Model:
        """Look up a model by the id that is sent.

        Raises:
            CatalogueError: unknown; the message names the nearest that is known.
        """
        model = self.get(model_id)
        if model is not None:
            return model
        known = [model.id for model in self.models]
        near = difflib.get_close_matches(model_id, known, n=1, cutoff=0.5)
        hint = f'did you mean "{near[0]}"?' if near else f"known: {', '.join(known)}"
        raise CatalogueError(f"unknown model {model_id!r}; {hint}")

    def limits(self, endpoint_kind: str) -> Limits:
        """Look up the limits of a kind of endpoint: `"developer"` or `"vertex"`.

        Raises:
            CatalogueError: no such kind.
        """
        for limits in self.endpoint_limits:
            if limits.endpoint == endpoint_kind:
                return limits
        known = ", ".join(limits.endpoint for limits in self.endpoint_limits)
        raise CatalogueError(f"unknown kind of endpoint {endpoint_kind!r}; known: {known}")
