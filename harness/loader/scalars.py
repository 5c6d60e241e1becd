"""Resolve plain scalars as YAML 1.2's core schema says.

So `16:9` is a text and `on` no boolean. Not-a-number and the infinities stay texts:
no key of a suite could mean them, and JSON cannot carry them.
"""

import math
import re

Scalar = str | int | float | bool | None

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INT = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LONGEST = 40


def resolve(text: str) -> Scalar:
    """Read a scalar that stands without quotes.

    Raises:
        ValueError: a number that is longer or larger than any key could mean.
    """
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if not _FLOAT.fullmatch(text) and not _BASED.fullmatch(text):
        return text
    return _number(text)


def _number(text: str) -> int | float:
    if len(text) > _LONGEST:
        raise ValueError(f"a number of {len(text)} characters; put it in quotes if it is a text")
    if _INT.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number too large to be one; put it in quotes if it is a text")
    return number


def kind_of(value: object) -> str:
    """Say what a value is, for a message: `the number 5`, `a list`."""
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    words = ((str, "a text"), (list, "a list"), (dict, "a mapping"))
    return next((word for kind, word in words if isinstance(value, kind)), "empty")
