"""Ask what costs nothing: how many tokens a prompt has, what a model is, whether a key works."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import pybase64

from harness.errors import KeyRejected, MalformedAnswer, ProviderError
from harness.model.request import GenerationRequest, JsonObject
from harness.provider.calling import JSON_TYPE, Line
from harness.provider.protocol import Endpoint
from harness.provider.quoting import quoted
from harness.provider.transport import Deadline
from harness.provider.wire_request import skeleton, written
from harness.store.blobs import ReadBlob

log = logging.getLogger(__name__)

PATIENCE = Deadline(first_byte=30.0, total=60.0)
"""For calls that paint nothing."""
_MOST = 100
"""Characters of a name, and names of methods: they are shown."""
_TOO_MANY = 10**12
"""No prompt has as many tokens; a number beyond any float is no count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCount:
    """How many tokens a prompt has, as the service counts them.

    Attributes:
        total: All of them.
        by_modality: E.g. `{"TEXT": 16, "IMAGE": 1120}`; empty where not told.
    """

    total: int
    by_modality: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What the service says of a model.

    Attributes:
        name: E.g. `"models/gemini-3-pro-image"`.
        version: E.g. `"3.0"`; empty where not told.
        input_token_limit: Tokens of one request; None where not told.
        output_token_limit: Tokens of one answer; None where not told.
        methods: What it can be called for, e.g. `"generateContent"`.
    """

    name: str
    version: str = ""
    input_token_limit: int | None = None
    output_token_limit: int | None = None
    methods: tuple[str, ...] = ()


def count_tokens(
    client: httpx.Client, endpoint: Endpoint, request: GenerationRequest, *, read: ReadBlob
) -> TokenCount:
    """Count a prompt's tokens with its pictures; a system instruction counts as a turn of its own.

    Raises:
        ProviderError: the service did not answer with a count.
        BlobMissing: a picture's bytes are not here.
    """
    line = Line(client=client, endpoint=endpoint, deadline=PATIENCE)
    tree = skeleton(request, text_of=lambda ref: pybase64.b64encode_as_string(read(ref)))
    instruction = tree.get("systemInstruction")
    contents = [*([instruction] if instruction else []), *tree["contents"]]
    url = line.url(f"models/{quote(request.model, safe='')}:countTokens")
    response = line.exchange("POST", url, content=written({"contents": contents}))
    return _count(line.tree(response))


def get_model(client: httpx.Client, endpoint: Endpoint, model: str) -> ModelInfo:
    """Ask what a model is.

    Raises:
        ProviderError: the service did not say.
    """
    line = Line(client=client, endpoint=endpoint, deadline=PATIENCE)
    url = line.url(f"models/{quote(model, safe='')}")
    tree = line.tree(line.exchange("GET", url, headers=JSON_TYPE))
    methods = tree.get("supportedGenerationMethods")
    return ModelInfo(
        name=_text(tree.get("name")) or model,
        version=_text(tree.get("version")),
        input_token_limit=_number(tree.get("inputTokenLimit")),
        output_token_limit=_number(tree.get("outputTokenLimit")),
        methods=tuple(map(_text, methods[:_MOST])) if isinstance(methods, list) else (),
    )


def check_key(client: httpx.Client, endpoint: Endpoint, model: str) -> bool:
    """Find out for nothing whether the key is a wrong one; any other trouble is no answer.

    Returns:
        True where the endpoint took the key, False where it did not say.

    Raises:
        KeyRejected: it is.
    """
    try:
        get_model(client, endpoint, model)
    except KeyRejected:
        raise
    except ProviderError as error:
        log.debug("%s: the key could not be checked: %s", endpoint.name, type(error).__name__)
        return False
    return True


def _count(tree: JsonObject) -> TokenCount:
    total = _number(tree.get("totalTokens"))
    if total is None:
        raise MalformedAnswer("the answer to countTokens counts nothing")
    details = tree.get("promptTokensDetails")
    found: dict[str, int] = {}
    for item in details if isinstance(details, list) else []:
        if isinstance(item, dict):
            name = _text(item.get("modality"))
            found[name] = found.get(name, 0) + (_number(item.get("tokenCount")) or 0)
    return TokenCount(total=total, by_modality=found)


def _text(value: object) -> str:
    return quoted(value, "", most=_MOST) if isinstance(value, str) else ""


def _number(value: Any) -> int | None:  # noqa: ANN401  # any JSON value
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 <= value < _TOO_MANY else None
