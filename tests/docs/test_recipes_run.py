"""The recipes for CI do what they say: their scripts run as a forge runs them."""

import pytest

from tools.recipes import asked_of_gh, counts, judged, leaks, recorded, scratch

pytestmark = pytest.mark.docs


def test_a_pull_request_is_judged_and_recorded(tmp_path):
    """Without a key its price is told; the labelled job records, pushes, and starts the judging."""
    with scratch(tmp_path) as place:
        before, told = judged(place), place.said
        states, page = counts(place), place.told["GITHUB_STEP_SUMMARY"]
        labelled = recorded(place)

        assert (before, states) == (3, {"UNRECORDED": 2})
        assert "::error file=suites/shop.yaml,line=6,title=UNRECORDED city::" in told
        assert "2 answers to be recorded: about $0.09" in page
        assert labelled == 0, place.said
        assert "Record what the pull request asks for" in place.git("log", "-1", "origin/topic")
        assert asked_of_gh(place)[1:] == [
            "workflow run harness.yml --ref topic",
            "pr edit 7 --repo shop/pictures --remove-label record",
        ]
        assert leaks(place) == []
