"""Obtain the turns of a variant's sample, one after the other, from tape or live."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from harness.catalogue import Catalogue
from harness.errors import (
    CassetteError,
    HarnessError,
    KeyRejected,
    ProviderError,
    StoreError,
    Unrecorded,
)
from harness.model.arm import Arm
from harness.model.generation import Generation
from harness.model.identity import cell_digest
from harness.model.request import GenerationRequest
from harness.model.sample import Failure, Receipt, Sample, SampleKey, Standing
from harness.provider.protocol import Provider
from harness.provider.wire_request import digest_of, skeleton
from harness.recording.index import Found, Index
from harness.recording.interaction import Interaction
from harness.recording.recorder import Recorder
from harness.runner.brake import Brake
from harness.runner.calling import Caller
from harness.runner.chain import Chain, Live, is_alone, sample_key, turn_of, waiting
from harness.runner.prices import BATCH, STANDARD, answer_cost, turn_price
from harness.runner.requests import request_for
from harness.runner.samples import cell_of, sample_of, unplayable
from harness.runner.spending import Purchase, Purse


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What of a run belongs to one suite.

    Attributes:
        index: Finds recorded answers.
        provider: Gives who is asked for an arm.
        recording: Which of the recorder's recordings; None is its main one.
        may_buy: Tells whether an arm's sample is in the plan that was agreed to.
    """

    index: Index
    provider: Callable[[Arm], Provider]
    recording: str | None = None
    may_buy: Callable[[Arm, SampleKey], bool] = lambda arm, key: True


class ChainRunner:
    """Obtains chains; shared by the threads of a run."""

    def __init__(  # noqa: PLR0913  # what a run shares, named
        self,
        *,
        lots: Mapping[str, Lot],
        recorder: Recorder,
        offers: Callable[[str], Catalogue],
        live: Live,
        purse: Purse,
        caller: Caller,
        brake: Brake,
        done: Collection[str] = (),
    ) -> None:
        """Bind what a run shares.

        Args:
            lots: What belongs to each suite, by its id.
            recorder: Open; answers recorded calls and keeps new ones.
            offers: Gives an endpoint's catalogue, with its prices.
            live: What may be generated.
            purse: The caps, and who charges nothing.
            caller: Makes the paid calls.
            brake: Stops the run.
            done: Sessions whose answers are not generated anew, when all are to be.
        """
        self._lots = lots
        self._recorder = recorder
        self._offers = offers
        self._live = live
        self._purse = purse
        self._caller = caller
        self._brake = brake
        self._done = frozenset(done)

    @property
    def stopped(self) -> HarnessError | None:
        """Why no further live call is made: the cap, a refused key, an interrupt."""
        return self._brake.error

    def halt(self, error: HarnessError) -> None:
        """Make no further live call; the first reason counts."""
        self._brake.pull(error)

    def obtain(self, chain: Chain) -> tuple[Sample, ...]:
        """Obtain every turn of `chain`; a turn without an answer to go on from ends it.

        Raises:
            StoreError: an answer cannot be kept.
            SecretFound: an answer holds the key.
        """
        samples: list[Sample] = []
        history: list[Generation] = []
        for turn in range(len(chain.variant.turns)):
            if len(history) < turn:
                key = sample_key(chain, turn)
                waits = waiting(self._lot(chain).index, chain, key)
                samples.append(self._absent(chain, key, *waits))
                continue
            sample = self._turn(chain, turn, request_for(chain.variant, history))
            samples.append(sample)
            if sample.generation is not None and sample.generation.parts:
                history.append(sample.generation)
        return tuple(samples)

    def ask(self, chain: Chain) -> tuple[Sample, ...]:
        """Put a question that is in the plan and was not answered before; errors as `obtain`."""
        key, request = sample_key(chain, 0), request_for(chain.variant, ())
        missing = Found(standing=Standing.MISSING, why="not asked yet")
        return (self._bought(chain, key, request, missing),)

    def _lot(self, chain: Chain) -> Lot:
        return self._lots[chain.variant.suite]

    def _turn(self, chain: Chain, turn: int, request: GenerationRequest) -> Sample:
        key = sample_key(chain, turn)
        found = self._lot(chain).index.find(
            key,
            arm=chain.arm,
            digest=digest_of(request),
            skeleton=skeleton(request),
            was=chain.variant.was,
            alone=is_alone(chain),
            goal=cell_digest(chain.variant.turns),
        )
        if self._is_had(found):
            return self._replayed(chain, key, request, found)
        if self._live is Live.NONE or not self._lot(chain).may_buy(chain.arm, key):
            return self._absent(chain, key, found.standing, found.why)
        return self._bought(chain, key, request, found)

    def _is_had(self, found: Found) -> bool:
        """Tell whether the recorded answer is the one that is wanted."""
        if found.interaction is None:
            return False
        return self._live is not Live.ALL or found.interaction.session in self._done

    def _bought(
        self, chain: Chain, key: SampleKey, request: GenerationRequest, found: Found
    ) -> Sample:
        """Make live calls, unless the run was stopped or a cap would be passed."""
        try:
            sample = self._caller.buy(
                self._purchase(chain, key), lambda: self._attempt(chain, key, request)
            )
        except ProviderError as error:
            return sample_of(
                chain, key, standing=Standing.MISSING, failure=_failure(error), why=found.why
            )
        return sample or self._unbought(chain, key, request, found)

    def _purchase(self, chain: Chain, key: SampleKey) -> Purchase:
        free = self._purse.is_free(chain.arm.endpoint)
        return Purchase(
            suite=chain.variant.suite,
            sample=key.id,
            endpoint=chain.arm.endpoint,
            ceiling_usd=0.0 if free else self._price(chain, key, ceiling=True) or 0.0,
        )

    def _price(self, chain: Chain, key: SampleKey, *, ceiling: bool) -> float | None:
        offers, turn = self._offers(chain.arm.endpoint), turn_of(chain, key)
        return turn_price(offers, chain.variant, turn, ceiling=ceiling)

    def _unbought(
        self, chain: Chain, key: SampleKey, request: GenerationRequest, found: Found
    ) -> Sample:
        """Fall back on what is recorded; else the sample is missing, for the reason of the stop."""
        if found.interaction is not None:
            return self._replayed(chain, key, request, found)
        return self._absent(chain, key, found.standing, self._why_not())

    def _why_not(self) -> str:
        """Say why a sample was not asked for; the run itself tells a refused key in full."""
        if isinstance(self._brake.error, KeyRejected):
            return "not asked for: the endpoint refuses the key"
        return str(self._brake.error)

    def _replayed(
        self, chain: Chain, key: SampleKey, request: GenerationRequest, found: Found
    ) -> Sample:
        """Give the recorded answer; one that cannot be read is a failure of this sample alone."""
        assert found.interaction is not None
        try:
            return self._answered(chain, key, request, play=found.interaction)
        except (StoreError, CassetteError, Unrecorded) as error:
            return unplayable(chain, key, error, receipt=found.interaction.receipt)

    def _attempt(self, chain: Chain, key: SampleKey, request: GenerationRequest) -> Sample:
        """Make one live call.

        Raises:
            ProviderError: no answer came that was kept.
            StoreError: it cannot be kept.
        """
        return self._answered(chain, key, request, play=None)

    def _answered(
        self, chain: Chain, key: SampleKey, request: GenerationRequest, *, play: Interaction | None
    ) -> Sample:
        lot = self._lot(chain)
        provider = lot.provider(chain.arm)
        with self._recorder.call(
            key,
            arm=chain.arm,
            cell=cell_of(chain, turn_of(chain, key)),
            play=play,
            recording=lot.recording,
            alone=is_alone(chain),
        ) as call:
            try:
                generation = provider.generate(request)
            except ProviderError as error:
                if call.receipt is None:
                    raise
                return sample_of(  # an error that is recorded is a recorded sample
                    chain,
                    key,
                    standing=Standing.RECORDED,
                    failure=_failure(error),
                    receipt=call.receipt,
                )
        return self._priced(chain, key, generation, receipt=call.receipt)

    def _priced(
        self, chain: Chain, key: SampleKey, generation: Generation, *, receipt: Receipt | None
    ) -> Sample:
        offers = self._offers(chain.arm.endpoint)
        asked = chain.variant.turns[turn_of(chain, key)].parameters
        in_batch = receipt is not None and receipt.batch
        return sample_of(
            chain,
            key,
            standing=Standing.RECORDED,
            generation=generation,
            receipt=receipt,
            cost_usd=answer_cost(
                offers,
                chain.arm.model,
                generation,
                tier=BATCH if in_batch else asked.service_tier or STANDARD,
                image_size=asked.image_size,
            ),
        )

    def _absent(self, chain: Chain, key: SampleKey, standing: Standing, why: str) -> Sample:
        free = self._purse.is_free(chain.arm.endpoint)
        expected = 0.0 if free else self._price(chain, key, ceiling=False)
        return sample_of(chain, key, standing=standing, why=why, expected_usd=expected)


def _failure(error: ProviderError) -> Failure:
    return Failure(
        kind=type(error).__name__,
        message=str(error),
        status=error.status,
        attempts=error.attempts,
    )
