"""Hold a cap that is never passed, also with many calls in flight."""

import threading

from harness.errors import SpendingRefused

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
