"""Price pictures, requests to come, and answers that came; all in dollars."""

from dataclasses import dataclass

from harness.catalogue.offer import DEFAULT_SIZE, Model, Price
from harness.catalogue.overlay import EVERY_OTHER
from harness.errors import CatalogueError

MILLION = 1_000_000
CHARACTERS_PER_TOKEN = 4
"""Of a prompt, as the provider estimates: https://ai.google.dev/gemini-api/docs/tokens."""
MOST_TOKENS_PER_CHARACTER = 4
"""A character is at most 4 bytes of UTF-8, and a token is at least one byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request to come asks for, as far as it bears on its price.

    Attributes:
        image_size: As sent; None means 1K.
        references: Pictures that go along, those of earlier turns included.
        prompt_characters: Of this prompt and those of earlier turns.
        grounded: Search is asked for.
        tier: `"standard"`, `"batch"`, `"flex"` or `"priority"`.
        max_output_tokens: As sent; None leaves it to the model.
        pictures: How many are asked for; the ceiling counts one at least of a model that
            makes any.
        earlier_answers: The `max_output_tokens` of each earlier turn, whose answer goes along.
    """

    image_size: str | None = None
    references: int = 0
    prompt_characters: int = 0
    grounded: bool = False
    tier: str = "standard"
    max_output_tokens: int | None = None
    pictures: int = 1
    earlier_answers: tuple[int | None, ...] = ()


def picture_price(model: Model, image_size: str | None = None, tier: str = "standard") -> float:
    """Price the picture alone, without prompt, thinking or text.

    Raises:
        CatalogueError: size or tier is not known of the model.
    """
    price = model.price(tier)
    if price.per_picture is None:
        return model.tokens_of(image_size) * price.image_out / MILLION
    size = image_size or DEFAULT_SIZE
    flat = price.per_picture.get(size, price.per_picture.get(EVERY_OTHER))
    if flat is None:
        known = ", ".join(price.per_picture)
        raise CatalogueError(f"{price.source}: no price of a picture of {size}; known: {known}")
    return flat


def expected_cost(model: Model, asked: Asked) -> float:
    """Expect the cost of one answer with the pictures that are asked for.

    References cost what real answers billed, not the lower documented figure. The month's
    free search queries are not counted on. Text and thinking are the mean of real answers:
    see `expectation_set`.

    Raises:
        CatalogueError: size or tier is not known of the model, or it has no price for searching.
    """
    price = model.price(asked.tier)
    prompt = asked.prompt_characters / CHARACTERS_PER_TOKEN
    prompt += asked.references * _reference_tokens(model)
    queries = model.expected_search_queries if asked.grounded else 0
    text = _expected_text(model, grounded=asked.grounded)
    return (
        (prompt * price.text_in + text * price.text_out) / MILLION
        + _pictures(model, asked, asked.pictures)
        + _search(model, price, queries)
    )


def _pictures(model: Model, asked: Asked, count: int) -> float:
    return count * picture_price(model, asked.image_size, asked.tier) if count else 0.0


def expectation_set(model: Model, *, grounded: bool = False) -> str:
    """Name the answers on which the expected text and thinking were measured, for people."""
    apart = grounded and model.expected_grounded_text_tokens is not None
    return model.expected_grounded_text_set if apart else model.expected_text_set


def _expected_text(model: Model, *, grounded: bool) -> float:
    if grounded and model.expected_grounded_text_tokens is not None:
        return model.expected_grounded_text_tokens
    return model.expected_text_tokens


def ceiling_cost(model: Model, asked: Asked) -> float:
    """Bound the cost of one answer with the pictures that are asked for from above.

    The pictures, then text and thinking up to the `maxOutputTokens` that is sent (else up to
    what the model's output limit leaves beside the picture), the longest reading of the prompt,
    earlier answers as long as they could be, and the model's allowance of search queries. Only
    an answer with more pictures or more queries can cost more.

    Raises:
        CatalogueError: size, tier, output limit or price for searching is not known of the model.
    """
    price = model.price(asked.tier)
    text = _most_text(model, asked.max_output_tokens, asked.image_size) if price.text_out else 0
    prompt = _most_prompt(model, asked) if price.text_in else 0
    queries = model.ceiling_search_queries if asked.grounded else 0
    return (
        (prompt * price.text_in + text * price.text_out) / MILLION
        + _pictures(model, asked, 0 if model.only_answers else max(1, asked.pictures))
        + _search(model, price, queries)
    )


def _most_prompt(model: Model, asked: Asked) -> int:
    """Bound the tokens of a prompt with all that goes along."""
    prompt = asked.prompt_characters * MOST_TOKENS_PER_CHARACTER
    prompt += asked.references * _reference_tokens(model)
    prompt += sum(_most_text(model, most) for most in asked.earlier_answers)
    return prompt if model.input_token_limit is None else min(prompt, model.input_token_limit)


def _most_text(model: Model, most: int | None, image_size: str | None = None) -> int:
    """Bound the tokens of an answer that are of no picture; `most` is its `maxOutputTokens`."""
    limit = model.output_token_limit
    if limit is None and most is None:
        raise CatalogueError(
            f"{model.id}: its output limit is not known, so its cost has no bound; "
            "say max_output_tokens"
        )
    if limit is None:
        return most or 0
    left = max(0, limit - model.tokens.get(image_size or DEFAULT_SIZE, 0))
    return left if most is None else min(left, most)


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
    """Price an answer by its usage report; flat sums a picture are not in it.

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
        tier: `"standard"`, `"batch"`, `"flex"` or `"priority"`.

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
