"""Select variants by an expression over their ids, as pytest's `-k` does, and by tags."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.errors import NothingSelected, UsageError
from harness.loader.hints import nearest
from harness.model.suite import Suite, Variant, narrowed

MOST_SAMPLES = 1000
_MOST_TOKENS = 200
_TOKEN = re.compile(r"""\s*(\(|\)|"[^"]*"|'[^']*'|[^\s()"']+)""")

Test = Callable[[str], bool]


def select(
    suites: Sequence[Suite], *, keyword: str | None, tags: Sequence[str], samples: int | None
) -> tuple[Suite, ...]:
    """Keep the variants that are meant.

    Args:
        suites: To select from.
        keyword: `and`, `or`, `not` and parentheses over words, each of which is looked for in
            `<suite>::<variant id>`, case ignored; words with spaces stand in quotes.
        tags: Keep variants with any of these; empty keeps all.
        samples: How many answers are wanted instead of what the suites say.

    Raises:
        UsageError: a broken expression, or samples out of 1..1000.
        NothingSelected: no variant is left.
    """
    if samples is not None and not 1 <= samples <= MOST_SAMPLES:
        raise UsageError(f"samples must be 1 to {MOST_SAMPLES}, is {samples}")
    wanted = compile_keyword(keyword) if keyword and keyword.strip() else _always
    kept = [_kept(suite, wanted, frozenset(tags)) for suite in suites]
    selected = tuple(suite for suite in kept if suite.variants)
    if not selected:
        raise NothingSelected(_nothing(suites, keyword, tags))
    if samples is None:
        return selected
    return tuple(_with_samples(suite, samples) for suite in selected)


def _always(text: str) -> bool:
    return True


def _kept(suite: Suite, wanted: Test, tags: frozenset[str]) -> Suite:
    def is_meant(variant: Variant) -> bool:
        named = wanted(f"{suite.id}::{variant.id}".lower())
        return named and (not tags or not tags.isdisjoint(variant.tags))

    return narrowed(suite, tuple(filter(is_meant, suite.variants)))


def _with_samples(suite: Suite, samples: int) -> Suite:
    variants = tuple(replace(variant, samples=samples) for variant in suite.variants)
    return replace(suite, variants=variants)


def _nothing(suites: Sequence[Suite], keyword: str | None, tags: Sequence[str]) -> str:
    variants = [variant for suite in suites for variant in suite.variants]
    known = sorted({tag for variant in variants for tag in variant.tags})
    asked = " ".join(
        [f"-k {keyword!r}" if keyword else "", *(f"--tag {tag}" for tag in tags)]
    ).strip()
    unknown = [tag for tag in tags if tag not in known]
    if unknown:
        near = nearest(unknown[0], known)
        hint = f'did you mean "{near}"?' if near else f"tags: {', '.join(known) or 'none'}"
        return f"{asked} selects nothing: no variant has the tag {unknown[0]!r}; {hint}"
    some = ", ".join(variant.id for variant in variants[:3])
    return f"{asked or 'this'} selects none of {len(variants)} variants; there are e.g. {some}"


def compile_keyword(expression: str) -> Test:
    """Compile an expression into a test of a lower-case id.

    Raises:
        UsageError: it is broken or far too long.
    """
    return _Parser(expression).parse()


class _Parser:
    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens = _split(expression)
        if len(self._tokens) > _MOST_TOKENS:
            raise UsageError(f"-k has more than {_MOST_TOKENS} words; shorten it")

    def parse(self) -> Test:
        test = self._either()
        if self._tokens:
            raise self._broken(f"unexpected {self._tokens[0]!r}")
        return test

    def _broken(self, what: str) -> UsageError:
        return UsageError(
            f"-k {self._expression[:200]!r}: {what}; write words with and, or, not and parentheses"
        )

    def _take(self, *words: str) -> bool:
        if self._tokens and self._tokens[0] in words:
            self._tokens.pop(0)
            return True
        return False

    def _either(self) -> Test:
        tests = [self._both()]
        while self._take("or"):
            tests.append(self._both())
        return lambda text: any(test(text) for test in tests)

    def _both(self) -> Test:
        tests = [self._inverted()]
        while self._take("and"):
            tests.append(self._inverted())
        return lambda text: all(test(text) for test in tests)

    def _inverted(self) -> Test:
        if self._take("not"):
            test = self._inverted()
            return lambda text: not test(text)
        if self._take("("):
            test = self._either()
            if not self._take(")"):
                raise self._broken("a parenthesis is not closed")
            return test
        return self._word()

    def _word(self) -> Test:
        if not self._tokens:
            raise self._broken("ends too early")
        token = self._tokens.pop(0)
        if token in ("and", "or", ")"):
            raise self._broken(f"unexpected {token!r}")
        word = token[1:-1] if token[0] in "\"'" else token
        return lambda text: word.lower() in text


def _split(expression: str) -> list[str]:
    tokens, at = [], 0
    text = expression.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise UsageError(f"-k {expression[:200]!r}: a quote is not closed")
        tokens.append(match[1])
        at = match.end()
    return tokens
