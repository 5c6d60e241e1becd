"""Do the obtaining of some suites: one recorder, one client, one pool of threads."""

import contextlib
import functools
import gc
from collections.abc import Iterator, Mapping, Sequence

import httpx

from harness.errors import HarnessError
from harness.evaluate.ask import arms_asked
from harness.evaluate.ask_run import Put, Questions
from harness.evaluate.lanes import lanes_for, proved
from harness.evaluate.order import Obtained, Order
from harness.evaluate.plan import chains_of
from harness.evaluate.standing import settle
from harness.evaluate.workspace import SIMULATOR, Workspace, providers, simulator_for
from harness.model.arm import Arm
from harness.model.sample import Sample, SampleKey
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

Kept = tuple[tuple[Obtained, ...], HarnessError | None]
"""What was obtained, and why generation stopped early, or None."""


class Work:
    """The obtaining of some suites with one recorder, one client and one pool."""

    def __init__(
        self,
        workspace: Workspace,
        order: Order,
        *,
        purse: Purse,
        session: str,
        planned: frozenset[tuple[str, SampleKey]],
    ) -> None:
        self._workspace = workspace
        self._order = order
        self._purse = purse
        self._session = session
        self._planned = planned
        self._brake = Brake()
        self._lanes: Mapping[str, Lane] = {}

    def obtain(self, suites: Sequence[Suite]) -> Kept:
        indexes = self._indexes(suites)
        chains = self._chains(suites, indexes)
        with contextlib.ExitStack() as stack:
            endpoints = self._endpoints(chains, stack)
            client = stack.enter_context(_client(endpoints, self._workspace))
            proven = proved(client, endpoints, self._arms(chains), brake=self._brake)
            self._lanes = lanes_for(endpoints, self._workspace, proven=proven)
            recorder = stack.enter_context(self._recorder(suites, endpoints).opened())
            if endpoints:  # another process may have recorded until this one had the lock
                indexes = self._indexes(suites)
            for suite in suites:
                settle(chains[suite.id], indexes[suite.id], self._workspace.blobs)
            if endpoints:
                gc.freeze()  # what is loaded stays: looked through for each few answers, it
                # would cost more than a picture's hash
            runner = self._runner(
                suites, indexes, recorder=recorder, client=client, endpoints=endpoints
            )
            wanted = [chain for suite in suites for chain in chains[suite.id]]
            names = ", ".join(suite.id for suite in suites[:3])
            samples = iter(self._run(runner, wanted, client=client, what=names))
            obtained = tuple(
                self._obtained(
                    suite,
                    chains[suite.id],
                    samples,
                    index=indexes[suite.id],
                    put=functools.partial(
                        self._run, runner, client=client, what=f"questions of {suite.id}"
                    ),
                )
                for suite in suites
            )
        return obtained, runner.stopped

    def _obtained(
        self,
        suite: Suite,
        chains: tuple[Chain, ...],
        samples: Iterator[tuple[Sample, ...]],
        *,
        index: Index,
        put: Put,
    ) -> Obtained:
        """Gather a suite's samples, and ask its questions about them."""
        mine = tuple(next(samples) for _ in chains)
        endpoint = self._order.wish.endpoint
        questions = Questions(
            suite, self._workspace, index=index, endpoint=endpoint, planned=self._planned
        )
        replies = questions.replies(chains, mine, put=put)
        return Obtained(
            suite=suite, chains=chains, samples=mine, session=self._session, replies=replies
        )

    def _indexes(self, suites: Sequence[Suite]) -> dict[str, Index]:
        return {suite.id: self._order.index(suite, self._workspace) for suite in suites}

    def _chains(
        self, suites: Sequence[Suite], indexes: Mapping[str, Index]
    ) -> dict[str, tuple[Chain, ...]]:
        wish = self._order.wish
        return {s.id: chains_of(s, indexes[s.id], self._workspace, wish) for s in suites}

    def _endpoints(
        self, chains: Mapping[str, Sequence[Chain]], stack: contextlib.ExitStack
    ) -> Mapping[str, Endpoint]:
        if self._order.live is Live.NONE:
            return {}
        endpoint = self._order.wish.endpoint
        asked = {arm for of in chains.values() for arm in arms_asked(of, endpoint=endpoint)}
        names = {chain.arm.endpoint for of in chains.values() for chain in of}
        names |= {arm.endpoint for arm in asked}
        url = stack.enter_context(simulator_for(names, self._workspace.settings))
        return {name: self._workspace.endpoint(name, simulator_url=url) for name in sorted(names)}

    def _arms(self, chains: Mapping[str, Sequence[Chain]]) -> frozenset[Arm]:
        """Tell who is asked for something that is paid for."""
        return frozenset(
            chain.arm
            for suite, of in chains.items()
            for chain in of
            for turn in range(len(chain.variant.turns))
            if (suite, sample_key(chain, turn)) in self._planned
        )

    def _recorder(self, suites: Sequence[Suite], endpoints: Mapping[str, Endpoint]) -> Recorder:
        first, *more = (self._workspace.cassettes(suite.id) for suite in suites)
        return Recorder(
            first,
            self._workspace.blobs,
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
                may_buy=lambda key: (suite.id, key) in self._planned,
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
    ) -> tuple[tuple[Sample, ...], ...]:
        self._what = what
        self._count, self._total = 0, sum(len(chain.variant.turns) for chain in chains)

        def count(samples: tuple[Sample, ...]) -> None:
            self._count += len(samples)
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
