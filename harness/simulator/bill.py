"""Keep the bill: what was generated is charged, whether it arrived or not.

A line is a JSON object: `answer` (its number), `at` (UTC), `model`, `tier`, `outcome` (`good`,
`words`, the reason of a refusal, or the fault's name), `prompt_tokens`, `text_tokens`,
`picture_tokens`, `queries`, `usd`, `response_id`, and `fate`: `whole` (handed to the network),
`cut` (by a fault), `gone` (who asked had hung up), `late` (generated, then refused),
`batch` (a result of a job), or `open` (still under way).
"""

import itertools
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from harness.errors import StoreError
from harness.simulator.rates import charge

OPEN = "open"
Line = dict[str, Any]


class Bill:
    """What one simulator charges; each line is written to the file when its fate is known."""

    def __init__(self, path: Path | None = None) -> None:
        """Name the file, or none; it is made where absent, and appended to where not.

        Raises:
            StoreError: it cannot be written.
        """
        self._path = path
        self._lines: dict[int, Line] = {}
        self._outcomes: Counter[str] = Counter()
        self._calls = 0
        self._numbers = itertools.count(1)
        self._lock = Lock()
        try:
            self._append(b"")
        except OSError as error:
            raise StoreError(
                f"{path}: the bill cannot be written ({error.strerror or error}); "
                "say another file with --bill"
            ) from error

    def refused(self, outcome: str) -> None:
        """Count a call that nothing was generated for."""
        with self._lock:
            self._calls += 1
            self._outcomes[outcome] += 1

    def add(self, answer: dict[str, Any], *, model: str, outcome: str, batch: bool = False) -> int:
        """Charge an answer as it was generated; give the number of its line."""
        cost = charge(answer, model, batch=batch)
        usual = answer["usageMetadata"].get("serviceTier", "standard")
        with self._lock:
            number = next(self._numbers)
            self._calls += 1
            self._outcomes[outcome] += 1
            self._lines[number] = {
                "answer": number,
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "model": model,
                "tier": "batch" if batch else usual,
                "outcome": outcome,
                "prompt_tokens": cost.taken,
                "text_tokens": cost.told,
                "picture_tokens": cost.drawn,
                "queries": cost.queries,
                "usd": cost.usd,
                "response_id": answer["responseId"],
                "fate": OPEN,
            }
        return number

    def settle(self, number: int, fate: str) -> None:
        """Say what became of an answer; the first word counts."""
        with self._lock:
            line = self._lines.get(number)
            if line is None or line["fate"] != OPEN:
                return
            line["fate"] = fate
            self._append(json.dumps(line).encode() + b"\n")

    def close(self) -> None:
        """Write the lines whose fate is not known."""
        with self._lock:
            for line in self._lines.values():
                if line["fate"] == OPEN:
                    self._append(json.dumps(line).encode() + b"\n")

    def total(self, *, lines: bool = False) -> dict[str, Any]:
        """Add up; `undelivered_usd` is for what did not arrive whole."""
        with self._lock:
            rows = [dict(line) for line in self._lines.values()]
            summed: dict[str, Any] = {
                "usd": sum(row["usd"] for row in rows),
                "calls": self._calls,
                "answers": len(rows),
                "undelivered_usd": sum(
                    row["usd"] for row in rows if row["fate"] not in {"whole", "batch"}
                ),
                "by_outcome": dict(sorted(self._outcomes.items())),
            }
        if lines:
            summed["lines"] = rows
        return summed

    def _append(self, data: bytes) -> None:
        if self._path is not None:
            with self._path.open("ab", buffering=0) as stream:
                stream.write(data)
