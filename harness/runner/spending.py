"""Hold caps that are never passed: a run's and a month's, also with many calls in flight."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.errors import SpendingRefused
from harness.model.run import Charge
from harness.store.ledger import Entry, Ledger

_TINY = 1e-9
"""US dollars: what sums of floats may be off by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """A call that may cost something.

    Attributes:
        suite: Id of the suite.
        sample: Which answer it is to obtain, for people.
        endpoint: Who is asked.
        ceiling_usd: What it can cost at the most.
    """

    suite: str = ""
    sample: str = ""
    endpoint: str = ""
    ceiling_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What a call came to.

    Attributes:
        usd: US dollars, by the usage that came; None where none did.
        why: What happened instead of a usage, in one line.
    """

    usd: float | None
    why: str = ""


FREE_OF_CHARGE = Bill(usd=0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reservation:
    """A call under way, and its line in the ledger."""

    purchase: Purchase
    entry: Entry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What may be spent, in US dollars; None is no cap.

    Attributes:
        run: By this run.
        month: By everybody in a calendar month (UTC), by endpoint.
    """

    run: float | None = None
    month: Mapping[str, float] = field(default_factory=dict)


class Purse:
    """Every call reserves its ceiling before it goes out.

    A ceiling is some four times what an answer costs, unless `max_output_tokens` is set.
    A call that does not fit beside the ceilings of those under way waits for their
    bills: how many are in flight does not change how many a cap pays for.
    """

    def __init__(
        self,
        caps: Caps | float | None = None,
        *,
        free: frozenset[str] = frozenset(),
        ledger: Ledger | None = None,
    ) -> None:
        """Open the purse.

        Args:
            caps: What may be spent; a number is the run's cap.
            free: Endpoints that charge nothing: the simulator.
            ledger: Where calls are noted for other processes and later runs.
        """
        self._caps = caps if isinstance(caps, Caps) else Caps(run=caps)
        self._free = free
        self._ledger = ledger
        self._spent = 0.0
        self._calls = 0
        self._charges: list[Charge] = []
        self._open: list[Reservation] = []
        self._settled = threading.Condition()

    @property
    def spent_usd(self) -> float:
        """What was spent; a call without usage counts at its ceiling."""
        return self._spent

    @property
    def at_stake_usd(self) -> float:
        """What was spent, and what the calls under way may cost at the most."""
        with self._settled:
            return self._spent + sum(each.purchase.ceiling_usd for each in self._open)

    @property
    def calls(self) -> int:
        """Count the calls that went out."""
        return self._calls

    @property
    def in_flight(self) -> int:
        """Count the calls that are under way."""
        return len(self._open)

    @property
    def charges(self) -> tuple[Charge, ...]:
        """Give the calls that may be charged though no usage came."""
        return tuple(self._charges)

    def is_free(self, endpoint: str) -> bool:
        """Tell whether an endpoint charges nothing."""
        return endpoint in self._free

    def reserve(self, purchase: Purchase) -> Reservation:
        """Reserve a call's ceiling, once there is room for it.

        Raises:
            SpendingRefused: with it a cap could be passed, whatever the others cost.
            StoreError: the ledger cannot be written.
        """
        with self._settled:
            while (held := self._reserved(purchase)) is None:
                self._settled.wait()
            self._open.append(held)
            return held

    def reserve_now(self, purchase: Purchase) -> Reservation | None:
        """Reserve without waiting; None where bills of calls under way may yet make room.

        Raises:
            SpendingRefused, StoreError: as `reserve`.
        """
        with self._settled:
            held = self._reserved(purchase)
            if held is not None:
                self._open.append(held)
            return held

    def take_up(self, purchase: Purchase, *, month: str, entry: str) -> Reservation:
        """Take up what an earlier process reserved and did not settle.

        Args:
            purchase: As it was reserved.
            month: Of the ledger; empty where it is noted in none.
            entry: Its id there.

        Raises:
            StoreError: no ledger has such a name.
        """
        found: Entry | None = None
        if self._ledger is not None and month:
            found = self._ledger.entry(purchase.endpoint, month=month, name=entry)
        held = Reservation(purchase=purchase, entry=found)
        with self._settled:
            self._open.append(held)
        return held

    def goes_out(self) -> None:
        """Count a call that goes out."""
        with self._settled:
            self._calls += 1

    def _reserved(self, purchase: Purchase) -> Reservation | None:
        """Reserve; None where the bills of calls under way may yet make room."""
        if purchase.endpoint in self._free:
            return Reservation(purchase=purchase, entry=None)
        stake = sum(each.purchase.ceiling_usd for each in self._open)
        if not self._fits(self._spent + stake + purchase.ceiling_usd):
            if not stake or not self._fits(self._spent + purchase.ceiling_usd):
                raise self._refusal(purchase)
            return None
        if self._ledger is None:
            return Reservation(purchase=purchase, entry=None)
        return self._noted(purchase, self._ledger)

    def _noted(self, purchase: Purchase, ledger: Ledger) -> Reservation | None:
        cap = self._caps.month.get(purchase.endpoint)
        entry = ledger.reserve(purchase.endpoint, purchase.ceiling_usd, cap_usd=cap)
        if entry is not None:
            return Reservation(purchase=purchase, entry=entry)
        if any(each.purchase.endpoint == purchase.endpoint for each in self._open):
            return None
        balance = ledger.balance(purchase.endpoint)
        waits = f", ${balance.open_usd:.2f} of them by calls without a bill"
        raise SpendingRefused(
            f"the month's cap of ${cap or 0:.2f} at {purchase.endpoint} is reached: "
            f"${balance.usd:.2f} count in {balance.month}{waits if balance.open_usd else ''}; "
            f"one more answer may cost ${purchase.ceiling_usd:.2f}; "
            "raise max_month of the endpoint to go on"
        )

    def settle(self, held: Reservation, bill: Bill) -> None:
        """Give a reservation back and note what was spent.

        Raises:
            StoreError: the ledger cannot be written; the purse itself has noted it.
        """
        purchase = held.purchase
        free = purchase.endpoint in self._free
        usd = 0.0 if free else purchase.ceiling_usd if bill.usd is None else bill.usd
        unknown = bill.usd is None and not free
        with self._settled:
            self._open.remove(held)
            self._spent += usd
            if unknown:
                self._charges.append(_charge(purchase, bill))
            self._settled.notify_all()
            if held.entry is not None and self._ledger is not None:
                state = "may be charged" if unknown else "spent"
                self._ledger.settle(held.entry, usd=usd, state=state, sample=purchase.sample)

    def _fits(self, usd: float) -> bool:
        return self._caps.run is None or usd <= self._caps.run + _TINY

    def _refusal(self, purchase: Purchase) -> SpendingRefused:
        return SpendingRefused(
            f"the cap of ${self._caps.run or 0:.2f} is reached: ${self._spent:.2f} spent, and "
            f"one more answer may cost ${purchase.ceiling_usd:.2f}; raise --max-cost to go on"
        )


def _charge(purchase: Purchase, bill: Bill) -> Charge:
    return Charge(
        suite=purchase.suite,
        sample=purchase.sample,
        endpoint=purchase.endpoint,
        ceiling_usd=round(purchase.ceiling_usd, 6),
        why=bill.why,
    )
