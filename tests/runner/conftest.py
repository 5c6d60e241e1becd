"""A stage for chains: a recording on disk, a service over a socket, a purse."""

import contextlib
from datetime import UTC, datetime

import pytest

from harness.catalogue import load_catalogue
from harness.model.arm import Arm
from harness.model.request import Parameters
from harness.model.suite import Turn, Variant
from harness.provider.gemini import GeminiProvider
from harness.provider.protocol import Endpoint
from harness.provider.transport import closed_client, live_client
from harness.recording.call import RecordAs
from harness.recording.cassettes import Cassettes
from harness.recording.index import Index
from harness.recording.recorder import Recorder
from harness.runner.brake import Brake
from harness.runner.calling import Caller, Lane
from harness.runner.chain import Chain, Live
from harness.runner.chains import ChainRunner, Lot
from harness.runner.gate import Gate
from harness.runner.pool import run_chains
from harness.runner.spending import Purse
from harness.store.blobs import BlobStore

ARM = Arm(model="gemini-3-pro-image", endpoint="gemini")


class Stage:
    """Where chains are obtained: everything real, the service on loopback."""

    def __init__(self, root):
        self.cassettes = Cassettes(root, suite="shop", recording="main")
        self.blobs = BlobStore(root / "blobs")
        self.catalogue = load_catalogue()

    @contextlib.contextmanager
    def opened(self, url=""):
        """Open the recorder; give what makes runners. Without a `url` the network is closed."""
        record = RecordAs(
            session="s1",
            started_at="2026-11-23T00:00:00+00:00",
            api_version="v1beta",
            simulated=False,
            now=lambda: datetime(2026, 11, 23, tzinfo=UTC),
        )
        recorder = Recorder(self.cassettes, self.blobs, record=record if url else None)
        client = live_client(connections=16, loopback=True) if url else closed_client()
        endpoint = Endpoint(name="gemini", base_url=url or "https://recorded.invalid", key="a-key")
        with client, recorder.opened():
            provider = GeminiProvider(
                client=client, endpoint=endpoint, read=self.blobs.get, keep=self.blobs.put
            )

            def runner(wanted, items, *, live=Live.NONE, purse=None, attempts=1, proven=True):
                names = frozenset((c.variant.case, c.variant.label, c.sample) for c in wanted)
                lot = Lot(index=Index(items, wanted=names), provider=lambda arm: provider)
                purse, brake = purse or Purse(), Brake()
                lane = Lane(gate=Gate(jobs=64, proven=proven), attempts=attempts)
                return ChainRunner(
                    lots={"shop": lot},
                    recorder=recorder,
                    offers=lambda endpoint: self.catalogue,
                    live=live,
                    purse=purse,
                    caller=Caller(lanes={ARM.endpoint: lane}, purse=purse, brake=brake),
                    brake=brake,
                )

            yield runner

    @contextlib.contextmanager
    def runner(self, wanted, *, url="", **how):
        """Give a runner over what is recorded."""
        with self.opened(url) as make:
            yield make(wanted, self.cassettes.load(), **how)

    def obtain(self, wanted, *, jobs=4, **how):
        """Obtain chains; give their samples, and why the run stopped."""
        with self.runner(wanted, **how) as runner:
            samples = run_chains(runner, wanted, jobs=jobs, progress=lambda samples: None)
        return samples, runner.stopped


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


@pytest.fixture
def chains():
    """Give `chains(*prompts, case=..., samples=..., **parameters)`: of a case with these turns."""

    def made(*prompts, case="fox", samples=1, was=None, **parameters):
        turns = tuple(Turn(prompt=p, parameters=Parameters(**parameters)) for p in prompts)
        variant = Variant(
            suite="shop",
            case=case,
            label="",
            was=was,
            model=ARM.model,
            turns=turns,
            samples=samples,
        )
        return [Chain(variant=variant, sample=i, arm=ARM) for i in range(samples)]

    return made
