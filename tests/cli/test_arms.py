"""Two arms are recorded side by side: in turn, under one price and one cap."""

import json
import re

import pytest

A, B = "gemini-3-pro-image@quick", "gemini-3.1-flash-image@narrow"
ARMS = ("--arms", f"{A},{B}")
LIVE = ("run", *ARMS, "--live", "missing", "--yes", "--max-cost", "9", "-j", "2")
THREADS = 2
SUITE = """\
version: 1
suite: shop
defaults: {samples: 2, image_size: 1K, aspect_ratio: 1:1}
cases:
  - id: fox
    prompt: "A {mood} fox"
    matrix: {mood: [red, blue, green]}
"""
MOODS = "red, blue, green, old, wet, shy, bold, tall"


@pytest.fixture
def paid(bench, counted, monkeypatch):
    """Stand in a folder with two endpoints of unlike gates, one service behind them."""
    monkeypatch.setenv("LOCAL_KEY", "a-key-of-a-test")
    (bench.folder / "harness.toml").write_text(
        "".join(
            f'[endpoints.{name}]\nbase_url = "{counted.url}"\nkey_env = ["LOCAL_KEY"]\n{more}\n'
            for name, more in (("quick", ""), ("narrow", "jobs = 1"))
        )
    )
    bench.suite(SUITE)
    return bench


@pytest.fixture
def worded(paid):
    """Let the service answer in words, which takes less time than to paint."""
    paid.edit('"A {mood}', '"[[text]] a {mood}')
    return paid


def ahead(asked):
    """Give by how many calls one arm was ahead of the other, at the most."""
    lead, most = 0, 0
    for path in asked:
        lead += 1 if "3-pro" in path else -1
        most = max(most, abs(lead))
    return most


def answers(bench, recording):
    found = bench.folder.glob(f"cassettes/shop/{recording}/*.json")
    return [item for path in found for item in json.loads(path.read_text())["interactions"]]


def test_two_arms_are_asked_in_turn_whatever_their_gates_are(worded, counted):
    """No arm is ever ahead by more than a block and the threads; one recording holds both."""
    worded.edit("red, blue, green", MOODS)

    ran = worded(*LIVE, "--recording", "pair", "--samples", "1")

    found = answers(worded, "pair")
    assert ran.code == 0, ran.err
    assert len(counted.asked) == 16
    assert ahead(counted.asked) <= 1 + THREADS
    assert sorted(i["arm"]["endpoint"] for i in found) == ["narrow"] * 8 + ["quick"] * 8
    assert len({i["session"] for i in found}) == 1
    assert "16 of 16 answers are recorded" in ran.out
    assert ran.out.endswith(f"next    harness compare {A} {B} --recording pair\n")


def test_a_stopped_run_of_arms_goes_on_in_turn(paid, counted):
    """The cap holds over both, first samples first; the rest is asked in turn again."""
    stopped = paid("run", *ARMS, "--live", "missing", "--yes", "-j", "1", "--max-cost", "0.9")
    before = len(counted.asked)
    first = [item["key"]["sample"] for item in answers(paid, "main")].count(0)

    resumed = paid("run", "--resume", "--yes", "--max-cost", "9", "-j", "1")

    assert stopped.code == 4
    assert 0 < before < 12
    assert first == min(before, 6)
    assert re.search(r"next    harness run --resume --yes --max-cost [0-9.]+\n$", stopped.out)
    assert resumed.code == 0, resumed.err
    assert "confounded" not in resumed.err
    assert len(counted.asked) == 12
    assert ahead(counted.asked) <= 2


def test_an_arm_that_is_not_there_stops_the_others(worded, counted):
    """What one arm alone would answer is not bought: exit 3, and how to go on."""
    worded.edit("red, blue, green", MOODS)

    ran = worded(
        "run", "--arms", f"{A},gemini-2.5-flash-image@narrow", "--live", "missing",
        "--samples", "1", "--yes", "--max-cost", "9", "-j", "1",
    )  # fmt: skip

    assert ran.code == 3
    assert "gemini-2.5-flash-image@narrow left 3 calls in a row unanswered" in ran.err
    assert 3 <= sum("2.5" in path for path in counted.asked) < 8
    assert sum("3-pro" in path for path in counted.asked) < 8
    assert ran.out.endswith("next    harness run --resume\n")


def test_the_price_of_all_arms_stands_in_plan_and_question(paid):
    """One line of them all; each variant's line names its arm."""
    both = paid("plan", *ARMS, "--json").json["expected_usd"]
    one, other = (
        paid("plan", "--model", arm.split("@")[0], "--endpoint", arm.split("@")[1], "--json").json
        for arm in (A, B)
    )

    shown = paid("plan", *ARMS)
    refused = paid("run", *ARMS, "--live", "missing")

    assert both == pytest.approx(one["expected_usd"] + other["expected_usd"])
    assert f"12 answers to generate, of {A}, {B}: about ${both:.2f}" in shown.out
    assert f"shop/fox[blue] {B} " in shown.out
    assert refused.code == 4
    assert f"12 answers to generate, of {A}, {B}: about ${both:.2f}" in refused.err


def test_an_anchor_is_a_third_arm_at_the_first_ones_endpoint(paid):
    """It is planned, priced and remembered with the others."""
    plan = paid("plan", *ARMS, "--anchor", "gemini-3.1-flash-lite-image", "--json").json

    arms = {row["arm"] for row in plan["rows"]}
    assert arms == {A, B, "gemini-3.1-flash-lite-image@quick"}
    assert len(plan["rows"]) == 18


def test_answers_of_unlike_times_are_said_to_be_confounded(worded, counted):
    """One arm that is recorded already is held against answers of now: a warning, before."""
    worded(
        "run", "--endpoint", "quick", "--live", "missing", "--yes", "--max-cost", "9",
        "--record-only",
    )  # fmt: skip

    ran = worded(*LIVE)

    assert ran.code == 0
    assert f"warning: 6 answers of {A} are recorded already" in ran.err
    assert "arm and time are confounded" in ran.err
    assert len(counted.asked) == 12


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*ARMS,), "say --live missing or all"),
        (("--arms", A, "--live", "missing"), "name two arms or more"),
        (("--arms", f"{A},quick", "--live", "missing"), "are one arm for shop/fox[red]"),
        (("--arms", f"{A},nobody", "--live", "missing"), "'nobody' is no model@endpoint"),
        ((*ARMS, "--live", "missing", "--endpoint", "quick"), "leave out --endpoint"),
        (("--anchor", "gemini-3-pro-image", "--live", "missing"), "name two arms or more"),
    ],
)
def test_what_names_no_two_arms_is_refused(paid, counted, words, said):
    """Exit 2, in one line, and nothing is asked."""
    ran = paid("run", *words)

    assert (ran.code, counted.asked) == (2, [])
    assert said in ran.err


def test_shards_of_two_arms_are_together_the_whole(worded, counted):
    """Each asks both arms for its own variants in turn; nothing is asked twice."""
    ran = [worded(*LIVE, "--shard", f"{n}/2", "--recording", "pair") for n in (1, 2)]
    asked = len(counted.asked)

    whole = worded(*LIVE, "--recording", "pair")

    assert [r.code for r in (*ran, whole)] == [0, 0, 0]
    assert ahead(counted.asked) <= 2 * (1 + THREADS)
    assert asked == len(counted.asked) == len(answers(worded, "pair")) == 12
