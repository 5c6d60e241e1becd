"""A packed body comes back byte for byte, and is small and readable."""

import base64
import contextlib
import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import CassetteError, HarnessError
from harness.model.blob import BlobRef
from harness.recording.packing import blob_names, pack, thinned, unpack

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "100"))
PICTURE = b"\xff\xd8\xff" + os.urandom(3000)


class Shelf:
    """Blobs in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def keep(self, data: bytes) -> BlobRef:
        ref = BlobRef.of(data)
        self.kept[ref.name] = data
        return ref


def there_and_back(body: bytes) -> tuple[dict, bytes]:
    shelf = Shelf()
    packed = json.loads(json.dumps(pack(body, keep=shelf.keep)))
    return packed, unpack(packed, read=shelf.kept.__getitem__, where="test")


def standard(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (json.dumps({"data": standard(PICTURE)}, separators=(",", ":")), "json"),
        (json.dumps({"a": [1, {}], "data": standard(PICTURE)}, indent=2), "json"),
        (json.dumps({"data": base64.urlsafe_b64encode(PICTURE).decode().rstrip("=")}), "json"),
        ('{"a" :1, "data":"' + standard(PICTURE) + '"}', "text"),
        ('data: {"x": "' + standard(PICTURE) + '"}\r\n\r\ndata: {}\r\n\r\n', "events"),
        ('{"image":"data:image/png;base64,' + standard(PICTURE) + '"}', "json"),
        ('{"text":"{\\"data\\":\\"' + standard(PICTURE) + '\\"}"}', "json"),
        ('{"data":"' + standard(PICTURE).replace("/", "\\/") + '"}', "json"),
        ('{"name":"Gr\\u00f6\\u00dfe","data":"' + standard(PICTURE) + '"}', "json"),
        ("<html>" + standard(PICTURE) + "</html>", "text"),
        ('{"$blob": "x", "data":"' + standard(PICTURE) + '"}', "text"),
        ('{"html":"\\u003cb\\u003e"}', "text"),
        ("", None),
    ],
)
def test_known_forms_come_back(body, form):
    """Every form that services send is rebuilt, and pictures leave the text."""
    packed, again = there_and_back(body.encode())

    assert again == body.encode()
    assert form is None or form in packed
    assert len(json.dumps(packed)) < 600


def test_a_deeply_nested_body_stays_readable_text():
    """A cassette never nests so deep that it could not be read back."""
    body = b'{"a": ' + b"[" * 500 + b"]" * 500 + b"}"

    packed, again = there_and_back(body)

    assert again == body
    assert "text" in packed


def test_one_blob_cannot_be_unfolded_to_gigabytes():
    """A small cassette that names a large blob many times is refused, not held in memory."""
    large = bytes(50_000_000)
    packed = {"json": [{"$blob": BlobRef.of(large).name}] * 5000, "style": "compact"}

    with pytest.raises(CassetteError, match="unpacks to more than"):
        unpack(packed, read=lambda name: large, where="f")


def test_a_signature_and_its_picture_are_two_blobs():
    """Each long string is its own blob, in order."""
    body = json.dumps({"a": standard(PICTURE), "b": standard(PICTURE[::-1])}).encode()

    packed, _ = there_and_back(body)

    assert len(set(blob_names(packed))) == 2


@pytest.mark.parametrize(
    ("letter", "escape"),
    [("/", "\\/"), ("/", "\\u002f"), ("+", "\\u002B"), ("+", "\\u002b"), ("=", "\\u003d")],
)
def test_base64_in_the_escapes_of_other_languages_is_found(letter, escape):
    """PHP, .NET and Gson write base64's own letters as JSON escapes."""
    picture = PICTURE + bytes(-len(PICTURE) % 3 + 1)  # ends in ==
    text = standard(picture).replace(letter, escape)

    packed, again = there_and_back(('{"text":"a\\n' + text + '","data":"' + text + '"}').encode())

    assert again.decode() == '{"text":"a\\n' + text + '","data":"' + text + '"}'
    assert blob_names(packed) == (BlobRef.of(picture).name,) * 2


@pytest.mark.parametrize("escape", ["\\n", "\\t", "\\u00e9", "\\ud83d\\ude00", '\\"', "\\\\"])
def test_no_base64_begins_within_an_escape(escape):
    """The last letter of an escape is no base64, however much of it follows."""
    body = '{"prompt":"x' + escape + "-" * 1023 + '","data":"' + escape + "A" * 1024 + '"}'

    packed, again = there_and_back(body.encode())

    assert again == body.encode()
    assert len(blob_names(packed)) == 1


def test_base64_as_a_key_keeps_its_body():
    """A reference cannot be a key: the body is kept as text, and comes back."""
    body = json.dumps({standard(PICTURE): {"data": standard(PICTURE)}}).encode()

    packed, again = there_and_back(body)

    assert again == body
    assert "text" in packed


def test_base64_is_found_wherever_it_stands():
    """In a longer string, in JSON within JSON, between tags, escaped: never left in the text."""
    text = standard(PICTURE)
    nested = json.dumps({"text": json.dumps({"deeper": [f"data:image/jpeg;base64,{text}", text]})})

    packed, again = there_and_back(nested.encode())

    assert again == nested.encode()
    assert blob_names(packed) == (BlobRef.of(PICTURE).name,) * 2


def answer(data, *, more=""):
    part = {"inlineData": {"mimeType": "image/jpeg", "data": data}, "thoughtSignature": data}
    return json.dumps({"parts": [part, {"text": more or data}]}, indent=2)


@pytest.mark.parametrize(
    "body",
    [answer(standard(PICTURE)), f"data: {answer(standard(PICTURE))} \r\n\r\n",
     "data: " + json.dumps(json.loads(answer(standard(PICTURE)))) + "\n\ndata: {}\n\n"],
    ids=["json", "text", "events"],
)  # fmt: skip
def test_a_thin_body_names_pictures_and_signatures_and_holds_the_rest(body):
    """Tokens stand where a picture or signature stood; base64 elsewhere is whole."""
    shelf = Shelf()
    packed = pack(body.encode(), keep=shelf.keep)

    thin = thinned(packed, read=shelf.kept.__getitem__, where="test")

    again = thin.body.decode()
    assert set(thin.names.values()) == {BlobRef.of(PICTURE).name}
    assert len(thin.names) == 2
    for token in thin.names:
        again = again.replace(token, standard(PICTURE))
    assert again == body


def test_a_token_is_drawn_anew_for_each_answer():
    """What one answer was given means nothing in another."""
    shelf = Shelf()
    packed = pack(answer(standard(PICTURE)).encode(), keep=shelf.keep)

    one, two = (thinned(packed, read=shelf.kept.__getitem__, where="t").names for _ in range(2))

    assert not set(one) & set(two)


def test_a_thin_body_reads_no_picture():
    """Its pictures may be absent."""
    packed = pack(answer(standard(PICTURE), more="short").encode(), keep=Shelf().keep)

    thin = thinned(packed, read={}.__getitem__, where="test")

    assert len(thin.body) < 400


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["$blob", "padding", "a"]), inner, max_size=3)
    ),
    max_leaves=6,
)
_fragments = st.sampled_from(
    ["\n", "\t", "é", '"', "\\", "/", "\x01", "0", "abc", " ", "=", "😀", "u0001", "$blob"]
    + ["-" * n for n in range(1021, 1028)]
) | st.binary(min_size=760, max_size=800).map(standard)
_texts = st.lists(_fragments, min_size=1, max_size=5).map("".join)
_trees = st.recursive(
    _texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "inlineData", "text", "thoughtSignature"]) | _texts,
            inner,
            max_size=3,
        )
    ),
    max_leaves=5,
)


def _written(tree):
    """Write a tree as one service or another does."""
    forms = [json.dumps(tree, ensure_ascii=a, **form) for a in (True, False) for form in FORMS]
    forms += [form.replace("/", "\\/") for form in forms]
    return st.sampled_from([form.encode() for form in forms])


FORMS = ({"separators": (",", ":")}, {}, {"indent": 2}, {"indent": 4})
_bodies = (
    st.binary()
    | _json.map(lambda tree: json.dumps(tree, ensure_ascii=False).encode("utf-8", "replace"))
    | st.binary(min_size=768, max_size=2000).map(
        lambda data: b'{"d":"' + base64.b64encode(data) + b'"}'
    )
    | st.binary(min_size=768, max_size=2000).map(
        lambda d: b"\x01" + b'"' + base64.b64encode(d) + b'"'
    )
    | st.lists(
        st.sampled_from(
            [b'"', b"\\", b"/", b"=", b"data: ", b"\n\n", b"\r\n", b"{}", b"\\u00010\\u0001"]
        )
        | st.binary(min_size=760, max_size=800).map(base64.b64encode)
        | st.binary(min_size=760, max_size=800).map(base64.urlsafe_b64encode)
        | st.binary(min_size=760, max_size=800).map(
            lambda d: base64.b64encode(d).replace(b"/", rb"\/").rstrip(b"=")
        ),
        max_size=6,
    ).map(b"".join)
    | _trees.flatmap(_written)
)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(_bodies)
def test_any_body_comes_back_byte_for_byte(body):
    """Whatever the bytes, unpacking undoes packing."""
    assert there_and_back(body)[1] == body


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "json": _json,
            "style": _json | st.just("compact"),
            "text": _json,
            "blob": _json,
            "tail": _json,
        },
    )
)
def test_a_broken_packed_body_is_a_clear_error(packed):
    """Any tree in a cassette's place gives bytes or an error of the tree."""
    with contextlib.suppress(HarnessError):
        assert isinstance(unpack(packed, read={}.__getitem__, where="f"), bytes)


@pytest.mark.parametrize("line", [b":\n\n", b"data: {}\r\r", b"\n"])
def test_a_body_of_lines_alone_is_kept_as_bytes(line):
    """Millions of pieces would be gigabytes of objects."""
    body = b"data: {}\n\n" + line * 100_001

    packed, again = there_and_back(body)

    assert again == body
    assert set(packed) == {"blob"}


def test_what_is_no_json_is_kept_as_text():
    """Python writes NaN, and JSON readers of others refuse it."""
    packed, again = there_and_back(b'{"a": NaN}')

    assert again == b'{"a": NaN}'
    assert set(packed) == {"text"}


def test_a_body_of_endless_text_is_kept_as_bytes():
    """A cassette that could not be read again would lose what was paid for."""
    body = json.dumps({"text": "hello world. " * 400_000}).encode()

    packed, again = there_and_back(body)

    assert again == body
    assert set(packed) == {"blob"}
