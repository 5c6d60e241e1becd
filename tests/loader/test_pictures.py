"""Reference pictures lie below the suite, and are pictures."""

import os
from pathlib import Path

import pytest

from harness.loader import load_suite
from harness.loader.pictures import MOST_PICTURE_BYTES

CASES = "cases: [{id: a, prompt: x, references: [r]}]"


def suite(globs):
    return f"version: 1\nsuite: s\nreferences: {{r: {globs}}}\n{CASES}\n"


@pytest.mark.parametrize(
    ("globs", "paths"),
    [
        ("references/mascot/*.png", ["mascot/00.png", "mascot/01.png"]),
        (
            "[references/owl/00.jpg, references/*/00.*]",
            ["owl/00.jpg", "crowd/00.png", "mascot/00.png"],
        ),
        ("references/**/01.png", ["crowd/01.png", "mascot/01.png"]),
    ],
    ids=["sorted", "list without doubles", "folders"],
)
def test_globs_sort_by_name(load, globs, paths):
    """A list keeps its own order; a picture is sent once."""
    found = load(suite(globs)).variants[0].turns[0].references

    assert [reference.path for reference in found] == [f"references/{path}" for path in paths]


def test_hidden_files_are_no_pictures(load, folder):
    """Some systems leave a hidden file beside every picture."""
    (folder / "suites/references/owl/._00.jpg").write_bytes(b"AppleDouble")

    assert len(load(suite("references/owl/*")).variants[0].turns[0].references) == 1


@pytest.mark.parametrize(
    ("globs", "message"),
    [
        ("a/*.png", 'no file matches "a/*.png" below suites/; add the pictures or correct it'),
        ("../x.png", '"../x.png" leaves the suite\'s folder by ".."; move the pictures'),
        ("/etc/*", '"/etc/*" is absolute; give it relative to the suite\'s folder'),
        ("'references\\*'", '"references\\*" has a backslash; write forward slashes'),
        ("'**/**/x'", '"**/**/x" has several "**"; one is enough'),
        ("'a**b'", '"a**b" '),
        ("references/notes.txt", '"references/notes.txt" is no JPEG, PNG, WebP or HEIC by its'),
        ("references", 'no file matches "references" below suites/'),
    ],
)
def test_a_set_without_usable_pictures_is_refused(problems, globs, message):
    """With the glob, and what to do."""
    (found,) = problems(suite(globs))

    assert found.startswith(f"suites/s.yaml:3:17: references.r: {message}")


def test_a_link_out_of_the_folder_is_refused(problems, folder):
    """A suite from elsewhere must not send what lies elsewhere."""
    (folder / "secret.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "suites/references/link.png").symlink_to(folder / "secret.png")

    (found,) = problems(suite("references/link.png"))

    assert "is a link that leaves the suite's folder" in found


def test_a_pipe_is_no_picture(problems, folder):
    """Reading it would wait for ever."""
    os.mkfifo(folder / "suites/references/pipe.png")

    (found,) = problems(suite("references/pipe.png"))

    assert "no file matches" in found


def write_large(folder, size):
    with (folder / "suites/references/large.png").open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.truncate(size)


def test_a_picture_may_have_twenty_megabytes(load, folder):
    """The limit itself is allowed."""
    write_large(folder, MOST_PICTURE_BYTES)

    assert len(load(suite("references/large.png")).variants) == 1


def test_a_picture_has_no_more_than_twenty_megabytes(problems, folder):
    """One byte more is refused."""
    write_large(folder, MOST_PICTURE_BYTES + 1)

    (found,) = problems(suite("references/large.png"))

    assert "is larger than 20 MB; make it smaller" in found


def test_paths_are_relative_to_the_suite_wherever_one_stands(load, monkeypatch):
    """The same file from another folder gives the same suite."""
    here = load(suite("references/owl/*")).variants
    monkeypatch.chdir(Path("suites"))

    assert load_suite(Path("s.yaml")).variants == here
