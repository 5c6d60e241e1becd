"""What a new wording changed is told whole: nothing of either prompt is lost."""

import pytest

from harness.judging.rewording import LONGEST, rewording, settings_changed
from harness.model.blob import BlobRef
from harness.model.reference import Reference
from harness.model.regression import Setting
from harness.model.request import Parameters
from harness.model.suite import Turn

OWL, FOX = (BlobRef.of(name) for name in (b"owl", b"fox"))


def sent(ref, path=""):
    return Reference(path=path, blob=ref, mime_type="image/jpeg")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a red mug", "a blue mug"),
        ("a mug", "a mug, studio light"),
        ("", "a mug"),
        ("one\ntwo  three", "three two\n\none"),
        ("word " * (LONGEST + 1), "a mug"),
        ("naïve 図 <b>", "图 naive </b>"),
    ],
)
def test_both_prompts_can_be_read_from_the_words(old, new):
    """Kept and gone words are the older prompt, kept and new ones the new prompt."""
    words = rewording(old, new)

    assert "".join(w.text for w in words if w.kind != "new") == old
    assert "".join(w.text for w in words if w.kind != "gone") == new


def test_only_what_changed_is_marked():
    """A word that was replaced is gone, another is new, the others are kept."""
    words = [(w.kind, w.text) for w in rewording("a red mug", "a blue mug")]

    assert words == [("kept", "a "), ("gone", "red"), ("new", "blue"), ("kept", " mug")]


def test_equal_prompts_have_no_words():
    """There is nothing to show."""
    assert rewording("a mug", "a mug") == ()


def test_parameters_that_differ_are_named():
    """With both values; what is not set is empty, and what is off says so."""
    old = Turn(prompt="", parameters=Parameters(aspect_ratio="1:1", include_thoughts=False))
    new = Turn(prompt="", parameters=Parameters(aspect_ratio="16:9", tools=("google_search",)))

    assert settings_changed(old, new) == (
        Setting(name="aspect_ratio", old="1:1", new="16:9"),
        Setting(name="tools", old="", new="google_search"),
        Setting(name="include_thoughts", old="False", new=""),
    )


def test_references_that_differ_are_named():
    """By their files where the suite still has them, else by their digests; the order counts."""
    old = Turn(prompt="", references=(sent(OWL), sent(FOX)))
    new = Turn(prompt="", references=(sent(FOX, "fox.jpg"),))

    (found,) = settings_changed(old, new)

    assert found == Setting(
        name="references", old=f"picture {OWL.sha256[:8]}, fox.jpg", new="fox.jpg"
    )
    assert settings_changed(new, Turn(prompt="", references=(sent(FOX),))) == ()


def test_references_that_moved_round_the_prompt_are_told():
    """Before or after the prompt is another request."""
    old = Turn(prompt="", references=(sent(FOX),))
    new = Turn(prompt="", references=(sent(FOX),), references_first=True)

    assert settings_changed(old, new) == (
        Setting(name="references stand", old="after the prompt", new="before the prompt"),
    )
