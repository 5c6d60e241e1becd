"""What stock vcrpy recorded goes in and comes out as the same requests with the same answers."""

import base64
import json
import re
from urllib.parse import urlsplit

import httpx
import pytest
import vcr
from google import genai
from google.genai import types
from vcr.serialize import deserialize
from vcr.serializers import jsonserializer, yamlserializer

from harness.evaluate import exports
from harness.simulator.paint.reference import paint_reference

SERIALIZERS = {"yaml": yamlserializer, "json": jsonserializer}
MODEL = "gemini-3-pro-image"


def body_of(prompt, *names, **config):
    """Give a request's body, with a reference picture for each name."""
    pictures = [
        {
            "inlineData": {
                "mimeType": "image/jpeg",
                "data": base64.b64encode(paint_reference(name, 2, (128, 128))).decode(),
            }
        }
        for name in names
    ]
    generation = {"responseModalities": ["TEXT", "IMAGE"], **config}
    parts = [{"text": prompt}, *pictures]
    return {"contents": [{"role": "user", "parts": parts}], "generationConfig": generation}


CALLS = [
    ("generateContent", body_of("[[text]] sp\u00e4te \U0001f98a, \u8fd9 \\ \"end\"")),
    ("generateContent", body_of("A fox", imageConfig={"aspectRatio": "16:9", "imageSize": "1K"})),
    ("generateContent", body_of("A fox", imageConfig={"aspectRatio": "16:9", "imageSize": "1K"})),
    ("generateContent", body_of("A fox", imageConfig={"aspectRatio": "16:9", "imageSize": "1K"})),
    ("generateContent", body_of("Both at the beach", "fox", "owl")),
    ("streamGenerateContent?alt=sse", body_of("[[text]] stream of words")),
    ("streamGenerateContent?alt=sse", body_of("A cat, streamed")),
]  # fmt: skip


def called(address):
    """Make every call; give the answers' bodies."""
    with httpx.Client(timeout=60, headers={"x-goog-api-key": "not-a-real-key"}) as client:
        return [
            client.post(f"{address}/v1beta/models/{MODEL}:{operation}", json=body).content
            for operation, body in CALLS
        ]


def held(*files):
    """Give what cassettes hold: the answers' bodies, in order, by method, path and body."""
    found = {}
    for path in files:
        requests, responses = deserialize(path.read_text(), SERIALIZERS[path.suffix[1:]])
        for request, response in zip(requests, responses, strict=True):
            key = (request.method, urlsplit(request.uri).path, request.body)
            found.setdefault(key, []).append(response["body"]["string"])
    return found


@pytest.fixture(scope="module")
def addressed(simulator, tmp_path_factory):
    """Record the calls with stock vcrpy, once as YAML and once as JSON."""
    folder = tmp_path_factory.mktemp("stock")
    for form in SERIALIZERS:
        with vcr.VCR(serializer=form).use_cassette(str(folder / f"stock.{form}")):
            called(simulator)
    return simulator, folder


@pytest.mark.parametrize("out", ["yaml", "json"])
@pytest.mark.parametrize("into", ["yaml", "json"])
def test_what_stock_vcrpy_recorded_goes_in_and_out(bench, addressed, into, out):
    """Plain, references, equal samples and streams; the replay of stock vcrpy answers the same."""
    address, folder = addressed
    stock = folder / f"stock.{into}"

    taken = bench("cassette", "import", stock, "--suite", "theirs")
    given = bench("cassette", "export", "theirs", "-o", "out", "--form", out, "--json")

    assert (taken.code, given.code) == (0, 0), (taken.err, given.err)
    files = sorted((bench.folder / "out").iterdir())
    assert [str(path.relative_to(bench.folder)) for path in files] == [
        row["file"] for row in given.json["files"]
    ]
    assert held(*files) == held(stock)
    assert max(len(set(answers)) for answers in held(stock).values()) == 3
    assert given.json["answers"] == len(CALLS)
    assert sum(row["altered"] for row in given.json["files"]) == 0
    assert replayed(files, address, bench.folder / f"all.{out}") == replayed(
        [stock], address, bench.folder / f"one.{into}"
    )


def replayed(files, address, path, *, calls=called):
    """Play every call from the cassettes, joined to one, by stock vcrpy alone."""
    form = path.suffix[1:]
    trees = [SERIALIZERS[form].deserialize(file.read_text()) for file in files]
    interactions = [item for tree in trees for item in tree["interactions"]]
    path.write_text(
        SERIALIZERS[form].serialize({"version": 1, "interactions": interactions}), "utf-8"
    )
    player = vcr.VCR(serializer=form, record_mode="none", match_on=["method", "uri", "body"])
    with player.use_cassette(str(path)) as cassette:
        answers = calls(address)
        assert cassette.all_played
    return answers


def asked(address):
    """Let the official SDK ask for words, with a reference (URL-safe base64), and as a stream."""
    options = types.HttpOptions(base_url=address, api_version="v1beta")
    fox = types.Part.from_bytes(data=paint_reference("fox", 2, (256, 256)), mime_type="image/jpeg")
    with genai.Client(api_key="not-a-real-key", http_options=options) as client:
        plain = client.models.generate_content(model=MODEL, contents="[[text]] words")
        painted = client.models.generate_content(model=MODEL, contents=["At the beach", fox])
        events = list(client.models.generate_content_stream(model=MODEL, contents="A cat"))
        return [answer.model_dump_json(exclude={"sdk_http_response"}) for answer in
                (plain, painted, *events)]  # fmt: skip


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_what_the_sdk_was_recorded_with_goes_in_and_out(bench, simulator, form):
    """And the SDK replays what came out, by stock vcrpy, as it replays what went in."""
    stock = bench.folder / f"sdk.{form}"
    with vcr.VCR(serializer=form).use_cassette(str(stock)):
        recorded = asked(simulator)

    taken = bench("cassette", "import", stock, "--suite", "theirs")
    given = bench("cassette", "export", "theirs", "-o", "out", "--form", form)

    assert (taken.code, given.code) == (0, 0), (taken.err, given.err)
    files = sorted((bench.folder / "out").iterdir())
    assert held(*files) == held(stock)
    assert replayed(files, simulator, bench.folder / f"all.{form}", calls=asked) == recorded


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_what_the_harness_recorded_goes_out_and_in(recorded, form):
    """The other way round: the same answers to the same requests, by their digests."""
    out = recorded("cassette", "export", "shop", "-o", "out", "--form", form)
    files = sorted((recorded.folder / "out").iterdir())
    back = recorded("cassette", "import", *files, "--suite", "back")

    assert (out.code, back.code) == (0, 0), (out.err, back.err)
    assert len(files) == 3
    assert kept(recorded, "back") == kept(recorded, "shop")


def kept(bench, suite):
    """Give what a recording holds, without its names: digest, bodies."""
    files = (bench.folder / "cassettes" / suite / "main").glob("*.json")
    items = [item for path in files for item in json.loads(path.read_text())["interactions"]]
    return sorted(
        json.dumps([i["request_digest"], i["request"]["body"], i["response"]["body"]])
        for i in items
    )


def test_every_cassette_of_stock_vcrpy_plays_alone(recorded, simulator):
    """With vcrpy's own defaults: a file answers its own samples, in their order."""
    recorded("cassette", "export", "shop", "-o", "out")
    path = recorded.folder / "out" / "fox.yaml"
    (item,) = yamlserializer.deserialize(path.read_text())["interactions"]

    with vcr.VCR(record_mode="none").use_cassette(str(path)), httpx.Client() as client:
        answer = client.post(item["request"]["uri"], content=item["request"]["body"])

    assert answer.status_code == 200
    assert answer.text == item["response"]["body"]["string"]
    assert answer.headers["content-type"].startswith("application/json")


def test_an_import_mends_a_blob_that_is_none(bench, addressed):
    """A Git LFS pointer in a picture's place is not taken for the picture."""
    stock = addressed[1] / "stock.yaml"
    bench("cassette", "import", stock, "--suite", "one")
    blobs = {path: path.read_bytes() for path in bench.folder.rglob("blobs/*/*.jpg")}
    for path in blobs:
        path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")

    taken = bench("cassette", "import", stock, "--suite", "two")

    assert taken.code == 0, taken.err
    assert {path: path.read_bytes() for path in blobs} == blobs


def test_an_import_brings_nothing_back_that_was_forgotten(bench, addressed):
    """Licences end: another cassette that holds the picture does not put it there again."""
    stock = addressed[1] / "stock.yaml"
    bench("cassette", "import", stock, "--suite", "one")
    gone, *others = sorted(bench.folder.rglob("blobs/*/*.jpg"))
    forgot = bench("cassette", "forget", gone.stem, "--reason", "the licence ended", "--yes")

    taken = bench("cassette", "import", stock, "--suite", "two")

    assert (forgot.code, taken.code) == (0, 0), (forgot.err, taken.err)
    assert sorted(bench.folder.rglob("blobs/*/*.jpg")) == others


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["file", "link to nowhere", "folder"])
def test_no_file_is_overwritten(recorded, kind):
    """And none of the others is written."""
    target = recorded.folder / "out" / "fox.yaml"
    target.parent.mkdir()
    if kind == "file":
        target.write_text("mine")
    elif kind == "folder":
        target.mkdir()
    else:
        target.symlink_to("nowhere")

    ran = recorded("cassette", "export", "shop", "-o", "out")

    assert ran.code == 2
    assert "fox.yaml: exists already" in ran.err
    assert list(target.parent.iterdir()) == [target]


def test_all_or_nothing(recorded):
    """A picture that is absent keeps every cassette from being written, and the folder too."""
    recorded.picture("fox").unlink()

    ran = recorded("cassette", "export", "shop", "-o", "deep/out")

    assert ran.code == 3
    assert "is not here" in ran.err
    assert not (recorded.folder / "deep" / "out").exists()


def test_a_file_that_appears_meanwhile_is_kept(recorded, monkeypatch):
    """What was put in place before it is taken back."""
    target = recorded.folder / "out" / "fox.yaml"
    made = exports.stock_cassette

    def slowly(items, **more):
        target.write_text("mine")
        return made(items, **more)

    monkeypatch.setattr(exports, "stock_cassette", slowly)

    ran = recorded("cassette", "export", "shop", "-o", "out")

    assert ran.code == 2
    assert list(target.parent.iterdir()) == [target]
    assert target.read_text() == "mine"


def test_names_cannot_leave_the_folder(recorded):
    """Neither a suite's nor a case's, however it came into the file."""
    path = recorded.cassette("fox")
    path.write_text(path.read_text().replace('"case": "fox"', '"case": "../../fox"'))

    for words in (["shop"], ["../shop"], ["shop", "--recording", "../main"]):
        ran = recorded("cassette", "export", *words, "-o", "out")
        assert ran.code == 2, words
        assert "not " in ran.err

    assert not (recorded.folder / "out").exists()
    assert list(recorded.folder.rglob("*.yaml")) == [recorded.folder / "suites" / "shop.yaml"]


def test_json_that_cannot_say_a_body_writes_nothing(recorded):
    """What to do instead is said, and does it."""
    path = recorded.cassette("fox")
    tree = json.loads(path.read_text())
    name = recorded.picture("fox").name
    tree["interactions"][0]["response"]["body"] = {"blob": name}
    path.write_text(json.dumps(tree))

    refused = recorded("cassette", "export", "shop", "-o", "out", "--form", "json")
    assert not (recorded.folder / "out").exists()
    done = recorded("cassette", "export", "shop", "-o", "out", "--form", "yaml")

    assert (refused.code, done.code) == (2, 0)
    assert "use yaml" in refused.err
    (bodies,) = held(recorded.folder / "out" / "fox.yaml").values()
    assert bodies == [recorded.blob(name).read_bytes()]


def test_nothing_recorded_is_nothing_to_export(bench):
    """An exit code of its own, and no folder."""
    ran = bench("cassette", "export", "shop", "-o", "out")

    assert ran.code == 5
    assert not (bench.folder / "out").exists()


def test_a_key_that_is_set_is_not_exported(recorded, monkeypatch):
    """A prompt that holds it, too."""
    monkeypatch.setenv("GEMINI_API_KEY", "A fox on a shelf")

    ran = recorded("cassette", "export", "shop", "-o", "out")

    assert ran.code == 2
    assert "A fox on a shelf" not in ran.err
    assert not (recorded.folder / "out").exists()


def test_altered_answers_are_counted(recorded):
    """Whoever gets the files is told what is no longer as the service sent it."""
    path = recorded.cassette("fox")
    tree = json.loads(path.read_text())
    tree["interactions"][0]["reserialised"] = True
    path.write_text(json.dumps(tree))

    ran = recorded("cassette", "export", "shop", "-o", "out")

    assert "1 answer not byte for byte" in ran.err
    assert "3 answers exported into 3 cassettes" in ran.out


def test_a_folder_that_cannot_be_made_is_said(recorded):
    """A file stands in its place."""
    (recorded.folder / "out").write_text("")

    ran = recorded("cassette", "export", "shop", "-o", "out/deep")

    assert ran.code == 2
    assert "out" in ran.err


def test_the_documented_commands_run(bench, addressed, request):
    """Those of docs/exchange.md, in the order in which they stand there."""
    (bench.folder / "stock.yaml").write_bytes((addressed[1] / "stock.yaml").read_bytes())
    page = (request.config.rootpath / "docs/exchange.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\$ harness (.*)$", page, re.MULTILINE)

    codes = [bench(*command.split()).code for command in commands]

    assert codes == [0, 0, 0]
    assert held(*(bench.folder / "out").iterdir()) == held(*(bench.folder / "out-json").iterdir())
