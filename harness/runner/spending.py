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
    """A cap on spending; every call reserves its ceiling before it goes out.

    A ceiling is some four times what an answer costs. A call that does not fit beside
    the ceilings of those under way waits for their bills: how many are in flight does
    not change how many a cap pays for.
    """

    def __init__(self, cap_usd: float | None, *, free: frozenset[str] = frozenset()) -> None:
        """Open the purse.

        Args:
            cap_usd: US dollars; None for no cap.
            free: Endpoints that charge nothing: the simulator.
        """
        self.free = free
        self.cap_usd = cap_usd
        self.spent_usd = 0.0
        self._reserved: list[float] = []
        self._settled = threading.Condition()

    @property
    def at_stake_usd(self) -> float:
        """What was spent, and what the calls under way may cost at the most."""
        return self.spent_usd + sum(self._reserved)

    def reserve(self, ceiling_usd: float) -> None:
        """Reserve a call's ceiling, once there is room for it.

        Raises:
            SpendingRefused: with it, the cap could be passed, whatever the others cost.
        """
        with self._settled:
            while not self._fits(self.at_stake_usd + ceiling_usd):
                if not self._reserved or not self._fits(self.spent_usd + ceiling_usd):
                    raise self._refusal(ceiling_usd)
                self._settled.wait()
            self._reserved.append(ceiling_usd)

    def settle(self, ceiling_usd: float, *, actual_usd: float) -> None:
        """Give a reservation back and note what was spent."""
        with self._settled:
            self._reserved.remove(ceiling_usd)
            self.spent_usd += actual_usd
            self._settled.notify_all()

    def _fits(self, usd: float) -> bool:
        return self.cap_usd is None or usd <= self.cap_usd + 1e-9

    def _refusal(self, ceiling_usd: float) -> SpendingRefused:
        return SpendingRefused(
            f"the cap of ${self.cap_usd or 0:.2f} is reached: ${self.spent_usd:.2f} spent, and "
            f"one more answer may cost ${ceiling_usd:.2f}; raise --max-cost to go on"
        )
