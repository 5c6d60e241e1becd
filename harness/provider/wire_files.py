"""Choose which pictures travel by the Files API, and write a request that names them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pybase64

from harness.model.blob import BlobRef
from harness.model.request import GenerationRequest, Part, Role
from harness.provider.files import Parcels
from harness.provider.protocol import Endpoint
from harness.provider.wire_request import body, skeleton, written
from harness.store.blobs import ReadBlob

Uris = Mapping[str, str]
"""sha256 of a picture to the URI that it was uploaded under."""


def too_large(request: GenerationRequest, endpoint: Endpoint) -> tuple[Part, ...]:
    """Choose the user's pictures that must not travel inline, each once.

    Those above the endpoint's limit of one picture; then, where the request would still be
    too large, the largest of the others until it is not. What the model answered before
    goes back as it was, whatever its size.
    """
    parts = {p.picture.sha256: p for p in _pictures(request, users=True) if p.picture}
    by_size = sorted(parts.values(), key=_size, reverse=True)
    limit = endpoint.inline_bytes
    chosen = [part for part in by_size if limit is not None and _size(part) > limit]
    others = by_size[len(chosen) :]
    while others and inline_bytes(request, chosen) > endpoint.request_bytes:
        chosen.append(others.pop(0))
    return tuple(chosen)


def sendable(
    request: GenerationRequest, *, endpoint: Endpoint, read: ReadBlob, parcels: Parcels | None
) -> bytes:
    """Write the body of a request; pictures that are too large for it are uploaded first.

    Raises:
        ProviderError: one cannot be uploaded; nothing was asked of a model.
        BlobMissing: a picture's bytes are not here.
    """
    if parcels is None or not endpoint.files or not parcels.goes_out():
        return body(request, read=read)
    uris = parcels.sent(too_large(request, endpoint), read=read)
    return body_with_files(request, read=read, uris=uris)


def body_with_files(request: GenerationRequest, *, read: ReadBlob, uris: Uris) -> bytes:
    """Write the request's body with the user's pictures in `uris` named, the others inline.

    Raises:
        BlobMissing: a picture's bytes are not here.
    """
    tree = dict(skeleton(request, text_of=_Standing))
    tree["contents"] = [
        _filled(content, read, uris if content.get("role") == Role.USER else {})
        for content in tree["contents"]
    ]
    return written(_filled(tree, read, {}))


class _Standing(str):
    """A text that stands for a blob until it is known how that travels."""

    ref: BlobRef

    def __new__(cls, ref: BlobRef) -> "_Standing":
        made = super().__new__(cls, ref.sha256)
        made.ref = ref
        return made


def _filled(tree: Any, read: ReadBlob, uris: Uris) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(tree, _Standing):
        return pybase64.b64encode_as_string(read(tree.ref))
    if isinstance(tree, list):
        return [_filled(value, read, uris) for value in tree]
    if isinstance(tree, Mapping):
        return {k: _filled(v, read, uris) for k, v in _named(tree, uris).items()}
    return tree


def _named(part: Mapping[str, Any], uris: Uris) -> Mapping[str, Any]:
    """Let a part name its picture's file, if it is one that was uploaded."""
    inline = part.get("inlineData")
    data = inline.get("data") if isinstance(inline, Mapping) else None
    uri = uris.get(data.ref.sha256) if isinstance(data, _Standing) else None
    if inline is None or uri is None:
        return part
    others = {key: value for key, value in part.items() if key != "inlineData"}
    return {"fileData": {"mimeType": inline["mimeType"], "fileUri": uri}, **others}


def _pictures(request: GenerationRequest, *, users: bool = False) -> Iterator[Part]:
    for content in request.contents:
        if content.role is Role.USER or not users:
            yield from (part for part in content.parts if part.picture is not None)


def _size(part: Part) -> int:
    return part.picture.size if part.picture else 0


def inline_bytes(request: GenerationRequest, without: Sequence[Part] = ()) -> int:
    """Estimate the bytes of the body: its texts, and base64 of what is inline."""
    named = {part.picture.sha256 for part in without if part.picture}
    texts = len(written(skeleton(request)))
    signatures = (p.signature for c in request.contents for p in c.parts if p.signature)
    sizes = [_size(p) for p in _pictures(request) if p.picture and p.picture.sha256 not in named]
    sizes += [signature.size for signature in signatures]
    return texts + sum((size + 2) // 3 * 4 for size in sizes)
