"""Blobs are pushed elsewhere and pulled from there, and a run fetches what it may."""

import json
import shutil

import pytest


@pytest.fixture
def team(recorded, tmp_path_factory):
    """Stand in a recorded folder whose blobs are kept in another folder too."""
    recorded.there = tmp_path_factory.mktemp("there") / "blobs"
    (recorded.folder / "harness.toml").write_text(f'blobs = "file://{recorded.there}"\n')
    return recorded


@pytest.fixture
def cloned(team):
    """Stand in what a clone has after a push: all but the blobs."""
    assert team("cassette", "push").code == 0
    emptied(team)
    return team


def emptied(team):
    """Take away what git does not hold."""
    for folder in (team.folder / "cassettes" / "blobs").glob("??"):
        shutil.rmtree(folder)
    shutil.rmtree(team.folder / ".harness", ignore_errors=True)
    shutil.rmtree(team.folder / "reports", ignore_errors=True)


def blobs(team):
    return {path.name for path in (team.folder / "cassettes" / "blobs").glob("??/*")}


def sent(team):
    return {path.name for path in team.there.glob("??/*")}


def verdict(ran):
    """Give what a run found, without its name, its times and its seconds."""
    return json.dumps(
        [ran.json["status"], ran.json["counts"], ran.json["run"]["suites"]], sort_keys=True
    )


def test_a_push_sends_what_is_missing_and_nothing_twice(team):
    """It says what it asked, and what to do next."""
    dry = team("cassette", "push", "--dry-run")
    nothing = sent(team)
    first = team("cassette", "push")
    second = team("cassette", "push")

    count = len(blobs(team))
    assert (dry.code, nothing) == (0, set())
    assert f"{count} blobs of" in dry.out
    assert first.code == 0
    assert first.out.startswith(f"✔ {count} blobs of")
    assert sent(team) == blobs(team)
    done, asked, _ = second.out.splitlines()
    assert done == f"✔ 0 blobs of 0 bytes sent to file://{team.there}, {count} there already"
    assert "upload" not in asked


def test_an_interrupted_push_sends_only_the_rest(team):
    """What had arrived is not sent again; what had arrived in part is."""
    team("cassette", "push")
    first, second, *_ = sorted(team.there.glob("??/*"))
    first.unlink()
    second.write_bytes(second.read_bytes()[:10])

    again = team("cassette", "push", "--json")

    assert again.json["requests"]["uploads"] == 2
    assert set(again.json["moved"]["names"]) == {first.name, second.name}


def test_a_push_of_what_is_nowhere_is_no_success(cloned):
    """Its mark agrees with its exit code."""
    shutil.rmtree(cloned.there)

    ran = cloned("cassette", "push")

    assert ran.code == 3
    assert ran.out.count("neither here nor there") > 0
    assert "✘ 0 blobs of 0 bytes sent" in ran.out


def test_a_merge_elsewhere_fetches_what_one_run_would_have(team, monkeypatch):
    """Its report shows the pictures; where it may fetch nothing it judges all the same."""
    assert team("cassette", "push").code == 0
    whole = team("run", "--json")
    shards = [f"{n}.json" for n in (1, 2)]
    for n, name in enumerate(shards, start=1):
        team("run", "--shard", f"{n}/2", "-o", name)
    emptied(team)

    with monkeypatch.context() as forbidding:
        forbidding.setenv("HARNESS_FETCH", "false")
        bare = team("report", "--merge", *shards, "--json")
    nothing = blobs(team)
    joined = team("report", "--merge", *shards, "--json")

    shown = {f"{sha256}.jpg" for sha256 in joined.json["run"]["measures"]}
    assert nothing == set()
    assert shown
    assert shown <= blobs(team)
    assert verdict(bare) == verdict(joined) == verdict(whole)


def test_a_clone_that_pulls_runs_as_the_original(team):
    """The same findings, and the same pictures."""
    original = team("run", "--json")
    team("cassette", "push")
    whole = blobs(team)
    emptied(team)

    pulled = team("cassette", "pull")
    again = team("run", "--json")

    assert pulled.code == 0
    assert blobs(team) == whole
    assert verdict(again) == verdict(original)
    assert team("cassette", "verify").code == 0


def test_a_run_fetches_the_pictures_that_it_judges(cloned):
    """Only these: another variant's stay where they are."""
    ran = cloned("run", "-k", "fox")

    assert ran.code == 0, ran.out
    assert len([name for name in blobs(cloned) if name.endswith(".jpg")]) == 1


def test_a_run_fetches_what_it_shows_as_before_beside_what_changed(team):
    """The old answer to an edited prompt, which nothing is judged by."""
    old = team.picture("fox").name
    team.edit("A fox on a shelf", "A fox on a shelf at dusk")
    assert team("run", "--endpoint", "simulator", "--live=missing", "--record-only").code == 0
    team("cassette", "push")
    emptied(team)

    ran = team("run", "-k", "fox")

    assert ran.code == 0
    assert old in blobs(team)
    assert old[:64] in {path.name[:64] for path in team.folder.glob("reports/*/img/*/*")}


def test_a_picture_that_may_not_be_fetched_is_judged_by_what_is_committed(cloned, monkeypatch):
    """Never good: it is incomplete, with what fetches it."""
    monkeypatch.setenv("HARNESS_FETCH", "false")

    ran = cloned("run", "--json")
    said = cloned("run").out

    assert (ran.code, cloned("run", "--fail-on", "failed,unrecorded").code) == (3, 0)
    found = cloned.findings(ran)["fox"]
    assert {f["check"] for f in found} >= {"image_size", "aspect_ratio", "type", "present"}
    assert [f["status"] for f in found if f["check"] == "present"] == ["ERROR"]
    assert blobs(cloned) == set()
    assert said.splitlines()[-1] == "next    harness cassette pull, then run again"


def test_a_contract_that_is_broken_is_found_without_the_picture(cloned, monkeypatch):
    """A fork's build fails for it: exit 1, not 3."""
    monkeypatch.setenv("HARNESS_FETCH", "false")
    for path in (cloned.folder / "cassettes").rglob("_features/*.json"):
        text = path.read_text()
        path.write_text(text.replace('"width": 1024', '"width": 400'))

    assert cloned("run").code == 1


def test_a_bucket_that_cannot_be_used_is_one_warning(cloned, caplog):
    """The run goes on with what it has."""
    shutil.rmtree(cloned.there)
    cloned.there.write_text("a file stands in its place")

    ran = cloned("run")

    warned = [record for record in caplog.records if "not fetched" in record.getMessage()]
    assert ran.code == 3
    assert len(warned) == 1


def test_a_tampered_blob_is_refused_by_name_and_the_others_arrive(cloned):
    """Exit 2; a run says it of the sample that has it."""
    victim = next(path for path in cloned.there.glob("??/*.jpg"))
    victim.write_bytes(b"tampered")

    pulled = cloned("cassette", "pull")
    ran = cloned("run")

    assert pulled.code == 2
    assert f"{victim.name}: 8 bytes that are not what the name says" in pulled.out
    assert blobs(cloned) == sent(cloned) - {victim.name}
    assert f"{victim.name}: 8 bytes that are not what the name says" in ran.out


def test_a_blob_that_changed_here_is_not_pushed(team):
    """The others are; exit 2."""
    path = team.picture("fox")
    path.write_bytes(b"changed" * 100)

    pushed = team("cassette", "push")

    assert pushed.code == 2
    assert path.name in pushed.out
    assert sent(team) == blobs(team) - {path.name}


def test_what_was_forgotten_is_neither_pushed_nor_pulled(cloned):
    """And --remote takes it away there; its measures go too."""
    cloned("cassette", "pull")
    name = cloned.picture("fox").name
    told = cloned("cassette", "forget", name[:16], "--reason", "asked", "--yes")
    kept = name in sent(cloned)
    pulled = cloned("cassette", "pull", "--json")
    gone = cloned("cassette", "forget", name[:16], "--reason", "asked", "--remote", "--yes")
    pushed = cloned("cassette", "push", "--json")

    assert "with --remote removes it there too" in told.out
    assert kept
    assert (pulled.json["forgotten"], pulled.json["todo"]) == (1, [])
    assert f"deleted {name[:2]}/{name} at file://" in gone.out
    assert (pushed.json["forgotten"], pushed.json["todo"]) == (1, [])
    assert name not in sent(cloned)
    features = (cloned.folder / "cassettes").rglob("_features/*.json")
    assert not any(name[:64] in path.read_text() for path in features)


def test_verify_and_doctor_know_the_bucket(cloned):
    """What lies there is no fault; what is in neither place is."""
    lost = next(iter(cloned.there.glob("??/*.jpg")))
    elsewhere = cloned("cassette", "verify", "--remote", "--json").json
    lost.unlink()
    missing = cloned("cassette", "verify", "--remote", "--json").json
    doctor = cloned("doctor", "--online").out

    kinds = {one["kind"] for one in elsewhere["found"] if one["where"].endswith(".jpg")}
    assert kinds == {"elsewhere"}
    left = [one["where"] for one in missing["found"] if one["kind"] == "missing"]
    assert lost.name in left
    assert f"file://{cloned.there}: {len(sent(cloned))} blobs of " in doctor


def test_two_branches_that_record_different_cells_commit_apart(cloned):
    """A file a cassette, so that they merge."""
    folder = cloned.folder / "cassettes" / "shop" / "main"

    assert {path.name for path in folder.glob("_features/*.json")} == {
        path.name for path in folder.glob("*.json")
    }


@pytest.mark.parametrize("verb", ["push", "pull"])
def test_without_a_place_the_verbs_say_what_to_set(recorded, verb):
    """Exit 2, in one line."""
    ran = recorded("cassette", verb)

    assert ran.code == 2
    assert 'blobs = "s3://bucket/prefix"' in ran.err


def test_nobody_is_called_so(team):
    """What is recorded is named; exit 2."""
    ran = team("cassette", "push", "shop/other")

    assert ran.code == 2
    assert "there are: shop/main" in ran.err


def test_a_replay_of_what_is_here_opens_no_bucket(recorded, caplog):
    """So that fsspec, which only a bucket loads, costs it nothing: nor does a wrong URL."""
    (recorded.folder / "harness.toml").write_text('blobs = "nobodys://bucket"\n')

    ran = recorded("run")
    recorded.picture("fox").unlink()
    lacking = recorded("run", "-k", "fox")

    said = [r for r in caplog.records if "fsspec knows no nobodys://" in r.getMessage()]
    assert (ran.code, lacking.code, len(said)) == (0, 3, 1)
