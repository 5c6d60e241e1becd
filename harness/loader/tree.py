"""Hold a YAML document as a tree whose every key and value knows its line and column."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.loader.place import Path
from harness.loader.scalars import Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place in the file: line and column from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A scalar.

    Attributes:
        mark: Where it begins.
        value: As YAML 1.2 reads it.
        text: As it stands there, without its quotes.
    """

    mark: Mark
    value: Scalar
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    mark: Mark
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A value of a mapping, and where its key stands."""

    key: Mark
    node: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """A mapping, in the file's order."""

    mark: Mark
    entries: Mapping[str, Entry]


Node = Leaf | Items | Fields


def plain(node: Node) -> object:
    """Give a tree as dicts, lists and scalars.

    The parser has bounded the tree's depth and its size with aliases written out.
    """
    match node:
        case Leaf():
            return node.value
        case Items():
            return [plain(item) for item in node.items]
        case Fields():
            return {key: plain(entry.node) for key, entry in node.entries.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a path leads.

    Attributes:
        path: As much of the path as the tree has.
        key: Where the last key stands; for an item of a list, where the item begins.
        value: Where the value begins.
        node: What stands there.
    """

    path: Path
    key: Mark
    value: Mark
    node: Node


def locate(root: Node, path: Path) -> Found:
    """Follow `path` from `root` as far as it goes.

    What follows where the tree ends (a validator's own names, an item of a list that was
    written as one scalar) is dropped.
    """
    node, key, taken = root, root.mark, 0
    for step in path:
        match node, step:
            case Fields(entries=entries), str() if step in entries:
                key, node = entries[step].key, entries[step].node
            case Items(items=items), int() if 0 <= step < len(items):
                node = items[step]
                key = node.mark
            case _:
                break
        taken += 1
    return Found(path=path[:taken], key=key, value=node.mark, node=node)
