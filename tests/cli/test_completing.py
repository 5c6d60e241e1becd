"""The shell completes what lies here, quickly, and never says a word of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.completing import cases, endpoints, recorded, recordings, runs, sides, suites, tags
from harness.cli.main import main

SUITE = """\
version: 1
suite: shop
tags: [all]
cases:
  - id: night-city
    prompt: "id: not this"
    tags:
      - hero
      - wide-ones
    matrix:
      character: [{id: fox, name: the fox}, {id: owl}]
  - {id: hat, prompt: A hat, tags: [toys, hero]}
"""


class Context:
    """What Typer hands over: the words so far, by parameter."""

    def __init__(self, **params):
        self.params = params


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Stand in a workspace with a suite, runs and recordings."""
    for name in (
        "cassettes/shop/main",
        "cassettes/shop/_x",
        "cassettes/blobs/ab",
        "suites/.hidden",
    ):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "suites" / "shop.yaml").write_text(SUITE)
    (tmp_path / "suites" / "other.yaml").write_text("no: suite")
    for name in ("20260101T000000Z-0001", "20260102T000000Z-0002", "prove"):
        (tmp_path / "reports" / name).mkdir(parents=True)
        (tmp_path / "reports" / name / "run.json").write_text("{}")
    (tmp_path / "reports" / "prove" / "run.json").unlink()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_suites_are_completed_by_their_path(shop):
    """Only files with a suite: key, as the person began to write them."""
    assert suites("") == ["suites/shop.yaml"]
    assert suites("./su") == ["./suites/shop.yaml"]
    assert suites("tests") == []


def test_cases_and_the_labels_of_axes_are_completed(shop):
    """-k matches variants' ids, so what stands in brackets counts, too."""
    assert cases(Context(), "") == ["night-city", "fox", "owl", "hat"]
    assert cases(Context(suites=("suites/other.yaml",)), "") == []


def test_tags_are_completed_however_they_are_listed(shop):
    """In brackets, and below each other; each once."""
    assert tags(Context(), "") == ["all", "hero", "wide-ones", "toys"]


def test_runs_are_completed_the_newest_first(shop):
    """A folder without a run is none."""
    assert runs("") == ["last", "20260102T000000Z-0002", "20260101T000000Z-0001"]


def test_recordings_are_completed(shop):
    """The blobs and what is set aside are no recordings."""
    assert recordings("") == ["main"]
    assert recorded("") == ["shop", "shop/main"]


def test_endpoints_of_the_settings_are_completed_from_below(shop, monkeypatch):
    """harness.toml is looked for upwards, as the harness does."""
    (shop / "harness.toml").write_text("[endpoints.reseller]\nbase_url = 'https://example.com'\n")
    monkeypatch.chdir(shop / "suites")

    assert endpoints("") == ["gemini", "simulator", "reseller"]
    assert suites("") == ["../suites/shop.yaml"]
    assert sides("") == ["main", "gemini", "simulator", "reseller", "earlier"]


def break_toml(folder):
    (folder / "harness.toml").write_text("= [")


def break_text(folder):
    (folder / "harness.toml").write_bytes(b"\xff\xfe")


def break_folders(folder):
    for name in ("suites", "cassettes", "reports"):
        shutil.rmtree(folder / name)
        (folder / name).write_bytes(b"\xff")


def break_types(folder):
    (folder / "harness.toml").write_text("suites = 3\nreports = []\ncassettes = 1\nendpoints = 2\n")


@pytest.mark.parametrize("breaking", [break_toml, break_text, break_folders, break_types])
def test_a_broken_folder_completes_without_a_word(shop, breaking, capsys):
    """No traceback at the prompt, whatever lies here."""
    breaking(shop)

    for complete in (suites, runs, recordings, recorded, endpoints, sides):
        assert isinstance(complete(""), list)
    for complete in (cases, tags):
        assert isinstance(complete(Context(), ""), list)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("run suites/", "suites/shop.yaml"),
        ("run suites/shop.yaml -k ni", "night-city"),
        ("run --tag he", "hero"),
        ("report 20260102", "20260102T000000Z-0002"),
        ("compare ma", "main"),
    ],
)
def test_the_verbs_complete_by_the_shells_protocol(shop, monkeypatch, capsys, words, found):
    """What bash asks, answered on stdout alone."""
    typed = f"harness {words}"
    monkeypatch.setenv("_HARNESS_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
    monkeypatch.setattr(sys, "argv", ["harness"])

    with pytest.raises(SystemExit):
        main()

    assert capsys.readouterr() == (f"{found}\n", "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is absent")
def test_a_real_bash_completes_a_run(shop):
    """The script that --show-completion prints, in a shell, at a key's press."""
    folder = Path(sys.executable).parent
    script = subprocess.run(
        [folder / "harness"],
        env={**os.environ, "_HARNESS_COMPLETE": "source_bash"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    typed = (
        f"{script}\nCOMP_WORDS=(harness report 20260101); COMP_CWORD=2\n"
        '_harness_completion harness\necho "${COMPREPLY[@]}"'
    )

    ran = subprocess.run(
        ["bash", "-c", typed],
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.strip() == "20260101T000000Z-0001"
    assert ran.stderr == ""
