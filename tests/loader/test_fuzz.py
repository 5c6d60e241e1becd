"""Whatever a file holds, it is a suite or a list of problems."""

import datetime
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import SuiteError
from harness.loader import is_suite, load_suite
from harness.model.suite import Suite

TODAY = datetime.date(2026, 11, 23)
EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "100"))
fuzz = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

SEED = """\
version: 1
suite: s
title: A
model: gemini-3-pro-image
defaults: {samples: 2, image_size: 1K, aspect_ratio: 1:1}
references: {mascot: references/*.png, owl: [a.png, b.png]}
tags: [smoke]
checks: {pictures: 1, latency: {max_s: 60}, cost: {max_usd: 0.2}}
cases:
  - id: one
    prompt: "{name} is {action}"
    matrix:
      who: [{id: fox, name: the fox, seed: 1}, {id: owl, name: the owl}]
      action: &a [surfing, 5, true]
      exclude: [{who: owl, action: 5}]
      include: [{who: {id: z, name: z}, action: q}]
    was: zero
    thinking: {include_thoughts: true}
  - id: two
    turns: [{prompt: x, modalities: [IMAGE]}, {prompt: y, tools: [google_search]}]
    checks: {answer_text: {contains: [x], max_bad: 1 of 2}, ask: [a, {question: b, at_least: 2}]}
    matrix: {image_size: [1K, 2K], style: *a}
    extra: {a: [1, {b: null}]}
  - id: three
    references: [mascot]
    prompt: x
    checks:
      consistency: [{references: owl, max_bad: 1 of 8}, {measure: keypoints, level: warn}]
      edit: {changed_share_max: 0.2, expect: local, must_keep: [[0, 0, 0.5, 1]], max_bad: 1}
      text: {contains: [x], error_max: 0.1, language: eng}
      custom: {palette: {least: 3, max_bad: 1 of 2}, other: null}
"""
WORDS = st.sampled_from(
    [
        "[", "]", "{", "}", ":", ": ", "- ", "\n", "  ", "\t", "&a ", "*a", "!x ", "'", '"', "|\n",
        ">", "#", "? ", ", ", "<<", "null", "~", "16:9", "2k", "-1", "1e999", "0x1F", "---\n",
        "%YAML 1.1\n", "...\n", "\0", "\ud800", "\u2028", "\\U", "../", "**", "id: one",
        "samples", "seed: ", "value: ", "{name}", "@", "`", "é", "\r", "true", "include: ",
        "references: ", "prompt: ", "\ufeff",
    ]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def mutations(draw):
    """Cut, insert and swap pieces of a good suite."""
    text = SEED
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(WORDS | st.text(max_size=3)) + text[end:]
    return text


@st.composite
def other_values(draw):
    """Put any value where a good suite has another."""
    lines = SEED.splitlines()
    index = draw(st.integers(0, len(lines) - 1))
    key, _, _ = lines[index].partition(":")
    lines[index] = f"{key}: {draw(VALUES)!r}"
    return "\n".join(lines)


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "references").mkdir()
    for name in ("references/a.png", "a.png", "b.png"):
        (folder / name).write_bytes(b"\x89PNG\r\n\x1a\n")
    return folder / "s.yaml"


def load(path, data):
    """Give the suite or its problems; anything else fails the test."""
    path.write_bytes(data)
    is_suite(path)
    try:
        suite = load_suite(path, today=TODAY)
    except SuiteError as error:
        wrong = error
    else:
        assert isinstance(suite, Suite)
        assert len({variant.id for variant in suite.variants}) == len(suite.variants) > 0
        return
    assert wrong.problems
    assert all(problem.message for problem in wrong.problems)
    assert all(str(problem).isprintable() for problem in wrong.problems)


def test_the_seed_is_a_suite(path):
    """Else its mutations would prove little."""
    load(path, SEED.encode())


@fuzz
@given(data=st.binary(max_size=300))
def test_bytes_are_a_suite_or_problems(path, data):
    """Of any kind."""
    load(path, data)


@fuzz
@given(words=st.lists(WORDS | st.text(max_size=5), max_size=30))
def test_texts_are_a_suite_or_problems(path, words):
    """Of what YAML is made of."""
    load(path, "".join(words).encode("utf-8", errors="surrogatepass"))


@fuzz
@given(text=mutations())
def test_mutated_suites_are_a_suite_or_problems(path, text):
    """Almost right is the hardest kind of wrong."""
    load(path, text.encode("utf-8", errors="surrogatepass"))


@fuzz
@given(text=other_values())
def test_suites_of_other_values_are_a_suite_or_problems(path, text):
    """Whatever stands where something else should."""
    load(path, text.encode("utf-8", errors="surrogatepass"))
