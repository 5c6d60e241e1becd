"""What stock vcrpy is given, it reads back byte for byte, or it is not given."""

import dataclasses
import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vcr.serialize import deserialize
from vcr.serializers import jsonserializer, yamlserializer

from harness.errors import CassetteError, SecretFound
from harness.recording.export import stock_cassette
from harness.recording.forms import Form
from harness.recording.packing import pack

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "100"))
SERIALIZERS = {Form.YAML: yamlserializer, Form.JSON: jsonserializer}
CONTROLS = "\x00\x01\x1f\x7f\x85\u2028\u2029\ufeff\ufffe\r\n\t"
ODD = CONTROLS + "\U0001f98a\u8fd9: - # ! & * | > % @ ` ' \" \\"


@pytest.fixture
def exported(interaction, shelf):
    """Give `exported(form, body, ...)`: the text that vcrpy gets of one interaction."""

    def export(form, body, **more):
        item = interaction()
        changed = dataclasses.replace(
            item,
            request=dataclasses.replace(item.request, body=pack(body, keep=shelf.keep)),
            response=dataclasses.replace(item.response, body=pack(body, keep=shelf.keep)),
        )
        return stock_cassette([changed], form=form, read=shelf.kept.__getitem__, secrets=(), **more)

    return export


def both(data, form):
    """Give both bodies as stock vcrpy reads them."""
    (request,), (response,) = deserialize(data.decode(), SERIALIZERS[form])
    return request.body, response["body"]["string"]


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"text": ODD}).encode(),
        json.dumps({"text": ODD}, ensure_ascii=False).encode(),
        ODD.encode(),
        b'{"text": "\\ud83e and \\udd8a apart"}',
b'data: {"text": "sp\xc3\xa4te"}\r\n\r\ndata: {}\r\n\r\n',
        b" \n leading and trailing \n\n",
        b"null",
        b"1.0",
        b"---\n...",
        b"",
    ],
    ids=["escaped", "plain", "no json", "lone surrogates", "stream", "spaces", "null", "number",
         "documents", "none"],
)  # fmt: skip
def test_text_of_every_alphabet_comes_back(exported, form, body):
    """Controls, line separators, what YAML and JSON escape, what looks like something else."""
    assert both(exported(form, body), form) == (body, body)


@pytest.mark.parametrize("body", [b"\xff\xd8\x00", "\ud800".encode("utf-8", "surrogatepass")])
def test_bytes_that_are_no_text_need_yaml(exported, body):
    """JSON is refused with what to do, and YAML says them."""
    with pytest.raises(CassetteError, match=r"fox.*no UTF-8; use yaml"):
        exported(Form.JSON, body)

    assert both(exported(Form.YAML, body), Form.YAML) == (body, body)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode), st.sampled_from(Form))
def test_any_body_comes_back_or_is_refused(exported, body, form):
    """Never another one."""
    try:
        data = exported(form, body)
    except CassetteError:
        assert form is Form.JSON
        return

    assert both(data, form) == (body, body)


def test_what_does_not_come_back_is_refused(exported, monkeypatch):
    """A vcrpy whose serializer loses something is noticed before a file is there."""
    monkeypatch.setattr(
        "vcr.serializers.yamlserializer.deserialize",
        lambda text, load=yamlserializer.deserialize: load(text.replace("fox", "owl")),
    )

    with pytest.raises(CassetteError, match="does not give it back"):
        exported(Form.YAML, b"a fox")


def test_a_key_is_not_given_away(interaction, shelf):
    """Neither one that is set now, nor what looks like one."""
    told = interaction(prompt="my key is sesame-open")

    with pytest.raises(SecretFound):
        stock_cassette([told], form=Form.YAML, read=shelf.kept.get, secrets=["sesame-open"])
    with pytest.raises(SecretFound):
        stock_cassette(
            [interaction(answer="AIza" + "x" * 35)],
            form=Form.YAML,
            read=shelf.kept.get,
            secrets=(),
        )
