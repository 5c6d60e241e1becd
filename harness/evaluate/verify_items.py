"""Hold recorded answers against themselves: references, bodies, digests."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.errors import BlobForgotten, BlobMissing, CassetteError, StoreError
from harness.model.identity import digest
from harness.recording.interaction import Interaction
from harness.recording.packing import unpack
from harness.recording.skeletons import body_digest, operation_of
from harness.store.blobs import BlobStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A reference that leads to no bytes.

    Attributes:
        kind: `"missing"`, `"pointer"`, `"forgotten"` or `"name"`.
        why: In words.
    """

    kind: str
    why: str


def missed(name: str, blobs: BlobStore) -> Missed | None:
    """Say why a reference leads to no bytes; None where it does. Nothing is read."""
    try:
        blobs.ref(name)
    except BlobForgotten as error:
        return Missed(kind="forgotten", why=str(error))
    except BlobMissing as error:
        kind = "pointer" if "Git LFS pointer" in str(error) else "missing"
        return Missed(kind=kind, why=str(error))
    except StoreError as error:
        return Missed(kind="name", why=str(error))
    return None


def unsound(items: Iterable[Interaction], blobs: BlobStore) -> Iterator[tuple[Interaction, str]]:
    """Give every answer that does not unpack, or whose request is not the one it says.

    The bytes of a request are rebuilt once, however often it was sent. Those of an
    answer are not: its form is unpacked around empty pictures, whose own digests are
    checked where they lie.
    """
    known: dict[tuple[str, str], str] = {}
    for item in items:
        asked = (digest(dict(item.request.body)), item.request.url)
        if asked not in known:
            known[asked] = _digest_of(item, blobs)
        found = known[asked]
        exact = not (item.reserialised or item.scrubbed)
        if found.startswith("!"):
            yield item, f"request: {found[1:]}"
        elif found and exact and found != item.request_digest:
            yield (
                item,
                (
                    f"request: unpacks to digest {found[:12]}, recorded is "
                    f"{item.request_digest[:12]}; restore the cassette from git"
                ),
            )
        why = _form_of(item)
        if why:
            yield item, f"answer: {why}"


def _digest_of(item: Interaction, blobs: BlobStore) -> str:
    """Digest the rebuilt request; empty where its blobs are not here, `!` before a fault."""
    try:
        body = unpack(
            item.request.body, read=lambda name: blobs.get(blobs.ref(name)), where=item.key.id
        )
    except StoreError:  # told of the blob itself
        return ""
    except CassetteError as error:
        return f"!{error}"
    return body_digest(body, operation=operation_of(item.request.url)[1], files=item.files)


def _form_of(item: Interaction) -> str:
    try:
        unpack(item.response.body, read=lambda _: b"", where=item.key.id)
    except CassetteError as error:
        return str(error)
    return ""
