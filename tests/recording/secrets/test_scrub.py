"""No key reaches a file, in whatever form; what only looks like one is let by."""

import base64
import json
import os
import random
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import SecretFound
from harness.recording.packing import pack
from harness.recording.secrets.layers import BLOCK
from harness.recording.secrets.scrub import (
    REQUEST_HEADERS,
    RESPONSE_HEADERS,
    allowed,
    bare_url,
    refuse_key_shapes,
    refuse_keys,
)
from harness.store.files import dump_json

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "200"))
KEY = "AQ.Ab8RN6+/key=of&a test"
GOOGLE = b"AIza" + b"Sy_-0123456789abcdefghijklmnopqrstu"


def forms():
    """Every form that a body may hold the key in, by name."""
    raw = KEY.encode()
    yield "raw", raw
    yield "URL-encoded", quote(KEY, safe="").encode()
    yield "in a form", quote(KEY, safe="").replace("%20", "+").encode()
    yield (
        "URL-encoded in lower case",
        quote(KEY, safe="").lower().replace("aq.ab8rn6", "AQ.Ab8RN6").encode(),
    )
    yield "hex", raw.hex().encode()
    yield "upper case hex", raw.hex().upper().encode()
    yield "in JSON escapes", "".join(f"\\u{ord(letter):04x}" for letter in KEY).encode()
    yield "in JSON within JSON", "".join(f"\\\\u{ord(letter):04X}" for letter in KEY).encode()
    yield "with slashes escaped", KEY.replace("/", "\\/").encode()
    yield "base64 with slashes escaped", base64.b64encode(b"\xff\xff" + raw).replace(b"/", b"\\/")
    yield "URL-encoded base64", quote(base64.b64encode(b"\xfe" + raw), safe="").encode()
    yield "base64 of base64", base64.b64encode(b"x" + base64.b64encode(b"y" + raw))
    for shift in range(3):
        for name, encode in (("", base64.b64encode), ("URL-safe ", base64.urlsafe_b64encode)):
            yield f"{name}base64 at {shift}", encode(b"\xff" * shift + raw + b"\xfe\xfe")


@pytest.mark.parametrize("form", [pytest.param(form, id=name) for name, form in forms()])
def test_the_key_is_refused_in_every_form(form):
    """Raw, URL-encoded, hex and base64 in all three alignments and both alphabets."""
    with pytest.raises(SecretFound) as caught:
        refuse_keys(b'{"a":"' + form + b'"}', secrets=[KEY], where="night-city sample 1")

    assert str(caught.value).startswith("night-city sample 1, a: holds the API key (")
    assert KEY not in str(caught.value)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=60),
    st.binary(max_size=40),
    st.binary(max_size=40),
)
def test_any_key_within_base64_is_refused(key, before, after):
    """Whatever stands around the key, its base64 is found."""
    data = base64.b64encode(before + key.encode() + after)

    with pytest.raises(SecretFound):
        refuse_keys(data, secrets=[key], where="x")


@pytest.mark.parametrize(
    ("place", "data"),
    [
        ("error.details[0].metadata.key", {"error": {"details": [{"metadata": {"key": KEY}}]}}),
        ("[2].a", [1, {"a": "b"}, {"b": [], "a": f"so {KEY}"}]),
        ("a.(another name)", {"a": {"no name to show": KEY}}),
        ("a.(another name)", {"a": {"x" * 31: KEY}}),
        ("a.(a name)", {"a": {KEY: 1}}),
        ("byte 7", KEY),
    ],
)
def test_a_refusal_says_where_the_key_stands(place, data):
    """The path in JSON, with no name that may be a secret itself; else the byte."""
    body = json.dumps(data).encode() if not isinstance(data, str) else f"I have {KEY}".encode()

    with pytest.raises(SecretFound) as caught:
        refuse_keys(body, secrets=[KEY], where="fox sample 1: response body")

    said = str(caught.value)
    assert said.startswith(f"fox sample 1: response body, {place}: holds the API key (")
    assert "nothing was written of it" in said
    assert "rotated" in said


def test_a_refusal_says_which_event_of_a_stream_holds_the_key():
    """A stream is no JSON, but each of its events is."""
    events = [{"text": "a"}, {"text": "b"}, {"parts": [{"text": KEY}]}]
    body = b"".join(b"data: " + json.dumps(event).encode() + b"\r\n\r\n" for event in events)

    with pytest.raises(SecretFound, match=r"^fox, event 3, parts\[0\]\.text: holds"):
        refuse_keys(body, secrets=[KEY], where="fox")


def test_a_place_whose_path_spells_the_key_is_told_by_its_byte():
    """Names of up to 30 letters are shown, unless one is the key in base64."""
    key = "abcdefghi"
    body = json.dumps({base64.b64encode(key.encode()).decode(): {"a": key}}).encode()

    with pytest.raises(SecretFound, match=r"^fox, byte 24: holds the API key"):
        refuse_keys(body, secrets=[key], where="fox")


@pytest.mark.parametrize("size", [65_530, 65_536, 67_580, 70_000, 200_000])
def test_a_key_in_escapes_is_found_wherever_it_stands(size):
    """Also across the stretches that a large body is looked through in."""
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in KEY).encode()
    body = b'{"a": "' + b"x" * size + escaped + b"x" * 300_000 + b'"}'

    with pytest.raises(SecretFound, match="JSON-escaped"):
        refuse_keys(body, secrets=[KEY], where="x")


@pytest.mark.parametrize("escaped", [0, len(KEY) - 1])
def test_a_key_with_one_letter_escaped_is_found_across_stretches(escaped):
    """The escape is in one stretch, the rest of the key in its neighbour, which has none."""
    letter = f"\\u{ord(KEY[escaped]):04x}"
    key = (KEY[:escaped] + letter + KEY[escaped + 1 :]).encode()
    body = b'{"a": "'.ljust(BLOCK - len(key) // 2, b"x") + key + b"x" * 3 * BLOCK + b'"}'

    with pytest.raises(SecretFound, match="JSON-escaped"):
        refuse_keys(body, secrets=[KEY], where="x")


def test_a_key_with_a_line_break_behind_it_is_found_in_text():
    """Variables are often set from a file with a newline at its end."""
    with pytest.raises(SecretFound):
        refuse_keys(b"so a-key-of-4711 it is", secrets=["a-key-of-4711\n"], where="x")


@pytest.mark.parametrize("key", ["", " ", "short"])
def test_a_key_that_any_text_holds_is_not_looked_for(key):
    """Less than six characters are no key."""
    refuse_keys(b"a short text", secrets=[key], where="x")


DIGITS = "0a1B2c3D4e5F6g7H8i9J"
TOKENS = {
    "AIza" + "Sy_-0123456789abcdefghijklmnopqrstu": "a Google API key",
    "AQ." + "Ab8RN6" + DIGITS * 2 + "_-ab": "a Google API key",
    "ya29." + "a" * 40: "a Google OAuth token",
    "GOCSPX-" + DIGITS + "abcdefgh": "a Google client secret",
    "sk-" + DIGITS: "a reseller's key",
    "sk-proj-" + "abc_def-" * 5: "a reseller's key",
    "sk-or-v1-" + DIGITS * 3: "a reseller's key",
    "sk-ant-api03-" + DIGITS * 3: "a reseller's key",
    "gsk_" + DIGITS * 2 + "abcdefghijkl": "a Groq key",
    "xai-" + DIGITS * 4: "an xAI key",
    "r8_" + DIGITS + "abcdefghijklmnopq": "a Replicate token",
    "hf_" + "abcdefghijklmnopqrstuvwxyzabcdefgh": "a Hugging Face token",
    "ghp_" + DIGITS + "abcdefghijklmnop": "a GitHub token",
    "github_pat_" + DIGITS * 4 + "ab": "a GitHub token",
    "glpat-" + DIGITS: "a GitLab token",
    "AKIA" + "ABCDEFGH234567AB": "an AWS access key id",
    "xoxb-" + "123456789012-abcdefghijkl": "a Slack token",
    "sk_live_" + DIGITS + "abcdefgh": "a Stripe key",
    "eyJ" + DIGITS + ".eyJ" + DIGITS + "." + DIGITS: "a JSON web token",
    "Bearer " + "a" * 30: "a bearer token",
    "bearer " + DIGITS + "==": "a bearer token",
    "-----BEGIN " + "RSA PRIVATE KEY-----": "a private key",
    "-----BEGIN " + "PRIVATE KEY-----": "a private key",
}
AROUND = {
    "a string": '{{"a": "{}"}}',
    "a URL": "https://h/x?key={}&alt=sse",
    "a line": "\n{}\n",
    "a path": "https://h/{}",
    "a JSON line break": '{{"a": "so:\\n{}\\n"}}',
    "a URL's escapes": "https://h/x?q=a%3D{}%26b",
}


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
@pytest.mark.parametrize(("token", "said"), TOKENS.items())
def test_what_looks_like_a_key_is_refused(token, said, around):
    """Somebody else's key is as secret as ours, wherever it stands."""
    with pytest.raises(SecretFound, match=f": holds {said}") as caught:
        refuse_key_shapes(around.format(token).encode(), where="x")

    assert token not in str(caught.value)


def test_a_refresh_token_is_refused_where_it_is_no_part_of_base64():
    """It has a slash itself, so one before it may be base64's."""
    token = "1//0" + DIGITS * 3

    with pytest.raises(SecretFound, match=": holds a Google refresh token"):
        refuse_key_shapes(f'{{"a": "{token}"}}'.encode(), where="x")
    refuse_key_shapes(f'{{"a": "a/{token}"}}'.encode(), where="x")


def test_what_looks_like_a_key_is_refused_within_base64():
    """A text in base64 is as readable as any."""
    data = base64.b64encode(b'{"hello": "' + GOOGLE + b'"}')

    with pytest.raises(SecretFound, match=r"a Google API key \(base64\)"):
        refuse_key_shapes(b'{"signature": "' + data + b'"}', where="x")


@pytest.mark.parametrize(
    "text",
    [
        "AIzaSy0123", "sk-learn-and-other-packages-of-python", "sk-SK", "hf_hub_download_of_models",
        "Bearer token", "the bearer of this", "AQ.", "xoxb-", "task-0a1B2c3D4e5F6g7H8i9J0123",
        "AKIA", "ghp_short", "-----BEGIN CERTIFICATE-----", "eyJhbGciOiJIUzI1NiJ9",
        "risk-0a1B2c3D4e5F6g7H8i9J0123",
    ],
)  # fmt: skip
def test_what_is_no_key_is_let_by(text):
    """Words that begin like one, and keys that are cut off."""
    refuse_key_shapes(f'{{"a": "{text}", "b": "{text}"}}'.encode(), where="x")


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_random_base64_is_no_key(encode):
    """Thousands of signatures and some pictures that hold every letter, by chance no key."""
    chance = random.Random(4711)
    texts = [encode(chance.randbytes(chance.randrange(30, 700))) for _ in range(4000)]
    texts += [encode(chance.randbytes(500_000)) for _ in range(8)]

    refuse_key_shapes(b'["' + b'", "'.join(texts) + b'"]', where="x")


def test_no_real_recording_holds_what_looks_like_a_key(real_data, shelf):
    """Measured on everything that the real services answered, pictures taken out and as is."""
    files = [path for path in sorted((real_data / "cassettes").rglob("*")) if path.is_file()]
    skeletons = [dump_json(pack(path.read_bytes(), keep=shelf.keep)) for path in files]

    for path, skeleton in zip(files, skeletons, strict=True):
        refuse_key_shapes(skeleton, where=str(path))
    for name, data in shelf.kept.items():
        refuse_key_shapes(data, where=name)

    assert len(files) > 20


def test_a_picture_that_holds_the_shape_by_chance_is_no_key():
    """Base64 is full of letters: what looks like a key in the middle of it is none."""
    picture = base64.b64encode(bytes(range(256)) * 40).decode()

    refuse_key_shapes(f'"{picture}{GOOGLE.decode()}{picture}"'.encode(), where="x")


def test_headers_are_kept_by_name_whatever_their_spelling():
    """Only what is on the list is kept, in lowercase and in order."""
    headers = {"X-Goog-Api-Key": "k", "Set-Cookie": "c", "DATE": "d", "Content-Type": "t"}

    assert allowed(headers, RESPONSE_HEADERS) == {"content-type": "t", "date": "d"}
    assert allowed(headers, REQUEST_HEADERS) == {"content-type": "t"}


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://u:p@h.example:81/v1/m:g?key=K&alt=sse#f", "https://h.example:81/v1/m:g?alt=sse"),
        ("https://h/v1/m:g?key=K", "https://h/v1/m:g"),
        ("http://[::1]:8080/v1beta/m", "http://[::1]:8080/v1beta/m"),
        ("http://[::1]/v1beta/m", "http://[::1]/v1beta/m"),
    ],
)
def test_a_url_keeps_its_place_and_loses_its_secrets(url, bare):
    """User, password, fragment and every parameter but `alt` go."""
    assert bare_url(url) == bare
