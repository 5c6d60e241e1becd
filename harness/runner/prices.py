"""Price what a run asks for and what it was answered, by the catalogue."""

from harness.catalogue import Catalogue, Model
from harness.catalogue.pricing import Asked, ceiling_cost, expected_cost, picture_price, usage_cost
from harness.errors import CatalogueError
from harness.model.generation import Generation, Usage
from harness.model.suite import Turn, Variant

STANDARD = "standard"
BATCH = "batch"
_REPORTED = frozenset({STANDARD, "flex", "priority"})
"""Tiers that an answer may report; it says nothing of batches, and gateways say other things."""


def answer_cost(
    catalogue: Catalogue,
    model: str,
    generation: Generation,
    *,
    tier: str = STANDARD,
    image_size: str | None = None,
) -> float | None:
    """Price an answer by the usage that the service reports; None where it cannot be told.

    Every search query that the answer lists is priced, the empty one too: the provider charges
    each query of a request, and whether it charges that one nobody has said. The free queries
    of a month are not counted on. A list of flat prices charges each final picture by the size
    that was asked. Pictures that the usage report does not count as such are priced as pictures
    of that size, not as text, which costs a tenth.

    Args:
        catalogue: Of the endpoint that answered.
        model: As it was asked.
        generation: The answer.
        tier: `"batch"`, or the service tier that was asked for; of that and another that
            the answer reports the dearer one counts.
        image_size: As it was asked; None means 1K.
    """
    known = catalogue.get(model)
    if known is None:
        return None
    tiers = {tier} if tier == BATCH else {tier, _reported(generation) or tier}
    try:
        costs = [_cost(known, generation, tier=t, image_size=image_size) for t in tiers]
    except CatalogueError:
        return None
    return None if None in costs else max(cost for cost in costs if cost is not None)


def _cost(
    model: Model, generation: Generation, *, tier: str, image_size: str | None
) -> float | None:
    price = model.price(tier)
    flat = price.per_picture is not None
    pictures = len(generation.pictures)
    usage = generation.usage
    if usage is None and not (flat and price.text_in == price.text_out == 0):
        return None
    usage = usage or Usage()
    queries = len(generation.grounding.queries) if generation.grounding else 0
    image = usage.image or (0 if flat or not pictures else pictures * model.tokens_of(image_size))
    tokens = usage_cost(
        model,
        prompt=usage.prompt,
        candidates=usage.candidates,
        image=image,
        thoughts=usage.thoughts,
        tool_use_prompt=usage.tool_use_prompt,
        search_queries=queries,
        tier=tier,
    )
    return tokens + (pictures * picture_price(model, image_size, tier) if flat and pictures else 0)


def _reported(generation: Generation) -> str | None:
    said = generation.usage.service_tier if generation.usage else ""
    said = said or generation.service.get("x-gemini-service-tier", "")
    tier = said.lower().removeprefix("service_tier_")
    return tier if tier in _REPORTED else None


def turn_price(
    catalogue: Catalogue, variant: Variant, turn: int, *, ceiling: bool, tier: str | None = None
) -> float | None:
    """Expect, or bound from above, the price of a turn; None where no price is known.

    Earlier turns count: their prompts, pictures and answers go along in the history.

    Args:
        catalogue: Of the endpoint that is asked.
        variant: What is asked.
        turn: Which turn of it, from 0.
        ceiling: Bound it instead of expecting it.
        tier: `"batch"` where it goes in a batch; else the turn's own service tier counts.
    """
    model = catalogue.get(variant.model)
    if model is None:
        return None
    price = ceiling_cost if ceiling else expected_cost
    try:
        return price(model, asked_of(variant, turn, tier=tier))
    except CatalogueError:
        return None


def asked_of(variant: Variant, turn: int, *, tier: str | None = None) -> Asked:
    """Say what a turn asks for, as far as it bears on its price."""
    turns = variant.turns[: turn + 1]
    parameters = turns[-1].parameters
    return Asked(
        image_size=parameters.image_size,
        references=turn + sum(len(t.references) for t in turns),
        prompt_characters=sum(_characters(t) for t in turns),
        grounded=parameters.grounded,
        tier=tier or parameters.service_tier or STANDARD,
        max_output_tokens=parameters.max_output_tokens,
        pictures=pictures_of(turns[-1]),
        earlier_answers=tuple(t.parameters.max_output_tokens for t in turns[:-1]),
    )


def pictures_of(turn: Turn) -> int:
    """Tell how many pictures a turn asks for: by the checks, the modalities, else one."""
    modalities = turn.parameters.modalities
    if modalities and "IMAGE" not in modalities:
        return 0
    return 1 if turn.checks.pictures is None else turn.checks.pictures


def _characters(turn: Turn) -> int:
    return len(turn.prompt) + len(turn.parameters.system_instruction or "")
