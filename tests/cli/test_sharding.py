"""Shards at the command line: run, record, go on, merge."""

import json
import re

import pytest


def test_shards_are_run_and_merged(recorded):
    """Each says which it is and what comes later; the merge ends as one run does."""
    whole = recorded("run", "--json")
    ran = [recorded("run", "--shard", f"{n}/2", "-o", f"{n}.json") for n in (1, 2)]

    joined = recorded("report", "--merge", "1.json", "2.json", "--json")

    assert [one.code for one in ran] == [0, 0]
    said = ran[0].out.splitlines()
    assert said[-3].endswith("; shard 1 of 2, suite-wide findings come with the merge")
    assert re.fullmatch(r"next    harness report --merge \S+ RUN\.\.\. \(all 2 shards\)", said[-1])
    page = recorded.folder / re.search("report  (.*)", ran[0].out)[1]
    assert "Shard 1 of 2: it holds 2 of 3 variants." in page.read_text()
    assert recorded.findings(joined) == recorded.findings(whole)
    assert joined.json["counts"] == whole.json["counts"]
    assert "shard" not in joined.json["run"]
    assert (recorded.folder / "reports" / joined.json["run"]["id"] / "index.html").is_file()


def test_a_merge_exits_as_the_run_would(recorded):
    """By its own --fail-on; what does not fit is one line, and writes nothing."""
    for n in (1, 2):
        recorded("run", "--shard", f"{n}/2", "-k", "fox", "-o", f"{n}.json")
    runs = len(list(recorded.folder.glob("reports/*/run.json")))

    alone = recorded("report", "--merge", "2.json")
    several = recorded("report", "1.json", "2.json")
    stray = recorded("report", "--fail-on", "none")

    assert [ran.code for ran in (alone, several, stray)] == [2, 2, 2]
    assert alone.err.splitlines()[-1].endswith(
        "of 2 shards 1 is missing: harness run --shard 1/2 makes the first of them"
    )
    assert len(list(recorded.folder.glob("reports/*/run.json"))) == runs
    nobody = recorded("report", "--merge", "1.json", "2.json", "--executor", "nobody")
    assert (nobody.code, len(list(recorded.folder.glob("reports/*/run.json")))) == (2, runs)
    strict = recorded("report", "--merge", "1.json", "2.json", "--fail-on", "unreviewed")
    assert strict.code == 1
    assert "fox" in strict.out


def test_a_shard_that_holds_nothing_is_no_failure(recorded):
    """Five shards of three variants: CI stays green; a selection of nothing is still exit 5."""
    ran = recorded("run", "--shard", "5/5")
    kept = recorded("run", "--shard", "5/5", "--live", "missing", "--record-only", "--json")

    assert ran.code == 0
    assert "this shard holds none of the 3 variants; shard 5 of 5" in ran.out
    assert (kept.code, kept.json["wanted"]) == (0, 0)
    assert recorded("run", "--shard", "5/5", "-k", "nothing").code == 5


def test_what_a_shard_lacks_is_recorded_by_the_same_shard(bench):
    """The next command keeps to it; that of the merge is of the whole."""
    bench.suite()

    ran, _ = (bench("run", "--shard", f"{n}/2", "-o", f"{n}.json") for n in (1, 2))
    joined = bench("report", "--merge", "1.json", "2.json")

    assert (ran.code, joined.code) == (3, 3)
    assert ran.out.endswith("next    harness run --shard 1/2 --live missing\n")
    assert joined.out.endswith("next    harness run --live missing\n")


def test_a_cap_is_said_to_be_the_shards_own(bench, counted, monkeypatch):
    """Before money is spent, at the stop, and in the report; --resume goes on with that shard."""
    bench.suite()
    (bench.folder / "harness.toml").write_text(counted.settings())
    monkeypatch.setenv("LOCAL_KEY", "k" * 20)
    asked = ["--endpoint", "local", "--live", "missing"]

    ran = bench("run", "--shard", "1/2", *asked, "--yes", "--max-cost", "0.6")

    own = "shard 1 of 2: the cap of $0.60 is this shard's own; all 2 together may spend $1.20"
    assert own in ran.err
    assert "Its cap was this shard's own, of 2." in ran.out
    assert ran.code == 4
    goes_on = re.search(r"harness (run --resume --shard 1/2 --yes --max-cost \S+) goes on", ran.err)
    other = bench("run", "--resume", "--shard", "2/2", "--yes", "--max-cost", "5")
    assert (other.code, "no run of shard 2/2 is unfinished" in other.err) == (2, True)
    again = bench(*goes_on[1].split(), "--json")
    assert again.json["run"]["shard"]["number"] == 1
    kept = (
        json.loads(path.read_text()) for path in bench.folder.glob("cassettes/shop/main/*.json")
    )
    assert sum(len(cassette["interactions"]) for cassette in kept) == len(counted.asked) == 2


@pytest.mark.parametrize("said", ["", "0/5", "6/5", "3/0", "1.5/3", "-1/3", "9/9999999999", "a/b"])
def test_what_names_no_shard_is_refused(recorded, said):
    """An empty one too: a variable that is not set would judge everything on every machine."""
    ran = recorded("run", "--shard", said)

    assert ran.code == 2
    assert f"--shard {said!r}: say which of how many, e.g. 3/5" in ran.err
