"""Do the obtaining of some suites: one recorder, one client, one pool of threads."""

import contextlib
import functools
import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import httpx

from harness.errors import HarnessError
from harness.evaluate.ask import arms_asked
from harness.evaluate.ask_run import Put, Questions
from harness.evaluate.interleave import Together, interleaved, place_of
from harness.evaluate.lanes import lanes_for, proved
from harness.evaluate.order import Obtained, Order
from harness.evaluate.plan import Planned, chains_of, settle_whole
from harness.evaluate.standing import settle
from harness.evaluate.supply import supplied
from harness.evaluate.workspace import SIMULATOR, Wish, Workspace, providers, simulator_for
from harness.model.arm import Arm
from harness.model.sample import Sample
from harness.model.suite import Suite
from harness.provider.protocol import Endpoint
from harness.provider.transport import closed_client, first_byte_at, live_client
from harness.recording.call import RecordAs, Replay
from harness.recording.index import Index
from harness.recording.recorder import Recorder
from harness.runner.brake import Brake
from harness.runner.calling import Caller, Lane
from harness.runner.chain import Chain, Live, sample_key
from harness.runner.chains import ChainRunner, Lot
from harness.runner.gate import arrived
from harness.runner.going import Going
from harness.runner.pool import Interrupted, run_chains, threads_of
from harness.runner.spending import Purse
from harness.settings import is_loopback

Got = tuple[tuple[Sample, ...], ...]
"""The samples of chains, in their order."""
Kept = tuple[tuple[Obtained, ...], HarnessError | None]
"""What was obtained, and why generation stopped early, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errand:
    """What one arm is asked of a suite.

    Attributes:
        suite: The suite.
        wish: Who is asked.
        chains: In the suite's order.
    """

    suite: Suite
    wish: Wish
    chains: tuple[Chain, ...]


class Work:
    """The obtaining of some suites with one recorder, one client and one pool."""

    def __init__(
        self,
        workspace: Workspace,
        order: Order,
        *,
        purse: Purse,
        session: str,
        planned: Planned,
    ) -> None:
        self._workspace = workspace
        self._order = order
        self._purse = purse
        self._session = session
        self._planned = planned
        self._brake = Brake()
        self._lanes: Mapping[str, Lane] = {}
        self._together = Together() if order.arms else None

    def obtain(self, suites: Sequence[Suite]) -> Kept:
        indexes = self._indexes(suites)
        errands = self._errands(suites, indexes)
        with contextlib.ExitStack() as stack:
            endpoints = self._endpoints(errands, stack)
            client = stack.enter_context(_client(endpoints, self._workspace))
            proven = proved(client, endpoints, self._arms(errands), brake=self._brake)
            self._lanes = lanes_for(endpoints, self._workspace, proven=proven)
            recorder = stack.enter_context(self._recorder(suites, endpoints).opened())
            if endpoints:  # another process may have recorded until this one had the lock
                indexes = self._indexes(suites)
            for each in errands:
                self._settle(each, indexes[each.suite.id])
            if endpoints:
                gc.freeze()  # what is loaded stays: looked through for each few answers, it
                # would cost more than a picture's hash
            runner = self._runner(
                suites, indexes, recorder=recorder, client=client, endpoints=endpoints
            )
            put = functools.partial(self._run, runner, client=client)
            obtained = self._obtained(errands, indexes, put=put)
        return obtained, runner.stopped

    def _obtained(
        self, errands: Sequence[_Errand], indexes: Mapping[str, Index], *, put: Callable[..., Got]
    ) -> tuple[Obtained, ...]:
        """Obtain all samples, the arms interleaved; then ask each errand's questions of them."""
        suites = tuple(dict.fromkeys(each.suite.id for each in errands))
        wanted = [
            chain
            for suite in suites
            for chain in interleaved(
                [each.chains for each in errands if each.suite.id == suite], seed=self._session
            )
        ]
        got = put(wanted, what=", ".join(suites[:3]))
        found = {place_of(chain): of for chain, of in zip(wanted, got, strict=True)}
        return tuple(
            self._replied(
                each,
                tuple(found[place_of(chain)] for chain in each.chains),
                index=indexes[each.suite.id],
                put=functools.partial(put, what=f"questions of {each.suite.id}"),
            )
            for each in errands
        )

    def _replied(self, errand: _Errand, samples: Got, *, index: Index, put: Put) -> Obtained:
        """Ask the questions about an errand's samples."""
        questions = Questions(
            errand.suite,
            self._workspace,
            index=index,
            endpoint=errand.wish.endpoint,
            planned=self._planned,
        )
        replies = questions.replies(errand.chains, samples, put=put)
        return Obtained(
            suite=errand.suite,
            chains=errand.chains,
            samples=samples,
            session=self._session,
            replies=replies,
        )

    def _indexes(self, suites: Sequence[Suite]) -> dict[str, Index]:
        return {suite.id: self._order.index(suite, self._workspace) for suite in suites}

    def _errands(
        self, suites: Sequence[Suite], indexes: Mapping[str, Index]
    ) -> tuple[_Errand, ...]:
        return tuple(
            _Errand(
                suite=suite,
                wish=wish,
                chains=chains_of(suite, indexes[suite.id], self._workspace, wish),
            )
            for suite in suites
            for wish in self._order.wishes
        )

    def _settle(self, errand: _Errand, index: Index) -> None:
        if errand.suite.whole:
            settle_whole(errand.suite, index, self._workspace, errand.wish)
        else:
            settle(errand.chains, index, self._workspace.blobs)

    def _endpoints(
        self, errands: Sequence[_Errand], stack: contextlib.ExitStack
    ) -> Mapping[str, Endpoint]:
        if self._order.live is Live.NONE:
            return {}
        names = {chain.arm.endpoint for each in errands for chain in each.chains}
        for each in errands:
            asked = arms_asked(each.chains, endpoint=each.wish.endpoint)
            names |= {arm.endpoint for arm in asked}
        url = stack.enter_context(simulator_for(names, self._workspace.settings))
        return {name: self._workspace.endpoint(name, simulator_url=url) for name in sorted(names)}

    def _arms(self, errands: Sequence[_Errand]) -> frozenset[Arm]:
        """Tell who is asked for something that is paid for."""
        return frozenset(
            chain.arm
            for each in errands
            for chain in each.chains
            for turn in range(len(chain.variant.turns))
            if (each.suite.id, chain.arm, sample_key(chain, turn)) in self._planned
        )

    def _recorder(self, suites: Sequence[Suite], endpoints: Mapping[str, Endpoint]) -> Recorder:
        first, *more = (self._workspace.cassettes(suite.id) for suite in suites)
        return Recorder(
            first,
            supplied(self._workspace, [suite.id for suite in suites]),
            record=_record_as(endpoints, self._workspace, self._session) if endpoints else None,
            replay=Replay(self._workspace.settings.replay),
            more=more,
        )

    def _runner(
        self,
        suites: Sequence[Suite],
        indexes: Mapping[str, Index],
        *,
        recorder: Recorder,
        client: httpx.Client,
        endpoints: Mapping[str, Endpoint],
    ) -> ChainRunner:
        workspace = self._workspace

        def lot(suite: Suite) -> Lot:
            return Lot(
                index=indexes[suite.id],
                provider=providers(
                    client, endpoints, suite=suite, workspace=workspace, recorder=recorder
                ),
                recording=workspace.cassettes(suite.id).name,
                may_buy=lambda arm, key: (suite.id, arm, key) in self._planned,
            )

        return ChainRunner(
            lots={suite.id: lot(suite) for suite in suites},
            recorder=recorder,
            offers=functools.cache(workspace.offers),
            live=self._order.live,
            purse=self._purse,
            caller=Caller(
                lanes=self._lanes, purse=self._purse, brake=self._brake, changed=self._tell
            ),
            brake=self._brake,
            done=self._order.done,
        )

    def _run(
        self,
        runner: ChainRunner,
        chains: Sequence[Chain],
        *,
        client: httpx.Client,
        what: str,
    ) -> Got:
        self._what = what
        self._count, self._total = 0, sum(len(chain.variant.turns) for chain in chains)

        def count(samples: tuple[Sample, ...]) -> None:
            self._count += len(samples)
            apart = self._together.told(samples) if self._together else None
            if apart is not None:
                runner.halt(apart)
            self._tell()

        return run_chains(
            runner,
            chains,
            jobs=self._threads(),
            progress=count,
            interrupted=Interrupted(
                first=lambda: self._order.ending(self._purse.in_flight), second=client.close
            ),
        )

    def _threads(self) -> int:
        jobs = self._workspace.settings.jobs
        return jobs if self._order.live is Live.NONE else threads_of(jobs)

    def _tell(self) -> None:
        self._order.progress(
            Going(
                what=self._what,
                done=self._count,
                total=self._total,
                in_flight=self._purse.in_flight,
                spent_usd=self._purse.spent_usd,
                held=max((lane.gate.held() for lane in self._lanes.values()), default=0.0),
                live=self._order.live is not Live.NONE,
            )
        )


def _client(endpoints: Mapping[str, Endpoint], workspace: Workspace) -> httpx.Client:
    if not endpoints:
        return closed_client()
    loopback = all(is_loopback(endpoint.base_url) for endpoint in endpoints.values())
    return live_client(connections=workspace.settings.jobs, loopback=loopback)


def _record_as(endpoints: Mapping[str, Endpoint], workspace: Workspace, session: str) -> RecordAs:
    return RecordAs(
        session=session,
        started_at=workspace.now().isoformat(timespec="seconds"),
        api_version=", ".join(sorted({e.api_version for e in endpoints.values()})),
        simulated=set(endpoints) == {SIMULATOR},
        secrets=workspace.keys(),
        drop_signatures=workspace.settings.signatures == "turns",
        now=workspace.now,
        first_byte=first_byte_at,
        arrived=arrived,
    )
