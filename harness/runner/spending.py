"""Hold caps that are never passed: a run's and a month's, also with many calls in flight."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.errors import SpendingRefused
from harness.model.run import Charge
from harness.store.ledger import Balance, Entry, Ledger

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


@dataclass(slots=True, eq=False)
class Reservation:
    """A call under way.

    Attributes:
        purchase: What it is for.
        entry: Its line in the ledger, once it has one.
    """

    purchase: Purchase
    entry: Entry | None = None


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
        self._bills = 0
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
        while True:
            with self._settled:
                while not self._has_room(purchase):
                    self._settled.wait()
                held, bills = self._opened(purchase), self._bills
            if self._is_noted(held, bills):
                return held
            with self._settled:
                while self._bills == bills:
                    self._settled.wait()

    def reserve_now(self, purchase: Purchase) -> Reservation | None:
        """Reserve without waiting; None where bills of calls under way may yet make room.

        Raises:
            SpendingRefused, StoreError: as `reserve`.
        """
        with self._settled:
            if not self._has_room(purchase):
                return None
            held, bills = self._opened(purchase), self._bills
        return held if self._is_noted(held, bills) else None

    def take_up(self, purchase: Purchase, *, month: str, entry: str) -> Reservation:
        """Take up what an earlier process reserved and did not settle.

        Args:
            purchase: As it was reserved.
            month: Of the ledger; empty where it is noted in none.
            entry: Its id there.

        Raises:
            StoreError: no ledger has such a name.
        """
        with self._settled:
            held = self._opened(purchase)
        if self._ledger is not None and month:
            held.entry = self._ledger.entry(purchase.endpoint, month=month, name=entry)
        return held

    def _opened(self, purchase: Purchase) -> Reservation:
        held = Reservation(purchase)
        self._open.append(held)
        return held

    def _has_room(self, purchase: Purchase) -> bool:
        """Tell whether a call fits; False where bills of calls under way may yet make room."""
        if purchase.endpoint in self._free:
            return True
        stake = sum(each.purchase.ceiling_usd for each in self._open)
        if self._fits(self._spent + stake + purchase.ceiling_usd):
            return True
        if not stake or not self._fits(self._spent + purchase.ceiling_usd):
            raise self._refusal(purchase)
        return False

    def _is_noted(self, held: Reservation, bills: int) -> bool:
        """Note a call in the ledger; False, and taken back, where a bill may make room.

        Args:
            held: As it was opened.
            bills: How many had come by then: one that came since may have made room.
        """
        purchase = held.purchase
        if self._ledger is None or purchase.endpoint in self._free:
            return True
        cap = self._caps.month.get(purchase.endpoint)
        try:
            held.entry = self._ledger.reserve(purchase.endpoint, purchase.ceiling_usd, cap_usd=cap)
        finally:
            if held.entry is None:
                with self._settled:
                    self._open.remove(held)
                    self._settled.notify_all()
        if held.entry is None and not self._may_find_room(purchase.endpoint, bills):
            raise self._month_refusal(purchase, self._ledger.balance(purchase.endpoint), cap or 0.0)
        return held.entry is not None

    def _may_find_room(self, endpoint: str, bills: int) -> bool:
        with self._settled:
            return self._bills != bills or any(
                each.purchase.endpoint == endpoint and each.entry is not None for each in self._open
            )

    def overrun(self) -> SpendingRefused | None:
        """Say that the run's cap was passed: a bill was above the ceiling that was reserved."""
        if self._fits(self._spent):
            return None
        return SpendingRefused(
            f"the cap of ${self._caps.run or 0:.2f} was passed: ${self._spent:.2f} spent; an "
            "answer cost more than its ceiling: look at the usage that it reports"
        )

    def goes_out(self) -> None:
        """Count a call that goes out."""
        with self._settled:
            self._calls += 1

    def settle(self, held: Reservation, bill: Bill) -> None:
        """Give a reservation back and note what was spent.

        Raises:
            StoreError: the ledger cannot be written; the purse itself has noted it.
        """
        purchase = held.purchase
        free = purchase.endpoint in self._free
        usd = 0.0 if free else purchase.ceiling_usd if bill.usd is None else bill.usd
        unknown = bill.usd is None and not free
        try:
            if held.entry is not None and self._ledger is not None:
                state = "may be charged" if unknown else "spent"
                self._ledger.settle(held.entry, usd=usd, state=state, sample=purchase.sample)
        finally:
            self._close(held, usd=usd, charge=_charge(purchase, bill) if unknown else None)

    def _close(self, held: Reservation, *, usd: float = 0.0, charge: Charge | None = None) -> None:
        with self._settled:
            self._open.remove(held)
            self._spent += usd
            self._bills += 1
            if charge is not None:
                self._charges.append(charge)
            self._settled.notify_all()

    @staticmethod
    def _month_refusal(purchase: Purchase, balance: Balance, cap_usd: float) -> SpendingRefused:
        waits = f", ${balance.open_usd:.2f} of them by calls without a bill"
        return SpendingRefused(
            f"the month's cap of ${cap_usd:.2f} at {purchase.endpoint} is reached: "
            f"${balance.usd:.2f} count in {balance.month}{waits if balance.open_usd else ''}; "
            f"one more answer may cost ${purchase.ceiling_usd:.2f}; "
            "raise max_month of the endpoint to go on"
        )

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
