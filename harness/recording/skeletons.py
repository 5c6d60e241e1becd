"""Tell requests apart: their digest, and in words what differs between two."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.model.identity import camel, digest, normalised, request_digest, with_named_blobs
from harness.model.request import JsonObject
from harness.recording.base64_text import Flavour, lifted
from harness.recording.unpacking import is_picture
from harness.store.files import MAX_LEVELS, nests_deeper

_OPERATION = re.compile(r"[^?#]*/models/([^/:?#]+):([A-Za-z]+)(?:[?#].*)?")
_FILE_KEYS = ("fileData", "file_data")
_SHOWN = 60
"""Characters of a value in a line of differences."""

Files = Mapping[str, str]
"""URI of a picture that was uploaded before, to the name of its blob."""
_NO_FILES: Files = {}


def operation_of(url: str) -> tuple[str, str]:
    """Tell model and operation of a URL; host, base path and API version do not matter.

    Returns:
        E.g. `("gemini-3-pro-image", "generateContent")`; two empty strings where it is
        no call of a model.
    """
    match = _OPERATION.fullmatch(url)
    return (match[1], match[2]) if match else ("", "")


def body_digest(body: bytes, *, operation: str, files: Files = _NO_FILES) -> str:
    """Digest a request as it went over the wire: equal to what the provider derives.

    Pictures and signatures count by the sha256 of their decoded bytes, whatever the
    alphabet. A picture that was uploaded counts as if it stood in the body. A body that is
    no JSON object counts by its raw sha256, never as empty.

    Args:
        body: As sent.
        operation: `"generateContent"` and its like.
        files: URI of an uploaded picture to the name of its blob.
    """
    try:
        tree = with_pictures(_named(body), files)
        if isinstance(tree, dict):
            return request_digest(tree, operation=operation)
    except (ValueError, RecursionError):
        pass
    return digest({"operation": operation, "raw": hashlib.sha256(body).hexdigest()})


def _named(body: bytes) -> object:
    """Parse a body with its large pictures named already: the JSON reader never sees them.

    Equal to `with_named_blobs(json.loads(body))` of them; the small ones are left.
    """
    naming = _Naming()
    lean = lifted(body, naming.take)
    tree = naming.whole(json.loads(lean)) if naming.is_fit(lean) else None
    return json.loads(body) if tree is None else tree


_LOADED = re.compile("\x01([0-9]+)\x01")


class _Naming:
    """Takes base64 out of a body, and puts names or the texts themselves into its tree."""

    def __init__(self) -> None:
        self._texts: list[tuple[bytes, Flavour]] = []
        self._placed = 0

    def take(self, data: bytes, flavour: Flavour) -> bytes:
        self._texts.append((data, flavour))
        return rb"\u0001%d\u0001" % (len(self._texts) - 1)

    def is_fit(self, lean: bytes) -> bool:
        """Tell whether the body does not itself say what stands for a text."""
        return lean.count(rb"\u0001") == 2 * len(self._texts)

    def whole(self, tree: object) -> object:
        """Give the tree; None where JSON reads what stands for a text otherwise."""
        if not self._texts:
            return tree
        named = self._named(tree, "", "")
        return named if self._placed == len(self._texts) else None

    def _named(self, tree: Any, key: str, parent: str) -> Any:  # noqa: ANN401  # any JSON value
        if isinstance(tree, dict):
            return {self._plain(k): self._named(v, k, key) for k, v in tree.items()}
        if isinstance(tree, list):
            return [self._named(value, key, parent) for value in tree]
        whole = _LOADED.fullmatch(tree) if isinstance(tree, str) else None
        if whole and is_picture(key, parent):
            self._placed += 1
            return f"sha256:{hashlib.sha256(self._texts[int(whole[1])][0]).hexdigest()}"
        return self._plain(tree) if isinstance(tree, str) else tree

    def _plain(self, text: str) -> str:
        """Put the text itself back where it is no picture."""
        return _LOADED.sub(self._spelt, text)

    def _spelt(self, match: "re.Match[str]") -> str:
        self._placed += 1
        data, flavour = self._texts[int(match[1])]
        return flavour.letters(data).decode("ascii")


def with_pictures(tree: Any, files: Files) -> Any:  # noqa: ANN401  # any JSON value
    """Let a picture that was uploaded stand where its file is named."""
    if not files:
        return tree
    if isinstance(tree, list):
        return [with_pictures(value, files) for value in tree]
    if not isinstance(tree, dict):
        return tree
    found = {key: with_pictures(value, files) for key, value in tree.items()}
    for key in _FILE_KEYS:
        named = found.get(key)
        about = {camel(k): v for k, v in named.items()} if isinstance(named, dict) else {}
        name = files.get(str(about.pop("fileUri", "")))
        if name is not None:
            del found[key]
            found["inlineData"] = {**about, "data": f"sha256:{name.partition('.')[0]}"}
    return found


def skeleton_of(packed: JsonObject, *, files: Files = _NO_FILES) -> JsonObject:
    """Give the skeleton of a packed request body; empty where it is no JSON, or too deep."""
    try:
        tree = _unmarked(packed["json"]) if "json" in packed else _parsed(packed.get("text"))
        tidy = normalised(with_pictures(with_named_blobs(tree), files))
    except RecursionError:
        return {}
    deep = nests_deeper(tidy, MAX_LEVELS)
    return tidy if isinstance(tidy, dict) and not deep else {}


def _unmarked(tree: Any) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(tree, dict):
        if isinstance(tree.get("$join"), list):
            return "".join(_mark(p) if isinstance(p, dict) else str(p) for p in tree["$join"])
        return _mark(tree) or {key: _unmarked(value) for key, value in tree.items()}
    return [_unmarked(value) for value in tree] if isinstance(tree, list) else tree


def _mark(reference: Mapping[str, Any]) -> str:
    """Name the blob that a reference stands for; empty where it is none."""
    name = str(reference.get("$blob", "")).partition(".")[0]
    return f"sha256:{name}" if name else ""


def _parsed(pieces: object) -> object:
    """Parse a body that is kept as pieces of text and references."""
    if not isinstance(pieces, list):
        return None
    try:
        tree: object = json.loads(
            "".join(_mark(p) if isinstance(p, dict) else str(p) for p in pieces)
        )
    except (ValueError, RecursionError):
        return None
    return tree


def differences(recorded: JsonObject, asked: JsonObject) -> tuple[str, ...]:
    """Say what differs between two skeletons, a line each, pictures as short hashes."""
    old, new = dict(_leaves(_tidy(recorded))), dict(_leaves(_tidy(asked)))
    return tuple(
        f"{path}: recorded {_shown(old, new, path)}, now {_shown(new, old, path)}"
        for path in dict.fromkeys([*old, *new])
        if old.get(path) != new.get(path)
    )


def _tidy(skeleton: JsonObject) -> object:
    return normalised(with_named_blobs(skeleton))


def _leaves(tree: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(tree, Mapping) and tree:
        for key, value in tree.items():
            yield from _leaves(value, f"{path}.{key}" if path else key)
    elif isinstance(tree, list) and tree:
        for index, value in enumerate(tree):
            yield from _leaves(value, f"{path}[{index}]")
    else:
        yield path, tree


def _shown(own: Mapping[str, object], other: Mapping[str, object], path: str) -> str:
    """Show one side's value; a long text from a little before where the sides part."""
    if path not in own:
        return "nothing"
    text = str(own[path])
    if text.startswith("sha256:"):
        return f"picture {text[7:15]}"
    if len(text) <= _SHOWN:
        return repr(text)
    there = str(other.get(path, ""))
    pairs = enumerate(zip(text, there, strict=False))
    parting = next((at for at, (one, two) in pairs if one != two), len(there))
    start = max(0, parting - _SHOWN // 3) if parting > _SHOWN // 2 else 0
    end = start + _SHOWN
    return repr(f"{'...' if start else ''}{text[start:end]}{'...' if end < len(text) else ''}")
