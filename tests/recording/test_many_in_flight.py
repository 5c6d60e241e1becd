"""With many calls in flight each answer goes to its own sample, and to no other."""

import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harness.errors import Unrecorded
from harness.model.arm import Arm
from harness.model.request import Content, GenerationRequest, Parameters, Part, Role
from harness.model.sample import SampleKey
from harness.provider.gemini import GeminiProvider
from harness.provider.protocol import Endpoint
from harness.provider.transport import closed_client, live_client
from harness.recording.call import RecordAs
from harness.recording.cassettes import Cassettes
from harness.recording.recorder import Recorder
from harness.store.blobs import BlobStore

ARM = Arm(model="gemini-3-pro-image", endpoint="local")


class Service(BaseHTTPRequestHandler):
    """Answer each call at once, with the number of the call in its words and in its id."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        number = next_of(self.server)
        said = {"content": {"parts": [{"text": f"answer {number}"}]}, "finishReason": "STOP"}
        body = json.dumps({"candidates": [said], "responseId": f"r{number}"}).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, *_):
        pass


def next_of(server):
    with server.lock:
        server.answered += 1
        return server.answered


@pytest.fixture
def service():
    """Give a server that counts, and its address."""
    with Server(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Server(ThreadingHTTPServer):
    """Count the answers that were given."""

    request_queue_size = 128

    def __init__(self, *args):
        super().__init__(*args)
        self.lock = threading.Lock()
        self.answered = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class Desk:
    """A recording that many threads use at once."""

    def __init__(self, root):
        self.cassettes = Cassettes(root / "cassettes", suite="shop", recording="main")
        self.blobs = BlobStore(root / "cassettes" / "blobs")

    def record(self, url, keys, *, threads, prompt=lambda key: "a fox"):
        """Record an answer for each key, `threads` at once; give them by key."""
        with live_client(connections=threads, loopback=True) as client:
            return self._all(client, url, keys, threads=threads, prompt=prompt, session="s1")

    def replay(self, keys, *, threads, prompt=lambda key: "a fox"):
        """Replay the answer of each key, in the order given, `threads` at once."""
        with closed_client() as client:
            nowhere = "https://recorded.invalid"
            return self._all(client, nowhere, keys, threads=threads, prompt=prompt, session=None)

    def _all(self, client, url, keys, *, threads, prompt, session):
        items = {} if session else {item.key: item for item in self.cassettes.load()}
        provider = self.provider(client, url)
        with self.recorder(session).opened() as recorder, ThreadPoolExecutor(threads) as pool:

            def call(key):
                with recorder.call(key, arm=ARM, cell="cell", play=items.get(key)):
                    return provider.generate(request_of(prompt(key)))

            return dict(zip(keys, pool.map(call, keys), strict=True))

    def provider(self, client, url):
        endpoint = Endpoint(name="local", base_url=url, key="a-key-of-a-test")
        return GeminiProvider(
            client=client, endpoint=endpoint, read=self.blobs.get, keep=self.blobs.put
        )

    def recorder(self, session):
        record = RecordAs(
            session=session or "",
            started_at="2026-11-23T05:12:33+00:00",
            api_version="v1beta",
            simulated=False,
            now=lambda: datetime(2026, 11, 23, tzinfo=UTC),
        )
        return Recorder(self.cassettes, self.blobs, record=record if session else None)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def request_of(prompt):
    content = Content(role=Role.USER, parts=(Part(text=prompt),))
    return GenerationRequest(
        model=ARM.model, contents=(content,), parameters=Parameters(modalities=())
    )


def keys_of(count, *, case="fox"):
    return [SampleKey(case=case, variant="", sample=sample) for sample in range(count)]


def shuffled(keys, seed):
    return random.Random(seed).sample(keys, len(keys))


def ids(generations):
    """Give each answer's id by its sample, and see that its words are of the same answer."""
    for generation in generations.values():
        assert generation.parts[0].text == f"answer {generation.response_id[1:]}"
    return {key: generation.response_id for key, generation in generations.items()}


@pytest.mark.parametrize("threads", [12, 64])
@pytest.mark.parametrize("seed", range(3))
def test_equal_requests_in_flight_replay_each_to_its_own_sample(desk, service, threads, seed):
    """As many equal requests as threads, recorded at once and replayed at once, in any order."""
    keys = keys_of(threads)

    recorded = ids(desk.record(service.url, shuffled(keys, seed), threads=threads))
    replayed = ids(desk.replay(shuffled(keys, seed + 10), threads=threads))

    assert service.answered == threads
    assert len(set(recorded.values())) == threads
    assert replayed == recorded


def test_two_thousand_answers_over_eight_threads_go_each_to_its_own_sample(desk, interaction):
    """Equal requests and others, mixed: none is served twice, none to the wrong sample."""
    keys = [key for case in ("fox", "owl", "cat", "bear") for key in keys_of(500, case=case)]
    prompts = {key: f"a {key.case} {key.sample % 7}" for key in keys}
    desk.cassettes.write(
        interaction(key.case, key.sample, prompt=prompts[key], arm=ARM) for key in keys
    )

    replayed = desk.replay(shuffled(keys, 1), threads=8, prompt=prompts.get)

    said = {key: generation.parts[0].text for key, generation in replayed.items()}
    assert said == {key: f"{key.case}  {key.sample} 0" for key in keys}
    assert len(set(said.values())) == 2000


def test_what_is_recorded_at_once_is_whole(desk, service):
    """Every line of the journal, and then of the cassette, is one answer's."""
    keys = [key for case in ("fox", "owl") for key in keys_of(200, case=case)]

    recorded = ids(desk.record(service.url, shuffled(keys, 2), threads=64))
    items = {item.key: item for item in desk.cassettes.load()}

    assert service.answered == 400
    assert sorted(items) == sorted(keys)
    assert ids(desk.replay(keys, threads=8)) == recorded


def test_one_recorded_answer_is_given_once_however_many_ask(desk, service):
    """Sixty-four threads that are told to play the same answer: one has it, the rest are told."""
    (key,) = desk.record(service.url, keys_of(1), threads=1)
    (item,) = desk.cassettes.load()
    others = keys_of(64)
    together = threading.Barrier(64, timeout=60)

    with closed_client() as client, desk.recorder(None).opened() as recorder:
        provider = desk.provider(client, "https://recorded.invalid")

        def call(asker):
            together.wait()
            with recorder.call(asker, arm=ARM, cell="cell", play=item):
                try:
                    return provider.generate(request_of("a fox"))
                except Unrecorded as error:
                    return str(error)

        with ThreadPoolExecutor(64) as pool:
            given = list(pool.map(call, others))

    refused = [said for said in given if isinstance(said, str)]
    assert len(refused) == 63
    assert all(f"recorded as {key.id} was already given" in said for said in refused)


def test_an_answer_that_was_just_recorded_is_not_played_again(desk, service):
    """Asking for the same sample twice in one recording asks the service twice."""
    (key,) = keys_of(1)

    with (
        live_client(connections=1, loopback=True) as client,
        desk.recorder("s1").opened() as recorder,
    ):
        provider = desk.provider(client, service.url)
        with recorder.call(key, arm=ARM, cell="cell", play=None):
            first = provider.generate(request_of("a fox"))
        (item,) = desk.cassettes.load()
        with (
            recorder.call(key, arm=ARM, cell="cell", play=item),
            pytest.raises(Unrecorded, match="already given"),
        ):
            provider.generate(request_of("a fox"))

    assert first.response_id == "r1"
    assert service.answered == 1
