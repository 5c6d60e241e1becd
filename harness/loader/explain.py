"""Say in the suite's words what pydantic found wrong: what it is, and what to do."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from harness.loader.check_forms import (
    BY_HASH,
    BY_HASH_REFUSED,
    CONSTANTS,
    NO_CONSTANT,
    NO_RATE,
    AnswerTextForm,
    ChecksForm,
    CostForm,
    LatencyForm,
)
from harness.loader.forms import CaseForm, MatrixForm, ReferenceSetForm, SuiteForm
from harness.loader.hints import did_you_mean, nearest
from harness.loader.opinion_forms import (
    AskForm,
    ConsistencyForm,
    EditForm,
    QuestionForm,
    TextForm,
)
from harness.loader.parameter_forms import CASE_ONLY, DefaultsForm, ThinkingForm, TurnForm
from harness.loader.place import Path, quoted
from harness.loader.regression_forms import MarginsForm
from harness.loader.scalars import kind_of
from harness.loader.texts import EXPLAINED
from harness.loader.watch_forms import WatchForm

_FORMS: Mapping[str, type[BaseModel]] = {
    "": SuiteForm,
    "defaults": DefaultsForm,
    "cases": CaseForm,
    "turns": TurnForm,
    "matrix": MatrixForm,
    "references.": ReferenceSetForm,
    "thinking": ThinkingForm,
    "checks": ChecksForm,
    "answer_text": AnswerTextForm,
    "latency": LatencyForm,
    "cost": CostForm,
    "consistency": ConsistencyForm,
    "edit": EditForm,
    "text": TextForm,
    "ask": AskForm,
    "ask[]": QuestionForm,
    "questions": QuestionForm,
    "drift": WatchForm,
    "regression": MarginsForm,
}
"""Which form a mapping has, by the key that it stands under."""

_WANTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}


_RANGES = {
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "too_short": "needs at least {min_length} entry",
    "too_long": "may have {max_length} entries at most",
    "string_too_long": "may have {max_length} characters at most",
}


def explain(error: ErrorDetails, path: Path) -> str:
    """Give the message of one error at `path`."""
    kind, value = error["type"], error["input"]
    if kind == "extra_forbidden":
        return unknown_key(path)
    if kind == "missing":
        return _missing(path)
    return _wrong_value(kind, value, error.get("ctx", {})) or f"{error['msg']}; correct it"


def _wrong_value(kind: str, value: object, context: Mapping[str, Any]) -> str | None:
    if kind in _WANTED:
        return _wrong_type(_WANTED[kind], value)
    match kind:
        case "literal_error":
            message = _literal(str(context["expected"]), value)
        case "string_pattern_mismatch":
            wanted = EXPLAINED.get(context["pattern"], context["pattern"])
            message = f"{quoted(value)} does not fit; write {wanted}"
        case "value_error":
            message = str(context["error"])
        case _ if kind in _RANGES:
            message = f"{_RANGES[kind].format(**context)}, is {_shown(value)}; correct it"
        case _:
            return None
    return message


def unknown_key(path: Path) -> str:
    """Refuse the last key of `path`, and guess what was meant."""
    key, parent = str(path[-1]), _parent(path)
    known = _FORMS[parent].model_fields if parent in _FORMS else ()
    special = _known_mistake(key, parent)
    if special is not None and nearest(key, known, cutoff=0.8) is None:
        return special
    return f"unknown key; {did_you_mean(key, known)}"


def _known_mistake(key: str, parent: str) -> str | None:
    """Explain a key that is wrong here for a reason of its own."""
    message = None
    if key == "<<":
        message = "YAML 1.2 has no merge keys; write the keys out, or put them in defaults"
    elif parent in _IN_CHECKS:
        message = _mistaken_check(key, parent)
    elif parent == "thinking" and _LEVELS.fullmatch(key):
        message = LEVEL_REFUSED
    elif parent == "turns" and key in CASE_ONLY:
        message = "the turns of one conversation share it; set it on the case"
    elif parent in ("cases", "defaults") and key in _TOP_ONLY:
        message = "unknown key here; it stands at the top of the file"
    return message


_IN_CHECKS = frozenset(ChecksForm.model_fields) | {"checks", "ask[]", "questions"}


def _mistaken_check(key: str, parent: str) -> str | None:
    if key == "max_bad":
        return {"checks": MISPLACED_RATE, "latency": NO_RATE, "cost": NO_RATE}.get(parent)
    if parent == "consistency" and key.lower() in CONSTANTS:
        return NO_CONSTANT
    if key.lower() in BY_HASH:
        return BY_HASH_REFUSED
    return CONTRACT_REFUSED if parent == "checks" and key in _CONTRACT else None


MISPLACED_RATE = (
    "is said of one check; write it in answer_text, consistency, edit, text, ask or custom"
)
_LEVELS = re.compile(r"(thinking_?)?(level|budget)", re.IGNORECASE)
LEVEL_REFUSED = (
    'gemini-3-pro-image always thinks and takes no level (400 "Thinking level is not supported '
    'for this model"); remove it, or say it of another model by extra'
)
_CONTRACT = frozenset(
    {
        "aspect_ratio", "image_size", "size", "ratio", "format", "type", "decodes", "truncated",
        "blank", "count", "answered", "fresh", "alpha", "letterbox", "upscaled", "recompressed",
        "duplicates", "near_duplicates", "contract", "provenance", "mark", "watermark", "border",
        "native", "halves", "varied", "tokens", "delivery", "present", "pixels",
    }
)  # fmt: skip
CONTRACT_REFUSED = (
    "is part of the contract, which is always checked: every answer, without a rate; remove it"
)
_TOP_ONLY = frozenset(SuiteForm.model_fields) - frozenset(CaseForm.model_fields)


def _parent(path: Path) -> str:
    if len(path) == 3 and path[0] == "references":
        return "references."
    names = [step for step in path[:-1] if isinstance(step, str)]
    if path[-3:-2] == ("ask",) and isinstance(path[-2], int):
        return "ask[]"
    return names[-1] if names else ""


def _missing(path: Path) -> str:
    form, key = _FORMS.get(_parent(path)), str(path[-1])
    what = form.model_fields[key].description if form and key in form.model_fields else None
    return f"is missing; add {quoted(key)}: {what or 'it is required'}"


def _wrong_type(wanted: str, value: object) -> str:
    advice = "; put it in quotes" if wanted == "a text" and _is_number(value) else ""
    return f"must be {wanted}, is {kind_of(value)}{advice or '; correct it'}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _literal(expected: str, value: object) -> str:
    wanted = expected.replace("'", '"')
    known = [name.strip('"') for name in wanted.replace(" or ", ", ").split(", ")]
    near = nearest(value, known) if isinstance(value, str) else None
    guess = f'; did you mean "{near}"?' if near else "; correct it"
    return f"must be {wanted}, is {_shown(value)}{guess}"


def _shown(value: object) -> str:
    return quoted(value) if isinstance(value, str) else kind_of(value)
