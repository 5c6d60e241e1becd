"""What shards measured comes together in the order of one run."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from harness.evaluate.merge_features import merged_features
from harness.judging.decided import decided_of
from harness.model.checks import Ask, Checks, PictureText, Question, Rate
from harness.model.features import Edit, Features, Noted, Reading, Reply
from tests.evaluate.sharded import lay, selected, workspace_of

QUESTIONS = (Question(text="Is it a fox?"), Question(text="Is it at sea?"))
NONE = Rate(bad=0, of=1)
CHECKS = Checks(
    ask=Ask(model="m", questions=QUESTIONS, max_bad=NONE),
    text=PictureText(contains=("FOX",), max_bad=NONE),
)
IDS = ("fox[at sea]", "fox[at home]", "owl")


@pytest.fixture
def asked(tmp_path):
    """Give a workspace and a suite of three variants that asks for texts and answers."""
    lay(tmp_path)
    here = workspace_of(tmp_path)
    (suite,) = selected(here, keyword="fox or owl")
    variants = tuple(
        replace(v, turns=tuple(replace(turn, checks=CHECKS) for turn in v.turns))
        for v in suite.variants
    )
    return here, replace(suite, variants=variants, left_out=())


def test_it_is_in_the_suites_order_whoever_measured_it(asked):
    """Replies by picture and question, readings by picture, notes by variant; each once."""
    here, suite = asked
    samples = {name: (sample(f"{name}-1"), sample(f"{name}-2")) for name in IDS}
    pictures = [s.picture for name in IDS for s in samples[name]]
    notes = {name: Noted(variant=name, findings=()) for name in IDS}

    found = merged_features(
        suite,
        samples,
        here,
        parts=[part(["owl-1", "owl-2", "old"], notes["owl"]), part(pictures[:4], *notes.values())],
        decided=decided_of(()),
    )

    assert [(r.sha256, r.question) for r in found.replies] == [
        (name, question) for name in [*pictures, "old"] for question in QUESTIONS
    ]
    assert [reading.sha256 for reading in found.readings] == pictures
    assert [noted.variant for noted in found.custom] == list(IDS)
    assert found.edits == ()  # of pairs that no check of the suite asks for
    assert not found.of_shard


def sample(sha256):
    """Give what features look at in a sample."""
    key = SimpleNamespace(sample=0, turn=0)
    return SimpleNamespace(key=key, picture=sha256, pictures=(sha256,))


def part(pictures, *notes):
    """Give a shard's features of some pictures."""
    return Features(
        replies=tuple(Reply(sha256=p, model="m", question=q) for p in pictures for q in QUESTIONS),
        readings=tuple(Reading(sha256=p, language="eng") for p in pictures),
        edits=(Edit(before="a", after="b"),),
        custom=notes,
        of_shard=True,
    )
