"""A plan counts exactly where it is told to, and never otherwise."""

import pytest

CHAIN = """\
version: 1
suite: shop
defaults: {samples: 2}
cases:
  - id: city
    prompt: A night city with many lanterns
  - id: walk
    turns:
      - prompt: A fox
      - prompt: Now it rains
"""


@pytest.fixture
def here(bench, counted, monkeypatch):
    """Stand in a folder whose endpoint `local` costs money, as far as the harness knows."""
    monkeypatch.setenv("LOCAL_KEY", "any-key-of-a-test")
    (bench.folder / "harness.toml").write_text(counted.settings())
    bench.suite(CHAIN)
    return bench


def test_every_distinct_prompt_is_counted_once(here, counted):
    """Two samples of a first turn send the same; nothing is painted, nothing recorded."""
    ran = here("plan", "--exact", "--json", "--endpoint", "local")

    rows = {(row["variant"], row["turn"]): row for row in ran.json["rows"]}
    assert ran.code == 0
    assert len(counted.asked) == 3
    assert all(path.endswith(":countTokens") for path in counted.asked)
    assert rows["city", 0]["prompt_known"] == "whole"
    assert rows["walk", 1]["prompt_known"] == "without the answers before it"
    assert rows["walk", 1]["prompt_tokens"] > rows["walk", 0]["prompt_tokens"] > 0
    assert 0 < ran.json["exact_expected_usd"] < ran.json["ceiling_usd"]
    assert not (here.folder / "cassettes").exists()


def test_what_is_counted_is_said(here):
    """A line a turn, and the expectation with it."""
    ran = here("plan", "--exact", "--endpoint", "local")

    assert "shop/city turn 1: " in ran.out
    assert "prompt tokens beside the answers before it" in ran.out
    assert "with these prompts about $" in ran.out


def test_a_plan_asks_nobody_unless_told_to(here, counted):
    """It works without any network."""
    here("plan", "--endpoint", "local")

    assert counted.asked == []


def test_a_wrong_key_costs_one_question(here, counted, monkeypatch):
    """Exit 3, and one clear line."""
    monkeypatch.setenv("LOCAL_KEY", "invalid")

    ran = here("plan", "--exact", "--endpoint", "local")

    assert ran.code == 3
    assert "API key not valid" in ran.err
    assert len(counted.asked) == 1
