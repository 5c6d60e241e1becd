"""The verb that holds two recordings or arms against each other."""

import io
import shutil

import pytest
from PIL import Image

from harness.evaluate.described import described
from harness.evaluate.workspace import Workspace
from harness.settings import Settings
from tests.copied import copied

ARM = "gemini-3-pro-image@simulator"


def reencoded(data):
    written = io.BytesIO()
    Image.open(io.BytesIO(data)).save(written, "JPEG", quality=70, comment="")
    return written.getvalue()


def smaller(data):
    written = io.BytesIO()
    Image.open(io.BytesIO(data)).resize((256, 256)).save(written, "JPEG", quality=100)
    return written.getvalue()


@pytest.fixture(scope="module")
def described_folder(tmp_path_factory, recorded_folder):
    """Describe the recorded pictures once, as the first comparison does."""
    folder = tmp_path_factory.mktemp("described")
    copied(recorded_folder, folder)
    digests = [path.stem for path in folder.glob("cassettes/blobs/*/*.jpg")]
    described(digests, Workspace(root=folder, settings=Settings(), environ={}))
    return folder


@pytest.fixture
def two(bench, described_folder):
    """Stand where a suite has two recordings of the same answers: `main` and `other`."""
    copied(described_folder, bench.folder)
    shop = bench.folder / "cassettes" / "shop"
    shutil.copytree(shop / "main", shop / "other")
    return bench


@pytest.fixture
def changed(two):
    """Give `changed(change)`: the picture of `fox` in `main` is written anew."""

    def made(change):
        two.replace_picture("fox", change)
        return two

    return made


@pytest.mark.usefixtures("offline")
def test_a_copy_of_a_recording_is_told_and_not_tested(two):
    """Contract and delivery are alike; of its pictures, byte for byte the same, nothing is said."""
    ran = two("compare", "main", "other")

    assert ran.code == 3
    assert "PICTURES NOT ENOUGH DATA, contract and delivery are alike: 3 cells held" in ran.out
    assert "PICTURES: NOT ENOUGH DATA: 3 of the pictures of other are byte for byte" in ran.out
    assert "MODEL: nothing can be said of it" in ran.out
    assert ran.out.count("0 of 3 failed") == 2
    assert ran.out.count("3 simulated") == 2
    assert "main: simulated: + the simulator's mark is in the bytes; ·" in ran.out


def test_a_changed_delivery_is_found(changed):
    """A picture that was encoded anew on one side: what changed, how many, exit code 1."""
    ran = changed(reencoded)("compare", "other", "main")

    assert ran.code == 1
    assert "✖ DELIVERY: CHANGED over 3 v 3 answers: 1 of 3 answers of main: JPEG" in ran.out
    assert "quantisation: all ones -> coarse" in ran.out
    assert "PICTURES NOT ENOUGH DATA, delivery changed: 3 cells" in ran.out
    assert "MODEL: nothing can be said of it: there are too few answers" in ran.out
    assert ran.out.endswith(
        "next    harness compare other main -o compared.html  # figures, and the pictures that "
        "drove it\n"
    )


def test_each_clause_of_an_answer_has_a_line(changed):
    """What stands beside the delivery follows it, indented; a pipe is not folded by width."""
    lines = changed(reencoded)("compare", "other", "main").out.splitlines()

    [at] = [number for number, line in enumerate(lines) if line.startswith("✖ DELIVERY: CHANGED")]
    beside = [line for line in lines[at + 1 : at + 5] if line.startswith("    ")]
    assert any(line.startswith("    price $") for line in beside)
    assert any(line.endswith("(told, they decide nothing)") for line in beside)


def test_the_next_command_can_be_typed(two):
    """Of too few answers of one arm it is told how many it takes; names are quoted."""
    ran = two("compare", "main", "other")

    assert ran.out.endswith("next    harness power  # how many answers it takes\n")


def test_a_broken_contract_is_found(changed):
    """A size that is missed on one side only is told with its cell."""
    ran = changed(smaller)("compare", "other", "main")

    assert ran.code == 1
    assert "✖ CONTRACT: CHANGED over 3 v 3 answers: image_size fails in 0 of 3" in ran.out
    assert "shop/fox: contract fails in 0 of 1 against 1 of 1" in ran.out


def test_programs_get_one_document(changed):
    """Sides, pairs and differences, with the facts that changed."""
    ran = changed(reencoded)("compare", "other", "main", "--json")

    found = ran.json["comparison"]
    assert ran.code == 1
    assert ran.json["format"] == "gemini-image-harness/comparison"
    assert [side["name"] for side in found["sides"]] == ["other", "main"]
    assert len(found["pairs"]) == 3
    assert "quantisation" in [c["fact"] for d in found["differences"] for c in d["changes"]]


@pytest.mark.parametrize("word", ["simulator", ARM])
def test_an_arm_may_be_named(two, word):
    """An endpoint, or a model at an endpoint, is a side of the recording in force."""
    ran = two("compare", word, "other")

    assert ran.code == 3
    assert ran.out.count(ARM) >= 2


def test_only_what_is_recorded_on_both_sides_is_held(two):
    """A cell that one side lacks is counted, and no difference."""
    next((two.folder / "cassettes" / "shop" / "other").glob("fox*.json")).unlink()

    ran = two("compare", "main", "other")

    assert ran.code == 3
    assert "2 cells held against each other, 1 cell on one side only" in ran.out


def test_nothing_to_pair_is_incomplete(two):
    """Where no cell is recorded on both sides the exit code is 3."""
    for path in (two.folder / "cassettes" / "shop" / "other").glob("*.json"):
        path.unlink()

    ran = two("compare", "main", "other")

    assert ran.code == 3
    assert "no cell is recorded both as main (3 answers) and as other (0)" in ran.err


def test_an_unknown_side_is_refused(two):
    """The message lists the recordings and arms that there are."""
    ran = two("compare", "main", "mian")

    assert ran.code == 2
    assert "'mian': neither a recording (main, other) nor an arm of main" in ran.err
    assert ARM in ran.err


def test_what_was_found_is_left_behind(two):
    """A page, the evidence and an anchor may be asked for at once; the last lines name them."""
    asked = ("--anchor", "other", "-o", "page.html", "--dossier", "evidence.zip")

    ran = two("compare", "main", "other", *asked)

    assert (
        "NEARER: NOT ENOUGH DATA: no cell has 2 pictures each of main, other and other" in ran.out
    )
    assert ran.out.index("dossier evidence.zip") < ran.out.index("page    page.html")
    assert "<title>" in (two.folder / "page.html").read_text()
    assert (two.folder / "evidence.zip").exists()


@pytest.mark.parametrize(
    ("flag", "file", "why"),
    [("-o", "page.txt", "is written as .html"), ("--dossier", "harness.md", "exists already")],
)
def test_a_file_that_cannot_be_written_is_refused_at_once(two, flag, file, why):
    """Before anything is computed."""
    (two.folder / "harness.md").write_text("notes")

    ran = two("compare", "main", "other", flag, file)

    assert ran.code == 2
    assert why in ran.err
    assert ran.out == ""


def test_a_comparison_changes_nothing(two):
    """Recordings, suites and reports are left as they are."""
    before = {n: d for n, d in two.files().items() if not n.startswith(".harness")}

    two("compare", "main", "other")

    assert {n: d for n, d in two.files().items() if not n.startswith(".harness")} == before
