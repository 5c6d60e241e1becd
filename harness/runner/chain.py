"""Name what a run obtains: a chain is one sample of a variant, all its turns."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from harness.model.arm import Arm
from harness.model.sample import SampleKey, Standing
from harness.model.suite import Variant
from harness.recording.index import Index


class Live(StrEnum):
    """Which samples may be generated."""

    NONE = "none"
    MISSING = "missing"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One sample of a variant: all its turns.

    Attributes:
        variant: What is asked.
        sample: 0-based.
        arm: Who is asked.
        named: Name of its only answer, where it is a question about another answer's picture;
            None: by variant, sample and turn.
    """

    variant: Variant
    sample: int
    arm: Arm
    named: SampleKey | None = None


def waiting(index: Index, chain: Chain, key: SampleKey) -> tuple[Standing, str]:
    """Tell how a turn stands whose chain has not come to it."""
    held = index.holds(key, arm=chain.arm, was=chain.variant.was)
    why = f"turn {key.turn} of this chain has no answer to go on from"
    return (Standing.STALE if held else Standing.MISSING), why


class OfVariant(Protocol):
    """What is one sample of a variant: a chain, a row of a plan."""

    @property
    def variant(self) -> Variant: ...

    @property
    def sample(self) -> int: ...

    @property
    def named(self) -> SampleKey | None: ...


def sample_key(chain: OfVariant, turn: int) -> SampleKey:
    """Name the answer to a turn of `chain`."""
    if chain.named is not None:
        return chain.named
    variant = chain.variant
    return SampleKey(
        case=variant.case,
        variant=variant.label,
        sample=chain.sample,
        turn=turn,
        operation=variant.turns[turn].parameters.operation,
    )


def turn_of(chain: OfVariant, key: SampleKey) -> int:
    """Tell which turn of `chain` the answer of this name is to; a question has only one."""
    return key.turn if chain.named is None else 0


def is_alone(chain: Chain) -> bool:
    """Tell whether nobody goes on from the answer, so that its signature is not needed."""
    return len(chain.variant.turns) == 1
