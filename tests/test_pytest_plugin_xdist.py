"""Run pytest over suites by several workers: what they find is what one process finds."""

import json
import re

import pytest

from tests.evaluate.sharded import recorded_in, run_of, workspace_of

pytestmark = pytest.mark.services  # workers load all that the harness loads, each by itself

LEAN = ("-p", "no:hypothesispytest", "-p", "no:recording", "-p", "no:cacheprovider")
FAIL_ON = "fail_on = ['failed', 'unreviewed', 'unrecorded', 'incomplete']\n"


@pytest.fixture
def shop(pytester, monkeypatch):
    """Stand in a folder with a recorded suite that has looks and a picture that came twice."""
    # on CI, pytest repeats whole messages in its summary: what is counted here would count twice
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)
    recorded_in(pytester.path)
    settings = pytester.path / "harness.toml"
    settings.write_text(FAIL_ON + settings.read_text())
    return pytester


def outcomes(result):
    """Give each item's outcome, and what was said of those that failed, by its name."""
    lines = result.outlines
    ends = [re.fullmatch(r"(PASSED|FAILED|ERROR) (suites/\S+::.*?)( - .*)?", x) for x in lines]
    said = sorted(line for line in lines if re.match(r"(FAIL|NEW|WARN|UNRECORDED|ERROR)  ", line))
    return {found[2]: found[1] for found in ends if found}, said


def test_two_workers_find_what_one_process_finds(shop):
    """The outcome of every item, every finding, those on the suite once; as `harness run`."""
    words = ("suites", "-rA", *LEAN)
    alone = outcomes(shop.runpytest_subprocess(*words, "-p", "no:xdist"))

    spread = outcomes(shop.runpytest_subprocess(*words, "-n", "2"))

    assert spread == alone
    assert len(spread[0]) == 8
    assert sum("were answered with the same bytes" in line for line in spread[1]) == 2
    run = run_of(workspace_of(shop.path))
    found = [f for s in run.suites for j in s.judged for f in j.verdict.findings]
    found += [f for s in run.suites for f in s.findings]
    failing = ("FAIL", "NEW", "UNRECORDED", "ERROR")
    told = [f for f in found if f.status in failing]
    assert sum(line.startswith(failing) for line in spread[1]) == len(told)
    assert {f.message for f in told} <= {
        re.sub(r"^\S+  [^:]+: (sample \d+: )?", "", x) for x in spread[1]
    }
    assert any(f.check.startswith("consistency") for f in told), json.dumps(spread[1])
