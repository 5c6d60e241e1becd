"""Bring other tools' recordings in: the real ones, and those that cannot be."""

import base64
import hashlib
import json

import pytest
import yaml

PROMPT = "A blue teapot on a table"


def interaction(prompt=PROMPT, *, model="gemini-3-pro-image", body=None, host="", status=200):
    """Give one call in stock vcrpy's form."""
    request = {"contents": [{"parts": [{"text": prompt}], "role": "user"}]}
    answer = {"candidates": [{"content": {"parts": [{"text": "No."}]}, "finishReason": "STOP"}]}
    return {
        "request": {
            "method": "POST",
            "uri": f"https://{host or 'generativelanguage.googleapis.com'}/v1beta/models/"
            f"{model}:generateContent",
            "headers": {"x-goog-api-key": ["REDACTED"]},
            "body": json.dumps(request if body is None else body),
        },
        "response": {
            "status": {"code": status, "message": "OK"},
            "headers": {"content-type": ["application/json"]},
            "body": {"string": json.dumps(answer)},
        },
    }


@pytest.fixture
def cassette(bench):
    """Write a stock vcrpy cassette in JSON or YAML."""

    def write(name, *items):
        path = bench.folder / name
        tree = {"version": 1, "interactions": list(items)}
        path.write_text(json.dumps(tree) if path.suffix == ".json" else yaml.safe_dump(tree))
        return path

    return write


def parts_of(body):
    """Give the parts of an answer as the real recordings hold it: a tree, or SSE."""
    chunks = [body] if isinstance(body, dict) else []
    if isinstance(body, str):
        lines = body.replace("\r\n", "\n").split("\n")
        chunks = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    for chunk in chunks:
        for candidate in chunk.get("candidates") or []:
            yield from (candidate.get("content") or {}).get("parts") or []


def pictures_in(path):
    """Give the sha256 of each final picture that a real recording holds."""
    for item in yaml.load(path.read_text(), Loader=yaml.CSafeLoader)["interactions"]:
        response = item["response"]
        body = response.get("parsed_body") or (response.get("body") or {}).get("string")
        for part in parts_of(body):
            data = part.get("inlineData")
            if data and not part.get("thought"):
                text = data["data"] + "=" * (-len(data["data"]) % 4)
                raw = base64.b64decode(text.replace("-", "+").replace("_", "/"))
                yield hashlib.sha256(raw).hexdigest()


class Real:
    """The real recordings, imported and judged."""

    def __init__(self, bench, folder):
        self.files = sorted((folder / "cassettes" / "pydantic-ai").glob("*.yaml"))
        self.imported = bench("cassette", "import", *self.files, "--suite", "real", "--json")
        self.ran = bench("run", "suites/real.yaml", "--json")
        self.run = self.ran.json["run"]
        self.samples = [s for j in self.run["suites"][0]["judged"] for s in j["samples"]]
        self.findings = bench.findings(self.ran)

    def of(self, words):
        (found,) = [s for s in self.samples if words in s["prompt"]]
        return found

    def pictures(self):
        for sample in self.samples:
            for part in sample["generation"]["parts"]:
                if part.get("picture") and not part.get("thought"):
                    yield part["picture"]["sha256"]


@pytest.fixture
def real(bench, real_data, offline):
    return Real(bench, real_data)


def test_real_recordings_replay_with_every_answer_accounted_for(real):
    """Pro with text, search, streams, text alone: each is judged as what it is, offline."""
    assert real.imported.json == {
        "format": "gemini-image-harness/import",
        "version": 1,
        "suite": "real",
        "answers": 10,
        "refused": [],
    }
    assert real.ran.code == 0
    assert len(real.samples) == 10
    assert all(s["standing"] == "recorded" and s["receipt"]["reserialised"] for s in real.samples)
    statuses = {f["status"] for found in real.findings.values() for f in found}
    assert statuses <= {"PASS", "NEW", "WARN"}

    # the pictures are the bytes that the YAML holds
    assert sorted(real.pictures()) == sorted(p for f in real.files for p in pictures_in(f))

    # Pro delivers 1408x768 JPEG where no ratio is asked
    for words in ("baby sea otter", "illustrated two-sentence", "weather forecast"):
        (part,) = [p for p in real.of(words)["generation"]["parts"] if p.get("picture")][-1:]
        measures = real.run["measures"][part["picture"]["sha256"]]
        assert (measures["width"], measures["height"]) == (1408, 768)
        assert measures["true_type"] == "image/jpeg"

    # an answer in text alone is the answer that was asked for
    told = real.of("no image please")
    found = real.findings[told["variant_id"]]
    assert {f["status"] for f in found} == {"PASS"}
    assert "text only, as asked" in found[0]["message"]

    # search leaves its queries and pages
    grounding = real.of("weather forecast")["generation"]["grounding"]
    assert [source for source in grounding["sources"] if source["uri"]]
    assert grounding["queries"]

    # a stream of events is one answer
    streamed = [s["generation"] for s in real.samples if s["generation"].get("streamed")]
    assert streamed
    assert all(any(part.get("picture") for part in g["parts"]) for g in streamed)


def test_what_cannot_be_imported_is_refused_by_name_and_nothing_is_left(bench, real_data):
    """Every file that holds something else is named with its reason; no file is written."""
    files = sorted((real_data / "cassettes" / "errors").iterdir())

    ran = bench("cassette", "import", *files, "--suite", "real")

    assert ran.code == 2
    for words in (
        "count_tokens_error", "Ruby's VCR", "fileSearchStores: no generation", "fileData",
        "batchEmbedContents: no generation", "an error body alone",
    ):  # fmt: skip
        assert words in ran.err
    assert ran.err.rstrip().endswith("--skip-refused imports the other 6")
    assert bench.files() == {}


def test_real_errors_are_judged_as_what_they_are(bench, real_data):
    """Each status is an ERROR with the service's words; a blocked prompt is a finding."""
    files = sorted((real_data / "cassettes" / "errors").iterdir())

    imported = bench("cassette", "import", *files, "--suite", "real", "--skip-refused", "--json")
    ran = bench("run", "--json")

    assert len(imported.json["refused"]) == 9
    assert ran.code == 1
    messages = {
        f["message"]: f["status"]
        for found in bench.findings(ran).values()
        for f in found
        if f["check"] == "answered"
    }
    errors = sorted(m[:8] for m, status in messages.items() if status == "ERROR")
    assert errors == ["HTTP 400", "HTTP 401", "HTTP 404", "HTTP 500", "HTTP 503"]
    (failed,) = [m for m, status in messages.items() if status == "FAIL"]
    assert "the model blocked the prompt (MODEL_ARMOR): " in failed


@pytest.mark.parametrize("name", ["tape.json", "tape.yaml"])
def test_stock_cassettes_replay(bench, cassette, name):
    """The JSON and YAML of vcrpy itself come in; equal requests are samples of one case."""
    path = cassette(name, interaction(), interaction(), interaction("A red teapot"))

    imported = bench("cassette", "import", str(path), "--suite", "mine")
    ran = bench("run", "--json")

    assert imported.out.startswith("✔ 3 answers imported into suite mine")
    assert imported.out.endswith("next    harness run suites/mine.yaml\n")
    (suite,) = ran.json["run"]["suites"]
    assert [len(judged["samples"]) for judged in suite["judged"]] == [2, 1]
    assert ran.code == 0


def test_one_model_at_two_hosts_stays_two_arms(bench, cassette):
    """Each host's answers are found again, though the model is the same."""
    path = cassette(
        "tape.json",
        interaction("A red teapot"),
        interaction("A red teapot", host="gate.example.com"),
        interaction("A teapot", host="us-aiplatform.googleapis.com"),
    )

    bench("cassette", "import", str(path), "--suite", "mine")
    ran = bench("run", "--json")

    judged = ran.json["run"]["suites"][0]["judged"]
    arms = [sample["arm"]["endpoint"] for single in judged for sample in single["samples"]]
    assert sorted(arms) == ["gate-example-com", "gemini", "vertex"]
    assert all(s["standing"] == "recorded" for single in judged for s in single["samples"])


def test_a_request_that_no_suite_can_say_is_refused_by_name(bench, cassette):
    """It is told where it stands and why; the others come in where that is asked."""
    odd = interaction(body={"contents": [{"parts": [{"text": "x" * 100_001}], "role": "user"}]})
    path = cassette("tape.json", interaction(), odd)

    refused = bench("cassette", "import", str(path), "--suite", "mine")
    untouched = set(bench.files())
    imported = bench("cassette", "import", str(path), "--suite", "mine", "--skip-refused")

    assert refused.code == 2
    assert "tape.json: interactions[1]: a suite cannot say it: prompt: " in refused.err
    assert untouched == {"tape.json"}
    assert imported.out.startswith("✔ 1 answer imported")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no vcrpy cassette"),
        ("[1, 2]", "no vcrpy cassette"),
        ("{", "neither YAML nor JSON"),
        ("a: &a [1]\nb: [*a, *a", "neither YAML nor JSON"),
        ("!!python/object/apply:os.system ['touch owned']", "neither YAML nor JSON"),
        ("version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        ('{"interactions": []}', "has no list of interactions"),
        ('{"interactions": [3]}', "expected a request with its response"),
        ('{"log": {}}', "a HAR file"),
    ],
)
def test_a_file_of_no_known_form_is_refused(bench, text, said):
    """It is named, nothing runs, and nothing is written."""
    (bench.folder / "tape.yaml").write_text(text)

    ran = bench("cassette", "import", "tape.yaml", "--suite", "mine")

    assert ran.code == 2
    assert "tape.yaml" in ran.err
    assert said in ran.err
    assert set(bench.files()) == {"tape.yaml"}


def test_an_absent_file_is_refused(bench):
    """A path that leads nowhere is told."""
    ran = bench("cassette", "import", "nowhere.yaml", "--suite", "mine")

    assert ran.code == 2
    assert "nowhere.yaml: cannot be read" in ran.err


@pytest.mark.parametrize("there", ["suites/mine.yaml", "cassettes/mine/main/old.json"])
def test_an_import_touches_nothing_that_is_there(bench, cassette, there):
    """A suite or a recording of that name is kept as it is."""
    path = cassette("tape.json", interaction())
    (bench.folder / there).parent.mkdir(parents=True)
    (bench.folder / there).write_text("mine")
    before = bench.files()

    ran = bench("cassette", "import", str(path), "--suite", "mine")

    assert ran.code == 2
    assert "exists already" in ran.err
    assert bench.files() == before


@pytest.mark.parametrize("blocked", ["suites", "cassettes/mine", "cassettes/blobs"])
def test_an_import_that_fails_half_way_leaves_nothing(bench, cassette, blocked):
    """A file in the way of a folder: what had been written before is gone again."""
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(2000)).decode()
    parts = [{"text": PROMPT}, {"inlineData": {"mimeType": "image/png", "data": picture}}]
    path = cassette("tape.json", interaction(body={"contents": [{"parts": parts}]}))
    (bench.folder / blocked).parent.mkdir(exist_ok=True)
    (bench.folder / blocked).write_text("in the way")
    before = bench.files()

    ran = bench("cassette", "import", str(path), "--suite", "mine")

    assert ran.code == 2, ran.err
    assert bench.files() == before


def test_a_cassette_that_holds_the_key_is_not_imported(bench, cassette, monkeypatch):
    """Whoever recorded it forgot to scrub: nothing is written, the key is not repeated."""
    monkeypatch.setenv("GEMINI_API_KEY", "a-key-of-a-test-4711")
    path = cassette("tape.json", interaction("sign it a-key-of-a-test-4711"))

    ran = bench("cassette", "import", str(path), "--suite", "mine")

    assert ran.code == 2
    assert "holds the API key" in ran.err
    assert "4711" not in ran.err
    assert set(bench.files()) == {"tape.json"}


def test_recordings_are_listed(recorded):
    """Suite, name, answers, arms; folders of others are passed over."""
    (recorded.folder / "cassettes" / "Not Ours" / "x").mkdir(parents=True)

    ran = recorded("cassette", "ls")

    assert ran.out == "shop/main: 3 answers, gemini-3-pro-image@simulator, simulated\n"


def test_an_empty_folder_has_no_recordings(bench):
    """What records one is said."""
    assert "harness run --live missing" in bench("cassette", "ls").out
