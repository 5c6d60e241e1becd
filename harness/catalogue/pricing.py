"""Price pictures, requests to come, and answers that came; all in dollars."""

from harness.catalogue.offer import Model, Price
from harness.errors import CatalogueError

MILLION = 1_000_000
CHARACTERS_PER_TOKEN = 4
"""Of a prompt, as the provider estimates: https://ai.google.dev/gemini-api/docs/tokens."""
MOST_TOKENS_PER_CHARACTER = 4
"""A character is at most 4 bytes of UTF-8, and a token is at least one byte."""


def picture_price(model: Model, image_size: str | None = None, tier: str = "standard") -> float:
    """Price the picture alone, without prompt, thinking or text.

    Raises:
        CatalogueError: size or tier is not known of the model.
    """
    return model.tokens_of(image_size) * model.price(tier).image_out / MILLION


def expected_cost(
    model: Model,
    *,
    image_size: str | None,
    references: int,
    prompt_characters: int,
    grounded: bool,
    tier: str = "standard",
) -> float:
    """Expect the cost of one answer with one picture.

    A turn's earlier pictures count among `references`, its earlier prompts among
    `prompt_characters`. References cost what real answers billed, not the lower documented
    figure. The month's free search queries are not counted on.

    Raises:
        CatalogueError: size or tier is not known of the model, or it has no price for searching.
    """
    price = model.price(tier)
    prompt = prompt_characters / CHARACTERS_PER_TOKEN + references * _reference_tokens(model)
    queries = model.expected_search_queries if grounded else 0
    return (
        (prompt * price.text_in + model.expected_text_tokens * price.text_out) / MILLION
        + picture_price(model, image_size, tier)
        + _search(model, price, queries)
    )


def ceiling_cost(
    model: Model,
    *,
    image_size: str | None,
    references: int,
    prompt_characters: int,
    grounded: bool,
    tier: str = "standard",
) -> float:
    """Bound the cost of one answer with one picture from above.

    The picture, then text and thinking up to the output limit, the longest reading of the
    prompt, and the model's allowance of search queries. Only an answer with several pictures
    or more queries can cost more.

    Raises:
        CatalogueError: size, tier, output limit or price for searching is not known of the model.
    """
    price = model.price(tier)
    if model.output_token_limit is None:
        raise CatalogueError(f"{model.id}: its output limit is not known, so its cost has no bound")
    prompt = prompt_characters * MOST_TOKENS_PER_CHARACTER + references * _reference_tokens(model)
    if model.input_token_limit is not None:
        prompt = min(prompt, model.input_token_limit)
    text = max(0, model.output_token_limit - model.tokens_of(image_size))
    queries = model.ceiling_search_queries if grounded else 0
    return (
        (prompt * price.text_in + text * price.text_out) / MILLION
        + picture_price(model, image_size, tier)
        + _search(model, price, queries)
    )


def usage_cost(  # noqa: PLR0913 - the figures of the answer's own usage report
    model: Model,
    *,
    prompt: int,
    candidates: int,
    image: int,
    thoughts: int,
    tool_use_prompt: int = 0,
    search_queries: int = 0,
    tier: str = "standard",
) -> float:
    """Price an answer by its usage report.

    Tokens of `candidates` that are of no picture cost as text: real answers report 89 to 660
    of them without naming their modality.

    Args:
        model: The one that answered.
        prompt: `promptTokenCount`.
        candidates: `candidatesTokenCount`, pictures included.
        image: Tokens of modality IMAGE in `candidatesTokensDetails`.
        thoughts: `thoughtsTokenCount`.
        tool_use_prompt: `toolUsePromptTokenCount`.
        search_queries: Queries charged beyond the month's free ones.
        tier: `"standard"`, `"batch"` or `"flex"`.

    Raises:
        CatalogueError: the tier is not known of the model, or it has no price for searching.
    """
    price = model.price(tier)
    text = max(0, candidates - image) + thoughts
    tokens = (
        (prompt + tool_use_prompt) * price.text_in + image * price.image_out + text * price.text_out
    )
    return tokens / MILLION + _search(model, price, search_queries)


def _reference_tokens(model: Model) -> int:
    return max(model.reference_tokens or 0, model.reference_tokens_observed or 0)


def _search(model: Model, price: Price, queries: int) -> float:
    if queries == 0:
        return 0.0
    if price.search_per_1000 is None:
        raise CatalogueError(f"{model.id}: no price is known for search queries")
    return queries * price.search_per_1000 / 1000
