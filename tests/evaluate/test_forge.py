"""Where a run is made, and where its pictures can be seen."""

import json
import subprocess
from types import SimpleNamespace

import pytest

from harness.errors import SettingsError
from harness.evaluate.forge import Forge, elsewhere_of, forge_of, summarise
from harness.evaluate.workspace import Workspace
from harness.model.run import Run
from harness.model.showing import NOTHING_MORE
from harness.settings import Settings, read_settings

COMMIT, HEAD = "a1" * 20, "b2" * 20
RUN = Run(id="r1", at="2026-11-23T05:12:33Z", seconds=0.0, suites=())


def github(folder, **more):
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "shop/pictures",
        "GITHUB_SHA": COMMIT,
        "GITHUB_RUN_ID": "77",
        "GITHUB_WORKSPACE": str(folder),
        **more,
    }


def workspace(folder, **settings):
    return Workspace(root=folder, settings=Settings(**settings), environ={"PATH": "/usr/bin:/bin"})


@pytest.fixture
def blob(tmp_path):
    """Keep one blob below a repository's folder."""
    ref = workspace(tmp_path).blobs.put(b"\xff\xd8\xff a picture")
    return SimpleNamespace(sha256=ref.sha256, place=f"{ref.sha256[:2]}/{ref.name}")


def test_a_pull_request_s_files_are_those_of_its_own_commit(tmp_path):
    """The commit that GitHub tests is a merge, which is gone when it is closed."""
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"head": {"sha": HEAD}}}))

    pushed = forge_of(github(tmp_path))
    asked = forge_of(github(tmp_path, GITHUB_EVENT_PATH=str(event)))

    assert pushed.raw == f"https://github.com/shop/pictures/raw/{COMMIT}"
    assert asked.raw == f"https://github.com/shop/pictures/raw/{HEAD}"
    assert asked.job == "https://github.com/shop/pictures/actions/runs/77"


def test_gitlab_says_the_same_in_its_own_words():
    """Files of the commit, and the page of the job."""
    found = forge_of(
        {
            "GITLAB_CI": "true",
            "CI_PROJECT_URL": "https://gitlab.example/shop/pictures",
            "CI_COMMIT_SHA": COMMIT,
            "CI_JOB_URL": "https://gitlab.example/shop/pictures/-/jobs/9",
        }
    )

    assert found.raw == f"https://gitlab.example/shop/pictures/-/raw/{COMMIT}"
    assert found.job.endswith("/-/jobs/9")


@pytest.mark.parametrize(
    "wrong",
    [
        {"GITHUB_SERVER_URL": "javascript:alert(1)"},
        {"GITHUB_SERVER_URL": "https://user:word@github.com"},
        {"GITHUB_REPOSITORY": "a/b) [x](y"},
        {"GITHUB_SHA": "main; rm"},
    ],
)
def test_what_the_environment_says_is_held_to_its_form(tmp_path, wrong):
    """No link is made of anything else."""
    assert forge_of(github(tmp_path, **wrong)).raw == ""


def test_nowhere_is_no_forge():
    """Somebody's own machine."""
    assert forge_of({}) == Forge()


def test_pictures_are_seen_where_git_has_them(tmp_path, blob):
    """Below the commit; what git does not track would be a dead link."""
    here, forge = workspace(tmp_path), forge_of(github(tmp_path))
    subprocess.run(["git", "init", "-q", tmp_path], check=True)

    before = elsewhere_of(RUN, here, forge).picture(blob.sha256)
    subprocess.run(["git", "-C", tmp_path, "add", "cassettes"], check=True)
    after = elsewhere_of(RUN, here, forge).picture(blob.sha256)

    assert before == ""
    assert after == f"{forge.raw}/cassettes/blobs/{blob.place}"


def test_pictures_are_seen_at_the_address_that_is_set(tmp_path, blob):
    """The public one of a bucket."""
    here = workspace(tmp_path, pictures="https://cdn.example/shop/")

    found = elsewhere_of(RUN, here, Forge()).picture(blob.sha256)

    assert found == f"https://cdn.example/shop/{blob.place}"


@pytest.mark.parametrize(
    "wrong", ["s3://bucket/x", "https://user:word@cdn.example", "https://cdn.example/?sig=abc"]
)
def test_an_address_that_holds_a_secret_is_refused(tmp_path, wrong):
    """Reports would tell it to everybody; the refusal does not repeat it."""
    with pytest.raises(SettingsError) as refused:
        read_settings(tmp_path, environ={}, flags={"pictures": wrong})

    assert "--pictures" in str(refused.value)
    assert "word" not in str(refused.value)
    assert "abc" not in str(refused.value)


def test_a_summary_is_added_to_what_the_job_said_before(tmp_path):
    """Other steps write there too; where it cannot be written the run goes on."""
    page = tmp_path / "summary.md"
    page.write_text("before\n")
    here = workspace(tmp_path)

    well = summarise(RUN, NOTHING_MORE, here, Forge(summary=page))
    ill = summarise(RUN, NOTHING_MORE, here, Forge(summary=tmp_path))

    assert page.read_text().startswith("before\n## ")
    assert well == ""
    assert "cannot be written" in ill


def test_a_workspace_below_the_repository_s_root_says_where(tmp_path):
    """Notes stand at the repository's own paths."""
    forge = Forge(top=tmp_path)

    assert forge.prefix(tmp_path / "shop") == "shop"
    assert forge.prefix(tmp_path) == ""
    assert forge.prefix(tmp_path.parent) == ""
