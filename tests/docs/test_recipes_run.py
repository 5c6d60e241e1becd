"""The recipes for CI do what they say: their scripts run as a forge runs them."""

import pytest

from tools.recipes import Place, asked_of_gh, commented, counts, judged, leaks, recorded, scratch

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
        assert asked_of_gh(place)[2:] == [
            "workflow run harness.yml --ref topic",
            "pr edit 7 --repo shop/pictures --remove-label record",
        ]
        assert leaks(place) == []


@pytest.mark.parametrize("is_link", [False, True])
def test_settings_of_the_branch_s_own_reach_no_key(tmp_path, is_link):
    """They say to whom the key goes and what an answer costs: nothing is asked, sent or pushed."""
    place = Place(root=tmp_path).build()
    settings = place.clone / "harness.toml"
    if is_link:
        settings.rename(place.clone / "other.toml")
        settings.symlink_to("other.toml")
    else:
        settings.write_text('blobs = "file:///nowhere"\n[endpoints.gemini]\nmax_month = 1000.0\n')
    place.commit("Set something")

    labelled = recorded(place)

    assert labelled == 1
    assert "harness.toml is not the base's" in place.said
    assert [line.split()[:2] for line in asked_of_gh(place)[1:]] == [["pr", "edit"]]
    assert not (place.clone / "reports").exists()


def test_the_comment_is_one_and_edits_itself(tmp_path):
    """Another workflow's comment, which is of the same bot, is left as it is."""
    place = Place(root=tmp_path).build()
    (place.clone / "reports" / "ci").mkdir(parents=True)
    (place.clone / "reports" / "ci" / "summary.md").write_text("all well")

    codes = [commented(place), commented(place)]

    assert codes == [0, 0], place.said
    writes = [" ".join(line.split()[:3]) for line in asked_of_gh(place) if "comment.md" in line]
    assert writes == ["pr comment 7", "api --method PATCH"]
    begun = (place.bin / "comment.md").read_text().splitlines()[:2]
    assert begun[0] == "<!-- harness -->"  # on a line of its own, which Markdown leaves as it is
    assert begun[1].startswith("[What the job found](")
