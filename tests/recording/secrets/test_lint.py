"""Keys are found in whatever git may hold, and told by place, never by what they are."""

import base64
import contextlib
import gzip
import hashlib
import json
import random
import tracemalloc

import pytest
import yaml

from harness.errors import StoreError
from harness.recording.cassettes import Cassettes
from harness.recording.secrets.lint import OVERLAP, Linter
from harness.store.files import dump_json

KEY = "AQ.Ab8RN6-key_of/a+test"
GOOGLE = "AIza" + "Sy_-0123456789abcdefghijklmnopqrstu"


@pytest.fixture
def written(tmp_path):
    """Give `written(name, content)`: a file."""

    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def said(path, *, secrets=(), **more):
    """Give what is found in a file, as `line:column: what`."""
    found = Linter(secrets, **more).lint(path)
    return [f"{f.line}:{f.column}: {f.what}" for f in found]


def stock(headers, *, body="{}", uri="https://h/v1/models/m:generateContent"):
    """Give a cassette as stock vcrpy holds it."""
    request = {"body": body, "headers": headers, "method": "POST", "uri": uri}
    response = {
        "body": {"string": body},
        "headers": {"Set-Cookie": ["SCRUBBED"]},
        "status": {"code": 200, "message": "OK"},
    }
    return {"interactions": [{"request": request, "response": response}], "version": 1}


DUMPS = {"cassette.yaml": yaml.safe_dump, "cassette.json": lambda tree: json.dumps(tree, indent=4)}


@pytest.mark.parametrize(("name", "dump"), DUMPS.items(), ids=DUMPS)
@pytest.mark.parametrize(
    "header", ["x-goog-api-key", "X-Goog-Api-Key", "Authorization", "COOKIE", "x-my-key"]
)
def test_a_secret_header_of_a_stock_cassette_is_found(written, name, dump, header):
    """Whatever its value looks like, in YAML and JSON, in any spelling."""
    tree = stock({"accept": ["*/*"], header: ["a value", "another"]})

    (found,) = said(written(name, dump(tree)), key_headers=["X-My-Key"])

    assert found.endswith(f"holds the header {header.lower()}, whose value is secret")


@pytest.mark.parametrize(("name", "dump"), DUMPS.items(), ids=DUMPS)
@pytest.mark.parametrize(
    "value", ["SCRUBBED", "REDACTED", "<GEMINI_API_KEY>", "***", "", "Bearer REDACTED", "[hidden]"]
)
def test_a_header_that_was_scrubbed_is_let_by(written, name, dump, value):
    """What only says that a key was there is none, whoever took it out."""
    assert said(written(name, dump(stock({"x-goog-api-key": [value]})))) == []


@pytest.mark.parametrize("value", ["fake-key-4711", "key0", "secret-of-mine", "x" * 70])
def test_a_header_that_only_nearly_says_so_is_found(written, value):
    """A word for a stand-in within a value is no stand-in."""
    assert said(written("a.json", json.dumps(stock({"x-goog-api-key": [value]})))) != []


def test_a_secret_header_of_a_har_file_is_found(written):
    """Browsers write names and values apart."""
    tree = {"log": {"entries": [{"request": {"headers": [{"name": "Cookie", "value": "a=b"}]}}]}}

    (found,) = said(written("a.har", json.dumps(tree)))

    assert found == "1:57: holds the header cookie, whose value is secret"


@pytest.mark.parametrize(
    "uri",
    [
        "https://h/v1/models?key=a-key-of-4711",
        "https://h/v1/models?alt=sse&KEY=a-key-of-4711",
        "https://h/v1/models?alt=sse\\u0026key=a-key-of-4711",
        "https%3A%2F%2Fh%2Fv1%3Fkey%3Da-key-of-4711",
        "https://h/v1?access_token=a-key-of-4711",
    ],
)
def test_a_key_in_a_url_is_found(written, uri):
    """Also one of no known shape, also where the URL is escaped."""
    (found,) = said(written("a.json", f'{{"uri": "{uri}"}}'))

    assert "a key as a URL's parameter" in found


def test_a_parameter_that_was_scrubbed_is_let_by(written):
    """And short ones, which are no keys."""
    text = "https://h/?key=SCRUBBED https://h/?key=YOUR_API_KEY https://maps.example/?key=museum"

    assert said(written("a.txt", text)) == []


def test_line_and_column_are_told_in_characters(written):
    """As editors count them."""
    path = written("a.txt", f"first\nzwölf Größen {KEY}\nand {GOOGLE}\n")

    assert said(path, secrets=[KEY]) == [
        "2:14: holds the API key (as it stands)",
        "3:5: holds a Google API key",
    ]


@pytest.mark.parametrize(
    "spell",
    [
        lambda body: base64.b64encode(body).decode(),
        lambda body: base64.encodebytes(body).decode(),
        lambda body: base64.encodebytes(gzip.compress(body)).decode(),
    ],
    ids=["base64", "lines of base64", "gzip"],
)
def test_a_key_within_a_long_body_is_found(written, spell):
    """Nobody's key in the environment, and a body that a person cannot read."""
    noise = random.Random(4711).randbytes(3000)

    (found,) = said(
        written("a.yaml", "body: !!binary |\n" + spell(noise + GOOGLE.encode() + noise))
    )

    assert "holds a Google API key (" in found
    assert "base64)" in found


@pytest.mark.parametrize("indent", [2, 8])
def test_a_key_in_what_yaml_breaks_into_lines_is_found(written, indent):
    """Stock vcrpy writes a compressed body as `!!binary`, 76 letters a line, indented."""
    body = gzip.compress(json.dumps({"a": KEY, "b": "x" * 9000, "c": list(range(900))}).encode())
    tree = {"interactions": [{"response": {"body": {"string": body}, "z": {"zz": "end"}}}]}

    (found,) = said(written("a.yaml", yaml.safe_dump(tree, indent=indent)), secrets=[KEY])

    assert "holds the API key (gzip in base64)" in found


def test_a_picture_that_holds_a_key_is_told_by_what_to_do(written):
    """A blob cannot be mended: its name is its content."""
    data = b"\xff\xd8\xff" + bytes(500) + GOOGLE.encode() + bytes(500)
    sha256 = hashlib.sha256(data).hexdigest()

    (found,) = Linter().lint(written(f"blobs/{sha256[:2]}/{sha256}.jpg", data))

    assert (found.line, found.column) == (1, 504)
    assert f"harness cassette forget {sha256} --reason" in found.advice


def test_pictures_hold_no_key_by_chance(written):
    """Random bytes: 39 right letters in a row are 10^-30 a place."""
    path = written("a.bin", b"\0" + random.Random(4711).randbytes(8_000_000))

    assert said(path, secrets=[KEY]) == []


def test_the_number_of_a_project_is_only_worth_a_word(written):
    """An error body tells whose key it was; no key."""
    path = written("a.json", '{"consumer": "projects/123456789012"}')

    (found,) = Linter().lint(path)

    assert not found.grave
    assert "number of a Google Cloud project" in found.what


def test_a_pointer_of_git_lfs_is_passed_over_by_name(written):
    """Its file is not here, so nothing can be told of it."""
    path = written("a.jpg", "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n")

    (found,) = Linter().lint(path)

    assert not found.grave
    assert str(found).startswith(f"{path}: a Git LFS pointer")


def test_a_file_whose_name_is_a_key_is_told_without_it(written):
    """The name goes into git as well."""
    path = written(f"{GOOGLE}/a.txt", GOOGLE)

    found = [str(finding) for finding in Linter().lint(path)]

    assert "its name holds a key" in found[0]
    assert len(found) == 2
    assert GOOGLE not in "".join(found)


def test_a_header_that_no_cassette_of_ours_may_hold_is_found(interaction, tmp_path):
    """By the allow-list: whoever edited it by hand brought it in."""
    cassettes = Cassettes(tmp_path, suite="shop", recording="main")
    cassettes.write([interaction()])
    (path,) = cassettes.folder.glob("*.json")
    tree = json.loads(path.read_bytes())
    clean = said(path)
    tree["interactions"][0]["response"]["headers"]["x-request-id"] = "4711"
    path.write_bytes(dump_json(tree))

    (found,) = said(path)

    assert clean == []
    assert "holds the header 'x-request-id', which is not on the allow-list" in found


def test_a_journal_is_read_line_by_line(interaction, tmp_path):
    """What a killed recorder left may be committed too; a broken line hides nothing."""
    cassettes = Cassettes(tmp_path, suite="shop", recording="main")
    cassettes.append(interaction(prompt="a fox"))
    journal = cassettes.folder / "_journal.jsonl"
    line = json.loads(journal.read_bytes())
    line["request"]["headers"] = {"user-agent": "me"}
    journal.write_bytes(journal.read_bytes() + b'{"cut\n' + json.dumps(line).encode() + b"\n")

    (found,) = said(journal)

    assert found.startswith("3:")
    assert "'user-agent'" in found


def test_a_file_that_cannot_be_read_is_said(tmp_path):
    """In words, with its path."""
    with pytest.raises(StoreError, match=r"gone\.txt: cannot be read"):
        list(Linter().lint(tmp_path / "gone.txt"))


PART = 300_000


@pytest.mark.parametrize(
    "at", [3, PART - 9, PART, PART + 5, PART + OVERLAP - 9, PART + OVERLAP, 2 * PART - 3, 700_000]
)
def test_a_key_in_a_large_file_is_found_once(written, at):
    """Also across two of the pieces that it is read in; line and column hold."""
    data = (b"ab\n" + b"\xc3\xb6 " * 300_000)[:at]
    path = written("a.txt", data + KEY.encode() + b" " * (800_000 - at))

    found = list(Linter([KEY], piece=PART).lint(path))

    (grave,) = (finding for finding in found if finding.grave)
    assert (grave.line, grave.column) == (2, len(data[3:].decode("utf-8", "replace")) + 1)
    assert [str(f) for f in found if not f.grave and "larger than 300,000 bytes" in f.what]


@pytest.mark.parametrize(("behind", "count"), [(b'"', 1), (b"abc", 0)])
def test_what_a_piece_cuts_off_is_not_taken_for_a_key(written, behind, count):
    """39 letters are one, 42 are none, also where the reading stopped between them."""
    text = b'"'.rjust(PART + OVERLAP - len(GOOGLE)) + GOOGLE.encode() + behind + b" " * PART
    path = written("a.txt", text)

    found = [finding for finding in Linter(piece=PART).lint(path) if finding.grave]

    assert len(found) == count


def test_lines_are_counted_across_pieces(written):
    """A finding in the last piece has the line that an editor shows."""
    path = written("a.txt", "one line\n" * 100_000 + f"and {KEY}")

    (found,) = (f for f in Linter([KEY], piece=PART).lint(path) if f.grave)

    assert (found.line, found.column) == (100_001, 5)


def test_the_memory_is_flat(written):
    """A file of 20 MB takes no more than one of 2 MB: a few pieces' worth."""
    peaks = []
    for megabytes in (2, 20):
        path = written(
            "large.txt", b"some words, a line of them\n" * (40_000 * megabytes) + b"4711"
        )
        with traced() as peak:
            found = [f for f in Linter(["them\n4711"], piece=PART).lint(path) if f.grave]
        peaks.append(peak())
        assert len(found) == 1

    assert peaks[1] < peaks[0] * 1.1 < 5 * (PART + OVERLAP)


@contextlib.contextmanager
def traced():
    """Give what tells the most bytes that were in use meanwhile."""
    peak = 0
    tracemalloc.start()
    try:
        yield lambda: peak
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
