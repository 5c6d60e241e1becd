"""run --batch at the command line: agreed to, taken up, and judged like any run."""

import signal
import subprocess
import sys

import httpx
import pytest

from harness.simulator.server import serving

KEY = "any-key-of-a-test"
SUITE = """\
version: 1
suite: shop
model: gemini-3.1-flash-image
defaults: {samples: 1, image_size: "512"}
cases:
  - id: city
    prompt: A night city
  - id: fox
    prompt: A fox
"""


@pytest.fixture
def service():
    """Give the address of a simulator of one's own."""
    with serving(seed=7) as url:
        yield url


@pytest.fixture
def paid(bench, service, monkeypatch):
    """Stand in a folder whose endpoint `local` costs money, as far as the harness knows."""
    monkeypatch.setenv("LOCAL_KEY", KEY)
    (bench.folder / "harness.toml").write_text(
        f'[endpoints.local]\nbase_url = "{service}"\nkey_env = "LOCAL_KEY"\n'
    )
    bench.suite(SUITE)
    return bench


def jobs(url):
    headers = {"x-goog-api-key": KEY}
    return httpx.get(f"{url}/v1beta/batches", headers=headers).json().get("operations", [])


BATCH = ("run", "--batch", "--endpoint", "local", "--fail-on", "failed,unrecorded,incomplete")


def test_it_spends_nothing_that_was_not_agreed_to(paid, service):
    """Exit 4, with the price of batches."""
    ran = paid(*BATCH)

    assert ran.code == 4
    assert "--max-cost" in ran.err
    assert jobs(service) == []


def test_it_obtains_judges_and_leaves_nothing_to_do(paid, service):
    """One job, half price, and a plan that is done."""
    ran = paid(*BATCH, "--yes", "--max-cost", "5", "--json")

    again = paid(*BATCH, "--yes", "--max-cost", "5")
    assert ran.code == 0, ran.err
    assert 0 < ran.json["run"]["spent_usd"] < 0.2
    assert again.code == 0
    assert len(jobs(service)) == 1
    assert not list((paid.folder / "reports" / "unfinished").glob("*"))


def test_a_run_that_was_killed_while_it_waited_is_taken_up(paid):
    """--resume collects the job; the service holds no second one."""
    with serving(seed=7, batch_polls=1) as url:
        settings = paid.folder / "harness.toml"
        settings.write_text(f'[endpoints.local]\nbase_url = "{url}"\nkey_env = "LOCAL_KEY"\n')
        words = (*BATCH, "--yes", "--max-cost", "5")
        running = subprocess.Popen([sys.executable, "-m", "harness.cli.main", *words])
        folder = paid.folder / "cassettes" / "shop" / "main" / "jobs"
        while not list(folder.glob("*.named.json")):
            with pytest.raises(subprocess.TimeoutExpired):  # it waits, and has not ended
                running.wait(0.05)
        running.send_signal(signal.SIGKILL)
        running.wait()

        ran = paid("run", "--resume", "--yes", "--max-cost", "5", "--fail-on", "unrecorded")

        assert ran.code == 0, ran.err
        assert len(jobs(url)) == 1
        assert len(list(folder.glob("*.ended.json"))) == 1


def test_the_simulator_takes_batches_for_nothing(bench):
    """A rehearsal needs neither key nor consent."""
    bench.suite(SUITE)

    ran = bench("run", "--batch", "--endpoint", "simulator", "--record-only")

    assert ran.code == 0, ran.err
    assert "2 of 2 answers are recorded" in ran.out


def test_a_wrong_key_hands_nothing_in(paid, service, monkeypatch):
    """Exit 3, and one clear line."""
    monkeypatch.setenv("LOCAL_KEY", "invalid")

    ran = paid(*BATCH, "--yes", "--max-cost", "5")

    assert ran.code == 3
    assert "API key not valid" in ran.err + ran.out
    assert jobs(service) == []


def test_what_stands_beside_a_recording_disturbs_nobody(paid):
    """The other verbs pass over the jobs."""
    paid(*BATCH, "--yes", "--max-cost", "5")

    assert paid("cassette", "verify").code == 0
    assert paid("cassette", "prune").code == 0
    assert paid("doctor").code == 0


def test_shards_hand_in_a_job_each_and_are_together_the_whole(paid, service):
    """Nothing is asked twice, and the merge has nothing to do."""
    ran = [
        paid(*BATCH, "--shard", f"{n}/2", "--yes", "--max-cost", "5", "-o", f"{n}.json", "--json")
        for n in (1, 2)
    ]

    joined = paid("report", "--merge", "1.json", "2.json", "--json")
    whole = paid(*BATCH, "--yes", "--max-cost", "5", "--json")
    assert [one.code for one in (*ran, joined, whole)] == [0, 0, 0, 0]
    assert [cases(one) for one in (*ran, joined)] == [["city"], ["fox"], ["city", "fox"]]
    assert len(jobs(service)) == 2
    assert joined.json["run"]["spent_usd"] == pytest.approx(
        sum(one.json["run"]["spent_usd"] for one in ran)
    )
    assert "spent_usd" not in whole.json["run"]


def cases(ran):
    return [j["variant"]["case"] for s in ran.json["run"]["suites"] for j in s["judged"]]
