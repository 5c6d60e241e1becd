"""Admit calls to an endpoint: so many at once, so many a minute, fewer when it says 429."""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextvars import ContextVar

from harness.errors import ProviderError, QuotaExhausted

MINUTE = 60.0
LONGEST_HOLD = 300.0
"""Seconds that an endpoint is waited for when it asks for it; who asks for more has no
quota left today, and is not waited for."""

Clock = Callable[[], float]
Wait = Callable[[threading.Condition, float | None], object]


def _until_told(changed: threading.Condition, seconds: float | None) -> None:
    """Wait until somebody leaves or the gate is closed, or for so many seconds."""
    changed.wait(seconds)


class _Leaving:
    """The leaving of one call; done once."""

    def __init__(self, leave: Callable[[], None]) -> None:
        self._leave = leave
        self._is_done = False

    def __call__(self) -> None:
        if not self._is_done:
            self._is_done = True
            self._leave()


_current: ContextVar[_Leaving | None] = ContextVar("harness_gate_leaving", default=None)


def arrived() -> None:
    """Let the next call in: the answer to this thread's call has arrived, and is written down."""
    leaving = _current.get()
    if leaving is not None:
        leaving()


class Gate:
    """How many calls an endpoint gets at once.

    Additive increase, multiplicative decrease (Chiu and Jain, 1989): a 429 halves the
    number, at most once for the calls that were under way together; every answer adds
    the reciprocal of the number, so that a round of answers adds one.

    The first call goes alone until the endpoint has answered it: a wrong key is then
    one call, not as many as would be in flight.
    """

    def __init__(
        self,
        *,
        jobs: int,
        per_minute: float | None = None,
        proven: bool = False,
        clock: Clock = time.monotonic,
        wait: Wait = _until_told,
    ) -> None:
        """Open the gate.

        Args:
            jobs: Calls in flight at the most.
            per_minute: Calls begun in any 60 seconds at the most, above 0; None for any number.
            proven: The endpoint is known to take the key.
            clock: Seconds.
            wait: Waits on a condition.
        """
        self._jobs = jobs
        self._allowed = float(jobs)
        count = None if per_minute is None else max(1, int(per_minute))
        self._window = MINUTE * (count or 0) / (per_minute or 1.0)  # a minute, or more below 1
        self._proven = proven
        self._clock = clock
        self._wait = wait
        self._in_flight = 0
        self._starts: deque[float] = deque(maxlen=count)
        self._held_until = 0.0
        self._lowered_at = -1.0
        self._closed = False
        self._changed = threading.Condition()

    @property
    def allowed(self) -> int:
        """Calls in flight that are allowed now."""
        return max(1, int(self._allowed)) if self._proven else 1

    def held(self) -> float:
        """Give the seconds for which the endpoint asked to wait still."""
        return max(0.0, self._held_until - self._clock())

    def close(self) -> None:
        """Admit nobody any more; whoever waits is turned away."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @contextlib.contextmanager
    def passed(self) -> Iterator[bool]:
        """Wait for admission; give False where the gate was closed.

        What the call raises tells the gate how the endpoint is.
        """
        started = self._enter()
        if started is None:
            yield False
            return
        error: BaseException | None = None
        leaving = _Leaving(lambda: self._leave(started, error))
        token = _current.set(leaving)
        try:
            yield True
        except BaseException as raised:
            error = raised
            raise
        finally:
            _current.reset(token)
            leaving()

    def _enter(self) -> float | None:
        with self._changed:
            while not self._closed:
                wait = self._seconds()
                if wait == 0.0:
                    self._in_flight += 1
                    now = self._clock()
                    if self._starts.maxlen is not None:
                        self._starts.append(now)
                    return now
                self._wait(self._changed, wait)
        return None

    def _seconds(self) -> float | None:
        """Give the seconds to wait: 0 for none, None until somebody leaves."""
        if self._in_flight >= self.allowed:
            return None
        now = self._clock()
        waits = [self._held_until - now]
        if self._starts.maxlen is not None and len(self._starts) == self._starts.maxlen:
            waits.append(self._starts[0] + self._window - now)
        return max(0.0, *waits)

    def _leave(self, started: float, error: BaseException | None) -> None:
        with self._changed:
            self._in_flight -= 1
            if isinstance(error, QuotaExhausted):
                self._lower(started, error)
            elif error is None:
                self._allowed = min(self._jobs, self._allowed + 1 / max(1.0, self._allowed))
            self._proven = self._proven or error is None or _answered(error)
            self._changed.notify_all()

    def _lower(self, started: float, error: QuotaExhausted) -> None:
        if started > self._lowered_at:
            self._allowed = max(1.0, self._allowed / 2)
            self._lowered_at = self._clock()
        asked = error.retry_after or 0.0
        if asked <= LONGEST_HOLD:
            self._held_until = max(self._held_until, self._clock() + asked)


def _answered(error: BaseException) -> bool:
    """Tell whether the service itself answered, and took the key."""
    return isinstance(error, ProviderError) and (error.status == 429 or error.status >= 500)
