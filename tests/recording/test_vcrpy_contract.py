"""What the design leans on in vcrpy is so: a new vcrpy that breaks it fails here, by name.

Facts: CASSETTES sections 1 and 4. "Ours" below is `harness/recording`: the tape (which
vcrpy's stub calls), the import and export of stock cassettes, and the stock persister.
"""

import contextlib
import gc
import gzip
import json
import threading

import httpx
import httpx2
import pytest
import vcr
import yaml
from vcr.cassette import Cassette
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.patch import PATCHER_NAMES, CassettePatcherBuilder
from vcr.persisters.filesystem import CassetteDecodeError, CassetteNotFoundError
from vcr.request import Request
from vcr.serialize import deserialize, serialize
from vcr.serializers import jsonserializer, yamlserializer

SYNC = ("HTTPTransport", "WSGITransport", "MockTransport")
ASYNC = ("AsyncHTTPTransport", "ASGITransport", "MockTransport")
ATTRIBUTES = [
    *((name, "handle_request") for name in SYNC),
    *((name, "handle_async_request") for name in ASYNC),
]
OTHERS = tuple(name for name in PATCHER_NAMES if name != "httpx")


class Service:
    """A server on loopback that numbers its answers."""

    def __init__(self, serve):
        self.asked = []
        self.answers = {}
        self.url = serve(self._talk)

    def _talk(self, connection, request):
        self.asked.append(request.partition(b"\r\n\r\n")[2])
        answer = self.answers.get(len(self.asked), answered(b'{"n": %d}' % len(self.asked)))
        connection.sendall(answer)


def answered(body, *, status=b"200 OK", headers=b""):
    head = b"HTTP/1.1 %s\r\ncontent-length: %d\r\nconnection: close\r\n" % (status, len(body))
    return head + headers + b"\r\n" + body


@pytest.fixture
def service(faulty):
    return Service(faulty)


@pytest.fixture
def stock():
    """Give stock vcrpy with its defaults, save that it patches httpx alone."""
    return vcr.VCR(skip_patchers=OTHERS)


@pytest.fixture
def patches():
    """Give `patches()`: which of httpx's methods are patched; put the originals back after."""
    held = {place: getattr(getattr(httpx, place[0]), place[1]) for place in ATTRIBUTES}

    def patched(package=httpx):
        return [
            place for place in ATTRIBUTES
            if hasattr(getattr(getattr(package, place[0]), place[1]), "__wrapped__")
        ]  # fmt: skip

    assert patched() == []
    yield patched
    gc.collect()  # a cassette whose exit failed unpatches when it goes: not in another test
    for (name, attribute), original in held.items():
        setattr(getattr(httpx, name), attribute, original)


def ask(url, prompt="a fox"):
    return httpx.post(url, content=prompt.encode()).json()["n"]


def noted(path, *prompts, url="http://x.invalid/"):
    """Write a stock cassette whose i-th request, a prompt, is answered by i."""
    path.write_text(
        yaml.safe_dump(
            {
                "version": 1,
                "interactions": [
                    {
                        "request": {"method": "POST", "uri": url, "headers": {}, "body": prompt},
                        "response": {
                            "status": {"code": 200, "message": "OK"},
                            "headers": {},
                            "body": {"string": json.dumps({"n": number})},
                        },
                    }
                    for number, prompt in enumerate(prompts, start=1)
                ],
            }
        )
    )
    return str(path)


class Watched(Cassette):
    """A cassette that notes what the stub asks of it, as ours is one."""

    def __init__(self, answers=(), *, protected=False, **more):
        super().__init__(path="", **more)
        self.calls = []
        self._answers = list(answers)
        self._protected = protected

    @property
    def write_protected(self):
        self.calls.append(("write_protected", None))
        return self._protected

    def can_play_response_for(self, request):
        self.calls.append(("can_play", request))
        return bool(self._answers)

    def play_response(self, request):
        self.calls.append(("play", request))
        return self._answers.pop(0)

    def append(self, request, response):
        self.calls.append(("append", request))
        self.appended = response

    @property
    def order(self):
        return [name for name, _ in self.calls]


@contextlib.contextmanager
def intercepted(cassette):
    """Switch vcrpy on by its patchers alone, as the tape does."""
    with contextlib.ExitStack() as stack:
        for patcher in CassettePatcherBuilder(cassette).build():
            stack.enter_context(patcher)
        yield cassette


# --- matching: why the answer is settled by name and digest before anything is sent --------------


def test_by_default_the_body_does_not_count(stock, tmp_path):
    """Prompt B gets prompt A's answer; so ours matches by a digest of the body."""
    with stock.use_cassette(noted(tmp_path / "x.yaml", "prompt A")):
        assert ask("http://x.invalid/", "prompt B") == 1


def test_every_matcher_looks_at_every_stored_request(stock, tmp_path):
    """No short cut, two scans a replay; so ours keeps an index, and caches digests."""
    seen = []

    def hopeless(asked, stored):
        return stored.body == b"c"

    def costly(asked, stored):
        seen.append(stored.body)
        return True

    stock.register_matcher("hopeless", hopeless)
    stock.register_matcher("costly", costly)
    path = noted(tmp_path / "x.yaml", "a", "b", "c")
    with stock.use_cassette(path, match_on=["hopeless", "costly"]):
        assert ask("http://x.invalid/") == 3

    assert seen == [b"a", b"b", b"c"] * 2


def test_the_order_of_recording_is_the_order_of_replay(stock, tmp_path):
    """Equal requests are told apart by who asks first; so ours names samples."""
    with stock.use_cassette(noted(tmp_path / "x.yaml", "a", "a", "a")):
        assert [ask("http://x.invalid/", "a") for _ in range(3)] == [1, 2, 3]


def test_an_answer_may_be_promised_twice(stock, tmp_path):
    """`can_play` claims nothing, so two threads can get one answer; so ours claims."""
    with stock.use_cassette(noted(tmp_path / "x.yaml", "a")) as cassette:
        asked = [Request("POST", "http://x.invalid/", b"a", {}) for _ in range(2)]

        assert all(map(cassette.can_play_response_for, asked))


def test_new_episodes_replays_what_it_has_just_recorded(stock, service, tmp_path):
    """Four samples of a new prompt are two; so ours has no such mode."""
    path = noted(tmp_path / "x.yaml", "another", url=f"{service.url}/other")

    with stock.use_cassette(path, record_mode="new_episodes"):
        seen = [ask(service.url) for _ in range(4)]

    assert (seen, len(service.asked)) == ([1, 1, 2, 2], 2)


# --- lifecycle: why ours writes a journal, and opens one recorder a process -----------------------


def test_nothing_is_on_disk_before_the_exit(stock, service, tmp_path):
    """A killed process keeps no answer; so ours has a journal."""
    with stock.use_cassette(str(tmp_path / "x.yaml")):
        ask(service.url)
        before = list(tmp_path.iterdir())

    assert before == []
    assert (tmp_path / "x.yaml").is_file()


def test_a_cassette_is_read_whole_on_entering(stock, tmp_path):
    """What is replayed lies in memory from the start; so ours rebuilds bodies when asked."""
    with stock.use_cassette(noted(tmp_path / "x.yaml", "a")):
        (tmp_path / "x.yaml").unlink()

        assert ask("http://x.invalid/") == 1


def test_an_exit_takes_the_patches_off_after_an_exception_too(stock, patches, tmp_path):
    """The normal case, on which the other two stand out."""
    inside = []

    def fail():
        inside.extend(patches())
        raise ZeroDivisionError

    with (
        pytest.raises(ZeroDivisionError),
        stock.use_cassette(str(tmp_path / "x.yaml"), record_mode="none"),
    ):
        fail()

    assert inside == ATTRIBUTES
    assert patches() == []


def test_a_save_that_raises_leaves_the_patches(stock, service, patches, tmp_path):
    """What cannot be said is lost at the exit, httpx stays patched; so ours unpatches always."""
    service.answers[1] = answered(b"\xff\xd8")
    opened = stock.use_cassette(str(tmp_path / "x.json"), serializer="json")

    with pytest.raises(TypeError, match="binary"), opened:
        httpx.post(service.url)

    assert patches() == ATTRIBUTES
    assert not (tmp_path / "x.json").exists()


def test_two_open_cassettes_leave_dead_patches(stock, patches, tmp_path):
    """The last exit restores what the first one put there; so ours refuses a second recorder."""
    one, two = (stock.use_cassette(str(tmp_path / name), record_mode="none") for name in "ab")
    one.__enter__()
    two.__enter__()

    one.__exit__(None, None, None)
    two.__exit__(None, None, None)

    assert patches() == ATTRIBUTES


# --- interception: what the tape is called by ----------------------------------------------------


def test_the_names_of_what_is_patched():
    """The tape skips every group but httpx, by its name; the SDK's own client is httpx2."""
    assert {"httpx", "httpx2"} <= set(PATCHER_NAMES)
    assert Cassette(path="", skip_patchers=OTHERS).skip_patchers == OTHERS


@pytest.mark.parametrize(("own", "other"), [(httpx, httpx2), (httpx2, httpx)], ids=["1", "2"])
def test_transports_are_patched_on_their_classes(patches, own, other):
    """Clients that exist already are intercepted; a group that is skipped is left alone."""
    skipped = tuple(name for name in PATCHER_NAMES if name != own.__name__)
    answer = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": b"x"}}
    cassette = Watched([answer], skip_patchers=skipped)

    with own.Client() as older, intercepted(cassette):
        inside = patches(own), patches(other)
        assert older.get("http://x.invalid/").content == b"x"

    assert inside == (ATTRIBUTES, [])
    assert patches(own) == []


def test_a_transport_with_wires_of_its_own_is_not_intercepted():
    """Only what ends in `super().handle_request` is; so ours builds its client on HTTPTransport."""

    class Own(httpx.BaseTransport):
        def handle_request(self, request):
            return httpx.Response(200, text="past the cassette")

    class Layered(httpx.HTTPTransport):
        def handle_request(self, request):
            return super().handle_request(request)

    answer = {"status": {"code": 200, "message": ""}, "headers": {}, "body": {"string": b"taped"}}
    with intercepted(Watched([answer], skip_patchers=OTHERS)):
        said = [
            client.get("http://x.invalid/").text
            for client in (httpx.Client(transport=Own()), httpx.Client(transport=Layered()))
        ]

    assert said == ["past the cassette", "taped"]


def test_what_can_be_played_is_played():
    """`can_play_response_for`, then `play_response` with the same request, and no more."""
    answer = {
        "status": {"code": 429, "message": "Slow Down"},
        "headers": {b"x-a": [b"1", b"sp\xc3\xa4t"]},
        "body": {"string": b"{}"},
    }

    with intercepted(Watched([answer], skip_patchers=OTHERS)) as cassette:
        said = httpx.post("http://x.invalid/")

    assert cassette.order == ["can_play", "play"]
    assert cassette.calls[0][1] is cassette.calls[1][1]
    assert (said.status_code, said.reason_phrase, said.content) == (429, "Slow Down", b"{}")
    assert said.headers.get_list("x-a") == ["1", "spät"]


def test_what_cannot_be_played_is_sent_and_then_appended(service):
    """`write_protected` is asked before, `append` gets the same request after the answer."""
    with intercepted(Watched(skip_patchers=OTHERS)) as cassette:
        assert ask(service.url) == 1

    assert cassette.order == ["can_play", "write_protected", "append"]
    assert cassette.calls[0][1] is cassette.calls[2][1]


def test_what_is_write_protected_is_not_sent(service):
    """The refusal is vcrpy's own; the tape never is protected, the deck refuses with reasons."""
    with (
        intercepted(Watched(protected=True, skip_patchers=OTHERS)) as cassette,
        pytest.raises(CannotOverwriteExistingCassetteException),
    ):
        ask(service.url)

    assert service.asked == []
    assert cassette.order[:2] == ["can_play", "write_protected"]


@pytest.mark.parametrize("name", ["can_play_response_for", "append"])
def test_what_the_cassette_raises_reaches_the_caller_as_it_is(service, name):
    """Unrecorded, SecretFound and StoreError come through httpx unchanged."""
    cassette = Watched(skip_patchers=OTHERS)

    def refuse(*_):
        raise KeyError("mine")

    setattr(cassette, name, refuse)
    with intercepted(cassette), pytest.raises(KeyError, match="mine"):
        ask(service.url)


def test_a_request_is_method_uri_headers_and_bytes(service):
    """A body is bytes, also where it came in parts; absent it is empty."""
    with intercepted(Watched(skip_patchers=OTHERS)) as cassette:
        httpx.post(f"{service.url}/a?alt=sse", content=iter([b"sp", b"\xff"]), headers={"X-A": "1"})
        httpx.get(service.url)

    first, second = (request for name, request in cassette.calls if name == "append")
    assert (first.method, first.uri, first.body) == ("POST", f"{service.url}/a?alt=sse", b"sp\xff")
    assert dict(first.headers)["x-a"] == "1"
    assert (second.method, second.body) == ("GET", b"")


def test_an_answer_is_a_tree_with_the_bytes_of_the_wire(service):
    """What is compressed stays so, headers are lists; so ours unpacks, once, when it records."""
    wire = gzip.compress(b'{"n": 1}', mtime=0)
    headers = b"content-encoding: gzip\r\nX-A: 1\r\nx-a: 2\r\n"
    service.answers[1] = answered(wire, status=b"404 Gone Away", headers=headers)

    with intercepted(Watched(skip_patchers=OTHERS)) as cassette:
        assert ask(service.url) == 1

    assert cassette.appended["status"] == {"code": 404, "message": "Gone Away"}
    assert cassette.appended["body"] == {"string": wire}
    assert cassette.appended["headers"]["content-encoding"] == ["gzip"]
    assert cassette.appended["headers"]["x-a"] == ["1", "2"]


def test_a_stream_is_read_whole_before_its_first_event_is_given(faulty):
    """Events are appended as one body before the caller sees any: kept first, then given."""
    events = [b"data: %d\r\n\r\n" % number for number in range(3)]

    def talk(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
        for event in events:
            connection.sendall(event)

    with (
        intercepted(Watched(skip_patchers=OTHERS)) as cassette,
        httpx.stream("POST", faulty(talk)) as answer,
    ):
        appended = cassette.appended["body"]["string"]
        chunks = list(answer.iter_bytes())

    assert appended == b"".join(events)
    assert chunks == [appended]


def test_what_never_answered_is_not_appended(faulty):
    """A connection that breaks leaves nothing; so ours needs no word for it in a cassette."""

    def talk(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")

    with intercepted(Watched(skip_patchers=OTHERS)) as cassette:
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(faulty(talk))
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(faulty(lambda connection, _: None))

    assert "append" not in cassette.order


def test_a_phrase_must_be_ascii():
    """Others end the call with a UnicodeEncodeError; so the tape drops them."""
    answer = {
        "status": {"code": 200, "message": "Gr\u00fcn"},
        "headers": {},
        "body": {"string": b""},
    }

    with intercepted(Watched([answer], skip_patchers=OTHERS)), pytest.raises(UnicodeEncodeError):
        httpx.get("http://x.invalid/")


def test_calls_of_other_threads_are_intercepted():
    """Patches are of the process; so the recorder is shared by its threads, and is one."""
    answer = {"status": {"code": 200, "message": ""}, "headers": {}, "body": {"string": b"x"}}
    said = []

    with intercepted(Watched([answer], skip_patchers=OTHERS)):
        thread = threading.Thread(target=lambda: said.append(httpx.get("http://x.invalid/").text))
        thread.start()
        thread.join()

    assert said == ["x"]


# --- serializers: what import and export lean on --------------------------------------------------


@pytest.mark.parametrize("kind", ["object/apply:os.getcwd []", "name:os.system ''", "module:os ''"])
def test_yaml_builds_no_objects(kind):
    """A stranger's cassette runs no code; the import reads YAML by this loader."""
    with pytest.raises(yaml.constructor.ConstructorError):
        yamlserializer.deserialize(f"interactions: !!python/{kind}")


def test_yaml_is_libyaml():
    """Its pure Python twin is some 30 times slower."""
    loaded = yamlserializer._CassetteLoader

    assert issubclass(loaded, yaml.CSafeLoader)


@pytest.mark.parametrize("serializer", [yamlserializer, jsonserializer])
def test_a_cassette_is_a_list_of_interactions(serializer):
    """Version 1, bodies as text where they are UTF-8; what export writes, and import reads."""
    request = Request("POST", "http://x.invalid/", "späte".encode(), {"content-type": "a/b"})
    response = {
        "status": {"code": 200, "message": "OK"},
        "headers": {"a": ["1", "2"]},
        "body": {"string": b"\xf0\x9f\xa6\x8a"},
    }
    text = serialize({"requests": [request], "responses": [response]}, serializer)

    tree = serializer.deserialize(text)
    (asked,), (said,) = deserialize(text, serializer)

    assert (tree["version"], len(tree["interactions"])) == (1, 1)
    assert tree["interactions"][0]["request"]["headers"] == {"content-type": ["a/b"]}
    assert tree["interactions"][0]["response"]["body"]["string"] == "\U0001f98a"
    assert (asked.method, asked.uri, asked.body) == ("POST", "http://x.invalid/", "späte".encode())
    assert said["body"]["string"] == b"\xf0\x9f\xa6\x8a"
    assert said["headers"] == {"a": ["1", "2"]}


def test_only_yaml_says_bytes_that_are_no_text():
    """Hence YAML is what export writes unless it is told otherwise."""
    request = Request("POST", "http://x.invalid/", b"\xff\xd8", {})
    response = {"status": {"code": 200}, "headers": {}, "body": {"string": b"\xff\xd8"}}

    text = serialize({"requests": [request], "responses": [response]}, yamlserializer)
    (asked,), (said,) = deserialize(text, yamlserializer)

    assert asked.body == said["body"]["string"] == b"\xff\xd8"
    with pytest.raises(TypeError, match="binary"):
        serialize({"requests": [request], "responses": [response]}, jsonserializer)


def test_no_folder_confines_a_cassette(tmp_path):
    """`../` leaves the library; so ours checks names before any path is built."""
    stock = vcr.VCR(cassette_library_dir=str(tmp_path / "inner"), skip_patchers=OTHERS)
    (tmp_path / "inner").mkdir()
    noted(tmp_path / "x.yaml", "a")

    with stock.use_cassette("../x.yaml", record_mode="none"):
        assert ask("http://x.invalid/") == 1


# --- what stock users plug in -----------------------------------------------------------------


class Shelf:
    """A persister in memory that keeps what it was called with."""

    def __init__(self, load=None):
        self.saved = []
        self._load = load

    def load_cassette(self, cassette_path, serializer):
        if self._load is None:
            raise CassetteNotFoundError
        return self._load()

    def save_cassette(self, cassette_path, cassette_dict, serializer):
        self.saved.append((cassette_path, cassette_dict))


@pytest.mark.parametrize("how", ["registered", "said"])
def test_a_persister_gets_the_whole_cassette_once(stock, service, how):
    """By `register_persister` or by `persister=`; an absent cassette is one special error."""
    shelf = Shelf()
    said = {"persister": shelf} if how == "said" else {}
    if how == "registered":
        stock.register_persister(shelf)

    with stock.use_cassette("a/b.json", **said):
        ask(service.url, "one")
        ask(service.url, "two")

    ((path, tree),) = shelf.saved
    assert path == "a/b.json"
    assert [request.body for request in tree["requests"]] == [b"one", b"two"]
    assert [json.loads(said["body"]["string"]) for said in tree["responses"]] == [
        {"n": 1},
        {"n": 2},
    ]
    assert set(tree) == {"requests", "responses"}


def test_nothing_new_is_not_saved(stock, tmp_path):
    """A replay writes nothing; so a persister that refuses cannot break one."""
    shelf = Shelf(lambda: ([Request("POST", "http://x.invalid/", b"a", {})], [RESPONSE]))

    with stock.use_cassette("x", persister=shelf):
        assert ask("http://x.invalid/", "a") == 1

    assert shelf.saved == []


RESPONSE = {
    "status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": b'{"n": 1}'},
}  # fmt: skip


def test_what_a_persister_raises_on_loading_ends_the_opening(stock, patches):
    """Any error but two comes out before anything is patched; so a broken cassette raises ours."""

    def broken():
        raise RuntimeError("broken")

    with (
        pytest.raises(RuntimeError, match="broken"),
        stock.use_cassette("x", persister=Shelf(broken)),
    ):
        pytest.fail("it was opened")

    assert patches() == []


def test_a_decode_error_counts_as_empty_and_is_overwritten(stock, service):
    """The second of the two: so ours never raises a `CassetteDecodeError`."""

    def broken():
        raise CassetteDecodeError

    shelf = Shelf(broken)

    with stock.use_cassette("x", persister=shelf):
        ask(service.url)

    assert len(shelf.saved) == 1


def test_loaded_answers_are_copied_deeply_once_each(stock):
    """So a body that builds itself on access must say what a copy of it is."""
    copies = []

    class Lazy(dict):
        def __deepcopy__(self, memo):
            copies.append(self)
            return self

        def __getitem__(self, name):
            return b'{"n": 7}' if name == "string" else super().__getitem__(name)

    said = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": Lazy()}
    asked = Request("POST", "http://x.invalid/", b"a", {})

    with stock.use_cassette("x", persister=Shelf(lambda: ([asked], [said]))):
        assert ask("http://x.invalid/", "a") == 7

    assert len(copies) == 1


@pytest.mark.parametrize("verdict", ["none", "true"])
def test_a_matcher_is_a_function_of_the_request_asked_and_the_one_stored(stock, tmp_path, verdict):
    """True or nothing is a match; False or an AssertionError, whose words are shown, is none."""
    pairs = []

    def by_prompt(asked, stored):
        pairs.append((asked.body, stored.body))
        if asked.body != stored.body:
            raise AssertionError("the prompts differ")
        return True if verdict == "true" else None

    stock.register_matcher("by_prompt", by_prompt)
    path = noted(tmp_path / "x.yaml", "a", "b")
    with stock.use_cassette(path, match_on=["method", "by_prompt"], record_mode="none"):
        assert ask("http://x.invalid/", "b") == 2
        with pytest.raises(CannotOverwriteExistingCassetteException) as caught:
            ask("http://x.invalid/", "c")

    assert pairs[:2] == [(b"b", b"a"), (b"b", b"b")]
    assert "the prompts differ" in str(caught.value)
