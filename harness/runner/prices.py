"""Price what a run asks for and what it was answered, by the catalogue."""

from harness.catalogue import Catalogue
from harness.catalogue.pricing import ceiling_cost, expected_cost, usage_cost
from harness.errors import CatalogueError
from harness.model.generation import Generation
from harness.model.suite import Turn, Variant


def answer_cost(catalogue: Catalogue, model: str, generation: Generation) -> float | None:
    """Price an answer by the usage that the service reports; None where it cannot be told."""
    known = catalogue.get(model)
    usage = generation.usage
    if known is None or usage is None:
        return None
    queries = len(generation.grounding.queries) if generation.grounding else 0
    try:
        return usage_cost(
            known,
            prompt=usage.prompt,
            candidates=usage.candidates,
            image=usage.image,
            thoughts=usage.thoughts,
            tool_use_prompt=usage.tool_use_prompt,
            search_queries=queries,
        )
    except CatalogueError:
        return None


def turn_price(catalogue: Catalogue, variant: Variant, turn: int, *, ceiling: bool) -> float | None:
    """Expect, or bound from above, the price of a turn; None where no price is known.

    Earlier turns count: their prompts and pictures go along in the history.
    """
    model = catalogue.get(variant.model)
    if model is None:
        return None
    price = ceiling_cost if ceiling else expected_cost
    turns = variant.turns[: turn + 1]
    try:
        return price(
            model,
            image_size=turns[-1].parameters.image_size,
            references=turn + sum(len(t.references) for t in turns),
            prompt_characters=sum(_characters(t) for t in turns),
            grounded="google_search" in turns[-1].parameters.tools,
        )
    except CatalogueError:
        return None


def _characters(turn: Turn) -> int:
    return len(turn.prompt) + len(turn.parameters.system_instruction or "")
