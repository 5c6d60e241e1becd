"""A sample finds its answer by name, or by its request where it was renamed; never two one."""

import random
from dataclasses import replace

import pytest

from harness.model.arm import Arm
from harness.model.sample import SampleKey, Standing
from harness.recording.index import Index
from harness.recording.skeletons import skeleton_of

ARM = Arm(model="gemini-3-pro-image", endpoint="gemini")


def names(*items):
    return frozenset((item.key.case, item.key.variant, item.key.sample) for item in items)


def find(index, like, *, was=None, arm=ARM):
    """Ask for what `like` would be the answer to."""
    return index.find(
        like.key,
        arm=arm,
        digest=like.request_digest,
        skeleton=skeleton_of(like.request.body),
        was=was,
    )


def test_a_recorded_sample_is_found_by_its_name(interaction):
    """Equal requests have equal digests; the name settles which answer it is."""
    items = [interaction(sample=i) for i in range(4)]
    index = Index(items, wanted=names(*items))

    for item in items:
        found = find(index, item)
        assert (found.standing, found.interaction) == (Standing.RECORDED, item)


def test_two_arms_are_kept_apart(interaction):
    """What another endpoint answered is no answer of this one."""
    other = Arm(model=ARM.model, endpoint="simulator")
    here, there = interaction(), interaction(arm=other)
    index = Index([here, there], wanted=names(here))

    assert find(index, here).interaction == here
    assert find(index, here, arm=other).interaction == there
    assert find(index, here, arm=replace(ARM, model="x")).standing is Standing.MISSING
    assert index.arms == (ARM, other)


def test_a_changed_request_is_stale_and_says_what_differs(interaction):
    """The recorded answer is named, never given."""
    recorded = interaction(prompt="a fox")
    index = Index([recorded], wanted=names(recorded))

    found = find(index, interaction(prompt="a red fox"))

    assert (found.standing, found.interaction) == (Standing.STALE, None)
    assert found.why == "contents[0].parts[0].text: recorded 'a fox', now 'a red fox'"


def test_a_renamed_case_keeps_its_recordings(interaction):
    """`was:` finds what is recorded under the older id, each sample its own."""
    old = [interaction("reynard", sample=i) for i in range(3)]
    new = [interaction("fox", sample=i) for i in range(3)]
    index = Index(old, wanted=names(*new))

    assert [find(index, item, was="reynard").interaction for item in new] == old


def test_a_renamed_case_that_changed_is_stale(interaction):
    """The older recording says what differs."""
    index = Index([interaction("reynard")], wanted=names(interaction("fox")))

    found = find(index, interaction("fox", prompt="a new one"), was="reynard")

    assert found.standing is Standing.STALE
    assert "a new one" in found.why


def test_an_answer_found_through_was_is_nobody_elses(interaction):
    """A stranger with the same request does not get the renamed case's answer."""
    old, fox, cub = interaction("reynard"), interaction("fox"), interaction("cub")
    index = Index([old], wanted=names(fox, cub, old))

    assert find(index, cub).interaction is None
    assert find(index, fox, was="reynard").interaction == old


@pytest.mark.parametrize("seed", range(5))
def test_a_new_axis_of_one_value_rerecords_nothing(interaction, seed):
    """The same requests under a new label find their own samples, in whatever order they ask."""
    old = [interaction(sample=i) for i in range(6)]
    new = [interaction(sample=i, variant="1K") for i in range(6)]
    index = Index(old, wanted=names(*new))
    order = random.Random(seed).sample(range(6), 6)

    found = {i: find(index, new[i]).interaction for i in order}

    assert [found[i] for i in range(6)] == old


def test_orphans_are_claimed_once_and_by_the_same_sample_again(interaction):
    """Two orphans answer two askers; a third goes without, and asking again changes nothing."""
    orphans = [interaction("old", sample=i) for i in (3, 4)]
    asking = [interaction("new", sample=i) for i in range(3)]
    index = Index(orphans, wanted=names(*asking))

    first = [find(index, item).interaction for item in asking]
    again = [find(index, item).interaction for item in asking]

    assert first == [*orphans, None] == again


def test_a_name_that_is_wanted_is_no_orphan(interaction):
    """What another case asks for is not given away."""
    fox = interaction("fox")
    index = Index([fox], wanted=names(fox, interaction("cub")))

    found = find(index, interaction("cub"))

    assert (found.standing, found.why) == (Standing.MISSING, "no sample of this case is recorded")


def test_a_missing_sample_names_the_nearest(interaction):
    """The recording of the case that differs least, and in what."""
    items = [interaction(sample=0, prompt="a cat"), interaction(sample=1, variant="v", prompt="x")]
    index = Index(items, wanted=names(*items))

    found = find(index, interaction(sample=7, prompt="a fox"))

    assert found.standing is Standing.MISSING
    assert "recorded 'a cat', now 'a fox'" in found.why or "recorded 'x', now 'a fox'" in found.why
    assert found.why.startswith("nearest is fox")


def test_one_more_sample_says_how_many_there_are(interaction):
    """A larger `samples:` is no change of the request."""
    items = [interaction(sample=i) for i in range(3)]
    index = Index(items, wanted=names(*items))

    assert find(index, interaction(sample=3)).why == (
        "3 of this request recorded, this sample is one more"
    )


def test_an_answer_is_held_by_its_name_whatever_it_answers(interaction):
    """Under an older id of its case too."""
    second = interaction(turn=1)
    index = Index([second], wanted=names(second))
    renamed = SampleKey(case="cub", variant="", sample=0, turn=1)

    assert index.holds(second.key, arm=ARM)
    assert index.holds(renamed, arm=ARM, was="fox")
    assert not index.holds(renamed, arm=ARM)
    assert not index.holds(SampleKey(case="fox", variant="", sample=1, turn=1), arm=ARM)


def test_a_reply_to_a_question_is_found_by_its_request_alone(interaction):
    """Whatever its name; the later of two counts, and it stands for no sample."""
    asked = Arm(model="gemini-3.8-flash", endpoint="gemini")
    picture = interaction()
    first = replace(
        interaction("gone", arm=asked),
        key=replace(picture.key, case="gone", ordinal=7),
        recorded_at="2026-11-23T00:00:00+00:00",
    )
    later = replace(
        first, key=replace(first.key, ordinal=9), recorded_at="2026-11-24T00:00:00+00:00"
    )
    index = Index([picture, later, first], wanted=names(picture))

    assert index.reply(asked, first.request_digest) == later
    assert index.reply(ARM, first.request_digest) is None
    assert (index.arms, index.unclaimed) == ((ARM,), 0)
    assert find(index, interaction("gone", arm=asked), arm=asked).standing is Standing.MISSING
