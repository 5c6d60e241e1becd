"""A change of delivery within an arm, and nothing else, is found."""

from dataclasses import replace

import pytest

from harness.catalogue import load_catalogue
from harness.judging.changes import delivery_changes, usual
from harness.judging.judge import on_suite
from harness.model.arm import Arm
from harness.model.generation import Generation, Usage
from harness.model.picture import Markings
from harness.model.sample import Receipt
from harness.model.verdict import Status

STUDIO = {"markings": Markings(luma_sum=64, subsampling="4:2:0"), "c2pa": True}
VERTEX = {"markings": Markings(luma_sum=560, subsampling="4:2:0", credit="Made with Google AI")}
COARSE = {"markings": Markings(luma_sum=1858, subsampling="4:2:0")}


@pytest.fixture
def arm(sample, measured):
    """Give `arm(*deliveries)`: a sample each, (session's day, picture's measures, answer)."""

    def made(*deliveries):
        samples, measures = [], {}
        for number, (day, picture, *answer) in enumerate(deliveries):
            one = sample(number)
            receipt = Receipt(
                arm=one.arm,
                session=f"s{day}",
                recorded_at=f"2026-11-{day:02}T00:00:{number:02}",
                seconds=1.0,
                request_digest="d",
            )
            fields = {"model_version": one.arm.model, **(answer[0] if answer else {})}
            one = replace(one, receipt=receipt, generation=replace(one.generation, **fields))
            samples.append(one)
            measures[measured(number).sha256] = measured(number, **picture)
        return samples, measures

    return made


def found(samples, measures):
    return list(delivery_changes(samples, measures=measures, catalogue=load_catalogue()))


def test_an_arm_that_delivers_alike_is_silent(arm):
    """Equal deliveries over sessions are no finding, whatever varies beside them."""
    edit = {"markings": replace(STUDIO["markings"], dpi=(300, 300)), "c2pa": True, "width": 1408}

    assert found(*arm((1, STUDIO), (1, edit), (2, STUDIO), (3, edit))) == []


def test_a_new_delivery_is_dated(arm):
    """The newest session differs: what changed, from what to what, since when, how many."""
    (finding,) = found(*arm((1, STUDIO), (1, STUDIO), (2, VERTEX), (2, VERTEX)))

    assert (finding.check, finding.status, finding.sample) == ("delivery", Status.WARN, None)
    assert finding.message == (
        "gemini-3-pro-image@gemini: delivery changed: "
        "JPEG quantisation: all ones -> medium; C2PA manifest: yes -> no; "
        '"Made with Google AI": no -> yes; delivered by Vertex, before by AI Studio; '
        "in 2 of 4 answers since 2026-11-02T00:00:02 (session s2): fox sample 3, fox sample 4"
    )


def test_earlier_sessions_say_what_is_usual(arm):
    """One early answer outweighs many of the newest session: the change is the new one."""
    (finding,) = found(*arm((1, STUDIO), (2, COARSE), (2, COARSE), (2, COARSE)))

    assert "all ones -> coarse" in finding.message
    assert "in 3 of 4 answers since" in finding.message


def test_an_old_exception_is_told_as_old(arm):
    """Where the earliest session alone differs, the change lies behind."""
    (finding,) = found(*arm((1, COARSE), (2, STUDIO), (2, STUDIO), (3, STUDIO)))

    assert "coarse" in finding.message
    assert "in 1 of 4 answers up to 2026-11-01T00:00:00" in finding.message


def test_a_share_within_one_session_is_found(arm):
    """A gateway that encodes some pictures anew is found within one session."""
    samples, measures = arm(*[(1, COARSE if number % 3 == 0 else STUDIO) for number in range(9)])

    (finding,) = found(samples, measures)

    assert "in 3 of 9 answers" in finding.message
    assert (
        "among others that came as usual: fox sample 1, fox sample 4, fox sample 7"
        in finding.message
    )


def test_many_samples_are_counted(arm):
    """Three samples are named, the others counted."""
    (finding,) = found(*arm((1, STUDIO), *[(2, COARSE)] * 5))

    assert finding.message.endswith("fox sample 2, fox sample 3, fox sample 4 and 2 more")


def test_unlike_changes_are_findings_of_their_own(arm):
    """Two ways of being different are two findings."""
    messages = [f.message for f in found(*arm((1, STUDIO), (1, STUDIO), (2, COARSE), (2, VERTEX)))]

    assert len(messages) == 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"model_version": ""}, "modelVersion: gemini-3-pro-image -> none"),
        ({"model_version": "gemini-3.1-flash-image"}, "gemini-3-pro-image -> gemini-3.1-flash"),
        ({"response_id": ""}, "responseId: yes -> no"),
        ({"usage": Usage(prompt=6, candidates=1500)}, "thinking tokens in usage: yes -> no"),
    ],
)
def test_a_changed_answer_is_a_changed_delivery(arm, answer, said):
    """What a gateway leaves out or renames is found with the pictures all alike."""
    usual_answer = {"response_id": "r", "usage": Usage(prompt=6, candidates=1200, thoughts=140)}
    samples, measures = arm(
        (1, STUDIO, usual_answer), (1, STUDIO, usual_answer), (2, STUDIO, usual_answer | answer)
    )

    (finding,) = found(samples, measures)

    assert said in finding.message


def test_each_arm_stands_for_itself(arm):
    """Two arms that deliver differently are no change."""
    samples, measures = arm((1, STUDIO), (1, COARSE))
    other = replace(samples[1], arm=Arm(model=samples[0].arm.model, endpoint="gateway"))

    assert found([samples[0], other], measures) == []


def test_answers_without_a_picture_are_no_change(arm):
    """Refusals and errors among pictures tell of no other delivery."""
    samples, measures = arm((1, STUDIO), (1, STUDIO), (2, STUDIO), (2, STUDIO))
    samples[2] = replace(samples[2], generation=Generation(finish_reason="IMAGE_SAFETY"))
    samples[3] = replace(samples[3], generation=None)

    assert found(samples, measures) == []


def test_refusals_hide_no_usual_picture(arm):
    """However many answers are refusals, the usual delivery is that of the pictures."""
    bare = {"markings": Markings(idat=8192), "true_type": "image/png"}
    flash = {"model_version": "gemini-2.5-flash-image"}
    samples, measures = arm(*[(1, bare, flash)] * 5, (2, COARSE, flash))
    for number in (0, 1, 2):
        refused = Generation(finish_reason="IMAGE_SAFETY", model_version=flash["model_version"])
        samples[number] = replace(samples[number], generation=refused)
    samples = [replace(s, arm=replace(s.arm, model=flash["model_version"])) for s in samples]

    (finding,) = found(samples, measures)

    assert "delivered by re-encoded by someone, before by AI Studio" in finding.message


@pytest.mark.parametrize(
    ("asked", "version", "told"),
    [
        ("gemini-3-pro-image", "gemini-3-pro-image", False),
        ("gemini-3-pro-image", "models/gemini-3-pro-image", False),
        ("gemini-3-pro-image", "gemini-3-pro-image-11-2026", False),
        ("gemini-3-pro-image-preview", "gemini-3-pro-image", False),
        ("gemini-3-pro-image", "gemini-3.1-flash-image", True),
        ("somebody-elses", "gemini-3-pro-image", True),
    ],
)
def test_another_version_than_asked_is_told(arm, asked, version, told):
    """A dated, renamed or aliased version is the one that was asked for; another is told."""
    samples, measures = arm(*[(1, STUDIO, {"model_version": version})] * 2)
    samples = [replace(s, arm=replace(s.arm, model=asked)) for s in samples]

    messages = [finding.message for finding in found(samples, measures)]

    said = f"{asked}@gemini: 2 of 2 answers name modelVersion {version}, asked was {asked}"
    assert messages == ([said] if told else [])


def test_what_earlier_answers_do_not_tell_is_taken_from_later_ones(arm):
    """A fact that the recording left out is no fact to differ from."""
    cut = {"service": {}}
    told = {"service": {"server-timing": "gfet4t7; dur=5"}}
    samples, measures = arm((1, STUDIO, cut), (2, STUDIO, told))

    assert found(samples, measures) == []


def test_no_answers_have_no_usual_delivery():
    """Of nothing nothing is known."""
    assert usual([]).container is None


def test_a_suite_is_judged_as_a_whole(arm):
    """The suite's findings hold its changes of delivery beside pictures that came twice."""
    samples, measures = arm((1, STUDIO), (1, STUDIO), (2, COARSE))
    by_variant = {"fox": tuple(samples), "again": (samples[0],)}

    checks = [f.check for f in on_suite(by_variant, measures=measures, catalogue=load_catalogue())]

    assert checks == ["fresh", "delivery"]
