"""A run that stopped at its cap says what is left, and goes on where it was."""

import json
import re

import pytest

LIVE = ("run", "--endpoint", "local", "--yes", "-j", "1", "--fail-on", "failed")
OTHER = "version: 1\nsuite: other\ncases: [{id: cat, prompt: A cat, samples: 2}]\n"


@pytest.fixture
def paid(bench, counted, monkeypatch):
    """Stand in a folder whose endpoint `local` costs money, as far as the harness knows."""
    monkeypatch.setenv("LOCAL_KEY", "a-key-of-a-test")
    (bench.folder / "harness.toml").write_text(counted.settings())
    bench.suite()
    return bench


def names(bench, suite="shop"):
    """Name what is recorded."""
    found = bench.folder.glob(f"cassettes/{suite}/main/*.json")
    items = [item for path in found for item in json.loads(path.read_text())["interactions"]]
    return sorted((i["key"]["case"], i["key"]["variant"], i["key"]["sample"]) for i in items)


def test_at_the_cap_it_says_what_the_rest_costs_and_resume_buys_the_rest(paid, counted):
    """Exit 4; nothing that was bought is bought again, and then nothing is unfinished."""
    stopped = paid(*LIVE, "--live", "missing", "--max-cost", "0.75")
    bought = len(counted.asked)

    rest = re.search(r"1 answer to generate.*about \$(0\.1\d), at most \$(0\.\d\d)", stopped.err)
    resumed = paid("run", "--resume", "--yes", "--max-cost", "1", "--fail-on", "failed")

    assert (stopped.code, bought) == (4, 2)
    assert rest, stopped.err
    assert f"harness run --resume --yes --max-cost {rest[2]} goes on" in stopped.err
    assert f"next    harness run --resume --yes --max-cost {rest[2]}" in stopped.out
    assert (resumed.code, len(counted.asked)) == (0, 3)
    assert paid("run", "--resume").code == 2


def test_a_run_of_all_that_was_stopped_generates_nothing_twice(paid, counted):
    """Its answers are recorded already, and so were the old ones: the session tells."""
    paid(*LIVE, "--live", "missing", "--max-cost", "9")
    counted.asked.clear()

    stopped = paid(*LIVE, "--live", "all", "--max-cost", "0.75")
    before = len(counted.asked)
    resumed = paid("run", "--resume", "--yes", "--max-cost", "9", "--fail-on", "failed")

    assert (stopped.code, before) == (4, 2)
    assert (resumed.code, len(counted.asked)) == (0, 3)


def test_money_goes_to_the_first_sample_of_every_variant_of_every_suite(paid, counted):
    """Breadth first: a cap that pays for four buys four variants, not one suite."""
    (paid.folder / "suites" / "other.yaml").write_text(OTHER)
    paid.edit("samples: 1", "samples: 2")

    ran = paid(*LIVE, "--live", "missing", "--max-cost", "1.02")

    assert ran.code == 4
    assert [sample for *_, sample in names(paid) + names(paid, "other")] == [0, 0, 0, 0]


def test_raising_the_samples_adds_what_is_missing(paid, counted):
    """What is there stays."""
    paid(*LIVE, "--live", "missing", "--max-cost", "9")

    paid.edit("samples: 1", "samples: 2")
    paid(*LIVE, "--live", "missing", "--max-cost", "9")

    assert len(counted.asked) == 6
    assert len(names(paid)) == 6


def test_resume_takes_no_other_selection(paid):
    """It goes on with what was asked."""
    paid(*LIVE, "--live", "missing", "--max-cost", "0.75")

    for more in (("--live", "all"), ("-k", "fox"), ("suites/shop.yaml",)):
        ran = paid("run", "--resume", *more)

        assert ran.code == 2, more
        assert "--resume goes on with what the stopped run was asked" in ran.err, more


def test_with_nothing_unfinished_there_is_nothing_to_resume(paid):
    """One line."""
    ran = paid("run", "--resume")

    assert ran.code == 2
    assert ran.err.startswith("harness: no run is unfinished")


def test_a_months_cap_holds_over_runs(paid, counted):
    """Two runs of one endpoint: the second one finds the month used up."""
    (paid.folder / "harness.toml").write_text(counted.settings() + "max_month = 0.75\n")

    first = paid(*LIVE, "--live", "missing", "--max-cost", "9")
    second = paid(*LIVE, "--live", "missing", "--max-cost", "9")

    assert (first.code, second.code, len(counted.asked)) == (4, 4, 2)
    assert "the month's cap of $0.75 at local is reached" in second.err


def test_a_run_whose_rest_somebody_else_recorded_is_at_its_end(paid, counted):
    """--resume finds nothing to buy, and then nothing is unfinished."""
    paid(*LIVE, "--live", "missing", "--max-cost", "0.75")
    paid(*LIVE, "--live", "missing", "--max-cost", "9", "-k", "fox or city")
    counted.asked.clear()

    resumed = paid("run", "--resume", "--fail-on", "failed")

    assert (resumed.code, counted.asked) == (0, [])
    assert paid("run", "--resume").code == 2


@pytest.mark.parametrize(
    "text", ["{broken", '{"format": "gemini-image-harness/unfinished", "version": 1, "run": {}}']
)
def test_a_broken_note_stops_no_run_that_is_begun(paid, counted, text):
    """It only cannot be resumed, which is said."""
    folder = paid.folder / "reports" / "unfinished"
    folder.mkdir(parents=True)
    (folder / "a.json").write_text(text)

    ran = paid(*LIVE, "--live", "missing", "--max-cost", "9", "-k", "fox")
    resumed = paid("run", "--resume")

    assert ran.code == 0
    assert resumed.code == 2
    assert "Traceback" not in resumed.err
    assert "a.json" in resumed.err
