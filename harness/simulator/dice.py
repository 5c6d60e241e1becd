"""Throw dice that a seed repeats: the n-th answer to one request, in whatever order it comes."""

import hashlib
import secrets
from collections import Counter
from threading import Lock

import numpy as np


class Dice:
    """Deal a generator to every answer.

    It depends on the seed, the request's digest, and how often that request came before; what
    other requests do in the meantime changes nothing.
    """

    def __init__(self, seed: int | None) -> None:
        self._seed = secrets.token_hex(16) if seed is None else str(seed)
        self._seen: Counter[str] = Counter()
        self._lock = Lock()

    def throw(self, digest: str) -> np.random.Generator:
        """Deal the generator of the next answer to the request of `digest`."""
        with self._lock:
            turn = self._seen[digest]
            self._seen[digest] += 1
        mixed = hashlib.sha256(f"{self._seed}/{digest}/{turn}".encode()).digest()
        return np.random.default_rng(int.from_bytes(mixed[:16], "big"))
