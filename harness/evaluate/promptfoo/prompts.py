"""Read promptfoo's prompts: inline, from files, as messages."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.evaluate.promptfoo.files import TEXTS, TREES, Folder, Refused, is_file
from harness.evaluate.promptfoo.notes import Notes
from harness.evaluate.promptfoo.templates import is_plain

_PART = "\n---\n"
_CODE = re.compile(r"\S+\.(?:py|js|ts|mjs|cjs|sh|rb)(?::\w+)?")
_STORE = re.compile(r"(?!file:)[a-z]+://\S+|exec:.+")
_LONGEST = 100_000
_NO_CODE = "only texts and messages are read, no code is run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A prompt, its variables still in it.

    Attributes:
        path: Where it stands, e.g. `prompts[0]`.
        text: The user's words.
        label: What it is called; empty for nothing.
        system: The system's words; empty for none.
    """

    path: str
    text: str
    label: str = ""
    system: str = ""


def templates_of(listed: object, folder: Folder, notes: Notes) -> tuple[Template, ...]:
    """Give every prompt that can be a suite's; the others are noted."""
    found: list[Template] = []
    for path, item in _items(listed):
        try:
            for template in _read(item, path, folder, notes):
                found += _kept(template, notes)
        except Refused as error:
            notes.leave(path, str(error))
    return tuple(found)


def _items(listed: object) -> Iterator[tuple[str, object]]:
    """Give prompts with where they stand; the old form maps files to labels."""
    if isinstance(listed, list):
        yield from ((f"prompts[{index}]", item) for index, item in enumerate(listed))
    elif isinstance(listed, dict):
        for name, label in listed.items():
            yield f"prompts.{name}", {"id": f"file://{name}", "label": label}
    elif listed is not None:
        yield "prompts", listed


def _read(item: object, path: str, folder: Folder, notes: Notes) -> Iterator[Template]:
    if isinstance(item, dict):
        notes.leave_others(item, ("id", "label", "raw"), path)
        told = item.get("raw") if isinstance(item.get("raw"), str) else item.get("id")
        label = item.get("label") if isinstance(item.get("label"), str) else item.get("id")
        for template in _read(told, path, folder, notes) if isinstance(told, str) else ():
            named = isinstance(label, str) and not is_file(label)
            yield replace(template, label=str(label)) if named else template
        if not isinstance(told, str):
            notes.leave(path, "has neither a text nor a file")
    elif isinstance(item, str) and (_CODE.fullmatch(item) or _STORE.fullmatch(item)):
        notes.leave(path, _NO_CODE)
    elif isinstance(item, str) and _names_a_file(item):
        yield from _from_files(item, path, folder, notes)
    elif isinstance(item, str):
        yield from _spoken(item, path, notes)
    else:
        notes.leave(path, "is no prompt that can be read")


def _names_a_file(text: str) -> bool:
    """Tell a file, which may stand without `file://`, from words that are asked."""
    return is_file(text) or ("\n" not in text and "{{" not in text and text.endswith(TEXTS + TREES))


def _from_files(name: str, path: str, folder: Folder, notes: Notes) -> Iterator[Template]:
    for file in folder.named(name):
        where = f"{path} ({file.name})"
        if file.suffix in TEXTS:
            parts = folder.text(file).replace("\r\n", "\n").split(_PART)
            for part in parts:
                for found in _spoken(part, where, notes):
                    yield replace(found, label=file.stem)
        elif file.suffix in TREES:
            for found in _tree(folder.tree(file), where, notes):
                yield replace(found, label=file.stem)
        else:
            notes.leave(where, _NO_CODE)


def _tree(tree: object, path: str, notes: Notes) -> Iterator[Template]:
    """Read a file of messages, or of several prompts."""
    if isinstance(tree, str):
        yield from _spoken(tree, path, notes)
    elif isinstance(tree, list) and tree and all(isinstance(item, str) for item in tree):
        for index, item in enumerate(tree):
            yield from _spoken(item, f"{path}[{index}]", notes)
    else:
        yield from _messages(tree, path, notes)


def _spoken(text: str, path: str, notes: Notes) -> Iterator[Template]:
    """Read a text, which may be messages in JSON."""
    if text.lstrip().startswith("[{") or text.lstrip().startswith("[\n"):
        try:
            tree = json.loads(text)
        except (ValueError, RecursionError):
            tree = None
        if tree is not None:
            yield from _messages(tree, path, notes)
            return
    yield Template(path=path, text=text)


def _messages(tree: object, path: str, notes: Notes) -> Iterator[Template]:
    """Read what one user says, and the system's instruction before it."""
    said: dict[str, list[str]] = {"system": [], "user": []}
    for item in tree if isinstance(tree, list) else [None]:
        role = item.get("role") if isinstance(item, dict) else None
        content = item.get("content") if isinstance(item, dict) else None
        if role not in said or not isinstance(content, str):
            notes.leave(path, "is no text, and no messages of one user in text alone")
            return
        said[str(role)].append(content)
    if len(said["user"]) != 1:
        notes.leave(path, "has not one message of the user: write its turns as a case with turns:")
        return
    yield Template(path=path, text=said["user"][0], system="\n".join(said["system"]))


def _kept(template: Template, notes: Notes) -> list[Template]:
    """Leave out what no prompt of a suite can be."""
    if not template.text.strip():
        notes.leave(template.path, "is empty")
    elif not is_plain(template.text) or not is_plain(template.system):
        notes.leave(template.path, "computes something: only {{name}} of a variable is replaced")
    elif len(template.text) > _LONGEST or len(template.system) > _LONGEST:
        notes.leave(template.path, f"is longer than {_LONGEST:,} characters")
    else:
        return [template]
    return []
