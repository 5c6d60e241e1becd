"""A reference sample grows by a session a call, each on a day of its own, and is pinned whole."""

import json
import re

import pytest

SUITE = """\
version: 1
suite: shop
drift: {reference: 5, sessions: 2}
cases:
  - id: fox
    prompt: "[[text]] a {mood} fox"
    matrix: {mood: [red, blue]}
"""
GROW = ("baseline", "grow", "suites/shop.yaml", "--endpoint", "simulator")


@pytest.fixture
def paid(bench, counted, monkeypatch):
    """Stand in a folder whose endpoint `local` costs money, as far as the harness knows."""
    monkeypatch.setenv("LOCAL_KEY", "a-key-of-a-test")
    (bench.folder / "harness.toml").write_text(counted.settings())
    bench.suite(SUITE)
    return bench


def aged(bench, day):
    """Let everything recorded be of another day."""
    for path in bench.folder.glob("cassettes/shop/main/*.json"):
        path.write_text(re.sub(r'("recorded_at": ")[0-9-]{10}', rf"\g<1>{day}", path.read_text()))


def samples(bench):
    found = bench.folder.glob("cassettes/shop/main/*.json")
    items = [item for path in found for item in json.loads(path.read_text())["interactions"]]
    return sorted((i["key"]["variant"], i["key"]["sample"]) for i in items)


def test_a_session_a_day_until_the_reference_sample_is_there(bench):
    """Shares of what is left; a day has one session; then it is pinned, beyond `samples:`."""
    bench.suite(SUITE)

    first = bench(*GROW)
    again = bench(*GROW)
    held = len(samples(bench))
    aged(bench, "2026-01-01")
    second = bench(*GROW)
    third = bench(*GROW, "--json")
    pinned = bench("baseline", "pin", "main", "--by", "Ann", "--json")
    shown = bench("baseline", "show", "--json").json["epochs"][0]

    assert (first.code, held) == (0, 6)
    assert "session 1 of 2: 6 of 6 answers are recorded" in first.out
    assert "next    come back on another day; then: harness baseline grow" in first.out
    assert again.code == 5
    assert "1 of 2 sessions are there, the last one of today" in again.err
    assert samples(bench) == [(mood, n) for mood in ("blue", "red") for n in range(5)]
    assert second.out.endswith("baseline pin main suites/shop.yaml --endpoint simulator\n")
    assert (third.code, third.json["enough"], third.json["session"]) == (0, True, None)
    assert len(pinned.json["epochs"][0]["samples"]) == 10
    (arm,) = shown["arms"]
    assert (arm["cells"], arm["least"], arm["most"]) == (2, 5, 5)
    assert arm["outcomes"] == {"text only": 10}
    assert [session["answers"] for session in arm["sessions"]] == [6, 4]
    assert arm["sessions"][0]["day"] == "2026-01-01"
    assert not any("drift.reference" in line or "PROVISIONAL" in line for line in arm["missing"])


def test_growing_asks_before_it_spends(paid, counted):
    """Without a terminal it needs --yes and a cap, and says the price of the session."""
    ran = paid("baseline", "grow", "suites/shop.yaml", "--endpoint", "local")

    assert (ran.code, counted.asked) == (4, [])
    assert "6 answers to generate" in ran.err
    assert "needs --yes and --max-cost" in ran.err


def test_a_session_that_was_stopped_is_gone_on_with(paid, counted):
    """At the cap, exit 4; on the same day the same session buys its rest, and no more."""
    grow = ("baseline", "grow", "suites/shop.yaml", "--endpoint", "local", "--yes")

    stopped = paid(*grow, "--max-cost", "0.52")
    before = len(counted.asked)
    resumed = paid(*grow, "--max-cost", "9")

    assert stopped.code == 4
    assert 0 < before < 6
    assert "(today: it goes on with this session)" in stopped.out
    assert resumed.code == 0, resumed.err
    assert "session 1 of 2, gone on with" in resumed.err
    assert len(counted.asked) == 6
    assert re.search(r"cron .* --yes --max-cost [0-9]+\.[0-9]{2}\n", resumed.out)


def test_only_one_suite_is_grown_a_call(bench):
    """Their sessions are counted apart."""
    path = bench.suite(SUITE)
    path.with_name("other.yaml").write_text(SUITE.replace("suite: shop", "suite: other"))

    ran = bench("baseline", "grow", "suites")

    assert ran.code == 2
    assert "2 suites; grow one suite a call" in ran.err


def test_an_epoch_is_shown_and_restored_in_words(recorded):
    """What is missing, the next command, who and why; a person is named, or it is refused."""
    recorded("baseline", "pin", "main", "--by", "Ann", "--why", "the first")

    shown = recorded("baseline", "show")
    nobody = recorded("baseline", "restore", "epoch")
    (epoch,) = recorded("baseline", "list", "--json").json["epochs"]
    again = recorded("baseline", "restore", epoch["id"], "--by", "Bob", "--why", "to be sure")

    assert shown.code == 0
    assert "(in force), of 'main'" in shown.out
    assert "by Ann: the first" in shown.out
    assert "3 answers of 3 cells, 1 each" in shown.out
    assert (
        "missing   3 cells with fewer than 16 answers (drift.reference), the least 1" in shown.out
    )
    assert shown.out.endswith("next    harness baseline grow suites/shop.yaml\n")
    assert nobody.code == 2
    assert "say --by NAME --why TEXT" in nobody.err
    assert f"{epoch['id']} is the one pinned, and is in force" in again.out
