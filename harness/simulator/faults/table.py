"""Know all faults by name, read `NAME[:share]`, and draw what befalls a call."""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from harness.errors import UsageError
from harness.simulator.dice import Dice
from harness.simulator.faults import (
    answers,
    connection,
    errors,
    gateways,
    jobs,
    pictures,
    pixels,
)
from harness.simulator.faults.fault import NONE, Fault, Where

FAMILIES: Final = MappingProxyType(
    {
        "errors": errors.FAULTS,
        "connections": connection.FAULTS,
        "answers": answers.FAULTS,
        "pictures": pictures.FAULTS,
        "pixels": pixels.FAULTS,
        "gateways": gateways.FAULTS,
        "files and batches": jobs.FAULTS,
    }
)
FAULTS: Final = MappingProxyType(
    {fault.name: fault for family in FAMILIES.values() for fault in family}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """A fault, and the share of calls that it befalls."""

    fault: Fault
    share: float


def read_faults(words: Iterable[str]) -> tuple[Chance, ...]:
    """Read `NAME[:share]` words; a share that is left out is all.

    Raises:
        UsageError: no such fault, no share from 0 to 1, a fault twice, or shares over 1.
    """
    chances = tuple(_chance(word) for word in words)
    names = [chance.fault.name for chance in chances]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"--fault {name}: said twice; say each fault once")
    for where in Where:
        summed = sum(chance.share for chance in chances if chance.fault.where is where)
        if summed > 1.0 + 1e-9:
            raise UsageError(
                f"--fault: the shares sum to {summed:g} for each {where.value}; "
                "they share one draw, so say shares that sum to 1 at most, as in quota:0.3"
            )
    return chances


def _chance(word: str) -> Chance:
    name, colon, text = word.partition(":")
    if name not in FAULTS:
        raise UsageError(f"--fault {name}: there is no such fault; --fault list names all")
    try:
        share = float(text) if colon else 1.0
    except ValueError:
        share = math.nan
    if not 0.0 <= share <= 1.0:
        raise UsageError(f"--fault {word}: say a share from 0 to 1, as in {name}:0.3")
    return Chance(fault=FAULTS[name], share=share)


class Draw:
    """Draw faults; a seed repeats them, the n-th time that the same bytes come."""

    def __init__(self, chances: tuple[Chance, ...], dice: Dice) -> None:
        self._chances = chances
        self._dice = dice
        self.caches = any(chance.fault.cached for chance in chances)

    def __call__(self, where: Where, data: bytes) -> Fault:
        """Draw what befalls `data`, mostly nothing."""
        chances = [chance for chance in self._chances if chance.fault.where is where]
        if not chances:
            return NONE
        digest = hashlib.sha256(data).hexdigest()
        thrown = float(self._dice.throw(f"fault/{where.value}/{digest}").random())
        for chance in chances:
            thrown -= chance.share
            if thrown < 0:
                return chance.fault
        return NONE
