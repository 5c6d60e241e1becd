"""Hold law 1 (money is never spent by surprise) and law 5 (no secret leaves memory)."""

import base64
import itertools
from urllib.parse import quote

import pytest

KEY = "AQ.key+of/a-test=7f2c19d0e4"
LIVE = ("run", "--endpoint", "local", "--live", "missing", "--fail-on", "failed")


@pytest.fixture
def paid(bench, counted, monkeypatch):
    """Stand in a folder whose endpoint `local` costs money, as far as the harness knows."""
    monkeypatch.setenv("LOCAL_KEY", KEY)
    (bench.folder / "harness.toml").write_text(counted.settings())
    bench.suite()
    return bench


@pytest.mark.parametrize(
    "agreed",
    [[], ["--yes"], ["--max-cost", "9"], ["--yes", "--max-cost", "0"]],
    ids=["nothing", "yes alone", "a cap alone", "a cap of nothing"],
)
def test_without_a_terminal_a_half_agreement_spends_nothing(paid, counted, agreed):
    """It takes --yes and a cap above nought; else exit 4, and nobody is asked."""
    ran = paid(*LIVE, *agreed)

    assert ran.code == 4
    assert counted.asked == []
    assert "$0." in ran.out + ran.err
    assert ("needs --yes\n" in ran.err) == (agreed == ["--max-cost", "9"]), "what is due alone"
    assert not (paid.folder / "cassettes" / "shop" / "main" / "city.json").exists()


def test_a_cap_of_nothing_outranks_the_cap_of_the_environment(paid, counted, monkeypatch):
    """--max-cost 0 is a cap, and no way to say nothing."""
    monkeypatch.setenv("HARNESS_MAX_COST", "9")

    ran = paid(*LIVE, "--yes", "--max-cost", "0")

    assert (ran.code, counted.asked) == (4, [])


@pytest.mark.parametrize(("answer", "code", "asked"), [("n", 4, 0), ("", 4, 0), ("y", 0, 1)])
def test_at_a_terminal_a_person_is_asked(paid, counted, terminal, answer, code, asked):
    """The plan's price is shown; anything but a yes spends nothing."""
    terminal(answer)

    ran = paid(*LIVE, "-k", "fox")

    assert "1 answer to generate, of " in ran.err
    assert "no cap. Generate? [y/N] " in ran.err
    assert (ran.code, len(counted.asked)) == (code, asked)


def test_the_refusal_says_a_command_that_is_enough(paid, counted):
    """The cap that it names covers the ceiling: all three are generated."""
    refusal = paid(*LIVE, "-k", "fox").err
    cap = refusal.rpartition("--max-cost ")[2].strip()

    ran = paid(*LIVE, "-k", "fox", "--yes", "--max-cost", cap)

    assert ran.code == 0, ran.err
    assert len(counted.asked) == 1


def test_the_cap_stops_before_it_is_passed_and_the_next_run_goes_on(paid, counted):
    """What was bought is kept; a second run buys the rest and nothing twice."""
    first = paid(*LIVE, "--yes", "--max-cost", "0.6", "-j", "1", "--json")
    kept = list(counted.asked)
    second = paid(*LIVE, "--yes", "--max-cost", "9", "--json")

    assert first.code == 4
    assert 1 <= len(kept) < 3
    assert 0 < first.json["run"]["spent_usd"] <= 0.6
    assert "the cap of $0.60 is reached" in first.err
    assert list(paid.statuses(first).values()).count("NEW") == len(kept)
    assert second.code == 0
    assert len(counted.asked) == 3


def test_a_failure_outranks_a_reached_cap(paid):
    """The cap stops a run in which a check has failed: exit 1."""
    paid.edit("tags: [wide-ones]", "checks: {cost: {max_usd: 0.01}}")

    ran = paid(*LIVE, "--yes", "--max-cost", "0.6", "-j", "1")

    assert "the cap of $0.60 is reached" in ran.err
    assert ran.code == 1


def test_a_model_without_a_price_needs_to_be_agreed_to(paid, counted):
    """Nobody can cap what nobody can price."""
    paid.edit("suite: shop", "suite: shop\nmodel: some-other-model")
    agreed = ("--yes", "--max-cost", "9", "-k", "fox")

    refused = paid(*LIVE, *agreed)
    asked = len(counted.asked)
    allowed = paid(*LIVE, *agreed, "--allow-unknown-price", "--fail-on", "incomplete")

    assert (refused.code, asked) == (4, 0)
    assert "no price is known of some-other-model" in refused.err
    assert (allowed.code, len(counted.asked)) == (3, 1)  # the simulator has no such model


def test_recording_only_says_what_is_kept(paid, counted):
    """Nothing is judged; the price stands beside the count."""
    ran = paid(*LIVE, "-k", "fox", "--record-only", "--yes", "--max-cost", "1", "--json")

    assert ran.code == 0
    assert (ran.json["kept"], ran.json["wanted"], ran.json["failures"]) == (1, 1, [])
    assert ran.json["spent_usd"] > 0
    assert not list(paid.folder.glob("reports/*/*.html"))


def test_a_missing_key_is_said_before_anything_is_asked(paid, counted, monkeypatch):
    """The variables that may hold it are named."""
    monkeypatch.delenv("LOCAL_KEY")

    ran = paid(*LIVE, "--yes", "--max-cost", "9")

    assert ran.code == 2
    assert "no key for endpoint 'local': set LOCAL_KEY" in ran.err
    assert counted.asked == []


def test_a_rejected_key_ends_in_one_clear_line(bench, monkeypatch):
    """The first refusal stops the run: the service is not asked again and again."""
    monkeypatch.setenv("GEMINI_API_KEY", "invalid")
    bench.suite()

    ran = bench("run", "--endpoint", "simulator", "--live", "missing", "-j", "1")

    assert ran.code == 3
    (line,) = ran.err.splitlines()
    assert "API key not valid" in line
    assert "check the key" in line
    assert ran.out.count("UNRECORDED") == 2


def forms(key):
    """Spell a key raw, URL-encoded, and in base64 at every alignment."""
    yield key.encode()
    yield quote(key, safe="").encode()
    for encode, shift in itertools.product((base64.b64encode, base64.urlsafe_b64encode), range(3)):
        yield encode(b"\0" * shift + key.encode())[4:-4]


@pytest.mark.parametrize("variable", ["GEMINI_API_KEY", "GOOGLE_API_KEY"])
def test_the_key_is_in_no_file_that_is_written(bench, monkeypatch, variable):
    """Record, judge and report with a key set: no file, and no word, holds it in any form."""
    monkeypatch.setenv(variable, KEY)
    bench.suite()

    ran = bench("run", "-k", "fox", "--endpoint", "simulator", "--live", "missing", "-o", "r.json")

    assert ran.code == 0, ran.err
    written = [path for path in bench.folder.rglob("*") if path.is_file()]
    assert len(written) > 8
    for data in [*(path.read_bytes() for path in written), (ran.out + ran.err).encode()]:
        assert not [form for form in forms(KEY) if form in data]


def test_a_key_in_a_prompt_is_recorded_nowhere(bench, monkeypatch):
    """Saving refuses what holds the key, though a prompt brought it in."""
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    bench.suite()
    bench.edit("A fox on a shelf", f"A fox with the sign {KEY}")
    suite = bench.folder / "suites" / "shop.yaml"

    ran = bench("run", "-k", "fox", "--endpoint", "simulator", "--live", "missing")

    assert ran.code == 2
    assert "holds the API key" in ran.err
    assert KEY not in ran.err
    written = [path for path in bench.folder.rglob("*") if path.is_file() and path != suite]
    assert not [path for path in written if KEY.encode() in path.read_bytes()]
