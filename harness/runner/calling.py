"""Make paid calls: admitted, reserved, tried again where that can help, and settled."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import stamina

from harness.errors import (
    DeadlineExceeded,
    HarnessError,
    KeyRejected,
    MalformedAnswer,
    NoConnection,
    ProviderError,
    QuotaExhausted,
    ServiceFailed,
    SpendingRefused,
    Unreachable,
)
from harness.model.sample import Sample
from harness.runner.brake import Brake
from harness.runner.gate import LONGEST_HOLD, Gate
from harness.runner.spending import FREE_OF_CHARGE, Bill, Purchase, Purse, Reservation

log = logging.getLogger(__name__)
logging.getLogger("stamina").addHandler(logging.NullHandler())  # else it writes into the bar

FIRST_WAIT = 1.0
LONGEST_WAIT = 10.0
"""Seconds before the second call of a sample, and before any later one, without jitter."""
JITTER = 1.0

_CHARGED = (DeadlineExceeded, Unreachable, MalformedAnswer)
"""The service may have painted: no answer, or none that can be read, is no proof."""
_REPEATED = (500, 502, 503, 504)
_UNCHARGED = (500, 501, 503)
"""5xx of a service that painted nothing. Of the others, and of 408, who stands between may
have lost the answer, or the patience."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """How an endpoint is called.

    Attributes:
        gate: Admits its calls.
        attempts: Calls for one answer at the most, 1 or more.
    """

    gate: Gate
    attempts: int = 5


class Caller:
    """Makes the calls of a run; shared by its threads."""

    def __init__(
        self,
        *,
        lanes: Mapping[str, Lane],
        purse: Purse,
        brake: Brake,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """Bind what the calls of a run share.

        Args:
            lanes: How each endpoint is called.
            purse: The caps.
            brake: Stops the run.
            changed: Told when a call begins or ends.
        """
        self._lanes = lanes
        self._purse = purse
        self._brake = brake
        self._changed = changed
        for lane in lanes.values():
            brake.tell(lane.gate.close)

    def buy(self, purchase: Purchase, attempt: Callable[[], Sample]) -> Sample | None:
        """Obtain an answer.

        Args:
            purchase: What it may cost, and for what.
            attempt: Makes one call; raises where no answer came that was kept.

        Returns:
            None where the run was stopped before a call went out.

        Raises:
            ProviderError: of the last call; no other helps, or none was left.
            HarnessError: an answer cannot be kept; the run is stopped.
        """
        lane = self._lanes[purchase.endpoint]
        made, last = 0, None
        trials = stamina.retry_context(
            on=self._again,
            attempts=lane.attempts,
            timeout=None,
            wait_initial=FIRST_WAIT,
            wait_max=LONGEST_WAIT,
            wait_jitter=JITTER,
        )
        try:
            for trial in trials:
                made = trial.num
                with trial:
                    try:
                        found = self._once(purchase, lane.gate, attempt)
                    except ProviderError as error:
                        last = error
                        raise
                    if found is None and last is not None:
                        raise last  # the run was stopped before another call: its fault stands
                    return found
        except ProviderError as error:
            error.attempts = made
            raise
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _once(self, purchase: Purchase, gate: Gate, attempt: Callable[[], Sample]) -> Sample | None:
        held = self._reserved(purchase)  # before the gate, which stamps the call's beginning
        if held is None:
            return None
        with gate.passed() as admitted:
            if admitted and not self._brake.is_pulled():
                return self._settled(held, attempt)
        self._purse.settle(held, FREE_OF_CHARGE)
        return None

    def _reserved(self, purchase: Purchase) -> Reservation | None:
        """Reserve what a call may cost; None where the run is stopped."""
        if self._brake.is_pulled():
            return None
        try:
            return self._purse.reserve(purchase)
        except SpendingRefused as error:
            self._brake.pull(error)
            return None

    def _settled(self, held: Reservation, attempt: Callable[[], Sample]) -> Sample:
        """Make a call, and note what it came to."""
        bill = Bill(usd=None, why="its answer could not be kept")
        self._purse.goes_out()
        self._changed()
        try:
            sample = attempt()
            bill = _bill_of(sample)
            return sample
        except ProviderError as error:
            bill = bill_for(error)
            log.info("%s: %s", held.purchase.sample, type(error).__name__)
            if isinstance(error, KeyRejected):  # before the gate lets another one in
                self._brake.pull(error)
            raise
        except HarnessError as error:  # it could not be kept, nor could what others ask for
            self._brake.pull(error)
            raise
        finally:
            self._purse.settle(held, bill)
            passed = self._purse.overrun()
            if passed is not None:
                self._brake.pull(passed)
            self._changed()

    def _again(self, error: Exception) -> bool | float:
        """Tell whether another call can help, and after how many seconds where not as usual."""
        if self._brake.is_pulled() or not helps_to_repeat(error):
            return False
        told = isinstance(error, QuotaExhausted) and error.retry_after is not None
        return 0.0 if told else True  # the gate holds everybody back as long as was asked


def helps_to_repeat(error: Exception) -> bool:
    """Tell whether the same call may be answered later.

    429, 500, 502, 503, 504 and broken connections; never another 400, never a refusal,
    never what took longer than its deadline, which is patience enough.
    """
    if isinstance(error, QuotaExhausted):
        return not error.lasting and (error.retry_after or 0.0) <= LONGEST_HOLD
    if isinstance(error, ServiceFailed):
        return error.status in _REPEATED
    return isinstance(error, Unreachable | NoConnection)


def bill_for(error: ProviderError) -> Bill:
    """Tell what a call came to that raised."""
    unsent = isinstance(error, NoConnection)
    server = error.status >= 500 and error.status not in _UNCHARGED
    charged = isinstance(error, _CHARGED) or server or error.status == 408
    return Bill(usd=None, why=str(error)) if charged and not unsent else FREE_OF_CHARGE


def _bill_of(sample: Sample) -> Bill:
    """Tell what an answer came to, by its usage."""
    if sample.failure is not None:
        return Bill(usd=None, why=sample.failure.message)
    if sample.cost_usd is None:
        return Bill(usd=None, why="the answer came without its usage, or without a known price")
    return Bill(usd=sample.cost_usd)
