"""A renamed case keeps its answers, those that were replaced too."""

import pytest

from harness.errors import CassetteError, StoreError, UsageError
from harness.recording.cassette_file import FORMAT
from harness.recording.cassettes import Cassettes
from harness.recording.moving import CaseName, move
from harness.store.codec import encode
from harness.store.files import dump_json, locked


@pytest.fixture
def cassettes(tmp_path):
    return Cassettes(tmp_path, suite="shop", recording="main")


def name(text):
    return CaseName.read(text)


def keys(items):
    return sorted((item.key.case, item.key.variant, item.session) for item in items)


def test_a_case_is_moved_whole(cassettes, interaction):
    """All variants, samples and replaced answers; others stay where they are."""
    for session in ("s1", "s2"):
        cassettes.write(interaction("fox", variant=v, session=session) for v in ("", "1K", "2K"))
    cassettes.append(interaction("cat"))

    moved = move(cassettes, name("fox"), name("red-fox"))

    assert moved == 3
    assert keys(cassettes.load()) == [
        ("cat", "", "s1"),
        *(("red-fox", v, "s2") for v in ("", "1K", "2K")),
    ]
    assert keys(cassettes.replaced()) == [("red-fox", v, "s1") for v in ("", "1K", "2K")]
    assert [p.name for p in cassettes.folder.rglob("*fox*") if "red" not in p.name] == []


def test_one_variant_is_moved(cassettes, interaction):
    """A label that was spelt anew, within a case or to another one."""
    for session in ("s1", "s2"):
        cassettes.write(interaction("fox", variant=v, session=session) for v in ("1K", "2K"))

    move(cassettes, name("fox[1K]"), name("fox[small]"))
    move(cassettes, name("fox[2K]"), name("cat[large]"))

    assert keys(cassettes.load()) == [("cat", "large", "s2"), ("fox", "small", "s2")]
    assert keys(cassettes.replaced()) == [("cat", "large", "s1"), ("fox", "small", "s1")]


def test_nothing_is_moved_over_another_answer(cassettes, interaction):
    """And everything is as it was."""
    cassettes.write([interaction("fox"), interaction("cat")])

    with pytest.raises(CassetteError, match="cat sample 1 turn 1 is recorded already"):
        move(cassettes, name("fox"), name("cat"))

    assert keys(cassettes.load()) == [("cat", "", "s1"), ("fox", "", "s1")]


def test_a_move_that_was_cut_off_goes_on(cassettes, interaction):
    """The new file is there, the old one not yet gone: the same call ends it."""
    cassettes.write([interaction("fox", answer="x"), interaction("cat", answer="x")])

    move(cassettes, name("fox"), name("cat"))

    assert keys(cassettes.load()) == [("cat", "", "s1")]


def test_nothing_is_moved_while_another_records(cassettes, interaction):
    """The other is told apart by its lock."""
    cassettes.write([interaction("fox")])

    with locked(cassettes.folder, purpose="recording"), pytest.raises(StoreError, match="another"):
        move(cassettes, name("fox"), name("cat"))


@pytest.mark.parametrize(
    ("old", "new"), [("fox", "cat[1K]"), ("fox[1K]", "cat"), ("fox", "fox"), ("fox[1K]", "fox[1K]")]
)
def test_names_that_do_not_fit_are_refused(cassettes, old, new):
    """All variants cannot become one, nor one become all."""
    with pytest.raises(UsageError):
        move(cassettes, name(old), name(new))


@pytest.mark.parametrize("text", ["", "Fox", "../up", "a..b", "fox[1K", "fox]", "a/b"])
def test_a_name_is_a_case_or_a_variant(text):
    """Anything else is refused before a path is made of it."""
    with pytest.raises(UsageError, match="name a case"):
        name(text)


def test_an_answer_in_a_file_of_another_name_is_not_left_behind(cassettes, interaction):
    """It is refused before anything is moved, and by name."""
    cassettes.write([interaction("fox"), interaction("cat")])
    (cassettes.folder / "fox.json").rename(cassettes.folder / "copy.json")

    with pytest.raises(CassetteError, match=r"copy\.json: holds fox sample 1 turn 1"):
        move(cassettes, name("fox"), name("dog"))

    assert keys(cassettes.load()) == [("cat", "", "s1"), ("fox", "", "s1")]


def test_a_variant_is_moved_out_of_a_file_of_version_1(cassettes, interaction):
    """Such a file holds all variants of its case: the others stay."""
    items = [interaction("fox", variant=v) for v in ("1K", "2K")]
    tree = {"format": FORMAT, "version": 1, "suite": "shop", "case": "fox"}
    tree["interactions"] = [encode(item) for item in items]
    cassettes.folder.mkdir(parents=True)
    cassettes.folder.joinpath("fox.json").write_bytes(dump_json(tree))

    move(cassettes, name("fox[1K]"), name("cat[1K]"))

    assert keys(cassettes.load()) == [("cat", "1K", "s1"), ("fox", "2K", "s1")]
