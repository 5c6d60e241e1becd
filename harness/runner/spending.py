"""Price answers, and hold a cap that is never passed, also with many calls in flight."""

import threading

from harness.catalogue import Catalogue
from harness.catalogue.pricing import ceiling_cost, expected_cost, usage_cost
from harness.errors import CatalogueError, SpendingRefused
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


_TINY = 1e-9
"""US dollars: what sums of floats may be off by."""


class Purse:
    """A cap on spending; every call reserves its ceiling before it goes out."""

    def __init__(self, cap_usd: float | None, *, free: frozenset[str] = frozenset()) -> None:
        """Open the purse.

        Args:
            cap_usd: US dollars; None for no cap.
            free: Endpoints that charge nothing: the simulator.
        """
        self.free = free
        self.cap_usd = cap_usd
        self.spent_usd = 0.0
        self._reserved = 0.0
        self._settled = threading.Condition()

    def reserve(self, ceiling_usd: float) -> None:
        """Reserve a call's ceiling; wait while calls in flight may leave enough of the cap.

        Raises:
            SpendingRefused: with it, the cap could be passed.
        """
        with self._settled:
            self._settled.wait_for(lambda: self._fits(ceiling_usd) or self._reserved < _TINY)
            if not self._fits(ceiling_usd):
                raise SpendingRefused(
                    f"the cap of ${self.cap_usd:.2f} is reached: ${self.spent_usd:.2f} spent, and "
                    f"one more answer may cost ${ceiling_usd:.2f}; raise --max-cost to go on"
                )
            self._reserved += ceiling_usd

    def _fits(self, ceiling_usd: float) -> bool:
        wanted = self.spent_usd + self._reserved + ceiling_usd
        return self.cap_usd is None or wanted <= self.cap_usd + _TINY

    def settle(self, ceiling_usd: float, *, actual_usd: float) -> None:
        """Give a reservation back and note what was spent."""
        with self._settled:
            self._reserved -= ceiling_usd
            self.spent_usd += actual_usd
            self._settled.notify_all()
