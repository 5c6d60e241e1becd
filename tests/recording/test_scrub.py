"""No key reaches a file, in whatever form; what only looks like one is let by."""

import base64
import os
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import SecretFound
from harness.recording.scrub import (
    REQUEST_HEADERS,
    RESPONSE_HEADERS,
    allowed,
    bare_url,
    refuse_key_shapes,
    refuse_keys,
)

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "200"))
KEY = "AQ.Ab8RN6+/key=of&a test"
GOOGLE = b"AIza" + b"Sy_-0123456789abcdefghijklmnopqrstu"


def forms():
    """Every form that a body may hold the key in, by name."""
    raw = KEY.encode()
    yield "raw", raw
    yield "URL-encoded", quote(KEY, safe="").encode()
    yield "in a form", quote(KEY, safe="").replace("%20", "+").encode()
    yield "hex", raw.hex().encode()
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
    ("data", "said"),
    [
        (b'"' + GOOGLE + b'"', "a Google API key"),
        (b"?key=" + GOOGLE, "a Google API key"),
        (b"ya29." + b"a" * 40, "a Google OAuth token"),
        (b"Authorization: Bearer " + b"a" * 30, "a bearer token"),
        (b"-----BEGIN RSA PRIVATE KEY-----", "a private key"),
    ],
)
def test_what_looks_like_a_key_is_refused(data, said):
    """Somebody else's key is as secret as ours."""
    with pytest.raises(SecretFound, match=said):
        refuse_key_shapes(data, where="x")


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
