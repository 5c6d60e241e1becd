"""Which answers are meant by a side of a comparison."""

import re
import shutil
from dataclasses import replace

import pytest

from harness.errors import Unrecorded, UsageError
from harness.evaluate.compare import Question, compare_sides
from harness.evaluate.imports import import_cassettes
from harness.loader import load_suites


@pytest.fixture
def suites(workspace, imported):
    """Give two imported suites: `fox` with two recordings, `owl` with one."""
    for name in ("fox", "owl"):
        imported(name)
    lay(workspace, "fox", "look")
    return load_suites([workspace.root / "suites"])


def lay(workspace, suite, recording):
    """Copy a suite's recording under another name."""
    folder = workspace.root / workspace.settings.cassettes / suite
    shutil.copytree(folder / "main", folder / recording)


def compared(first, second, suites, workspace, **asked):
    """Give what was found of two sides."""
    question = Question(**asked)
    return compare_sides(
        first, second, suites=suites, workspace=workspace, question=question
    ).comparison


def test_a_suite_that_a_side_has_nothing_of_is_passed_over(suites, workspace):
    """Two recordings of one suite are compared, the other suite has one only."""
    found = compared("main", "look", suites, workspace)

    assert [pair.suite for pair in found.pairs] == ["fox"]
    assert found.unpaired == (1, 0)


def test_an_endpoint_names_its_answers_in_every_suite(suites, workspace):
    """An endpoint is a side of the recording in force, in all suites that it answered."""
    (arm,) = compared("main", "look", suites, workspace).sides[0].arms
    model, _, endpoint = arm.partition("@")

    by_endpoint = compared(endpoint, "main", suites, workspace)
    by_arm = compared(f"{model}@{endpoint}", "main", suites, workspace)

    assert [pair.suite for pair in by_endpoint.pairs] == ["fox", "owl"]
    assert by_arm.pairs == by_endpoint.pairs


def test_a_recording_counts_before_an_endpoint_of_its_name(suites, workspace):
    """A recording that is called as an endpoint is the recording."""
    lay(workspace, "fox", "gemini")

    found = compared("gemini", "main", suites, workspace)

    assert found.sides[0].recordings == ("gemini",)
    assert found.unpaired == (0, 1)


@pytest.fixture
def migrated(workspace, imported):
    """Give a suite of today's model, and what the preview answered to it: `preview`."""
    imported("fox")
    tape = workspace.root / "fox.json"
    text = tape.read_text().replace("gemini-3-pro-image", RETIRED)
    tape.write_text(re.sub(r'(data\\": \\"[^"]+)(\\")', r"\1Zm94\2", text))  # another picture
    settings = workspace.settings.model_copy(update={"recording": "preview"})
    place = replace(workspace, settings=settings)
    import_cassettes([tape], place, name="old", skip_refused=False)
    cassettes = workspace.root / workspace.settings.cassettes
    (cassettes / "old" / "preview").rename(cassettes / "fox" / "preview")
    (workspace.root / "suites" / "old.yaml").unlink()
    return load_suites([workspace.root / "suites"])


def test_a_retired_model_is_held_against_the_new_one(migrated, workspace):
    """The old recording's own arm is meant; model and time are confounded, and that is said."""
    found = compared("preview", "main", migrated, workspace, equivalence=True)

    assert found.sides[0].arms == (f"{RETIRED}@gemini",)
    assert found.sides[1].arms == ("gemini-3-pro-image@gemini",)
    assert found.confounded.startswith(f"{RETIRED} was to be shut down on 2026-")
    assert found.confounded.endswith("model and time are confounded")
    assert any("EQUIVALENT is not offered" in said for said in found.said)


RETIRED = "gemini-3-pro-image-preview"


@pytest.mark.parametrize("name", ["mian", "other-model@gemini", "@", ""])
def test_a_side_that_nobody_knows_is_refused(suites, workspace, name):
    """The message says what is there."""
    with pytest.raises(UsageError, match=r"neither a recording \(look, main\) nor an arm of main"):
        compare_sides(name, "main", suites=suites, workspace=workspace)


def test_sides_without_a_common_cell_are_not_compared(suites, workspace):
    """Recordings of two suites have nothing to pair."""
    lay(workspace, "owl", "owls")

    with pytest.raises(Unrecorded, match="no cell is recorded both as look"):
        compare_sides("look", "owls", suites=suites, workspace=workspace)
