"""Stop a run: no further live call is made, and whoever waits for one goes home."""

import threading
from collections.abc import Callable

from harness.errors import HarnessError


class Brake:
    """Why a run makes no further live call; the first reason counts."""

    def __init__(self) -> None:
        self._error: HarnessError | None = None
        self._told: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    @property
    def error(self) -> HarnessError | None:
        """The cap, a refused key, an interrupt; None while the run goes on."""
        return self._error

    def is_pulled(self) -> bool:
        return self._error is not None

    def tell(self, listener: Callable[[], None]) -> None:
        """Have `listener` called when the run is stopped."""
        self._told.append(listener)

    def pull(self, error: HarnessError) -> None:
        """Stop the run."""
        with self._lock:
            self._error = self._error or error
        for listener in self._told:
            listener()
