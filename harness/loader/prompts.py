"""Replace variables in prompts: only `{name}` of a declared one, other braces are literal."""

import re
from collections.abc import Iterable, Mapping

_LOOKS_LIKE_ONE = re.compile(r"(?<![\w\\^{}\])])\{([a-z_][a-z0-9_]{0,63})\}(?![{}^_])")
_FORMULA = re.compile(r"\$[^$\n]*\$|\\\(.{0,500}?\\\)|\\\[.{0,500}?\\\]", re.DOTALL)

_VARIABLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_-]{0,63})\}")

MOST_TEXT = 20_000_000
"""Characters that a suite's prompts may have together once variables are replaced."""


class TextBudget:
    """Bound what variables can blow prompts up to."""

    def __init__(self, most: int = MOST_TEXT) -> None:
        self._left = most

    def render(self, text: str, variables: Mapping[str, str]) -> str | None:
        """Replace the variables in `text`, once: a value's braces are literal.

        Returns:
            None where the suite's prompts together grow beyond all bounds.
        """
        used = [variables[name] for name in _VARIABLE.findall(text) if name in variables]
        if not used:
            return text
        self._left -= len(text) + sum(map(len, used))
        if self._left < 0:
            return None
        return _VARIABLE.sub(lambda match: variables.get(match[1], match[0]), text)


def names_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Give every name that stands in braces, each once, in order."""
    return tuple(dict.fromkeys(name for text in texts for name in _VARIABLE.findall(text)))


def seeming_names(text: str) -> tuple[str, ...]:
    """Give every name in braces that stands as a variable would, not as in LaTeX or JSON."""
    return tuple(dict.fromkeys(_LOOKS_LIKE_ONE.findall(_FORMULA.sub("", text))))
