"""Globs find files below a folder, whatever a stranger put there."""

from time import perf_counter

import pytest

from harness.loader.globs import BadGlob, Finder


@pytest.fixture
def tree(tmp_path):
    """Make files three folders deep, a hidden one, and links to folders."""
    for name in ("a.png", "one/b.png", "one/two/c.png", ".git/d.png", "one/.e.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "linked").symlink_to("one")
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("a.png", ["a.png"]),
        ("./one//b.png", ["one/b.png"]),
        ("*.png", ["a.png"]),
        ("*/*.png", ["one/b.png"]),
        ("**/*.png", ["a.png", "one/b.png", "one/two/c.png"]),
        ("one/**/[c].png", ["one/two/c.png"]),
        ("one/**/two/?.png", ["one/two/c.png"]),
        ("linked/b.png", ["linked/b.png"]),
        ("linked/*.png", ["linked/b.png"]),
        ("**/.e.png", ["one/.e.png"]),
        (".git/*", [".git/d.png"]),
    ],
)
def test_a_glob_finds_files_by_their_names(tree, pattern, names):
    """A wildcard enters no hidden folder and no link; a name that is written does."""
    assert Finder(tree).find(pattern) == names


def test_links_to_their_own_folder_are_not_walked_for_ever(tmp_path):
    """Eight such links hold 8^20 paths of twenty folders."""
    for index in range(8):
        (tmp_path / f"link-{index}").symlink_to(".")
    start = perf_counter()

    with pytest.raises(BadGlob, match="no file matches"):
        Finder(tmp_path).find("*/" * 20 + "x.png")

    assert perf_counter() - start < 5


@pytest.mark.parametrize("depth", [40, 60])
def test_folders_are_entered_forty_deep(tmp_path, depth):
    """Deeper is nobody's reference picture, and would exhaust the stack."""
    (tmp_path / "/".join("f" * depth)).mkdir(parents=True)
    (tmp_path / "/".join("f" * depth) / "x.png").touch()

    finder = Finder(tmp_path)
    if depth == 40:
        assert finder.find("**/x.png") == ["f/" * 40 + "x.png"]
    else:
        with pytest.raises(BadGlob, match="no file matches"):
            finder.find("**/x.png")


def test_a_pattern_of_very_many_names_is_refused(tmp_path):
    """It ended in a fault of the harness: the stack has its limit."""
    with pytest.raises(BadGlob, match="names 200 folders in each other"):
        Finder(tmp_path).find("/".join("*" * 200))


@pytest.mark.parametrize("pattern", [".", "./", "x" * 300, "x" * 300 + "/*"])
def test_a_pattern_that_names_no_file_is_refused(tmp_path, pattern):
    """Names that no file can have are as good as absent ones."""
    with pytest.raises(BadGlob):
        Finder(tmp_path).find(pattern)


def test_all_globs_of_a_suite_share_what_may_be_looked_at(tree):
    """Thousands of globs over thousands of files end in a message, not in minutes."""
    finder = Finder(tree, most_entries=6)
    finder.find("*.png")

    for _ in range(2):
        with pytest.raises(BadGlob, match="lead through more than 6 names"):
            finder.find("*.png")
