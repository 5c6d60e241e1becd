"""Hold law 4 before the fact: what could not be kept is not asked for."""

import pytest

LIVE = ("run", "--endpoint", "local", "--live", "missing", "--yes", "--max-cost", "9")


@pytest.mark.parametrize("place", ["blobs", "shop", "shop/main", ""])
@pytest.mark.parametrize("record_only", [[], ["--record-only"]], ids=["run", "record"])
def test_nothing_is_asked_for_that_cannot_be_kept(bench, counted, monkeypatch, place, record_only):
    """Where the pictures or the recording cannot be written: exit 2, one line, no request."""
    monkeypatch.setenv("LOCAL_KEY", "a-key-of-a-test")
    (bench.folder / "harness.toml").write_text(counted.settings())
    bench.suite()
    taken = bench.folder / "cassettes" / place
    taken.parent.mkdir(parents=True, exist_ok=True)
    taken.write_text("a file where a folder should be")

    ran = bench(*LIVE, *record_only)

    priced, *refused = ran.err.splitlines()
    assert ran.code == 2
    assert priced.startswith("3 answers to generate")
    assert len(refused) == 1
    assert refused[0].startswith("harness: nothing was asked for: cassettes")
    assert "cannot be written" in refused[0]
    assert counted.asked == []
