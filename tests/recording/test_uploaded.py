"""A request counts by its pictures, however they travelled."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from harness.errors import Unrecorded
from harness.model.arm import Arm
from harness.model.request import Content, GenerationRequest, Parameters, Part, Role
from harness.model.sample import SampleKey, Standing
from harness.provider.calling import Line
from harness.provider.files import FileService, Parcels
from harness.provider.gemini import GeminiProvider
from harness.provider.protocol import Endpoint
from harness.provider.transport import closed_client, first_byte_at, live_client
from harness.provider.wire_request import digest_of, skeleton
from harness.recording.call import RecordAs
from harness.recording.cassettes import Cassettes
from harness.recording.index import Index
from harness.recording.packing import blob_names
from harness.recording.recorder import Recorder
from harness.recording.skeletons import skeleton_of
from harness.store.blobs import BlobStore

ARM = Arm(model="gemini-3-pro-image", endpoint="simulator")
KEY = SampleKey(case="fox", variant="", sample=0)
RECORD = RecordAs(
    session="s1",
    started_at="2026-11-23T05:12:33+00:00",
    api_version="v1beta",
    simulated=True,
    now=lambda: datetime(2026, 11, 23, tzinfo=UTC),
    first_byte=first_byte_at,
)


class Ground:
    """A recording, and a request with a picture."""

    def __init__(self, root):
        self.cassettes = Cassettes(root / "cassettes", suite="shop", recording="main")
        self.blobs = BlobStore(root / "cassettes" / "blobs")
        drawn = io.BytesIO()
        Image.linear_gradient("L").resize((64, 64)).save(drawn, "PNG")
        self.picture = self.blobs.put(drawn.getvalue())

    def request(self, prompt="[[text]] a fox", **parameters):
        parts = (Part(picture=self.picture, mime_type="image/png"), Part(text=prompt))
        content = Content(role=Role.USER, parts=parts)
        return GenerationRequest(
            model=ARM.model, contents=(content,), parameters=Parameters(**parameters)
        )

    def record(self, url, *, inline_bytes, request=None):
        endpoint = Endpoint(
            name="simulator", base_url=url, key="any", files=True, inline_bytes=inline_bytes
        )
        recorder = Recorder(self.cassettes, self.blobs, record=RECORD)
        with live_client(connections=1, loopback=True) as client, recorder.opened():
            self.call(recorder, client, endpoint, request=request)
        (item,) = self.cassettes.load()
        return item

    def replay(self, item, *, inline_bytes, request=None):
        endpoint = Endpoint(
            name="simulator",
            base_url="https://recorded.invalid",
            files=True,
            inline_bytes=inline_bytes,
        )
        recorder = Recorder(self.cassettes, self.blobs)
        with closed_client() as client, recorder.opened():
            return self.call(recorder, client, endpoint, play=item, request=request)

    def call(self, recorder, client, endpoint, *, play=None, request=None):
        service = FileService(Line(client=client, endpoint=endpoint))
        parcels = Parcels(files=service, goes_out=recorder.goes_out, tell=recorder.tell_files)
        provider = GeminiProvider(
            client=client,
            endpoint=endpoint,
            read=self.blobs.get,
            keep=self.blobs.put,
            parcels=parcels,
        )
        with recorder.call(KEY, arm=ARM, cell="cell", play=play):
            return provider.generate(request or self.request())

    def found(self, request):
        index = Index(self.cassettes.load(), wanted=frozenset({("fox", "", 0)}))
        return index.find(KEY, arm=ARM, digest=digest_of(request), skeleton=skeleton(request))


@pytest.fixture
def ground(tmp_path):
    """Give an empty recording."""
    return Ground(tmp_path)


def test_what_was_recorded_with_files_replays_inline(ground, simulator):
    """Nothing connects, and the answer is found."""
    item = ground.record(simulator, inline_bytes=10)

    generation = ground.replay(item, inline_bytes=10)

    assert list(item.files.values()) == [ground.picture.name]
    assert ground.picture.name not in blob_names(item.request.body)
    assert item.request_digest == digest_of(ground.request())
    assert generation.parts
    assert ground.found(ground.request()).standing is Standing.RECORDED


@pytest.mark.parametrize(("recorded", "now"), [(None, 10), (10, None)])
def test_another_threshold_makes_nothing_stale(ground, simulator, recorded, now):
    """Recorded inline, uploaded now; or the other way round."""
    item = ground.record(simulator, inline_bytes=recorded)

    assert ground.replay(item, inline_bytes=now).parts
    assert bool(item.files) is (recorded is not None)


def test_the_call_alone_is_recorded(ground, simulator):
    """An upload is no interaction, also where its picture could not be told from the answer's."""
    item = ground.record(simulator, inline_bytes=10)

    assert item.request.url.endswith(":generateContent")
    assert "fileData" in str(item.request.body)
    assert len(ground.cassettes.load()) == 1


def test_what_differs_is_said_by_the_picture(ground, simulator):
    """A changed prompt is the only difference; the file's address is none."""
    ground.record(simulator, inline_bytes=10)

    found = ground.found(ground.request("[[text]] a wolf"))

    assert found.standing is Standing.STALE
    assert "wolf" in found.why
    assert "file" not in found.why
    assert "picture" not in found.why


def test_a_file_that_nobody_knows_stays_what_it_is(ground, simulator):
    """Without its note an address is an address, and the request another one."""
    item = ground.record(simulator, inline_bytes=10)

    assert "inlineData" in str(skeleton_of(item.request.body, files=item.files))
    assert "fileData" in str(skeleton_of(item.request.body))


def test_another_picture_is_another_request(ground, simulator):
    """The digest is over its bytes."""
    item = ground.record(simulator, inline_bytes=10)
    wolf = ground.blobs.put(b"\x89PNG\r\n\x1a\n" + bytes(100))
    ground.picture = wolf

    with pytest.raises(Unrecorded, match="another request"):
        ground.replay(item, inline_bytes=10)


@pytest.mark.parametrize("stream", [False, True])
def test_the_first_byte_is_timed(ground, simulator, stream):
    """Of plain answers and streams; not later than the last."""
    item = ground.record(simulator, inline_bytes=None, request=ground.request(stream=stream))

    assert 0 <= item.receipt.first_byte <= item.receipt.seconds
