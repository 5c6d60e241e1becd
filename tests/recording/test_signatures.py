"""No signature is left in an answer that goes without, in whatever form it is kept."""

import base64
import json

import pytest

from harness.recording.packing import blob_names, pack, unpack
from harness.recording.signatures import without_signatures
from harness.recording.unpacking import has_dropped

PICTURE = base64.b64encode(b"\xff\xd8\xff" + bytes(2000)).decode()
LONG, SHORT = base64.b64encode(bytes(range(256)) * 9).decode(), "c2hvcnQ="


def answer(signature, *, key="thoughtSignature"):
    part = {"inlineData": {"mimeType": "image/jpeg", "data": PICTURE}, key: signature}
    return {"candidates": [{"content": {"parts": [part, {"text": f"the word {key}"}]}}]}


BODIES = {
    "json": lambda tree: json.dumps(tree, indent=2),
    "odd white space": lambda tree: json.dumps(tree, separators=(" ,", " :\n ")),
    "escapes": lambda tree: json.dumps(tree).replace("the word", "\\u0074he word"),
    "events": lambda tree: f": ping\n\ndata: {json.dumps(tree)}\n\ndata: {json.dumps(tree)}\n\n",
}


@pytest.mark.parametrize("form", BODIES)
@pytest.mark.parametrize("signature", [LONG, SHORT, "no base64!"], ids=["long", "short", "other"])
@pytest.mark.parametrize("key", ["thoughtSignature", "thought_signature"])
def test_signatures_are_gone_and_the_rest_is_as_it_was(shelf, form, signature, key):
    """What comes back is the answer with empty signatures, byte for byte; its picture is kept."""
    body = BODIES[form](answer(signature, key=key))
    sizes = {}

    def keep(data):
        ref = shelf.keep(data)
        sizes[ref.name] = len(data)
        return ref

    packed = without_signatures(pack(body.encode(), keep=keep), size_of=sizes.__getitem__)

    again = unpack(json.loads(json.dumps(packed)), read=shelf.kept.__getitem__, where="t").decode()
    assert again == body.replace(signature, "")
    assert has_dropped(packed)
    assert all(name.endswith(".jpg") for name in blob_names(packed))


@pytest.mark.parametrize("signature", ["ab\\\\/cd", "abcd\\\\u003d\\\\u003d", "a" * 1030 + "\\\\n"])
def test_escapes_hide_no_signature(shelf, signature):
    """As gateways write base64's own letters, in JSON that is kept as text."""
    body = f'{{"a" : 1, "thoughtSignature": "{signature}", "b":"{PICTURE}"}}'

    packed = without_signatures(pack(body.encode(), keep=shelf.keep), size_of=len)

    again = unpack(packed, read=shelf.kept.__getitem__, where="t").decode()
    assert again == body.replace(signature, "")


def test_a_signature_with_more_around_it_is_dropped_whole(shelf):
    """It is no base64 as a whole; nothing of it is left all the same."""
    packed = pack(BODIES["json"](answer(f"x: {LONG}")).encode(), keep=shelf.keep)

    again = unpack(
        without_signatures(packed, size_of=len), read=shelf.kept.__getitem__, where="t"
    ).decode()

    assert again == BODIES["json"](answer(""))


def test_an_answer_without_signatures_stays_as_it_is(shelf):
    """The word alone, or an empty one, is none."""
    body = BODIES["json"](answer("")).encode()

    packed = pack(body, keep=shelf.keep)

    assert without_signatures(packed, size_of=len) == packed
    assert not has_dropped(packed)
