"""Serve stock vcrpy in other people's tests: a persister and a matcher for Gemini's traffic.

A cassette is one readable JSON file beside a folder of blobs (docs/pytest-recording.md).
Which answer a request gets is vcrpy's to say here, by `same_request`; the file is ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from vcr.persisters.filesystem import CassetteNotFoundError

from harness.errors import CassetteError, StoreError
from harness.model.blob import BlobRef
from harness.recording.secrets.scrub import refuse_key_shapes, refuse_keys
from harness.recording.skeletons import operation_of
from harness.recording.stock_items import (
    Read,
    StockInteraction,
    bytes_of,
    digest_of,
    item_of,
    kept_pair,
    kept_url,
    refuse_secrets,
)
from harness.store.blobs import BlobStore
from harness.store.codec import decode, encode
from harness.store.files import dump_json, write_atomic
from harness.store.runs import opened

FORMAT = "gemini-image-harness/stock-cassette"
VERSION = 1
KEYS: Final = ("GEMINI_API_KEY", "GOOGLE_API_KEY")
"""Variables of the environment that hold keys, as the SDK reads them."""


def install(
    vcr: Any,  # noqa: ANN401  # vcrpy has no types
    *,
    environ: Mapping[str, str],
    keys: Sequence[str] = KEYS,
    blobs: Path | None = None,
) -> None:
    """Give a `vcr.VCR` the persister and the matcher.

    Args:
        vcr: E.g. the one of pytest-recording's hook; its further cassettes are read too.
        environ: Where the values of `keys` are looked up when a cassette is written.
        keys: Variables that hold keys; a cassette that holds one's value is refused.
        blobs: Folder of all blobs; None is `blobs` beside each cassette.
    """
    persister = StockPersister(
        environ=environ,
        keys=tuple(keys),
        blobs=blobs,
        extra_paths=tuple(getattr(vcr.persister, "extra_paths", ())),
    )
    vcr.register_persister(persister)
    vcr.register_matcher("gemini", same_request)
    vcr.match_on = ("method", "gemini")


def same_request(asked: Any, stored: Any) -> None:  # noqa: ANN401  # vcrpy's Requests
    """Match what asks a model for the same, whatever the host, base path and API version.

    Base64's alphabet, the order and spelling of keys do not count. A URL that is no call
    of a model counts whole, with the raw body.

    Raises:
        AssertionError: they differ; vcrpy shows the words.
    """
    if asked.method != stored.method:
        raise AssertionError(f"{asked.method}, recorded is {stored.method}")
    call = operation_of(asked.uri)
    if call != operation_of(stored.uri):
        raise AssertionError(f"{asked.uri}: another call than {stored.uri}")
    if not call[1]:
        _assert_equal_elsewhere(asked, stored)
    elif digest_of(asked) != digest_of(stored):
        ours, theirs = digest_of(asked)[:12], digest_of(stored)[:12]
        raise AssertionError(f"another request: digest {ours}, recorded is {theirs}")


def _assert_equal_elsewhere(asked: Any, stored: Any) -> None:  # noqa: ANN401  # vcrpy's Requests
    if kept_url(asked.uri) != kept_url(stored.uri):
        raise AssertionError(f"{kept_url(asked.uri)}: another address than {stored.uri}")
    if bytes_of(asked.body) != bytes_of(stored.body):
        raise AssertionError("another body")


@dataclass(frozen=True, slots=True, kw_only=True)
class StockPersister:
    """Keep stock vcrpy's cassettes small, readable, whole and without secrets.

    Attributes:
        environ: Where the values of `keys` are looked up when a cassette is written.
        keys: Variables that hold keys; a cassette that holds one's value is refused.
        blobs: Folder of all blobs; None is `blobs` beside each cassette.
        extra_paths: Further cassettes to replay from; they are never written.
    """

    environ: Mapping[str, str] = field(repr=False)
    keys: tuple[str, ...] = KEYS
    blobs: Path | None = None
    extra_paths: tuple[str | Path, ...] = ()

    def load_cassette(
        self, cassette_path: str | Path, serializer: object = None
    ) -> tuple[Any, ...]:
        """Read a cassette for vcrpy; bodies are built when they are asked for.

        Returns:
            Requests, answers, and what `get_metadata` kept, where it kept something.

        Raises:
            CassetteNotFoundError: there is none, which vcrpy takes for an empty one.
            CassetteError: it is broken, which vcrpy does not take for an empty one.
        """
        own = _json_path(cassette_path)
        paths = [path for path in (own, *map(Path, self.extra_paths)) if path.exists()]
        if not paths:
            raise CassetteNotFoundError(f"{own}: no such cassette")
        found = {path: _opened(path) for path in paths}
        pairs = [pair for path, tree in found.items() for pair in self._pairs(path, tree)]
        sides = [request for request, _ in pairs], [response for _, response in pairs]
        metadata = found[own].get("metadata") if own in found else None
        return (*sides, metadata) if metadata else sides

    def save_cassette(
        self, cassette_path: str | Path, cassette_dict: Mapping[str, Any], serializer: object = None
    ) -> None:
        """Write a cassette whole, or nothing of it.

        Raises:
            SecretFound: it holds a key.
            CassetteError: an answer's compression is not read.
            StoreError: it cannot be written.
        """
        path = _json_path(cassette_path)
        sides = zip(cassette_dict["requests"], cassette_dict["responses"], strict=True)
        pairs = [pair for pair in sides if getattr(pair[0], "home", path) == path]
        secrets = tuple(filter(None, map(self.environ.get, self.keys)))
        items = [item_of(request, response, keep=BlobRef.of) for request, response in pairs]
        for index, (pair, item) in enumerate(zip(pairs, items, strict=True)):
            refuse_secrets(pair, item, secrets=secrets, where=f"{path}: interactions[{index}]")
        document = _document(items, metadata=cassette_dict.get("metadata"))
        refuse_keys(document, secrets=secrets, where=str(path))
        refuse_key_shapes(document, where=str(path))
        for request, response in pairs:
            item_of(request, response, keep=self._store(path).put)
        write_atomic(path, document)

    def _pairs(self, path: Path, tree: Mapping[str, object]) -> list[tuple[Any, dict[str, Any]]]:
        read = self._reader(path)
        return [kept_pair(item, home=path, read=read) for item in _items(path, tree)]

    def _reader(self, path: Path) -> Read:
        store = self._store(path)
        return lambda name: store.get(store.ref(name))

    def _store(self, path: Path) -> BlobStore:
        return BlobStore(self.blobs or path.parent / "blobs")


def _json_path(path: str | Path) -> Path:
    """Refuse another ending before anything is sent: its content would not be what it says."""
    if Path(path).suffix != ".json":
        raise CassetteError(
            f"{path}: these cassettes are JSON; name it .json "
            '(pytest-recording: let vcr_config give {"serializer": "json"})'
        )
    return Path(path)


def _document(items: Sequence[StockInteraction], *, metadata: object) -> bytes:
    said = {"metadata": metadata} if metadata else {}
    interactions = [encode(item) for item in items]
    return dump_json({"format": FORMAT, "version": VERSION, **said, "interactions": interactions})


def _opened(path: Path) -> Mapping[str, object]:
    try:
        return opened(path, form=FORMAT, version=VERSION)
    except StoreError as error:
        raise _broken(error) from error


def _items(path: Path, tree: Mapping[str, object]) -> list[StockInteraction]:
    items = tree.get("interactions")
    try:
        if not isinstance(items, list):
            raise StoreError(f"{path}: interactions: expected a list")
        return [
            decode(StockInteraction, item, where=f"{path}: interactions[{index}]")
            for index, item in enumerate(items)
        ]
    except StoreError as error:
        raise _broken(error) from error


def _broken(error: StoreError) -> CassetteError:
    return CassetteError(
        f"{error}; this cassette was neither read nor overwritten: "
        "restore it from git, or move it away and record anew"
    )
