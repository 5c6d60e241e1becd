"""Turn promptfoo's assertions into checks, as far as they say the same."""

import re
from collections.abc import Callable, Mapping

from harness.evaluate.promptfoo.files import is_file
from harness.evaluate.promptfoo.notes import Notes
from harness.evaluate.promptfoo.templates import holds_template

Checks = Mapping[str, object]
_MOST_QUESTIONS = 20
_LONGEST_QUESTION = 400
_PICTURE = re.compile(r"data:image|base64|!\[")
"""How promptfoo writes a picture into a text; here a picture is no text."""
_TEXT = {"contains": False, "icontains": True, "contains-all": False, "icontains-all": True}
"""Assertions on the answer's text, and whether they pass over case."""
_RUBRICS = ("llm-rubric", "model-graded-closedqa")
_ALWAYS = {
    "not-is-refusal": "a refusal is always found, and fails",
}


def checks_of(asserts: list[tuple[str, object]], notes: Notes) -> Checks:
    """Convert assertions.

    Args:
        asserts: Where each stands, and what it says.
        notes: Told of everything that has no equal.
    """
    found: dict[str, object] = {}
    for path, item in asserts:
        kind = item.get("type") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(kind, str):
            notes.leave(path, "is no assertion that can be read")
            continue
        limit = ("threshold",) if kind in _LIMITS else ()
        notes.leave_others(item, ("type", "value", *limit), path)
        _convert(kind, item, path, found=found, notes=notes)
    return found


def _convert(
    kind: str, item: Mapping[str, object], path: str, *, found: dict[str, object], notes: Notes
) -> None:
    value, threshold = item.get("value"), item.get("threshold")
    if kind in _ALWAYS:
        notes.change(path, f"{kind}: {_ALWAYS[kind]}")
    elif kind in _TEXT:
        _text(kind, value, path, found=found, notes=notes)
    elif kind in _RUBRICS:
        _question(kind, value, path, found=found, notes=notes)
    elif kind in _LIMITS and _is_limit(threshold):
        name, limit = _LIMITS[kind]
        found[name] = limit(float(str(threshold)))
    elif kind in _LIMITS:
        notes.leave(path, f"{kind}: its threshold is no number above 0")
    else:
        notes.leave(path, f"{kind}: the harness has no such check")


def _text(kind: str, value: object, path: str, *, found: dict[str, object], notes: Notes) -> None:
    texts: list[object] = [*map(str, value)] if isinstance(value, list) else [value]
    rest = [text for text in texts if not (isinstance(text, str) and _PICTURE.search(text))]
    if len(rest) < len(texts):
        notes.change(path, f"{kind}: that a picture came is always checked")
    if rest or not texts:
        _words(kind, rest, path, found=found, notes=notes)


def _words(
    kind: str, texts: list[object], path: str, *, found: dict[str, object], notes: Notes
) -> None:
    plain = [text for text in texts if isinstance(text, str) and text.strip()]
    if (
        not plain
        or len(plain) < len(texts)
        or any(map(holds_template, plain))
        or any(map(is_file, plain))
    ):
        notes.leave(path, f"{kind}: its value is no plain text")
        return
    if not _TEXT[kind]:
        notes.change(path, f"{kind}: answer_text passes over upper and lower case")
    told = found.setdefault("answer_text", {"contains": []})
    assert isinstance(told, dict)
    told["contains"] = list(dict.fromkeys([*told["contains"], *plain]))


def _question(
    kind: str, value: object, path: str, *, found: dict[str, object], notes: Notes
) -> None:
    """Let a model be asked whether a rubric holds of the picture."""
    asked = found.setdefault("ask", [])
    assert isinstance(asked, list)
    plain = isinstance(value, str) and value.strip() and not is_file(value)
    if not plain or holds_template(str(value)) or len(str(value)) > _LONGEST_QUESTION:
        notes.leave(path, f"{kind}: its value is no plain text of {_LONGEST_QUESTION} characters")
    elif len(asked) >= _MOST_QUESTIONS:
        notes.leave(path, f"{kind}: {_MOST_QUESTIONS} questions are the most of a case")
    else:
        asked.append(f"Does this hold of the picture: {' '.join(str(value).split())}")
        notes.change(path, f"{kind}: put to a model (checks.ask): it costs a call, and warns")
    if not asked:
        del found["ask"]


def _is_limit(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


_LIMITS: Mapping[str, tuple[str, Callable[[float], object]]] = {
    "cost": ("cost", lambda usd: {"max_usd": usd}),
    "latency": ("latency", lambda ms: {"max_s": ms / 1000}),
}
