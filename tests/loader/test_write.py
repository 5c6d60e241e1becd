"""A suite that is written is read back as it was."""

import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harness.loader.findings import Findings
from harness.loader.parse import parse
from harness.loader.source import FORBIDDEN
from harness.loader.tree import plain
from harness.loader.write import HEAD, suite_yaml

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "100"))
TRICKY = [
    "16:9", "1:1", "on", "off", "yes", "no", "true", "True", "null", "~", "", " ", "1.0", "1", "-1",
    "+1", "0o17", "0x1F", "017", "1_000", "1e3", "1e999", ".5", "5.", ".inf", ".nan", "2026-11-23",
    "12:30:45", "#", "# not a comment", "a # b", "a: b", "a:", ":", "-", "- a", "?", "? a", "!tag",
    "&a", "*a", "<<", "=", "---", "...", "--- a", "%YAML 1.1", "@a", "`a`", "|", ">", "[a]", "{a}",
    "{name}", "'", '"', "it's", "a\\b", "\\u0041", " leading", "trailing ", "\ttab", "a\tb", "\n",
    "a\n", "a\n\n", "\na", "a\nb", "a\n  b\n", "  a\nb", "a \nb", "a\n\n\nb", "a\n---\nb", "a\r\nb",
    "a\rb", "é", "日本語", "🦊", "\u00a0", "\u200b", "\ue000", "x" * 300, "word " * 60,
    "9" * 50,
]  # fmt: skip
TEXTS = st.sampled_from(TRICKY) | st.text(max_size=40).filter(lambda t: not FORBIDDEN.search(t))
LEAVES = st.none() | st.booleans() | st.integers(-(10**12), 10**12) | TEXTS | st.floats(-1e6, 1e6)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def read(text):
    """Read a written document, which must be free of problems."""
    findings = Findings("s.yaml")
    root = parse(text, findings)
    assert root is not None, findings.problems
    assert findings.problems == ()
    return plain(root)


@pytest.mark.parametrize("text", TRICKY)
def test_a_text_that_looks_like_something_else_stays_a_text(text):
    """As a value, in a list and as a key, among lines that are long enough to be folded."""
    document = {"a": text, "b": [text, text], "c": {text: text}, "d": f"{text} {text}"}

    assert read(suite_yaml(document)) == document


@settings(max_examples=EXAMPLES, deadline=None)
@given(document=st.dictionaries(TEXTS, TREES, min_size=1, max_size=4))
@example(document={"cases": [{"id": "a", "prompt": "16:9", "matrix": {"x": ["on", 1.0, "1.0"]}}]})
def test_what_is_read_back_is_what_was_written(document):
    """Of any document of texts, numbers, lists and mappings."""
    assert read(suite_yaml(document)) == document


def test_what_stands_twice_is_written_twice():
    """People read no anchors and aliases."""
    same = ["a"]

    assert "&" not in suite_yaml({"a": same, "b": same})


def test_a_written_suite_names_its_schema(load):
    """An editor completes it, and it loads."""
    document = {
        "version": 1,
        "suite": "s",
        "cases": [{"id": "on", "prompt": "A fox:\n  # red\n", "aspect_ratio": "16:9", "seed": 0}],
    }

    text = suite_yaml(document)

    (variant,) = load(text).variants
    assert text.startswith(HEAD)
    assert variant.turns[0].prompt == "A fox:\n  # red\n"
    assert (variant.case, variant.turns[0].parameters.aspect_ratio) == ("on", "16:9")
