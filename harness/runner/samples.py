"""Say what is known of a chain's sample: its answer, or why there is none."""

from harness.errors import HarnessError
from harness.model.generation import Generation
from harness.model.identity import cell_digest
from harness.model.sample import Failure, Receipt, Sample, SampleKey, Standing
from harness.runner.chain import Chain, turn_of


def unplayable(chain: Chain, key: SampleKey, error: HarnessError, *, receipt: Receipt) -> Sample:
    """Note a recorded answer whose bytes are absent or broken; the others go on."""
    failure = Failure(kind=type(error).__name__, message=str(error))
    return sample_of(chain, key, standing=Standing.RECORDED, failure=failure, receipt=receipt)


def cell_of(chain: Chain, turn: int) -> str:
    """Digest what was declared up to a turn."""
    return cell_digest(chain.variant.turns[: turn + 1])


def sample_of(  # noqa: PLR0913  # a sample's fields, named
    chain: Chain,
    key: SampleKey,
    *,
    standing: Standing,
    why: str = "",
    generation: Generation | None = None,
    receipt: Receipt | None = None,
    failure: Failure | None = None,
    cost_usd: float | None = None,
    expected_usd: float | None = None,
) -> Sample:
    """Name a sample of a chain, with what is known of it."""
    return Sample(
        key=key,
        variant_id=chain.variant.id,
        cell=cell_of(chain, turn_of(chain, key)),
        arm=chain.arm,
        prompt=chain.variant.turns[turn_of(chain, key)].prompt,
        standing=standing,
        why=why,
        generation=generation,
        receipt=receipt,
        failure=failure,
        cost_usd=cost_usd,
        expected_usd=expected_usd,
    )
