"""Obtain the turns of a variant's sample, one after the other, from tape or live."""

import logging
import threading
from collections.abc import Callable

from harness.catalogue import Catalogue
from harness.errors import (
    CassetteError,
    DeadlineExceeded,
    HarnessError,
    KeyRejected,
    MalformedAnswer,
    ProviderError,
    SpendingRefused,
    StoreError,
    Unreachable,
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
from harness.recording.recorder import Recorder
from harness.runner.chain import Chain, Live, is_alone, sample_key, waiting
from harness.runner.prices import answer_cost, turn_price
from harness.runner.requests import request_for
from harness.runner.spending import Purse

log = logging.getLogger(__name__)

_MAY_BE_CHARGED = (DeadlineExceeded, Unreachable, MalformedAnswer)


class ChainRunner:
    """Obtains chains; shared by the threads of a run."""

    def __init__(  # noqa: PLR0913  # what a run shares, named
        self,
        *,
        provider: Callable[[Arm], Provider],
        recorder: Recorder,
        index: Index,
        catalogue: Catalogue,
        live: Live,
        purse: Purse,
        may_buy: Callable[[SampleKey], bool] = lambda key: True,
    ) -> None:
        """Bind what a run shares.

        Args:
            provider: Gives who is asked for an arm.
            recorder: Open; answers recorded calls and keeps new ones.
            index: Finds recorded answers.
            catalogue: Prices.
            live: What may be generated.
            purse: The cap, and who charges nothing.
            may_buy: Tells whether a sample is in the plan that was agreed to.
        """
        self._provider = provider
        self._recorder = recorder
        self._index = index
        self._catalogue = catalogue
        self._live = live
        self._purse = purse
        self._may_buy = may_buy
        self._stopped: HarnessError | None = None
        self._lock = threading.Lock()

    @property
    def stopped(self) -> HarnessError | None:
        """Why no further live call is made: the cap, a refused key, an interrupt."""
        return self._stopped

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
                samples.append(self._absent(chain, key, *waiting(self._index, chain, key)))
                continue
            sample = self._turn(chain, turn, request_for(chain.variant, history))
            samples.append(sample)
            if sample.generation is not None and sample.generation.parts:
                history.append(sample.generation)
        return tuple(samples)

    def _turn(self, chain: Chain, turn: int, request: GenerationRequest) -> Sample:
        key = sample_key(chain, turn)
        found = self._index.find(
            key,
            arm=chain.arm,
            digest=digest_of(request),
            skeleton=skeleton(request),
            was=chain.variant.was,
            alone=is_alone(chain),
            goal=cell_digest(chain.variant.turns),
        )
        if found.standing is Standing.RECORDED and self._live is not Live.ALL:
            return self._call(chain, key, request, found)
        if self._live is Live.NONE or not self._may_buy(key):
            return self._absent(chain, key, found.standing, found.why)
        return self._bought(chain, key, request, found)

    def _bought(
        self, chain: Chain, key: SampleKey, request: GenerationRequest, found: Found
    ) -> Sample:
        """Make a live call, unless the run was stopped or the cap would be passed."""
        free = chain.arm.endpoint in self._purse.free
        ceiling = 0.0 if free else self._ceiling(chain, key.turn)
        if not self._admitted(ceiling):
            return self._unbought(chain, key, request, found)
        sample: Sample | None = None
        try:
            sample = self._call(chain, key, request, Found(standing=Standing.MISSING))
        except HarnessError as error:  # it could not be kept, nor could what others ask for
            self.halt(error)
            raise
        finally:
            self._purse.settle(ceiling, actual_usd=0.0 if free else _actual(sample, ceiling))
        return sample

    def _admitted(self, ceiling_usd: float) -> bool:
        """Reserve a call's ceiling; not where the run is stopped, also while it waited."""
        if self._is_stopped():
            return False
        try:
            self._purse.reserve(ceiling_usd)
        except SpendingRefused as error:
            self.halt(error)
            return False
        if self._is_stopped():
            self._purse.settle(ceiling_usd, actual_usd=0.0)
            return False
        return True

    def _is_stopped(self) -> bool:
        return self._stopped is not None

    def _ceiling(self, chain: Chain, turn: int) -> float:
        return turn_price(self._catalogue, chain.variant, turn, ceiling=True) or 0.0

    def _unbought(
        self, chain: Chain, key: SampleKey, request: GenerationRequest, found: Found
    ) -> Sample:
        """Fall back on what is recorded; else the sample is missing, for the reason of the stop."""
        if found.standing is Standing.RECORDED:
            return self._call(chain, key, request, found)
        return self._absent(chain, key, found.standing, str(self._stopped))

    def _call(
        self, chain: Chain, key: SampleKey, request: GenerationRequest, found: Found
    ) -> Sample:
        cell = _cell(chain, key.turn)
        provider = self._provider(chain.arm)
        with self._recorder.call(
            key, arm=chain.arm, cell=cell, play=found.interaction, alone=is_alone(chain)
        ) as call:
            try:
                generation = provider.generate(request)
            except ProviderError as error:
                return self._failed(chain, key, error, receipt=call.receipt)
            except (StoreError, CassetteError, Unrecorded) as error:
                if found.interaction is None:
                    raise
                return _unplayable(chain, key, error, receipt=found.interaction.receipt)
        return _blank(
            chain,
            key,
            standing=Standing.RECORDED,
            generation=generation,
            receipt=call.receipt,
            cost_usd=answer_cost(self._catalogue, chain.arm.model, generation),
        )

    def _failed(
        self, chain: Chain, key: SampleKey, error: ProviderError, *, receipt: Receipt | None
    ) -> Sample:
        """Note an error; a recorded one is a recorded sample."""
        if receipt is None:
            log.info("%s: %s", key.id, type(error).__name__)
            if isinstance(error, KeyRejected):
                self.halt(error)
        failure = Failure(kind=type(error).__name__, message=str(error), status=error.status)
        standing = Standing.MISSING if receipt is None else Standing.RECORDED
        return _blank(chain, key, standing=standing, failure=failure, receipt=receipt)

    def _absent(self, chain: Chain, key: SampleKey, standing: Standing, why: str) -> Sample:
        free = chain.arm.endpoint in self._purse.free
        price = turn_price(self._catalogue, chain.variant, key.turn, ceiling=False)
        expected = 0.0 if free else price
        return _blank(chain, key, standing=standing, why=why, expected_usd=expected)

    def halt(self, error: HarnessError) -> None:
        """Make no further live call; the first reason counts."""
        with self._lock:
            self._stopped = self._stopped or error


def _unplayable(chain: Chain, key: SampleKey, error: HarnessError, *, receipt: Receipt) -> Sample:
    """Note a recorded answer whose bytes are absent or broken; the others go on."""
    failure = Failure(kind=type(error).__name__, message=str(error))
    return _blank(chain, key, standing=Standing.RECORDED, failure=failure, receipt=receipt)


def _cell(chain: Chain, turn: int) -> str:
    return cell_digest(chain.variant.turns[: turn + 1])


def _blank(  # noqa: PLR0913  # a sample's fields, named
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
    return Sample(
        key=key,
        variant_id=chain.variant.id,
        cell=_cell(chain, key.turn),
        arm=chain.arm,
        prompt=chain.variant.turns[key.turn].prompt,
        standing=standing,
        why=why,
        generation=generation,
        receipt=receipt,
        failure=failure,
        cost_usd=cost_usd,
        expected_usd=expected_usd,
    )


def _actual(sample: Sample | None, ceiling: float) -> float:
    """What a call cost: by its usage; its ceiling where it may be charged without one."""
    if sample is None:
        return ceiling
    if sample.failure is not None:
        charged = sample.failure.kind in {kind.__name__ for kind in _MAY_BE_CHARGED}
        return ceiling if charged or sample.failure.status == 504 else 0.0
    return ceiling if sample.cost_usd is None else sample.cost_usd
