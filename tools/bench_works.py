"""Do one work of the benchmarks in a process of its own, and print what it took as JSON.

Called as `python tools/bench_works.py WORK FOLDER`; seconds are of the work alone,
`peak_mb` is the largest resident size of the process.
"""

import contextlib
import hashlib
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import httpx
import vcr
from bench_ground import ARM, URL, ground, request, stock_file
from vcr.persisters.filesystem import FilesystemPersister
from vcr.serializers import yamlserializer

from harness.evaluate.measured import FEW, measured
from harness.model.identity import request_digest, with_named_blobs
from harness.model.request import JsonObject
from harness.model.sample import SampleKey
from harness.provider.gemini import GeminiProvider
from harness.provider.protocol import Endpoint
from harness.provider.transport import closed_client
from harness.recording.call import Replay
from harness.recording.cassettes import Cassettes
from harness.recording.index import Index
from harness.recording.interaction import Interaction
from harness.recording.recorder import Recorder
from harness.store.blobs import BlobStore

JSON = {"content-type": "application/json"}
Took = dict[str, float]


@contextlib.contextmanager
def timed(took: Took, *, per: int = 1) -> Iterator[None]:
    """Note wall and processor time of a block, for each of `per` things done in it.

    Processor time is this thread's, which does all the work: threads of OpenBLAS spin for
    some 25 ms after numpy was loaded, whatever is done meanwhile.
    """
    wall, cpu = time.perf_counter(), time.thread_time()
    yield
    took["seconds"] = (time.perf_counter() - wall) / per
    took["cpu"] = (time.thread_time() - cpu) / per


def load_stock(folder: Path, name: str) -> Took:
    """Load stock YAML, by libyaml."""
    took: Took = {}
    with timed(took):
        FilesystemPersister.load_cassette(str(stock_file(folder, name)), yamlserializer)
    return took


def load_ours(folder: Path, name: str) -> Took:
    """Load our recording and index it."""
    took: Took = {}
    with timed(took):
        Index(ground(folder, name)[0].load(), wanted=frozenset())
    return took


def replay_stock(folder: Path, name: str, *, bodies: list[bytes], match_on: list[str]) -> Took:
    """Load, replay and close a stock cassette."""
    took: Took = {}
    path = str(stock_file(folder, name))
    with (
        timed(took),
        vcr.use_cassette(path, record_mode="none", match_on=match_on),
        httpx.Client() as client,
    ):
        for body in bodies:
            assert client.post(URL, content=body, headers=JSON).content
    return took


def replay_ours(folder: Path, name: str, *, bodies: list[bytes]) -> Took:
    """Load, find, replay exactly and close a recording of ours."""
    took: Took = {}
    cassettes, blobs = ground(folder, name)
    with timed(took):
        index = Index(cassettes.load(), wanted=frozenset())
        with closed_client() as client, Recorder(cassettes, blobs).opened() as recorder:
            for body in bodies:
                item = found(index, named(body))
                with recorder.call(item.key, arm=ARM, cell="c", play=item):
                    assert client.post(URL, content=body, headers=JSON).content
    return took


def one_stock(folder: Path, name: str, *, bodies: list[bytes], match_on: list[str]) -> Took:
    """Replay requests from a stock cassette that is open already; for each."""
    took: Took = {}
    path = str(stock_file(folder, name))
    with (
        vcr.use_cassette(path, record_mode="none", match_on=match_on),
        httpx.Client() as client,
        timed(took, per=len(bodies)),
    ):
        for body in bodies:
            assert client.post(URL, content=body, headers=JSON).content
    return took


def one_ours(folder: Path, name: str, *, bodies: list[bytes]) -> Took:
    """Find and replay requests from a recording that is open already; for each."""
    took: Took = {}
    cassettes, blobs = ground(folder, name)
    index = Index(cassettes.load(), wanted=frozenset())
    asked = [(body, named(body)) for body in bodies]
    with (
        closed_client() as client,
        Recorder(cassettes, blobs).opened() as recorder,
        timed(took, per=len(bodies)),
    ):
        for body, skeleton in asked:
            item = found(index, skeleton)
            with recorder.call(item.key, arm=ARM, cell="c", play=item):
                assert client.post(URL, content=body, headers=JSON).content
    return took


def named(body: bytes) -> JsonObject:
    """Give a request as the harness holds it: its references by their sha256."""
    tree: JsonObject = with_named_blobs(json.loads(body))
    return tree


def found(index: Index, skeleton: JsonObject) -> Interaction:
    """Find the answer to a request by its digest; nothing is recorded for it by name."""
    digest = request_digest(skeleton, operation="generateContent")
    key = SampleKey(case="asker", variant=digest, sample=0)
    item = index.find(key, arm=ARM, digest=digest, skeleton={}).interaction
    assert item is not None
    return item


def decode_alone(folder: Path, name: str) -> Took:
    """Decode each picture with Pillow, whole, and do nothing else; for each."""
    from PIL import Image

    took: Took = {}
    paths = sorted((folder / name / "blobs").rglob("*.jpg"))
    with timed(took, per=len(paths)):
        for path in paths:
            Image.open(BytesIO(path.read_bytes())).load()
    return took


def thin(folder: Path, name: str) -> Took:
    """Replay thin, check each picture's sha256 and measure it by default; for each."""
    took: Took = {}
    cassettes, blobs = ground(folder, name)
    items = cassettes.load()
    _warm()
    with _replaying(cassettes, blobs, Replay.THIN) as replayed, timed(took, per=len(items)):
        digests = [replayed(item) for item in items]
        found = [
            measured(few, blobs=blobs, features=folder / name / "features").measures
            for few in (digests[at : at + FEW] for at in range(0, len(digests), FEW))
        ]  # so few at a time that it is this process that measures
    assert sum(map(len, found)) == len(items)
    assert all(m.fingerprint("phash16") for measures in found for m in measures.values())
    return took


def thin_hashes(folder: Path, name: str) -> Took:
    """Replay thin, check each picture's sha256 and make its default fingerprints; for each."""
    from harness.measure.fingerprints import DEFAULT_FINGERPRINTS, fingerprint, reduced

    took: Took = {}
    cassettes, blobs = ground(folder, name)
    items = cassettes.load()
    _warm()
    with _replaying(cassettes, blobs, Replay.THIN) as replayed, timed(took, per=len(items)):
        for item in items:
            digest = replayed(item)
            data = blobs.path(digest).read_bytes()
            assert hashlib.sha256(data).hexdigest() == digest
            small = reduced(data)
            assert all(fingerprint(small, method).hex for method in DEFAULT_FINGERPRINTS)
    return took


def _warm() -> None:
    """Load what is loaded late, and look at one small picture: that is not what is measured."""
    from PIL import Image

    from harness.measure.measures import measure, measures_version

    measures_version()
    written = BytesIO()
    Image.linear_gradient("L").convert("RGB").save(written, "JPEG")
    measure(written.getvalue())


@contextlib.contextmanager
def _replaying(
    cassettes: Cassettes, blobs: BlobStore, replay: Replay
) -> Iterator[Callable[[Interaction], str]]:
    """Give what replays an answer through the provider, and tells its picture's sha256."""
    with (
        closed_client() as client,
        Recorder(cassettes, blobs, replay=replay).opened() as recorder,
    ):
        provider = GeminiProvider(
            client=client,
            endpoint=Endpoint(name="gemini", base_url="https://recorded.invalid"),
            read=blobs.get,
            keep=blobs.put,
            references=recorder.references,
        )

        def replayed(item: Interaction) -> str:
            with recorder.call(item.key, arm=ARM, cell="c", play=item):
                generation = provider.generate(asked(item.key.sample))
            return generation.picture.picture.sha256

        yield replayed


def asked(number: int):  # noqa: ANN201
    """Build the request whose body `request(number)` is."""
    from harness.model.request import Content, GenerationRequest, Parameters, Part, Role

    text = json.loads(request(number))["contents"][0]["parts"][0]["text"]
    contents = (Content(role=Role.USER, parts=(Part(text=text),)),)
    return GenerationRequest(
        model=ARM.model, contents=contents, parameters=Parameters(modalities=())
    )


def many(folder: Path, name: str) -> Took:
    """Replay every answer exactly, through the provider, and keep what they say."""
    took: Took = {}
    cassettes, blobs = ground(folder, name)
    items = cassettes.load()
    with _replaying(cassettes, blobs, Replay.EXACT) as replayed, timed(took, per=len(items)):
        kept = [replayed(item) for item in items]
    assert len(set(kept)) == len(items)
    return took


DEFAULT = ["method", "scheme", "host", "port", "path", "query"]
"""What stock vcrpy matches on unless told: no body, so that any prompt gets the first answer."""
WORKS: dict[str, Callable[[Path], Took]] = {
    "load-stock": lambda f: load_stock(f, "load"),
    "load-ours": lambda f: load_ours(f, "load"),
    "replay-stock": lambda f: replay_stock(
        f, "replay", bodies=[request(n) for n in range(20)], match_on=DEFAULT
    ),
    "replay-ours": lambda f: replay_ours(f, "replay", bodies=[request(n) for n in range(20)]),
    "thousand-stock": lambda f: one_stock(
        f, "thousand", bodies=[request(n) for n in range(1000)], match_on=DEFAULT
    ),
    "thousand-ours": lambda f: one_ours(f, "thousand", bodies=[request(n) for n in range(1000)]),
    "match-stock": lambda f: one_stock(
        f, "match", bodies=[request(9, references=14)], match_on=[*DEFAULT, "body"]
    ),
    "match-ours": lambda f: one_ours(f, "match", bodies=[request(9, references=14)]),
    "decode": lambda f: decode_alone(f, "pictures"),
    "thin": lambda f: thin(f, "pictures"),
    "thin-hashes": lambda f: thin_hashes(f, "pictures"),
    "many": lambda f: many(f, "many"),
}


def peak_mb() -> float:
    """Give the largest resident size of this process; `ru_maxrss` has its parent's too."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Do the work that the command line names."""
    took = WORKS[sys.argv[1]](Path(sys.argv[2]))
    took["peak_mb"] = peak_mb()
    print(json.dumps(took))


if __name__ == "__main__":
    main()
