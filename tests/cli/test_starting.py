"""init brings what works offline at once, overwrites nothing, and converts what it can."""

import json
import subprocess

import pytest

from harness.evaluate.starting import SCHEMA, start, starter
from harness.loader import json_schema, load_suite


def test_the_first_run_of_a_started_folder_is_offline_and_green(bench, offline, monkeypatch):
    """init, cd, run: the words that init says last; exit 0, nothing asked of anybody."""
    started = bench("init", "my shop")
    monkeypatch.chdir(bench.folder / "my shop")

    ran = bench("run", "--json")

    assert started.code == ran.code == 0
    assert started.out.splitlines()[-1] == "next    cd 'my shop' && harness run"
    assert ran.json["counts"] == {
        **dict.fromkeys(ran.json["counts"], 0),
        "NEW": 1,
    }
    assert ran.json["run"]["suites"][0]["simulated"] is True


def test_every_picture_of_the_example_says_that_it_is_simulated():
    """In its own bytes, wherever it is copied to."""
    pictures = [data for name, data in starter().items() if name.endswith(".jpg")]

    assert len(pictures) >= 2
    assert all(b"simulated picture, made by gemini-image-harness" in data for data in pictures)


def test_the_example_is_small_and_its_schema_is_the_schema():
    """A few hundred KB in every installation; the editor is told what the loader takes."""
    files = starter()

    assert sum(map(len, files.values())) < 700_000
    assert json.loads(files[SCHEMA]) == json_schema()


def test_the_example_has_no_warning(tmp_path):
    """A first suite that warns would teach people to pass over warnings."""
    found = start(tmp_path)

    assert load_suite(found.suite).warnings == ()


def test_starting_twice_changes_nothing(bench):
    """Equal files are no clash: an init that was cut short is begun again."""
    bench("init")
    before = bench.files()
    (bench.folder / "harness.toml").unlink()

    again = bench("init", "--json")

    assert again.code == 0
    assert again.json["written"] == ["harness.toml"]
    assert bench.files() == before


def test_nothing_of_a_suite_is_overwritten(bench):
    """It is refused by name with what to do, and nothing is written beside it."""
    path = bench.folder / "suites" / "shop.yaml"
    path.parent.mkdir()
    path.write_text("mine")

    ran = bench("init")

    assert ran.code == 2
    assert "suites/shop.yaml is there already" in ran.err
    assert "harness init DIR" in ran.err
    assert bench.files().keys() == {"suites/shop.yaml"}
    assert path.read_text() == "mine"


def test_files_of_a_repository_are_left_and_told(bench):
    """A .gitignore that is there stays; the lines that it lacks are said."""
    subprocess.run(["git", "init", "-q", "."], check=True)
    (bench.folder / ".gitignore").write_text("reports/\n*.log\n")
    (bench.folder / "README.md").write_text("a shop")

    ran = bench("init")

    assert ran.code == 0
    assert (bench.folder / ".gitignore").read_text() == "reports/\n*.log\n"
    assert ".gitignore is there already" in ran.err
    assert "add to it: .harness/ cassettes/**/.lock" in ran.err


@pytest.mark.parametrize("place", ["taken", "taken/below"])
def test_a_folder_that_cannot_be_is_one_clear_line(bench, place):
    """A file in its place, or above it: exit 2, and no traceback."""
    (bench.folder / "taken").write_text("a file")

    ran = bench("init", place)

    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
    assert "Traceback" not in ran.err
    assert bench.files().keys() == {"taken"}


def test_a_link_to_nowhere_is_left_as_it_is(bench):
    """What people laid there is theirs, and what is said of it is true."""
    link = bench.folder / "harness.toml"
    link.symlink_to("not-there-yet.toml")

    ran = bench("init", "--json")

    assert ran.code == 0
    assert link.is_symlink()
    assert "harness.toml is there already and was left as it is" in ran.err
    assert "harness.toml" not in ran.json["written"]


def test_no_workspace_begins_among_the_suites_of_another(bench):
    """Its suites would be read as theirs, and their next run would refuse two of one name."""
    bench("init")
    before = bench.files()

    ran = bench("init", "suites/mine")

    assert ran.code == 2
    assert "suites/mine: lies among the suites of the workspace" in ran.err
    assert bench.files() == before
    assert not (bench.folder / "suites" / "mine").exists()
