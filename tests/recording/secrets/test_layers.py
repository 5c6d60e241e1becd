"""What wraps a text is undone and done again, and places in it are found back."""

import base64
import gzip
import json
import os
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.recording.secrets.layers import LEAST, decoded, unescaped

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "100"))
SPELT = {
    "as it stands": lambda letter: letter,
    "in a URL": lambda letter: quote(letter, safe=""),
    "in a URL, lower case": lambda letter: f"%{ord(letter):02x}",
    "in JSON": lambda letter: f"\\u{ord(letter):04x}",
    "in JSON, upper case": lambda letter: f"\\u{ord(letter):04X}",
}
TEXT = st.lists(
    st.tuples(st.characters(min_codepoint=33, max_codepoint=126), st.sampled_from(sorted(SPELT))),
    min_size=1,
    max_size=40,
).filter(lambda letters: not {"%", "\\"} & {letter for letter, _ in letters})


@settings(max_examples=EXAMPLES, deadline=None)
@given(TEXT, st.data())
def test_a_stretch_of_the_text_is_found_where_it_was_written(letters, data):
    """However each letter was spelt: from the first byte of one to the last of another."""
    spelt = [SPELT[how](letter) for letter, how in letters]
    text = "".join(letter for letter, _ in letters)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    written = ("before " + "".join(spelt)).encode()

    (part, *others) = [*unescaped(written), None]

    if part is None:
        assert written == b"before " + text.encode()
        return
    offset = len("before ")
    first, last = part.span(start + offset, end + offset)
    assert others == [None]
    assert part.text == b"before " + text.encode()
    assert written[first:last] == "".join(spelt[start:end]).encode()


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"a\nb", "a\nb"), (r"\"a\"", '"a"'), (r"a\\nb", r"a\nb"), (r"\/", "/"),
        ("100%", None), (r"\u20ac", None), ("%zz", None), ("", None),
    ],
)  # fmt: skip
def test_escapes_are_those_of_json_and_urls(written, text):
    """One level of them; what only looks like one stays."""
    found = [part.text.decode() for part in unescaped(written.encode())]

    assert found == ([] if text is None else [text])


def test_parts_without_escapes_are_left_out():
    """Of 20 MB of base64 with some text at both ends only the ends are looked at."""
    data = b"%41" + b"x" * 1_000_000 + b"%42" + b"x" * 1_000_000

    parts = list(unescaped(data))

    assert [part.text.strip(b"x") for part in parts] == [b"A", b"B"]
    assert sum(len(part.text) for part in parts) < 300_000


WRITERS = {
    "base64": base64.b64encode,
    "URL-safe": base64.urlsafe_b64encode,
    "no padding": lambda data: base64.b64encode(data).rstrip(b"="),
    "lines": lambda data: base64.encodebytes(data).rstrip(),
    "lines of a mail": lambda data: base64.encodebytes(data).rstrip().replace(b"\n", b"\r\n"),
    "indented lines": lambda data: base64.encodebytes(data).rstrip().replace(b"\n", b"\n    "),
}


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(min_size=LEAST, max_size=500), st.sampled_from(sorted(WRITERS)))
def test_base64_is_written_again_as_it_was(data, writer):
    """In its alphabet, with its padding, in its lines."""
    written = WRITERS[writer](data)

    (run, *others) = list(decoded(b'{"a": "' + written + b'"}', longest=10_000))

    assert others == []
    assert run.data == data
    assert (run.start, run.end) == (7, 7 + len(written))
    assert run.again(data) == written


def test_gzip_in_base64_is_opened_and_closed():
    """With the same content it stays readable, whoever compressed it."""
    plain = json.dumps(list(range(500))).encode()

    (run,) = decoded(base64.b64encode(gzip.compress(plain)), longest=10_000)

    assert run.data == plain
    assert gzip.decompress(base64.b64decode(run.again(b"new"))) == b"new"


@pytest.mark.parametrize("cut", [3, 12, 40])
def test_gzip_that_is_broken_is_searched_as_far_as_it_goes(cut):
    """A cut or foreign stream is no reason to fail."""
    data = gzip.compress(json.dumps(list(range(500))).encode())[:-cut] + b"\xff" * 9

    assert [run.start for run in decoded(base64.b64encode(data), longest=10_000)] == [0]


def test_gzip_that_unfolds_without_end_is_not_opened(monkeypatch):
    """No gigabytes of memory for a file of some kilobytes."""
    monkeypatch.setattr("harness.recording.secrets.layers.MAX_PLAIN", 1000)
    data = gzip.compress(bytes(5000))

    (run,) = decoded(base64.b64encode(data), longest=10_000)

    assert run.data == data


def test_a_mapping_behind_lines_of_base64_is_no_part_of_them():
    """The next key of a YAML file is made of the same letters."""
    data = base64.encodebytes(bytes(57 * 3)).replace(b"\n", b"\n  ") + b"status: 200"

    (run,) = decoded(data, longest=10_000)

    assert run.data == bytes(57 * 3)
