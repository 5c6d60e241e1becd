"""index.html: what stands on it."""

import re
from dataclasses import replace

import pytest

from harness.model.request import Part
from harness.model.sample import Standing
from harness.model.suite import Turn
from harness.model.verdict import Finding, Status
from harness.report.write import write_report


def test_every_finding_is_on_the_page(workshop, write, words):
    """Whatever was found is told: on variants, samples and suites, passed or not."""
    run = workshop.every_status()

    text = words(write(run))

    found = [f for judged in run.judged for f in judged.verdict.findings]
    for finding in [*found, *run.suites[0].findings]:
        assert finding.message in text


def test_counts_on_the_page_are_the_runs(workshop, write, words):
    """Every status stands in the verdict bar with its icon, word and count."""
    text = words(write(workshop.every_status()))

    assert "✖ 2 failed ! 1 error ○ 1 unrecorded ? 1 new ▲ 2 warnings ✔ 1 passed" in text


def test_a_replay_says_so_first(workshop, write):
    """The sentence under the verdict begins with where the pictures come from."""
    page = write(workshop.every_status())

    sentence = re.search(r'<p class="sentence">(.*?)</p>', page)[1]
    assert sentence.startswith(
        "Recorded pictures of 2026-11-18 to 2026-11-20, nothing was generated"
    )


@pytest.mark.parametrize("simulated", [True, False], ids=["simulated", "real"])
def test_a_banner_tells_simulated_pictures(workshop, write, simulated):
    """The banner stands where pictures are simulated, and nowhere else."""
    page = write(workshop.run(workshop.one(1, Status.PASS), simulated=simulated))

    assert ('class="banner simulated"' in page) is simulated


def test_a_banner_tells_an_incomplete_run(workshop, write):
    """What is unrecorded or failed to answer is said before any count."""
    page = write(workshop.every_status())

    assert "Incomplete: 1 sample unrecorded and 1 call without an answer." in page


def test_cases_stand_gravest_first(workshop, write):
    """Failed cases come before errors, these before new ones, these before warnings."""
    page = write(workshop.every_status())

    cards = re.findall(r'<article class="card (\w+)">', page)
    assert cards == ["FAIL", "FAIL", "ERROR", "NEW", "WARN"]


def test_variants_of_a_case_share_its_card(workshop, write):
    """Passed siblings are chips on the card that link to the contact sheet."""
    failed = workshop.one(1, Status.FAIL, case="fox")
    sibling = workshop.one(2, Status.PASS, case="fox")
    sibling = replace(sibling, variant=replace(sibling.variant, label="1:1 wide"))

    page = write(workshop.run(failed, sibling))

    assert page.count("<article") == 1
    assert 'href="#storefront/fox%5B1%3A1%20wide%5D"' not in page
    assert 'href="#storefront/fox%5B1%3A1-wide%5D"' in page
    assert 'id="storefront/fox[1:1-wide]"' in page


def test_every_picture_is_labelled_and_told_in_words(workshop, write, words):
    """Pictures are lazy, sized, bear their sample's number, and say it to who cannot see."""
    page = write(workshop.every_status())

    pictures = re.findall(r"<img [^>]+>", page)
    assert len(pictures) >= 8
    for picture in pictures:
        assert 'loading="lazy" decoding="async"' in picture
        assert re.search(r'width="\d+" height="\d+"', picture)
    assert "<figcaption>sample 1 of 2</figcaption>" in page
    assert 'alt="sample 1 of 2, night-city[16:9,4K], FAIL"' in page


def test_a_sample_that_is_not_judged_by_itself_bears_no_status(workshop, write):
    """No PASS is painted on a sample of a variant that failed as a whole."""
    variant = workshop.variant()
    sample = workshop.sample(variant, workshop.generation(1))
    failed = Finding(check="answer_text", status=Status.FAIL, message="1 of 1 lacks the text")

    page = write(workshop.run(workshop.judged(variant, sample, findings=(failed,))))

    assert "not judged by itself" in page
    assert "PASS</b>" not in page


@pytest.mark.parametrize(
    ("status", "message", "pill"),
    [
        (Status.PASS, "accepted on 2026-11-20 by Ada: the bytes are identical", "accepted"),
        (Status.PASS, "remark: the accepted picture 0123 again", "accepted (other bytes)"),
        (Status.FAIL, "rejected on 2026-11-20 by Ada: six fingers", "rejected"),
        (Status.NEW, "under discussion on 2026-11-20 by Ada: no note", "under discussion"),
        (Status.NEW, "nobody has decided on this picture yet", "not decided"),
    ],
)
def test_a_pill_tells_how_people_stand_to_a_picture(workshop, write, say, status, message, pill):
    """Accepted, rejected, under discussion or not decided is told on the picture itself."""
    variant = workshop.variant()
    sample = workshop.sample(variant, workshop.generation(1))
    found = say(status, message, sample=0, check="decided")

    page = write(workshop.run(workshop.judged(variant, sample, findings=(found,))))

    assert f">{pill}</span>" in page


def test_what_is_said_of_several_samples_is_said_once(workshop, write, say, words):
    """Equal findings on many samples are one line that names the samples."""
    variant = workshop.variant(samples=3)
    samples = [workshop.sample(variant, workshop.generation(i), index=i) for i in range(3)]
    found = tuple(say(Status.NEW, "nobody has decided", sample=i) for i in range(3))

    page = write(workshop.run(workshop.judged(variant, *samples, findings=found)))

    assert page.count("<bdi>nobody has decided</bdi>") == 1
    assert "nobody has decided samples 1, 2, 3" in words(page)


def test_turns_are_told_apart(workshop, write, say, words):
    """In a conversation, pictures and findings name their turn."""
    turns = (Turn(prompt="A fox"), Turn(prompt="A planet on its hat"))
    variant = workshop.variant("hat", "", turns=turns)
    first = workshop.sample(variant, workshop.generation(1))
    second = workshop.sample(variant, workshop.generation(2), turn=1)
    found = replace(say(Status.FAIL, "no planet", sample=0), turn=1)

    text = words(write(workshop.run(workshop.judged(variant, first, second, findings=(found,)))))

    assert "sample 1 of 1, turn 2 of 2" in text
    assert "no planet sample 1, turn 2 of 2" in text
    assert "A planet on its hat" in text


@pytest.mark.parametrize("turn", [5, -5])
def test_a_turn_that_the_variant_does_not_have_is_shown_all_the_same(workshop, write, turn):
    """A run.json may have been changed by hand."""
    variant = workshop.variant()
    sample = workshop.sample(variant, workshop.generation(1), turn=turn)

    page = write(workshop.run(workshop.judged(variant, sample, findings=())))

    assert "<small>asked not told</small>" in page


def test_a_stale_sample_beside_fresh_ones_is_shown_and_listed(workshop, write, say):
    """A variant of which a part is recorded is shown, its gap has a row with what differs."""
    variant = workshop.variant(samples=2)
    there = workshop.sample(variant, workshop.generation(1))
    gone = workshop.sample(
        variant, None, index=1, standing=Standing.STALE, why="the prompt was changed"
    )
    found = say(Status.UNRECORDED, "stale: the prompt was changed", sample=1, check="recorded")

    page = write(workshop.run(workshop.judged(variant, there, gone, findings=(found,))))

    assert "not recorded (stale)" in page
    assert '<td class="told"><bdi>the prompt was changed</bdi>' in page


def test_an_older_answer_to_a_changed_request_is_marked_stale(workshop, write, say):
    """It is shown for what it is, and listed among what is to be recorded."""
    variant = workshop.variant()
    old = workshop.sample(
        variant, workshop.generation(1), standing=Standing.STALE, why="the prompt was changed"
    )
    found = say(Status.UNRECORDED, "stale: the prompt was changed", sample=0, check="recorded")

    page = write(workshop.run(workshop.judged(variant, old, findings=(found,))))

    assert '<span class="note">stale</span>' in page
    assert '<td class="told"><bdi>the prompt was changed</bdi>' in page


def test_what_is_unrecorded_has_a_command(workshop, write):
    """The missing samples' table tells prices and ends in the command that records them."""
    page = write(workshop.every_status())

    assert "image_size was 1K when it was recorded</bdi><td>$0.13<td" in page
    assert 'class="command">harness run suites/storefront.yaml --live missing</pre>' in page


def test_refusals_tell_the_services_words(workshop, write, words):
    """Reason, message and the text that came instead of a picture stand in one row."""
    text = words(write(workshop.every_status()))

    assert (
        "refused The model refused, by its own finish reason. finishReason IMAGE_SAFETY "
        "Unsafe picture. I cannot make this picture." in text
    )
    assert (
        "ServiceFailed The service failed: 5xx. HTTP 503, overloaded The model is overloaded. none"
        in text
    )


@pytest.mark.parametrize("status", [Status.PASS, Status.FAIL])
def test_text_where_text_was_asked_for_is_no_refusal(workshop, write, say, status):
    """An answer in text only is listed among the refusals where it did not pass."""
    variant = workshop.variant()
    told = workshop.generation(1, parts=(Part(text="A story of an axolotl."),))
    found = say(status, "text only", sample=0, check="answered")
    judged = workshop.judged(variant, workshop.sample(variant, told), findings=(found,))

    page = write(workshop.run(judged))

    assert "text only: A story of an axolotl." in page
    assert ("answers without a picture</h2>" in page) is (status is Status.FAIL)


def test_provenance_is_there_whole(workshop, write):
    """Digests, response ids, tokens, price and time of every answer can be read."""
    run = workshop.every_status()
    page = write(run)

    answers = [s for j in run.judged for s in j.samples if s.generation]
    for sample in answers:
        assert sample.receipt.request_digest in page
        assert sample.generation.response_id in page
    assert "16 in, 1,290 out (1,120 picture)<small>140 thinking</small>" in page


def test_pictures_that_are_absent_leave_words(workshop, tmp_path, words):
    """A page without any picture is a page all the same."""
    run, sources = workshop.every_status(), replace(workshop.sources, original=lambda _: None)

    page = write_report(run, folder=tmp_path / "r", sources=sources).read_text(encoding="utf-8")

    assert "<img" not in page
    assert "picture absent: harness cassette pull" in page


def test_an_empty_run_has_a_page(workshop, write):
    """Nothing judged is told as such, without empty sections."""
    page = write(workshop.run(suites=()))

    assert "No recorded pictures, nothing was generated." in page
    assert "Nothing was judged." in page
    assert "needs eyes" not in page


def test_fingerprints_never_reach_the_page(workshop, write, words):
    """A fresh sample shows no distance: hash bits come from findings alone."""
    page = write(workshop.run(workshop.one(1, Status.FAIL), workshop.one(2, Status.PASS)))

    assert "phash" not in page
    assert " bits" not in words(page)


def test_the_page_says_what_is_not_watched(workshop, write, words):
    """A PASS is told together with what it says nothing about."""
    text = words(write(workshop.run(workshop.one(1, Status.PASS))))

    assert "content of the picture against the prompt, where no check asks about it" in text


def test_thinking_is_kept_apart_from_the_answer(workshop, write):
    """Interim text and pictures stand in a drawer of their own and bear no status."""
    page = write(workshop.every_status())

    drawer = re.search(r'<details class="drawer">.*?</details>', page, re.DOTALL)[0]
    assert "The city needs rain." in drawer
    assert drawer.count("<img") == 1
    assert 'class="mark' not in drawer
    assert page.count("The city needs rain.") == 1


@pytest.mark.parametrize("status", [Status.FAIL, Status.PASS])
def test_who_recorded_until_it_pleased_is_seen_to_have(workshop, write, words, status):
    """How often a cell was recorded stands beside its pictures; a first time says nothing."""
    judged = workshop.one(1, status)

    again = words(write(workshop.run(replace(judged, discarded=2))))
    once = words(write(workshop.run(judged)))

    assert "third recording of this cell, two discarded" in again
    assert "recording of this cell" not in once
