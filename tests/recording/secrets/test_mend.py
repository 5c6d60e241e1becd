"""What the lint finds is taken out: files still load, digests stay, the rest is as it was."""

import base64
import contextlib
import gzip
import hashlib
import json
import os
import string
import tempfile
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harness.errors import StoreError
from harness.recording.cassettes import Cassettes
from harness.recording.secrets.lint import Linter
from harness.recording.secrets.mend import mend
from harness.recording.stranger_yaml import load
from harness.recording.unpacking import unpack
from harness.store.files import dump_json, locked

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "100"))
KEY = "AQ.Ab8RN6-key_of/a+test"
GOOGLE = "AIza" + "Sy_-0123456789abcdefghijklmnopqrstu"


@pytest.fixture
def cassettes(tmp_path):
    """Give an empty recording."""
    return Cassettes(tmp_path / "cassettes", suite="shop", recording="main")


def only(cassettes):
    """Give the one cassette's file."""
    (path,) = cassettes.folder.glob("*.json")
    return path


def body_of(part):
    """Give a body that refers to no blob."""
    return unpack(part.body, read=None, where="x")


# --- our own cassettes ----------------------------------------------------------------------


def test_a_cassette_loads_and_answers_the_same_requests(cassettes, interaction):
    """Its digests stay, what was changed is marked, what was not is byte for byte the same."""
    cassettes.write(
        [interaction(sample=0, prompt=f"a fox, {KEY}"), interaction(sample=1, answer="no key")]
    )
    before = cassettes.load()

    became = mend(only(cassettes), Linter([KEY]))

    after = cassettes.load()
    assert became.changed
    assert became.left == ()
    assert [item.scrubbed for item in after] == [True, False]
    assert [item.request_digest for item in after] == [item.request_digest for item in before]
    assert b"a fox, SCRUBBED" in body_of(after[0].request)
    assert after[1] == before[1]
    assert KEY.encode() not in only(cassettes).read_bytes()


def test_a_scrubbed_cassette_is_written_as_a_recorder_writes_it(cassettes, interaction):
    """The next recording changes no line of it."""
    cassettes.write([interaction(answer=GOOGLE)])
    mend(only(cassettes), Linter())
    scrubbed = only(cassettes).read_bytes()

    cassettes.write(cassettes.load())

    assert only(cassettes).read_bytes() == scrubbed


def test_headers_that_are_not_allowed_are_taken_out(cassettes, interaction):
    """Secret or not: the allow-list says what a cassette holds."""
    cassettes.write([interaction()])
    path = only(cassettes)
    tree = json.loads(path.read_bytes())
    tree["interactions"][0]["request"]["headers"] = {"x-goog-api-key": "k1", "accept": "*/*"}
    tree["interactions"][0]["response"]["headers"]["set-cookie"] = "a=b"
    path.write_bytes(dump_json(tree))

    mend(path, Linter())

    (item,) = cassettes.load()
    assert item.scrubbed
    assert item.request.headers == {}
    assert item.response.headers == {"content-type": "application/json"}


def test_a_journal_is_scrubbed_line_by_line(cassettes, interaction):
    """Whole lines stay whole, a broken one stays as it is but for the key."""
    cassettes.append(interaction(sample=0))
    cassettes.append(interaction(sample=1, answer=KEY))
    journal = cassettes.folder / "_journal.jsonl"
    first = journal.read_bytes().splitlines()[0]
    journal.write_bytes(journal.read_bytes() + b'{"cut": "' + KEY.encode() + b"\n")

    mend(journal, Linter([KEY]))

    assert [item.scrubbed for item in cassettes.journal()] == [False, True]
    assert journal.read_bytes().splitlines()[0] == first
    assert journal.read_bytes().endswith(b'\n{"cut": "SCRUBBED\n')


def test_a_key_over_the_lines_of_a_journal_is_taken_out(cassettes, interaction):
    """A private key as it stands is no interaction, and no reason to fail."""
    cassettes.append(interaction())
    journal = cassettes.folder / "_journal.jsonl"
    whole = journal.read_bytes()
    name = b"PRIVATE KEY-----"
    journal.write_bytes(whole + b"-----BEGIN " + name + b"\nabc\n-----END " + name + b"\n")

    became = mend(journal, Linter())

    assert became.left == ()
    assert journal.read_bytes() == whole + b"SCRUBBED\n"


def test_what_a_recording_replaced_is_scrubbed(cassettes, interaction):
    """Older answers are kept, and so are keys in them."""
    cassettes.write([interaction(answer=KEY)])
    cassettes.write([interaction(answer="another", session="s2")])
    (path,) = (cassettes.folder / "_replaced").glob("*.json")

    mend(path, Linter([KEY]))

    (item,) = cassettes.replaced()
    assert item.scrubbed


def test_nothing_is_scrubbed_beside_a_recorder(cassettes, interaction):
    """It is writing the very files."""
    cassettes.write([interaction(answer=KEY)])

    with (
        locked(cassettes.folder, purpose="recording"),
        pytest.raises(StoreError, match="another process"),
    ):
        mend(only(cassettes), Linter([KEY]))

    assert KEY.encode() in only(cassettes).read_bytes()


# --- files of others ------------------------------------------------------------------------


def test_a_compressed_body_of_a_stock_cassette_is_mended(tmp_path):
    """Decoded, decompressed, and back again, in the lines that YAML has."""
    body = json.dumps({"a": KEY, "b": list(range(900))}).encode()
    tree = {"interactions": [{"response": {"body": {"string": gzip.compress(body)}}}], "z": 1}
    path = tmp_path / "a.yaml"
    path.write_text(yaml.safe_dump(tree))

    became = mend(path, Linter([KEY]))

    after = yaml.safe_load(path.read_text())
    string = after["interactions"][0]["response"]["body"]["string"]
    assert became.left == ()
    assert gzip.decompress(string) == body.replace(KEY.encode(), b"SCRUBBED")
    assert after["z"] == 1


def test_the_rest_of_a_file_stays_byte_for_byte(tmp_path):
    """Odd white space, line ends and quotes are nobody's to tidy."""
    path = tmp_path / "harness.toml"
    path.write_bytes(b'a   = "x"\r\nb = \'' + KEY.encode() + b"'\r\n\xff\xfe")

    mend(path, Linter([KEY]))

    assert path.read_bytes() == b"a   = \"x\"\r\nb = 'SCRUBBED'\r\n\xff\xfe"


def test_of_a_real_recording_only_the_key_is_gone(real_data, tmp_path):
    """Whatever else stands in other people's cassettes stays byte for byte, and loads."""
    files = sorted((real_data / "cassettes").rglob("*.yaml"))
    small = [file for file in files if file.stat().st_size < 1_500_000]
    for file in small:
        data = file.read_bytes()
        planted = data.replace(b"headers:\n", b"headers:\n      X-Goog-Api-Key:\n      - %b\n", 2)
        path = tmp_path / "a.yaml"
        path.write_bytes(
            planted.replace(b"%b", b"a key of 4711", 1).replace(b"%b", GOOGLE.encode())
        )

        became = mend(path, Linter())

        assert became.left == ()
        assert path.read_bytes() == planted.replace(b"%b", b"SCRUBBED")
    assert len(small) > 10


def test_a_bearer_token_stays_one(tmp_path):
    """What the header was for is still seen."""
    path = tmp_path / "a.txt"
    path.write_text("curl -H 'Authorization: Bearer 0123456789abcdef0123' x")

    mend(path, Linter())

    assert path.read_text() == "curl -H 'Authorization: Bearer SCRUBBED' x"


def test_a_key_that_begins_like_an_escape_breaks_no_json(tmp_path):
    """A line break and the rest of the key read as the key, and are one escape."""
    path = tmp_path / "a.json"
    path.write_text('{"a": "so\\new-key-of-4711"}')

    became = mend(path, Linter(["new-key-of-4711"]))

    assert became.left == ()
    assert json.loads(path.read_bytes()) == {"a": "soSCRUBBED"}


def test_a_key_that_holds_a_file_together_is_left_to_a_person(tmp_path):
    """Nothing is written that other programs cannot read."""
    path = tmp_path / "a.json"
    path.write_text('{"a": 123456789}')

    became = mend(path, Linter(["123456789"]))

    assert not became.changed
    assert "by hand" in became.left[0].advice
    assert path.read_text() == '{"a": 123456789}'


def test_a_blob_is_named_and_left(tmp_path):
    """Its name is its content."""
    data = b"so " + KEY.encode()
    sha256 = hashlib.sha256(data).hexdigest()
    path = tmp_path / f"{sha256}.bin"
    path.write_bytes(data)

    became = mend(path, Linter([KEY]))

    assert not became.changed
    assert f"harness cassette forget {sha256}" in became.left[0].advice
    assert path.read_bytes() == data


def test_a_dry_run_changes_nothing(tmp_path):
    """It tells what would be done."""
    path = tmp_path / "a.txt"
    path.write_text(KEY)

    became = mend(path, Linter([KEY]), dry_run=True)

    assert became.changed
    assert path.read_text() == KEY


def test_a_clean_file_is_not_touched(tmp_path):
    """Not even its time."""
    path = tmp_path / "a.txt"
    path.write_text("a fox in projects/123456789012")
    os.utime(path, ns=(1, 1))

    became = mend(path, Linter([KEY]))

    assert (became.found, became.changed) == ((), False)
    assert path.stat().st_mtime_ns == 1


# --- whatever the key, its form and its place -----------------------------------------------


def _escaped(text):
    return "".join(f"\\u{ord(letter):04x}" for letter in text)


FORMS = {
    "raw": lambda key, *_: key,
    "URL-encoded": lambda key, *_: quote(key, safe=""),
    "URL-encoded in lower case": lambda key, *_: "".join(f"%{ord(c):02x}" for c in key),
    "hex": lambda key, *_: key.encode().hex(),
    "base64": lambda key, one, two: base64.b64encode(one + key.encode() + two).decode(),
    "URL-safe": lambda key, one, two: base64.urlsafe_b64encode(one + key.encode() + two).decode(),
    "no padding": lambda key, one, two: (
        base64.b64encode(one + key.encode() + two).decode().rstrip("=")
    ),
    "base64 of base64": lambda key, one, two: base64.b64encode(
        one + base64.b64encode(key.encode() + two)
    ).decode(),
    "base64 of escapes": lambda key, one, two: base64.b64encode(
        one + quote(key, safe="").encode() + two
    ).decode(),
    "URL-encoded base64": lambda key, one, two: quote(
        base64.b64encode(one + key.encode() + two), safe=""
    ),
    "escapes in text": lambda key, *_: _escaped(key),
}


WRAPPED_TWICE = ("base64 of base64", "base64 of escapes")
"""Forms that are found by decoding: letters that stand right before them are no part of them."""


def _stock(text):
    headers = {"x-goog-api-key": [text], "accept": ["*/*"]}
    request = {"body": json.dumps({"a": text}), "headers": headers, "uri": "https://h/?alt=sse"}
    return {"interactions": [{"request": request, "response": {"body": {"string": text}}}]}


def _ours(text):
    part = {"body": {"json": {"a": ["fox", text]}, "style": "compact"}, "headers": {}}
    item = {"request_digest": "d1", "request": part, "response": part}
    return {"format": "gemini-image-harness/cassette", "version": 1, "interactions": [item]}


FILES = {
    "a.json": lambda text: dump_json(_ours(text)),
    "stock.json": lambda text: json.dumps(_stock(text), indent=4).encode(),
    "compact.json": lambda text: json.dumps(_stock(text), separators=(",", ":")).encode(),
    "php.json": lambda text: json.dumps(_stock(text)).replace("/", "\\/").encode(),
    "stock.yaml": lambda text: yaml.safe_dump(_stock(text)).encode(),
    "binary.yaml": lambda text: yaml.safe_dump({"a": text.encode(), "b": 1}).encode(),
    "gzip.yaml": lambda text: yaml.safe_dump({"a": gzip.compress(text.encode(), mtime=0)}).encode(),
    "a.txt": lambda text: f"so it is: {text}\nand no more".encode(),
}
KEYS = st.text(string.ascii_letters + string.digits + "._~+/=-", min_size=12, max_size=60)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.sampled_from(sorted(FILES)),
    st.sampled_from(sorted(FORMS)),
    KEYS,
    st.binary(max_size=90),
    st.binary(max_size=90),
    st.text(string.ascii_letters + ' /+-."\n', max_size=9),
)
def test_after_scrub_the_lint_is_clean(file, form, key, one, two, around):
    """In any form and place: nothing is left, files load, a second time changes nothing."""
    linter = Linter([key])
    assume(not linter.finder.holds(FILES[file]("a fox")))
    edge = '"' if form in WRAPPED_TWICE else ""
    text = around + edge + FORMS[form](key, one, two) + edge + around
    with written(file, FILES[file](text)) as path:
        found = [finding for finding in linter.lint(path) if finding.grave]

        became = mend(path, linter)

        once = path.read_bytes()
        assert found
        assert became.left == ()
        assert [finding for finding in linter.lint(path) if finding.grave] == []
        assert key.encode() not in once
        assert not mend(path, linter).changed
        assert path.read_bytes() == once
        if path.suffix == ".json":
            tree = json.loads(once)
            if file == "a.json":
                (item,) = tree["interactions"]
                assert item["scrubbed"] is True
                assert item["request_digest"] == "d1"
        if path.suffix == ".yaml":
            load(once.decode())


@contextlib.contextmanager
def written(name, data):
    """Lay a file for an example."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        yield path
