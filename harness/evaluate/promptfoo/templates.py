"""Turn Nunjucks templates into prompts of a suite: `{{name}}` becomes `{name}`."""

import re
from collections.abc import Iterable, Mapping

from harness.loader.parameter_forms import PARAMETERS

_FIELD = re.compile(r"\{\{-?\s*([A-Za-z_][A-Za-z0-9_]{0,63})\s*-?\}\}")
_LOGIC = re.compile(r"\{[{%#]")
_OTHERS = ("checks", "tags", "prompt", "turns", "matrix", "was", "id", "value", "test")
_TAKEN = frozenset({*PARAMETERS, *_OTHERS})


def is_plain(template: str) -> bool:
    """Tell whether it is text and names of variables only: no logic, no filter, no path."""
    return not _LOGIC.search(_FIELD.sub("", template))


def holds_template(text: str) -> bool:
    """Tell whether something in a text would be computed."""
    return _LOGIC.search(text) is not None


def fields(template: str) -> tuple[str, ...]:
    """Name the variables of a template, each once, in order."""
    return tuple(dict.fromkeys(_FIELD.findall(template)))


def names_for(variables: Iterable[str], templates: Iterable[str]) -> Mapping[str, str]:
    """Say what each variable is called in the suite.

    A name that a suite has for something else, and one that stands in a prompt in single
    braces, where it would be replaced and was not, gets a tail.
    """
    literal = "\n".join(_FIELD.sub("", template) for template in templates)
    names: dict[str, str] = {}
    for variable in dict.fromkeys(variables):
        name = base = variable
        number = 1
        while name in _TAKEN or name in names.values() or f"{{{name}}}" in literal:
            name = f"{base[:50]}_{number}"
            number += 1
        names[variable] = name
    return names


def rewritten(template: str, names: Mapping[str, str]) -> str:
    """Write a plain template as a suite's prompt."""
    return _FIELD.sub(lambda match: f"{{{names[match[1]]}}}", template).strip()
