"""The reader believes nothing of its data that it has not checked."""

import shutil
from pathlib import Path

import pytest

import harness.catalogue
from harness.catalogue import load_catalogue, read_catalogue
from harness.errors import HarnessError

DATA = Path(harness.catalogue.__file__).parent / "data"
PRO = "models/gemini-3-pro-image.toml"
PREVIEW = "models/gemini-3-pro-image-preview.toml"


@pytest.fixture
def data(tmp_path):
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def edit(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_data_are_read_once():
    """Every caller gets the same object."""
    assert load_catalogue() is load_catalogue()


def test_every_data_file_of_a_model_is_listed():
    """A file that the index forgets would never be read."""
    files = {file.stem for file in (DATA / "models").glob("*.toml")}

    assert files == {model.id for model in load_catalogue().models}


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (PRO, 'id = "gemini-3-pro-image"', "id = [", "cannot be read"),
        (PRO, 'id = "gemini-3-pro-image"', 'id = "other"', "not its file's name"),
        (PRO, "display_name", "displayname", "display_name: is missing"),
        (PRO, "text_in = 2.0", "text_in = nan", r"prices\[0\]: text_in: is not a number"),
        (PRO, "text_in = 2.0", "text_in = -2.0", "is not a number"),
        (PRO, "text_in = 2.0", "text_in = true", "is not a number"),
        (PRO, "text_in = 2.0", 'text_in = "2"', "is not a number"),
        (PRO, "text_in = 2.0", "text_im = 2.0", "text_in: is missing"),
        (PRO, "text_in = 2.0", "text_in = 2.0\nrebate = 1", "unknown keys: rebate"),
        (PRO, 'tier = "batch"', 'tier = "standard"', "a tier stands twice"),
        (PRO, 'tier = "batch"', 'tier = "bulk"', "unknown tier 'bulk'"),
        (PRO, "[1024, 1024]", "[1024]", r"1K: is not \[width, height\]"),
        (PRO, "[1024, 1024]", "[1024, 0]", r"1K: is not \[width, height\]"),
        (PRO, '{ ratio = "1:1"', '{ ratio = "7:5"', "ratio '7:5' is not offered"),
        (PRO, '{ ratio = "1:1"', '{ ratio = "2:3"', "ratio '2:3' stands twice"),
        (PRO, 'ratios = ["1:1"', 'ratios = ["square"', "no ratio of the form 16:9"),
        (PRO, 'ratios = ["1:1"', 'ratios = ["2:3"', "is not a list of different texts"),
        (PRO, '{ size = "1K"', '{ size = "8K"', "size '8K' is not offered"),
        (PRO, "tokens = 1120", "tokens = 0", "is not a whole number above 0"),
        (PRO, "released = 2026-05-28", "released = 2026-05-28T00:00:00", "is not a date"),
        (PRO, 'source = "deprecations"', 'source = "hearsay"', "unknown source 'hearsay'"),
        (PRO, 'source = "deprecations"', "source = []", "is not one or more names"),
        (PRO, 'source = "deprecations"', "", "source: is missing"),
        (PRO, "[search]", "[searches]", "search: is missing"),
        (PREVIEW, 'alias_of = "gemini-3-pro-image"', 'alias_of = "x"', "alias of 'x'"),
        (PREVIEW, 'replacement = "gemini-3-pro-image"', 'replacement = "x"', "replacement 'x'"),
        ("catalogue.toml", 'default_model = "gemini-3', 'default_model = "g', "default model"),
        ("catalogue.toml", '"gemini-2.5-flash-image"', '"gemini-1"', "cannot be read"),
        ("sources.toml", "date = 2026-09-08", 'date = "2026-09-08"', "date: is not a date"),
        ("sources.toml", "[image-generation]", "[spare]\n[image-generation]", "where: is missing"),
        ("limits.toml", 'endpoint = "vertex"', 'endpoint = "developer"', "stands twice"),
        ("limits.toml", "references = 14", "references = 14.0", "is not a whole number"),
    ],
)
def test_a_broken_data_file_is_an_error_that_says_where(data, file, old, new, says):
    """Each is an error of the tree that names the file and what is wrong."""
    edit(data / file, old, new)

    with pytest.raises(HarnessError, match=says) as caught:
        read_catalogue(data)

    assert "reinstall the harness" in str(caught.value)


@pytest.mark.parametrize("file", ["catalogue.toml", "limits.toml", "sources.toml", PRO])
def test_a_missing_or_garbled_file_is_an_error(data, file):
    """Absent, or no UTF-8."""
    (data / file).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(HarnessError, match="cannot be read"):
        read_catalogue(data)

    (data / file).unlink()
    with pytest.raises(HarnessError, match="cannot be read"):
        read_catalogue(data)


def test_a_source_that_backs_nothing_is_refused(data):
    """Sources that no row names do not lend their weight."""
    with (data / "sources.toml").open("a", encoding="utf-8") as file:
        file.write('\n[spare]\nwhere = "https://example.org"\ndate = 2026-01-01\n')

    with pytest.raises(HarnessError, match="named by no row: spare"):
        read_catalogue(data)
