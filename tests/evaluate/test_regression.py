"""An edited prompt finds its older answers: replaced, stale, or in another recording."""

import json
from dataclasses import replace

import pytest

from harness.errors import Unrecorded
from harness.evaluate.regression import is_earlier, regressions
from harness.evaluate.regression_page import write_regression_page
from harness.evaluate.wordings import variant_of, wordings
from harness.loader import load_suites
from harness.model.identity import cell_digest
from harness.model.regression import Ruling

OLD = "fox picture 0"
NEW = "fox picture 0 by night"


@pytest.fixture
def shop(workspace, imported):
    """Give an imported suite of one case with one answer."""
    imported("fox")
    return Shop(workspace)


class Shop:
    """A suite whose prompt is edited, and whose answers are recorded without painting."""

    def __init__(self, workspace) -> None:
        self.workspace = workspace
        self._path = workspace.root / "suites" / "fox.yaml"

    @property
    def suites(self):
        return load_suites([self._path])

    def edit(self, old=OLD, new=NEW):
        self._path.write_text(self._path.read_text().replace(old, new))

    def answer(self, *, recording="main", count=1, day=24, arm=None):
        """Record answers to the question as it is now."""
        (variant,) = self.suites[0].variants
        cassettes = self.workspace.cassettes("fox", recording)
        first = self.workspace.cassettes("fox").load()[0]
        body = json.loads(json.dumps(first.request.body))
        body["json"]["contents"][0]["parts"][0]["text"] = variant.turns[0].prompt
        config = {"imageConfig": {"aspectRatio": variant.turns[0].parameters.aspect_ratio}}
        body["json"]["generationConfig"] = config
        cassettes.write(
            replace(
                first,
                key=replace(first.key, sample=number),
                arm=arm or first.arm,
                cell=cell_digest(variant.turns),
                session=f"session-{day}",
                recorded_at=f"2026-11-{day}T00:00:{number:02}+00:00",
                request=replace(first.request, body=body),
            )
            for number in range(count)
        )

    def found(self, first, second):
        return regressions(first, second, suites=self.suites, workspace=self.workspace)


def prompts(found):
    return [case.prompts for each in found for case in each.cases]


def test_answers_that_were_replaced_are_the_earlier_ones(shop):
    """Recorded anew under its name, the older answer is held with the prompt that it had."""
    shop.edit()
    shop.answer()

    found = shop.found("earlier", "main")

    assert prompts(found) == [(OLD, NEW)]
    assert found[0].sides[0].recorded_to < found[0].sides[1].recorded_from


def test_another_recording_is_held_with_the_prompt_that_it_was_asked(shop):
    """It was never stale there: it is read with its own question."""
    shop.answer(recording="before")
    shop.edit()
    shop.answer()

    assert prompts(shop.found("before", "main")) == [(OLD, NEW)]
    assert prompts(shop.found("main", "before")) == [(NEW, OLD)]


def test_a_recording_may_be_called_earlier(shop):
    """Then it is that recording, as any other name is."""
    shop.answer(recording="earlier")

    sides = (["earlier", "main"], shop.suites, shop.workspace)

    assert not is_earlier(*sides)
    assert shop.found("earlier", "main") == ()


def test_equal_questions_are_no_regression(shop):
    """Cells that are equal on both sides are for another test, and never seen here."""
    shop.answer(recording="before")

    assert shop.found("before", "main") == ()


def test_an_edit_without_new_answers_is_told(shop):
    """The message says what to run."""
    shop.edit()

    with pytest.raises(Unrecorded, match="harness run --live missing"):
        shop.found("earlier", "main")


def test_of_several_edits_the_last_one_counts(shop):
    """What was asked just before is held against what is asked now."""
    shop.edit()
    shop.answer(day=25)
    shop.edit(NEW, "an owl")
    shop.answer(day=26)

    assert prompts(shop.found("earlier", "main")) == [(NEW, "an owl")]
    assert len(wordings(all_items(shop), shop.suites[0].variants[0], turn=0)) == 3


def all_items(shop):
    cassettes = shop.workspace.cassettes("fox")
    return (*cassettes.replaced(), *cassettes.load())


def test_the_question_that_is_read_back_is_the_one_that_was_asked(shop):
    """Prompt and parameters give the cell that was recorded."""
    (wording,) = wordings(all_items(shop), shop.suites[0].variants[0], turn=0)
    shop.edit()

    read = variant_of(wording, shop.suites[0].variants[0], label="then")

    assert read.turns[0].prompt == OLD
    assert cell_digest(read.turns) == wording.cell


def test_a_parameter_that_was_edited_is_told(shop):
    """The older answers are held to what was asked of them: there was no ratio."""
    shop.edit(f"prompt: {OLD}", f"prompt: {OLD}\n    aspect_ratio: '16:9'")
    shop.answer()

    (found,) = shop.found("earlier", "main")

    (setting,) = found.cases[0].settings
    assert (setting.name, setting.old, setting.new) == ("aspect_ratio", "", "16:9")
    assert found.cases[0].words == ()


def test_who_answered_both_goes_before_who_answered_later(shop):
    """Of the older answers those of the same arm are held, so that only the question differs."""
    arm = shop.workspace.cassettes("fox").load()[0].arm
    shop.answer(recording="before", arm=replace(arm, endpoint="gateway"))
    shop.answer(recording="before")
    shop.edit()
    shop.answer()

    (found,) = shop.found("before", "main")

    assert found.sides[0].arms == found.sides[1].arms == (arm.name,)
    assert not any("either change" in note for note in found.notes)


@pytest.mark.parametrize(
    ("config", "part"),
    [
        ({"aspectRatio": 5}, None),
        ({"aspectRatio": ["16:9"]}, None),
        ({"imageSize": {"a": 1}}, None),
        ({}, {"inlineData": "x"}),
        ({}, {"inlineData": {"data": 5, "mimeType": 7}}),
        ({}, 7),
    ],
)
def test_a_strangers_recording_is_read_or_left_out(shop, config, part):
    """Whatever the older request holds, it is a line of the result and never a crash."""
    cassettes = shop.workspace.cassettes("fox")
    (first,) = cassettes.load()
    body = json.loads(json.dumps(first.request.body))
    body["json"]["generationConfig"] = {"imageConfig": config}
    body["json"]["contents"][0]["parts"] += [part] if part else []
    cassettes.write([replace(first, request=replace(first.request, body=body))])
    shop.edit()
    shop.answer()

    (found,) = shop.found("earlier", "main")

    assert found.cases or "sample 1" in found.left_out[0]


def test_few_answers_are_not_enough(shop):
    """One answer a side shows nothing, and that is what is said."""
    shop.edit()
    shop.answer()

    (found,) = shop.found("earlier", "main")

    assert Ruling.NOT_ENOUGH in {criterion.ruling for criterion in found.criteria}


def test_the_page_shows_both_prompts_and_never_speaks_of_the_model(shop, tmp_path):
    """Everything stands in one file; what cannot be shown says why."""
    shop.edit(OLD, "<script>alert(1)</script> & more")
    shop.answer(count=3)
    page = tmp_path / "edit.html"
    found = shop.found("earlier", "main")

    write_regression_page(found, page, workspace=shop.workspace)

    html = page.read_text()
    assert "<del>" in html
    assert "<ins>" in html
    assert "<script" not in html
    assert "cannot be shown" in html
    assert "drift" not in html.lower()
