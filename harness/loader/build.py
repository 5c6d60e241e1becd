"""Build a tree from YAML events: bounded, aliases counted, equal keys refused."""

from dataclasses import dataclass, field

from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.events import MappingEndEvent as MappingEnd

from harness.loader.findings import Findings
from harness.loader.place import Path, quoted
from harness.loader.scalars import resolve
from harness.loader.source import FORBIDDEN
from harness.loader.tree import Entry, Fields, Items, Leaf, Mark, Node

MOST_NODES = 30_000
DEEPEST = 40


class TooMuch(Exception):
    """The document is larger or deeper than a suite can be."""


@dataclass(slots=True)
class _Frame:
    """A list or mapping that is not yet closed."""

    mark: Mark
    anchor: str | None
    is_map: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: Leaf | None = None
    size: int = 1
    height: int = 1

    @property
    def step(self) -> str | int:
        """The last step of the path to what is being added."""
        if not self.is_map:
            return len(self.items)
        return self.key.text if self.key else "?"

    def close(self) -> Node:
        if self.is_map:
            return Fields(mark=self.mark, entries=self.entries)
        return Items(mark=self.mark, items=tuple(self.items))


@dataclass(frozen=True, slots=True)
class _Known:
    """An anchored node, its size with aliases written out, and its height."""

    node: Node
    size: int
    height: int


class Builder:
    """Take events one by one; `root` is the document once all are taken."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._stack: list[_Frame] = []
        self._anchors: dict[str, _Known] = {}
        self._nodes = 0
        self._documents = 0
        self.root: Node | None = None

    def take(self, event: Event) -> None:
        """Add one event.

        Raises:
            TooMuch: too many nodes, too deep, or more than one document.
        """
        match event:
            case DocumentStartEvent():
                self._open_document()
            case ScalarEvent():
                self._check_tag(event)
                leaf = self._leaf(event)
                self._add(_Known(leaf, 1, 1), anchor=event.anchor)
            case MappingStartEvent() | SequenceStartEvent():
                self._check_tag(event)
                self._open(event)
            case MappingEnd() | SequenceEndEvent():
                frame = self._stack.pop()
                self._add(_Known(frame.close(), frame.size, frame.height + 1), anchor=frame.anchor)
            case AliasEvent():
                self._alias(event)
            case _:
                pass  # the stream's and the document's ends

    def _open_document(self) -> None:
        self._documents += 1
        if self._documents > 1:
            raise TooMuch("a second document; a file holds one suite, remove the ---")

    def _open(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        is_map = isinstance(event, MappingStartEvent)
        self._stack.append(_Frame(mark=mark_of(event), anchor=event.anchor, is_map=is_map))
        if event.anchor is not None:
            self._anchors.pop(event.anchor, None)
        if len(self._stack) > DEEPEST:
            raise TooMuch(f"nested deeper than {DEEPEST} levels; a suite needs about 8")

    def _alias(self, event: AliasEvent) -> None:
        known = self._anchors.get(event.anchor)
        if known is None:
            self._findings.problem_at(
                mark_of(event),
                f"alias {quoted('*' + event.anchor)} has no anchor before it; declare "
                f"{quoted('&' + event.anchor)}, or put the text in quotes",
                path=self._path(),
            )
            known = _Known(Leaf(mark=mark_of(event), value=None, text=""), 1, 1)
        if len(self._stack) + known.height > DEEPEST:
            raise TooMuch(f"aliases nest deeper than {DEEPEST} levels; write the values out")
        self._add(known, anchor=None)

    def _add(self, known: _Known, *, anchor: str | None) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES or known.size > MOST_NODES:
            raise TooMuch(f"more than {MOST_NODES} values, aliases written out; split the suite")
        if anchor is not None:
            self._anchors[anchor] = known
        if not self._stack:
            self.root = known.node
            return
        frame = self._stack[-1]
        frame.size += known.size
        frame.height = max(frame.height, known.height)
        self._put(frame, known.node)

    def _put(self, frame: _Frame, node: Node) -> None:
        if not frame.is_map:
            frame.items.append(node)
        elif frame.key is None:
            frame.key = self._key(node)
        else:
            key, frame.key = frame.key, None
            frame.entries.setdefault(key.text, Entry(key=key.mark, node=node))

    def _key(self, node: Node) -> Leaf:
        path = self._path()[:-1]
        if not isinstance(node, Leaf):
            self._findings.problem_at(
                node.mark, "a key is a list or mapping; keys are texts", path=path
            )
            return Leaf(mark=node.mark, value=None, text="")
        first = self._stack[-1].entries.get(node.text)
        if first is not None:
            self._findings.problem_at(
                node.mark,
                f"key stands twice, first in line {first.key.line}; remove one",
                path=(*path, node.text),
            )
        return node

    def _leaf(self, event: ScalarEvent) -> Leaf:
        mark, text = mark_of(event), str(event.value)
        hidden = FORBIDDEN.search(text)
        if hidden:
            self._findings.problem_at(
                mark,
                f"an escape stands for control character U+{ord(hidden[0]):04X}; remove it",
                path=self._path(),
            )
        if event.style is not None:
            return Leaf(mark=mark, value=text, text=text)
        try:
            return Leaf(mark=mark, value=resolve(text), text=text)
        except ValueError as error:
            self._findings.problem_at(mark, str(error), path=self._path())
            return Leaf(mark=mark, value=None, text=text)

    def _check_tag(self, event: NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._findings.problem_at(
                mark_of(event),
                f"tag {quoted(tag)}; a suite has no tags, write the plain value (in quotes "
                'for a text that begins with "!")',
                path=self._path(),
            )

    def _path(self) -> Path:
        return tuple(frame.step for frame in self._stack)


def mark_of(event: Event) -> Mark:
    """Give where an event begins, counted from 1."""
    return Mark(line=event.start_mark.line + 1, column=event.start_mark.column + 1)
