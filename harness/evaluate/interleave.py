"""Put the chains of several arms in one order, so that no arm is asked before another."""

import hashlib
from collections import Counter
from collections.abc import Sequence

from harness.errors import ProviderError
from harness.model.arm import Arm
from harness.model.sample import Sample
from harness.runner.chain import Chain

Place = tuple[str, str, int, Arm]
"""Suite, variant's id, sample and arm: no two chains of a run share it."""

SILENT = 3
"""Calls in a row that an arm leaves unanswered before the others wait for it."""
REFUSED = 400


def place_of(chain: Chain) -> Place:
    """Name a chain among those of a run."""
    return chain.variant.suite, chain.variant.id, chain.sample, chain.arm


def interleaved(arms: Sequence[Sequence[Chain]], *, seed: str) -> tuple[Chain, ...]:
    """Let the arms' chains of one sample follow each other, in an order drawn from the seed.

    Each sample of each variant is a block in which every arm is asked once (randomised
    blocks): what changes with time befalls all arms alike. With one arm nothing moves.

    Args:
        arms: Each arm's chains; all of them ask the same variants and samples in one order.
        seed: The session's id: its manifest holds it, so that the order can be drawn again.
    """
    blocks = zip(*arms, strict=True)
    return tuple(
        chain for block in blocks for chain in sorted(block, key=lambda chain: _draw(chain, seed))
    )


def _draw(chain: Chain, seed: str) -> bytes:
    """Draw a chain's rank in its block: the same of the same seed, on every machine."""
    suite, variant, sample, arm = place_of(chain)
    return hashlib.sha256(
        "\0".join((seed, suite, variant, str(sample), arm.name)).encode()
    ).digest()


class Together:
    """Tells when an arm answers no more: the others alone would be of another time."""

    def __init__(self) -> None:
        self._silent: Counter[Arm] = Counter()

    def told(self, samples: Sequence[Sample]) -> ProviderError | None:
        """Note what came of a chain; give why no further call is to be made, or None.

        A request that is refused as such (400) is an answer: asking later changes nothing.
        """
        for sample in samples:
            if sample.receipt is not None:
                self._silent[sample.arm] = 0
            elif sample.failure is not None and sample.failure.status != REFUSED:
                self._silent[sample.arm] += 1
            if self._silent[sample.arm] >= SILENT:
                return ProviderError(
                    f"{sample.arm.name} left {SILENT} calls in a row unanswered; the other arms "
                    "are not asked without it, since their answers would be of another time: "
                    "harness run --resume goes on with all of them, or begin anew without it"
                )
        return None
