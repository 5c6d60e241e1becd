"""A recorder keeps every answer under its name, and gives each back to its own sample."""

import base64
import contextlib
import gzip
import json
import random
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import httpx
import pytest

from harness.errors import (
    BlobMissing,
    CassetteError,
    MalformedAnswer,
    RequestRejected,
    SecretFound,
    ServiceFailed,
    StoreError,
    Unrecorded,
    UsageError,
)
from harness.model.arm import Arm
from harness.model.request import Content, GenerationRequest, Parameters, Part, Role
from harness.model.sample import SampleKey
from harness.provider.gemini import GeminiProvider
from harness.provider.protocol import Endpoint
from harness.provider.transport import closed_client, live_client
from harness.recording.call import RecordAs, Replay
from harness.recording.cassettes import Cassettes, recordings_of
from harness.recording.packing import unpack
from harness.recording.recorder import Recorder
from harness.store.blobs import BlobStore
from harness.store.files import locked

ARM = Arm(model="gemini-3-pro-image", endpoint="simulator")
KEY = "AQ.a-key-of+a/test-0123456789"
UNPATCHED = httpx.HTTPTransport.handle_request


def ask(prompt="[[text]] a fox", model=ARM.model):
    content = Content(role=Role.USER, parts=(Part(text=prompt),))
    return GenerationRequest(model=model, contents=(content,), parameters=Parameters())


class Desk:
    """A recording on disk, with a client for each use of it."""

    def __init__(self, root):
        self.root = root
        self.cassettes = Cassettes(root / "cassettes", suite="shop", recording="main")
        self.blobs = BlobStore(root / "cassettes" / "blobs")

    def recorder(self, session=None, **more):
        record = RecordAs(
            session=session or "",
            started_at="2026-11-23T05:12:33+00:00",
            api_version="v1beta",
            simulated=False,
            secrets=(KEY,),
            drop_signatures=more.pop("drop_signatures", False),
            now=lambda: datetime(2026, 11, 23, tzinfo=UTC),
        )
        record = record if session else None
        return Recorder(self.cassettes, self.blobs, record=record, **more)

    def provider(self, client, url, recorder):
        return GeminiProvider(
            client=client,
            endpoint=Endpoint(name="simulator", base_url=url, key=KEY),
            read=self.blobs.get,
            keep=self.blobs.put,
            keep_signature=recorder.keep_signature,
            references=recorder.references,
        )

    @contextlib.contextmanager
    def live(self, url, session="s1", **more):
        """Give an open recorder and a provider that reaches `url`."""
        with (
            live_client(connections=16, loopback=True) as client,
            self.recorder(session, **more).opened() as recorder,
        ):
            yield recorder, self.provider(client, url, recorder)

    @contextlib.contextmanager
    def tape(self, replay=Replay.EXACT, **more):
        """Give an open recorder that only replays, and a provider that reaches nobody."""
        with closed_client() as client, self.recorder(replay=replay, **more).opened() as recorder:
            yield recorder, self.provider(client, "https://elsewhere.invalid/gw", recorder)

    def record(self, url, request=None, *, sample=0, session="s1"):
        """Record one answer to a request."""
        with self.live(url, session) as (recorder, provider):
            return self.call(recorder, provider, request, sample=sample)

    def call(self, recorder, provider, request=None, *, sample=0, play=None, **more):
        request = request or ask()
        key = SampleKey(case="fox", variant="", sample=sample, operation=request.operation)
        with recorder.call(key, arm=ARM, cell="cell", play=play, **more):
            return provider.generate(request)

    def replay(self, request=None, replay=Replay.EXACT):
        """Replay what is recorded, by sample."""
        with self.tape(replay) as (recorder, provider):
            return {
                item.key.sample: self.call(
                    recorder, provider, request, sample=item.key.sample, play=item
                )
                for item in self.cassettes.load()
            }

    def files(self):
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and path.name != ".lock"
        }


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def answering(body, *headers, status=b"200 OK"):
    """Answer any request with `body`."""

    def talk(connection, _):
        head = [
            b"HTTP/1.1 " + status,
            b"connection: close",
            b"content-length: %d" % len(body),
            *headers,
        ]
        connection.sendall(b"\r\n".join(head) + b"\r\n\r\n" + body)

    return talk


def said(text, **more):
    return json.dumps({"candidates": [{"content": {"parts": [{"text": text}]}}], **more}).encode()


# --- samples ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_equal_requests_in_flight_replay_each_to_its_own_sample(desk, simulator, seed):
    """Sixteen equal requests at once are recorded and replayed by name, in any order."""
    order = random.Random(seed).sample(range(16), 16)
    with desk.live(simulator) as (live, provider), ThreadPoolExecutor(16) as pool:
        recorded = list(pool.map(lambda i: desk.call(live, provider, sample=i), range(16)))
    items = {item.key.sample: item for item in desk.cassettes.load()}

    with desk.tape() as (tape, reader), ThreadPoolExecutor(16) as pool:
        played = pool.map(lambda i: desk.call(tape, reader, sample=i, play=items[i]), order)
        replayed = dict(zip(order, played, strict=True))

    assert len({generation.response_id for generation in recorded}) == 16
    assert [replayed[i].parts for i in range(16)] == [g.parts for g in recorded]
    assert [replayed[i].response_id for i in range(16)] == [g.response_id for g in recorded]


def test_a_picture_replays_byte_for_byte(desk, simulator):
    """Picture, signature, usage and service headers are those of the recording."""
    live = desk.record(simulator, ask("a fox"))

    (replayed,) = desk.replay(ask("a fox")).values()

    assert replayed.parts == live.parts
    assert replayed.usage == live.usage
    assert replayed.server_ms == live.server_ms
    assert desk.blobs.get(replayed.picture.picture)[:3] == b"\xff\xd8\xff"
    assert len((desk.cassettes.folder / "fox.json").read_bytes()) < 8000


def test_what_was_recorded_is_known_afterwards(desk, simulator):
    """Session, time, digest, simulated: the receipt and the manifest."""
    desk.record(simulator)

    (item,) = desk.cassettes.load()
    (session,) = desk.cassettes.sessions()

    assert item.receipt.session == session.id == "s1"
    assert item.receipt.recorded_at == "2026-11-23T00:00:00+00:00"
    assert item.receipt.seconds >= 0
    assert (item.simulated, session.simulated, session.arms) == (True, True, (ARM,))
    assert recordings_of(desk.root / "cassettes", "shop") == ("main",)
    assert recordings_of(desk.root / "cassettes", "absent") == ()


# --- what is not let through -------------------------------------------------------------


def test_a_call_outside_of_any_sample_is_stopped(desk, simulator):
    """Nothing is sent, nothing is recorded."""
    url = f"{simulator}/v1beta/models/gemini-3-pro-image:generateContent"

    with (
        live_client(connections=1, loopback=True) as client,
        desk.recorder("s1").opened(),
        pytest.raises(Unrecorded, match="outside of any sample"),
    ):
        client.post(url, headers={"x-goog-api-key": KEY}, json={})

    assert desk.files() == {}


def test_what_is_no_call_for_an_answer_goes_out_and_is_not_recorded(desk, simulator):
    """Free questions and uploads, also beside a sample's call."""
    ask_models = {"url": f"{simulator}/v1beta/models", "headers": {"x-goog-api-key": KEY}}

    with desk.live(simulator) as (recorder, _), live_client(connections=1, loopback=True) as client:
        outside = client.get(**ask_models)
        key = SampleKey(case="fox", variant="", sample=0)
        with recorder.call(key, arm=ARM, cell="cell", play=None) as call:
            inside = client.get(**ask_models)

    assert (outside.status_code, inside.status_code, call.receipt) == (200, 200, None)
    assert desk.cassettes.load() == ()


def test_a_replay_asks_nothing_else_either(desk, simulator):
    """Nothing goes out while nothing is recorded."""
    with (
        live_client(connections=1, loopback=True) as client,
        desk.recorder().opened(),
        pytest.raises(Unrecorded),
    ):
        client.get(f"{simulator}/v1beta/models", headers={"x-goog-api-key": KEY})


def test_a_replay_never_connects(desk, faulty):
    """Also with a client that could: what is not recorded stops before the socket."""
    connected = []
    url = faulty(lambda connection, _: connected.append(connection), reads=False)

    with (
        desk.live(url, session=None) as (recorder, provider),
        pytest.raises(Unrecorded, match="this is a replay"),
    ):
        desk.call(recorder, provider)

    assert connected == []


def test_an_answer_to_another_request_is_not_played(desk, simulator):
    """A request that changed since the answer was chosen gets none."""
    desk.record(simulator)

    with pytest.raises(Unrecorded, match="to another request"):
        desk.replay(ask("[[text]] a cat"))


def test_an_absent_blob_names_itself(desk, simulator):
    """A picture that was not fetched says which."""
    desk.record(simulator)
    for path in desk.blobs.root.rglob("*.bin"):
        path.unlink()

    with pytest.raises(BlobMissing, match="git lfs pull"):
        desk.replay()


# --- one recorder, and clean hands ---------------------------------------------------------


def test_a_second_recorder_in_the_process_is_refused(desk):
    """Until the first is closed."""
    with (
        desk.recorder().opened(),
        pytest.raises(UsageError, match="open already"),
        desk.recorder().opened(),
    ):
        pass
    with desk.recorder().opened():
        pass


@pytest.mark.parametrize("session", [None, "s1"])
def test_httpx_is_as_before_afterwards(desk, session):
    """Also where the block ended in an error, or the recording could not be compacted."""
    with desk.recorder(session).opened():
        assert httpx.HTTPTransport.handle_request is not UNPATCHED
    assert httpx.HTTPTransport.handle_request is UNPATCHED

    with pytest.raises(ZeroDivisionError), desk.recorder(session).opened():
        raise ZeroDivisionError
    assert httpx.HTTPTransport.handle_request is UNPATCHED

    with pytest.raises(CassetteError), desk.recorder("s1").opened():
        desk.cassettes.folder.joinpath("_journal.jsonl").write_text("{}\n")
    assert httpx.HTTPTransport.handle_request is UNPATCHED
    with pytest.raises(CassetteError), desk.recorder("s1").opened():
        pass
    desk.cassettes.folder.joinpath("_journal.jsonl").unlink()
    with desk.recorder("s1").opened():
        pass


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
import test_recorder as t
from pathlib import Path
desk = t.Desk(Path(sys.argv[2]))
with desk.live(sys.argv[3], "killed") as (recorder, provider):
    for sample in range(2):
        desk.call(recorder, provider, sample=sample)
    if sys.argv[4] == "wait":
        print("ready", flush=True)
        sys.stdin.read()
    os.kill(os.getpid(), int(sys.argv[4])) if sys.argv[4] != "0" else os._exit(9)
"""


def recording_process(desk, url, how):
    return subprocess.Popen(
        [sys.executable, "-c", KILLED, sys.path[0] or ".", str(desk.root), url, str(how)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


@pytest.fixture
def here(request, monkeypatch):
    """Let the other process import this file."""
    monkeypatch.syspath_prepend(str(request.path.parent))


@pytest.mark.parametrize("how", [0, int(signal.SIGKILL)], ids=["exit", "kill"])
def test_a_killed_recorder_keeps_every_answer_that_had_arrived(desk, simulator, here, how):
    """They count at once, and the next recorder puts them in their place."""
    with recording_process(desk, simulator, how) as process:
        process.communicate()
    journal = desk.cassettes.folder / "_journal.jsonl"

    assert process.returncode in (9, -9)
    assert journal.exists()
    assert sorted(desk.replay()) == [0, 1]

    desk.record(simulator, sample=2)

    assert not journal.exists()
    assert [item.session for item in desk.cassettes.load()] == ["killed", "killed", "s1"]
    assert sorted(desk.replay()) == [0, 1, 2]


def test_two_processes_do_not_record_in_one_place(desk, simulator, here):
    """The second is told so; it may replay."""
    with recording_process(desk, simulator, "wait") as process:
        process.stdout.readline()
        with pytest.raises(StoreError, match="another process is recording"):
            desk.record(simulator)
        replayed = desk.replay()
        process.kill()
        process.communicate()

    assert sorted(replayed) == [0, 1]


# --- secrets --------------------------------------------------------------------------------


def test_no_file_holds_the_key_nor_a_header_that_was_not_named(desk, faulty):
    """Request and response headers are kept by allow-list."""
    headers = (b"set-cookie: session=1", b"x-goog-request: 7", b"date: today", b"server: esf")

    desk.record(faulty(answering(said("hello"), *headers)))

    (item,) = desk.cassettes.load()
    assert item.request.headers == {"content-type": "application/json"}
    assert item.response.headers == {"date": "today", "server": "esf"}
    for name, data in desk.files().items():
        assert KEY.encode() not in data, name
        assert b"cookie" not in data, name


def spelt():
    raw = KEY.encode()
    yield "raw", KEY
    yield "URL-encoded", quote(KEY, safe="")
    for shift in range(3):
        yield f"base64 at {shift}", base64.b64encode(b"\xff" * shift + raw).decode()
    yield "within a picture", base64.b64encode(bytes(2000) + raw + bytes(2000)).decode()


@pytest.mark.parametrize("form", [pytest.param(form, id=name) for name, form in spelt()])
def test_an_answer_that_repeats_the_key_is_refused_and_not_written(desk, faulty, form):
    """In whatever form, and nothing of that answer is left behind."""
    with pytest.raises(SecretFound):
        desk.record(faulty(answering(said(form))))

    assert desk.files() == {}
    assert httpx.HTTPTransport.handle_request is UNPATCHED


SHAPE = "AIza" + "Sy_-0123456789abcdefghijklmnopqrstu"


@pytest.mark.parametrize(
    "text", [SHAPE, base64.b64encode(b"so " * 999 + b'"' + SHAPE.encode()).decode()],
    ids=["in the text", "in a blob"],
)  # fmt: skip
def test_an_answer_with_the_key_of_another_leaves_no_picture_behind(desk, faulty, text):
    """What has the shape of a key is refused, and nothing of that answer is kept."""
    picture = base64.b64encode(bytes(range(256)) * 20).decode()

    with pytest.raises(SecretFound, match="holds a Google API key; nothing was written"):
        desk.record(faulty(answering(said(text, responseId=picture))))

    assert desk.files() == {}


def test_a_header_that_repeats_the_key_is_refused(desk, faulty):
    """Also one that is kept."""
    with pytest.raises(SecretFound):
        desk.record(faulty(answering(said("x"), b"server: " + KEY.encode())))

    assert not any(KEY.encode() in data for data in desk.files().values())


# --- answers that are kept, and not ---------------------------------------------------------


def test_an_error_is_not_kept(desk, simulator):
    """Asking again may succeed: 404 and its like leave no trace."""
    with pytest.raises(RequestRejected):
        desk.record(simulator, ask(model="gemini-0"))

    assert desk.files() == {}


def test_an_error_that_came_as_a_success_is_not_kept(desk, faulty):
    """200 with `{"error": ...}`, as gateways send it, is raised as what its code says."""
    body = b'{"error": {"code": 503, "message": "too busy", "status": "UNAVAILABLE"}}'

    with pytest.raises(ServiceFailed, match="HTTP 503 UNAVAILABLE: too busy"):
        desk.record(faulty(answering(body)))

    assert desk.files() == {}


def test_recording_again_keeps_what_was_replaced(desk, simulator):
    """The older answer lies beside, whole."""
    first = desk.record(simulator)
    second = desk.record(simulator, session="s2")

    (item,) = desk.cassettes.load()
    replaced = (desk.cassettes.folder / "_replaced" / "fox-s2.json").read_text()

    assert item.session == "s2"
    assert first.response_id in replaced
    assert second.response_id not in replaced
    assert [session.id for session in desk.cassettes.sessions()] == ["s1", "s2"]


def test_a_compressed_answer_is_kept_readable(desk, faulty):
    """Decompressed once, so that a cassette can be read and compared."""
    body = gzip.compress(said("hello", responseId="r1"))

    live = desk.record(faulty(answering(body, b"content-encoding: gzip")))

    assert b"hello" in (desk.cassettes.folder / "fox.json").read_bytes()
    assert desk.replay()[0] == live


@pytest.mark.parametrize(
    "body", [b"no gzip", gzip.compress(b"{}")[:9], gzip.compress(bytes(260_000_000), 1)],
    ids=["none", "cut", "bomb"],
)  # fmt: skip
def test_an_answer_that_does_not_decompress_is_malformed(desk, faulty, body):
    """Never a traceback, nor gigabytes."""
    with pytest.raises(MalformedAnswer):
        desk.record(faulty(answering(body, b"content-encoding: gzip")))

    assert desk.files() == {}


def test_headers_in_any_alphabet_replay(desk, faulty):
    """A gateway's umlauts break no replay."""
    url = faulty(answering(said("x"), "server: Größe".encode(), status="200 Schön".encode()))

    live = desk.record(url)

    assert desk.replay()[0].service == live.service == {"server": "Größe"}


# --- two replays, several recordings --------------------------------------------------------


def test_a_thin_replay_gives_the_same_answer_and_reads_no_picture(desk, simulator):
    """Parts, usage and text are equal; the bytes of the blobs may be anything."""
    request = ask("a fox")
    live = desk.record(simulator, request)
    for path in desk.blobs.root.rglob("*.*"):
        path.write_bytes(b"not read: this is no picture, and larger than any pointer" * 50)

    (thin,) = desk.replay(request, Replay.THIN).values()

    parts = [replace(part, picture=None, signature=None) for part in thin.parts]
    assert parts == [replace(part, picture=None, signature=None) for part in live.parts]
    assert [p.picture and p.picture.name for p in thin.parts] == [
        p.picture and p.picture.name for p in live.parts
    ]
    assert [p.signature and p.signature.name for p in thin.parts] == [
        p.signature and p.signature.name for p in live.parts
    ]
    assert (thin.usage, thin.response_id) == (live.usage, live.response_id)


def test_a_thin_stream_gives_its_pictures(desk, simulator):
    """Server-sent events are replayed thin as one answer is."""
    request = replace(ask("a fox"), parameters=Parameters(stream=True))

    live = desk.record(simulator, request)

    assert desk.replay(request, Replay.THIN)[0] == desk.replay(request)[0] == live
    assert live.streamed


@pytest.mark.parametrize("session", ["s1", None], ids=["live", "exact replay"])
def test_what_looks_like_a_reference_is_plain_data(desk, faulty, session):
    """In a live answer and an exact replay no text stands for a blob, whatever it says."""
    known = desk.blobs.put(b"\xff\xd8\xff a kept picture")
    said = [f"blob:{known.name}", "blob:0123456789abcdef:0", json.dumps({"$blob": known.name})]
    parts = [{"text": text} for text in said]
    data = {"mimeType": "image/jpeg", "data": base64.b64encode(said[0].encode()).decode()}
    body = json.dumps({"candidates": [{"content": {"parts": [*parts, {"inlineData": data}]}}]})
    url = faulty(answering(body.encode()))

    generation = desk.record(url)
    if session is None:
        generation = desk.replay()[0]

    assert [part.text for part in generation.parts[:3]] == said
    assert desk.blobs.get(generation.picture.picture) == said[0].encode()


def test_a_live_picture_that_is_a_token_is_malformed(desk, faulty):
    """A token where base64 belongs is no picture: only the recorder can make one."""
    known = desk.blobs.put(b"\xff\xd8\xff a kept picture")
    inline = {"inlineData": {"mimeType": "image/jpeg", "data": f"blob:{known.name}"}}
    body = json.dumps({"candidates": [{"content": {"parts": [inline]}}]}).encode()

    with pytest.raises(MalformedAnswer, match="no base64"):
        desk.record(faulty(answering(body)))


def test_a_thin_answer_is_passed_on_whole(desk, faulty):
    """A part that nobody knows goes into the history as it came, its signature too."""
    signature = base64.b64encode(bytes(range(256)) * 9).decode()
    part = {"functionCall": {"name": "f"}, "thoughtSignature": signature}
    body = json.dumps({"candidates": [{"content": {"parts": [part]}}]}).encode()

    live = desk.record(faulty(answering(body)))

    assert desk.replay(replay=Replay.THIN)[0] == live
    assert signature in live.parts[0].other


def test_one_recorder_writes_several_recordings(desk, simulator):
    """Each call says whose it is; each recording has its own session, journal and lock."""
    other = Cassettes(desk.root / "cassettes", suite="shop", recording="arm-b")

    with desk.live(simulator, more=(other,)) as (recorder, provider):
        first = desk.call(recorder, provider)
        second = desk.call(recorder, provider, recording="shop/arm-b")
        with (
            pytest.raises(StoreError, match="another process"),
            locked(other.folder, purpose="recording"),
        ):
            pass
        with pytest.raises(UsageError, match="opened without"):
            desk.call(recorder, provider, recording="shop/arm-c")

    for cassettes, generation in ((desk.cassettes, first), (other, second)):
        (item,) = cassettes.load()
        assert generation.response_id in json.dumps(item.response.body)
        assert [session.recording for session in cassettes.sessions()] == [cassettes.recording]


def test_a_session_that_held_a_simulated_answer_says_so_for_ever(desk, simulator, faulty):
    """An arm that answers for real later takes nothing back, nor does an arm's first answer."""
    other = Arm(model="other", endpoint="real")
    url = faulty(answering(said("real")))
    with desk.live(url) as (recorder, provider):
        desk.call(recorder, provider)
        assert not desk.cassettes.sessions()[0].simulated
        desk.call(recorder, desk.provider(provider._line.client, simulator, recorder), sample=1)
        key = SampleKey(case="fox", variant="", sample=2)
        with recorder.call(key, arm=other, cell="cell", play=None):
            provider.generate(ask())

    (session,) = desk.cassettes.sessions()
    assert session.simulated
    assert session.arms == (ARM, other)


def test_no_recorded_answer_is_given_twice(desk, simulator):
    """Neither to another sample nor to the same one; another recorder gives it again."""
    desk.record(simulator)
    (item,) = desk.cassettes.load()

    with desk.tape() as (recorder, provider):
        desk.call(recorder, provider, play=item)
        for sample in (0, 1):
            with pytest.raises(Unrecorded, match="already given"):
                desk.call(recorder, provider, sample=sample, play=item)

    assert len(desk.replay()) == 1


# --- signatures and streams -----------------------------------------------------------------


def test_signatures_of_single_turns_are_dropped_where_nobody_needs_them(desk, simulator):
    """They are recorded as dropped, and only where the policy and the sample say so."""
    with desk.live(simulator, drop_signatures=True) as (recorder, provider):
        live = desk.call(recorder, provider, sample=0, alone=True)
        desk.call(recorder, provider, sample=1, alone=False)

    dropped, kept = sorted(desk.cassettes.load(), key=lambda item: item.key.sample)
    replayed = desk.replay()

    assert (dropped.receipt.signatures_dropped, kept.receipt.signatures_dropped) == (True, False)
    assert live.parts[0].signature is not None
    assert replayed[0].parts[0].signature is None
    assert replayed[1].parts[0].signature is not None
    assert len(list(desk.blobs.root.rglob("*.bin"))) == 1


def test_a_stream_replays_as_its_events(desk, simulator):
    """Each event comes in a piece of its own, byte for byte, as the cassette keeps them."""
    request = replace(ask("a fox"), parameters=Parameters(stream=True))
    desk.record(simulator, request)
    (item,) = desk.cassettes.load()
    url = f"https://x.invalid/v1beta/models/{ARM.model}:streamGenerateContent?alt=sse"

    sent = unpack(item.request.body, read=lambda name: b"", where="t")

    with (
        closed_client() as client,
        desk.recorder().opened() as recorder,
        recorder.call(item.key, arm=ARM, cell="cell", play=item),
        client.stream("POST", url, content=sent) as response,
    ):
        events = list(response.iter_raw())

    assert len(events) == len(item.response.body["events"]) > 1
    assert all(event.startswith(b"data: ") and event.endswith(b"\r\n\r\n") for event in events)
    whole = unpack(item.response.body, read=lambda n: desk.blobs.get(desk.blobs.ref(n)), where="t")
    assert b"".join(events) == whole
