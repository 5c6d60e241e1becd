"""Write interactions as a cassette of stock vcrpy, by vcrpy's own serializers."""

from collections.abc import Sequence
from typing import Any

from vcr.request import Request
from vcr.serialize import deserialize, serialize
from vcr.serializers import jsonserializer, yamlserializer

from harness.errors import CassetteError
from harness.recording.forms import Form
from harness.recording.interaction import Interaction
from harness.recording.packing import unpack
from harness.recording.secrets.scrub import refuse_key_shapes, refuse_keys
from harness.recording.unpacking import Read
from harness.store.codec import encode
from harness.store.files import dump_json

_SERIALIZERS = {Form.YAML: yamlserializer, Form.JSON: jsonserializer}
_MEND = "mend the recording first: harness cassette scrub; nothing was exported"

Pair = tuple[Any, dict[str, Any]]
"""vcrpy's request and its answer."""


def stock_cassette(
    items: Sequence[Interaction], *, form: Form, read: Read, secrets: Sequence[str]
) -> bytes:
    """Give the file's bytes; vcrpy has read them back as what they were made of.

    Args:
        items: In the order in which equal requests are replayed.
        form: JSON cannot say bytes that are no UTF-8.
        read: Gives a blob's bytes by its name.
        secrets: Keys that are refused.

    Raises:
        BlobMissing: a picture's bytes are not here.
        CassetteError: the form cannot say a body.
        SecretFound: a body holds a key.
    """
    where = items[0].key.id
    try:
        pairs = [_pair(item, form=form, read=read, secrets=secrets) for item in items]
        tree = {
            "requests": [request for request, _ in pairs],
            "responses": [{**said, "body": dict(said["body"])} for _, said in pairs],
        }
        text: str = serialize(tree, _SERIALIZERS[form])
        _check(text, pairs, form=form, where=where)
    except ValueError as error:  # an address or a header that was changed by hand
        raise CassetteError(f"{where}: vcrpy cannot say it ({error}); mend it by hand") from error
    return text.encode("ascii")


def _pair(item: Interaction, *, form: Form, read: Read, secrets: Sequence[str]) -> Pair:
    where = item.key.id
    sent = unpack(item.request.body, read=read, where=where)
    came = unpack(item.response.body, read=read, where=where)
    for body in (sent, came):
        refuse_keys(body, secrets=secrets, where=where, advice=_MEND)
        if form is Form.JSON and not _is_text(body):
            raise CassetteError(f"{where}: JSON cannot say a body that is no UTF-8; use yaml")
    refuse_key_shapes(dump_json(encode(item)), where=where, advice=_MEND)
    headers = {name: [value] for name, value in item.response.headers.items()}
    request = Request(item.request.method, item.request.url, sent, dict(item.request.headers))
    return request, {
        "status": {"code": item.response.status, "message": item.response.reason},
        "headers": headers,
        "body": {"string": came},
    }


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _check(text: str, pairs: Sequence[Pair], *, form: Form, where: str) -> None:
    """Read back what was written, as stock vcrpy will.

    Raises:
        CassetteError: it is not what it was made of.
    """
    requests, responses = deserialize(text, _SERIALIZERS[form])
    came = list(zip(map(_told, requests), responses, strict=True))
    if came != [(_told(request), said) for request, said in pairs]:
        raise CassetteError(f"{where}: vcrpy's {form} does not give it back byte for byte")


def _told(request: Any) -> tuple[str, str, bytes, dict[str, str]]:  # noqa: ANN401  # vcrpy's Request
    return request.method, request.uri, request.body or b"", dict(request.headers)
