"""Parse YAML text into a tree, within bounds, and say everything that is wrong with it.

ruamel.yaml gives events; the tree is built here, because its own would expand aliases
without end, keep one of two equal keys, and run constructors that tags name.
"""

from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import DocumentStartEvent, Event

from harness.loader.build import Builder, TooMuch, mark_of
from harness.loader.findings import Findings
from harness.loader.tree import Mark, Node

_PARSER_FAULTS = (
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
)
"""What ruamel.yaml lets escape on broken escapes and directives."""


def parse(text: str, findings: Findings) -> Node | None:
    """Parse `text`; what is wrong goes to `findings`.

    Returns:
        The document as far as it makes sense, or None where nothing can be made of it.
    """
    builder = Builder(findings)
    mark = Mark(line=1, column=1)
    try:
        for event in _events(text):
            mark = mark_of(event)
            _check_directives(event, findings)
            builder.take(event)
    except TooMuch as error:
        findings.problem_at(mark, str(error))
        return None
    except MarkedYAMLError as error:
        _note_syntax(error, text, findings)
        return None
    except (YAMLError, *_PARSER_FAULTS) as error:
        findings.problem_at(mark, f"cannot be read as YAML after this: {_one_line(str(error))}")
        return None
    return builder.root


def _events(text: str) -> Iterator[Event]:
    events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)
    return events


def _check_directives(event: Event, findings: Findings) -> None:
    if not isinstance(event, DocumentStartEvent):
        return
    if event.version not in (None, (1, 2)):
        findings.problem_at(mark_of(event), "a suite is YAML 1.2; remove the %YAML directive")
    if event.tags:
        findings.problem_at(mark_of(event), "a suite has no tags; remove the %TAG directive")


def _note_syntax(error: MarkedYAMLError, text: str, findings: Findings) -> None:
    unclosed = "end of stream" in (error.problem or "")
    found = (error.context_mark if unclosed else None) or error.problem_mark or error.context_mark
    mark = Mark(line=found.line + 1, column=found.column + 1) if found else None
    if mark is not None and _is_tab(text, mark):
        findings.problem_at(mark, "a tab where YAML wants spaces; indent with spaces")
        return
    context = f"{error.context}, " if error.context else ""
    what = _one_line(f"{context}{error.problem or 'broken syntax'}")
    findings.problem_at(mark, f"not YAML: {what}; {_advice(what)}")


def _is_tab(text: str, mark: Mark) -> bool:
    lines = text.splitlines()
    line = lines[mark.line - 1] if mark.line <= len(lines) else ""
    return line[mark.column - 1 : mark.column] == "\t"


def _advice(what: str) -> str:
    if "mapping values are not allowed" in what:
        return "put a text that holds a colon in quotes, or correct the indentation"
    if "anchor" in what or "alias" in what:
        return 'put a text that begins with "*" or "&" in quotes'
    if "cannot start any token" in what:
        return "put a text that begins with this character in quotes"
    return "look for a missing quote, bracket or colon, or wrong indentation, here or just above"


def _one_line(text: str) -> str:
    tidy = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(tidy.split())[:200]
