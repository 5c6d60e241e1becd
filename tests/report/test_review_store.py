"""Deciding in the review page: what may be accepted, what is undone, what the file says."""

import json
from dataclasses import asdict

import pytest

from harness.loader.review import parse_review
from harness.model.baseline import Choice
from harness.model.review import Preferred
from harness.review.keeper import Keeper
from harness.review.server import serving
from tests.browsing import needs_chromium
from tests.report.reviewing_page import DIGEST, RUN, sha, sheet, write_page

pytestmark = needs_chromium
PAIR = sheet(1, samples=2), sheet(2, samples=2)
THREE = sheet(1), sheet(2), sheet(3)
TWO_FRAMES = "new Promise(d => requestAnimationFrame(() => requestAnimationFrame(() => d())))"


@pytest.fixture(scope="module")
def page(browser):
    """Give one page for all tests: a new one would cost more than what is tested in it."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(8_000)
    page.emulate_media(reduced_motion="reduce")
    yield page
    page.close()


class Reviewer:
    """A person before the page: presses keys, reads what is said."""

    def __init__(self, page):
        self.page = page

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        return self.said

    @property
    def said(self):
        return self.page.inner_text("#message").strip()

    @property
    def progress(self):
        return self.page.inner_text("#progress")

    def look(self, *numbers):
        """Wait until these pictures count as seen."""
        for number in numbers:
            self.page.wait_for_function("sha => Harness.store.seen(sha)", arg=sha(number))

    def ask(self, script):
        return self.page.evaluate(script)

    def export(self, name="Ann"):
        """Press E, say a name where one is asked for, and read the file as `approve` does."""
        with self.page.expect_download() as download:
            self.press("e")
            if self.page.locator("#ask").is_visible():
                self.page.keyboard.type(name)
                self.press("Enter")
        self.file = download.value
        return parse_review(self.file.path().read_bytes(), file="exported")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("report")


BEGIN_ANEW = """
if (Harness.store.blind) Harness.store.toggleBlind();
Harness.store.load(Harness.store.fresh());
Harness.store.go(0);
document.getElementById('message').textContent = '';
"""


@pytest.fixture(scope="module")
def shown():
    """Give what the page shows: a test that wants the same begins anew in it, unloaded."""
    return {}


@pytest.fixture
def review(page, folder, shown):
    """Open a page of some sheets; give who sits before it."""
    faults = []

    def fault(error):
        faults.append(str(error))

    page.on("pageerror", fault)

    def opened(*sheets, at="", plan=None):
        wanted = {"sheets": sheets, "plan": plan}
        if not at and shown == wanted:
            page.evaluate(BEGIN_ANEW)
            return Reviewer(page)
        page.goto(at or write_page(folder, sheets, plan=plan).as_uri())
        shown.clear()
        shown.update({} if at else wanted)
        return Reviewer(page)

    yield opened
    page.evaluate("localStorage.clear()")
    page.remove_listener("pageerror", fault)
    assert faults == []


def test_one_key_accepts_a_sheet_of_all_samples(review):
    """A after a look at every sample accepts them all, and says how far the review is."""
    ann = review(*PAIR)
    ann.look(10, 11)

    assert ann.press("a") == "accepted, 1 of 2; Shift+J: next undecided"
    vote = ann.export().votes[0]
    assert vote.choice is Choice.ACCEPT
    assert [(p.sample, p.sha256, p.seen, p.bad) for p in vote.pictures] == [
        (0, sha(10), True, False),
        (1, sha(11), True, False),
    ]
    assert vote.modes == ("sheet",)


def test_a_picture_too_small_to_be_judged_is_not_seen(review):
    """On a screen where it is drawn under 320 px, looking at it is not enough."""
    ann = review(*PAIR)
    ann.look(10, 11)

    ann.ask("Harness.store.load({ seen: {} })")
    ann.ask("document.querySelectorAll('.cell img').forEach(i => { i.style.width = '319px' })")
    ann.ask("document.dispatchEvent(new Event('visibilitychange'))")
    ann.ask(TWO_FRAMES + ".then(() => " + TWO_FRAMES + ")")

    assert ann.press("a") == "not accepted: sample 1, sample 2 were not seen"


def test_a_bad_sample_is_rejected_within_an_accepted_sheet(review):
    """B marks the sample at hand, a digit says why, and A accepts the rest."""
    ann = review(*PAIR)
    ann.look(10, 11)

    ann.ask("Harness.store.setSample(1)")
    assert ann.press("b") == "sample 2 marked bad"
    ann.press("6", "Enter", "a")

    vote = ann.export().votes[0]
    assert vote.choice is Choice.ACCEPT
    assert [(p.bad, p.reasons) for p in vote.pictures] == [(False, ()), (True, ("artefact",))]


def test_an_acceptance_falls_with_what_it_rested_on(review):
    """A sample that was bad and unseen, and is bad no longer, takes the acceptance with it."""
    ann = review(*PAIR)
    ann.look(10, 11)
    ann.ask("Harness.store.setSample(1)")
    ann.press("b", "Enter", "a")
    ann.ask(f"Harness.store.load({{ seen: {{ '{sha(10)}': ['sheet'] }} }})")

    ann.ask("Harness.sheet.close()")
    said = ann.press("b")

    assert said == "sample 2 no longer bad; decision withdrawn, not accepted: sample 2 was not seen"
    assert ann.progress == "0 of 2 decided"


def test_what_was_not_seen_is_not_accepted(review):
    """The message names the samples that were on no screen, and the sheet goes there."""
    ann = review(sheet(1, samples=20))
    ann.look(10)

    said = ann.press("a")

    assert said.startswith("not accepted: sample ")
    assert "sample 20" in said
    assert "sample 1," not in said
    assert ann.progress == "0 of 1 decided"
    assert ann.ask("Harness.store.sample") > 0


def test_a_sheet_of_bad_samples_is_not_accepted(review):
    """Where nothing is left to accept, rejection is the word for it."""
    ann = review(*THREE)

    assert ann.press("b", "Enter", "a") == "every sample is marked bad: reject the sheet (R)"


def test_a_rejection_says_why(review):
    """R alone decides nothing; each digit adds or takes a reason; the last cannot be taken."""
    ann = review(*THREE)

    ann.press("r")
    assert ann.progress == "0 of 3 decided"
    assert ann.press("2", "1") == "rejected, 1 of 3; Shift+J: next undecided"
    assert ann.press("2", "1") == "say why: a rejection needs a reason"

    assert ann.export().votes[0].reasons == ("wrong-text",)


def test_a_note_alone_is_a_word_for_the_discussion(review):
    """It is typed with every letter, kept at each, and undone as one step."""
    ann = review(*THREE)

    ann.press("n")
    ann.page.keyboard.type("a bad ear, and R is no key here")
    ann.press("Escape")
    vote = ann.export().votes[0]
    assert (vote.choice, vote.note) == (Choice.DISCUSS, "a bad ear, and R is no key here")

    ann.press("u")
    assert ann.progress == "0 of 3 decided"
    assert ann.page.input_value("#note") == ""


def test_every_step_can_be_undone(review):
    """As many as were made, also after the page was opened anew; then there is nothing left."""
    ann = review(*THREE)
    ann.press("d")
    ann.ask("Harness.store.go(1)")
    ann.press("r", "1", "2", "Escape")
    ann.page.reload()

    states = []
    for _ in range(4):
        ann.press("u")
        states.append(
            ann.ask("Harness.store.items.slice(0, 2).map(i => Harness.store.vote(i.id).choice)")
        )

    assert states == [["discuss", "reject"], ["discuss", ""], ["", ""], ["", ""]]
    assert ann.said == "nothing to undo"


def test_all_seen_are_accepted_after_a_question(review):
    """Shift+A says how many; one undo takes them back; what was not seen stays undecided."""
    ann = review(*THREE)
    for n in (1, 2):
        ann.ask(f"Harness.store.markSeen('{sha(10 * n)}', 'side')")

    ann.press("Shift+A")
    assert ann.page.inner_text("#ask-title") == "Accept 2 sheets?"
    ann.press("Escape")
    assert ann.progress == "0 of 3 decided"
    assert ann.press("Shift+A", "Enter") == "2 accepted, 2 of 3"
    assert ann.press("u") == "undone, 0 of 3"


def test_a_file_that_is_none_is_refused(review):
    """The page says why, and nothing changes: no JSON, a newer one, one of another run."""
    head = '{"format":"gemini-image-harness/review","version":'
    whys = {
        "{": "it is no file of decisions",
        f"{head}2}}": "its version is 2",
        f'{head}1,"run":"x"}}': "it is of run x",
    }
    ann = review(*THREE)

    for text, why in whys.items():
        assert why in ann.ask(f"Harness.saver.opened({json.dumps(text)})")
    assert ann.progress == "0 of 3 decided"


def test_each_reviewer_has_decisions_of_their_own(review):
    """Who says another name begins anew, and finds their own again under the old one."""
    ann = review(*THREE)
    ann.press("d")
    ann.ask("Harness.saver.become('Ann')")
    ann.ask("Harness.saver.become('Bob')")
    assert ann.progress == "0 of 3 decided"

    ann.ask("Harness.saver.become('Ann')")
    assert ann.progress == "1 of 3 decided"


def test_markdown_holds_no_markup_of_strangers(review):
    """Notes are one line each, and no link, mention or tag is made of them."""
    ann = review(*THREE)
    ann.press("n")
    ann.page.keyboard.insert_text("@all <b>see</b>\n# https://evil.example [x](y)")
    ann.press("Escape")

    text = ann.ask("Harness.markdown()")

    assert "### For discussion (1)" in text
    line = next(line for line in text.splitlines() if line.startswith("- "))
    assert line == (
        "- `shop/case-1[1K]`: @\u200ball \\<b\\>see\\</b\\> \\# "
        "https\u200b://evil.example \\[x\\]\\(y\\)"
    )


def test_without_a_plan_the_gravest_comes_first(review):
    """Then what nobody decided, then the rest; with a plan, what it says."""
    passed = sheet(1, status="PASS")
    passed["samples"][0]["pill"] = "accepted"
    items = passed, sheet(2, status="PASS"), sheet(3, status="WARN"), sheet(4, status="FAIL")
    order = "Harness.store.items.map(i => i.case)"
    plan = {
        "take": 2, "seed": 7, "round": 1, "minutes": 1,
        "sheets": [{"item": items[i]["id"], "why": ["failed"], "random": i == 1} for i in (3, 1)],
    }  # fmt: skip

    assert review(*items).ask(order) == ["case-4", "case-3", "case-2", "case-1"]
    ann = review(*items, plan=plan)
    assert ann.ask(order) == ["case-4", "case-2"]
    ann.press("d")
    said = ann.export()
    assert (said.take, said.seed, said.drawn) == (2, 7, (items[1]["id"],))


def test_the_file_is_read_back_to_go_on(review):
    """What one browser exported another takes over; what no longer fits is left, and said."""
    sheets = [sheet(1, samples=2), sheet(2), sheet(3)]
    ann = review(*sheets)
    ann.look(10, 11)
    ann.press("a")
    ann.ask("Harness.store.go(1)")
    ann.press("r", "3", "Escape")
    ann.ask("Harness.store.go(2)")
    ann.press("d")
    first = ann.export("Ann / Lee")
    path = ann.file.path()
    assert ann.file.suggested_filename == f"decisions-{RUN}-Ann---Lee.json"
    assert (first.run, first.report, first.reviewer) == (RUN, DIGEST, "Ann / Lee")

    ann.ask("localStorage.clear()")
    other = review(*sheets[:2], sheets[2] | {"before": "ff" * 32})
    other.page.set_input_files("#import-file", path)
    other.page.wait_for_function("() => document.getElementById('message').textContent !== ''")

    assert other.said == (
        "opened: 2 sheets taken over; 1 left, made of other pictures or another accepted set"
    )
    again = other.export()
    assert [asdict(vote) for vote in again.votes] == [asdict(vote) for vote in first.votes[:2]]
    assert again.reviewer == "Ann / Lee"


def test_a_decision_falls_with_the_accepted_set_that_it_was_made_against(review):
    """Where somebody accepted since, what this browser kept asks for another look; a note stays."""
    ann = review(sheet(1))
    ann.press("n")
    ann.page.keyboard.type("odd ear")
    ann.press("Escape", "d")

    ann = review(sheet(1) | {"before": "ff" * 32})

    assert ann.progress == "0 of 1 decided"
    assert ann.page.input_value("#note") == "odd ear"
    ann.press("d")
    assert ann.export().votes[0].accepted_before == "ff" * 32


def saved(ann, word):
    ann.page.wait_for_function(
        "word => document.getElementById('saved').textContent.includes(word)", arg=word
    )


def test_a_server_has_each_decision_on_disk(review, folder):
    """Nothing is lost where it is away for a while, nor where another window decided meanwhile."""
    write_page(folder, THREE)
    keeper = Keeper(folder, run=RUN, reviewer="Ann")
    with serving(folder, keeper, report=DIGEST) as address:
        ann = review(at=address)
        ann.press("d")
        saved(ann, "✔ saved")
        assert [vote.item for vote in keeper.review().votes] == ["shop/case-1[1K]"]

        ann.page.context.set_offline(True)
        ann.ask("Harness.store.go(1)")
        ann.press("r", "2", "Escape")
        saved(ann, "not saved, trying again")
        keeper.path.write_bytes(_with_another(keeper.path.read_bytes()))
        ann.page.context.set_offline(False)
        saved(ann, "✔ saved")

        choices = [vote.choice.value for vote in keeper.review().votes]
        assert choices == ["discuss", "reject", "discuss"]
        ann.ask("localStorage.clear()")
        again = review(at=address)
        assert again.progress == "3 of 3 decided"
    keeper.path.unlink()


def _with_another(data):
    """Let another window have decided on the third sheet."""
    told = json.loads(data)
    third = sheet(3)
    vote = told["votes"][0] | {
        "item": third["id"], "variant": "case-3[1K]", "cell": third["cell"],
        "accepted_before": third["before"],
        "pictures": [{"sample": 0, "sha256": sha(30), "seen": True}],
    }  # fmt: skip
    return json.dumps(told | {"votes": [*told["votes"], vote]}).encode()


def test_a_browser_that_keeps_nothing_is_told_of(review):
    """Where storage fails, a warning stands in the page and the export is in the foreground."""
    ann = review(sheet(7))
    assert not ann.page.locator("#storage").is_visible()

    ann.ask("void (Storage.prototype.setItem = () => { throw new Error('full') })")
    ann.press("d")

    assert "keeps nothing: export" in ann.page.inner_text("#storage")
    assert "urgent" in ann.page.get_attribute("#export", "class")
    assert ann.export().votes[0].choice is Choice.DISCUSS


def test_blind_preferences_are_kept_as_what_they_really_were(review):
    """Both orders occur; whichever it is, the file says which picture was meant."""
    ann = review(*(sheet(n) for n in range(1, 9)))

    assert ann.press("x") == "blind: sides shuffled, names hidden"
    swapped = []
    for number in range(8):
        ann.ask(f"Harness.store.go({number})")
        swapped.append(ann.ask("Harness.store.swapped()"))
        ann.press("7" if number % 2 else "9")
    said = ann.export().preferences

    assert len(set(swapped)) == 2
    for number, (one, flipped) in enumerate(zip(said, swapped, strict=True)):
        baseline_meant = bool(number % 2) is not flipped
        meant = Preferred.BASELINE if baseline_meant else Preferred.CANDIDATE
        assert (one.preferred, one.baseline_left) == (meant, not flipped)


def test_nothing_is_accepted_blind(review):
    """Accept and reject are there only once the sides are named; ties are ties."""
    ann = review(sheet(1), sheet(2, baseline=False))
    ann.ask(f"Harness.store.markSeen('{sha(10)}', 'side')")
    ann.press("x")

    assert not ann.page.locator("#decide").is_visible()
    assert ann.press("a") == "not while blind: X names the sides first"
    assert ann.press("r") == "not while blind: X names the sides first"
    assert ann.press("Shift+A") == "no undecided sheet was seen whole"
    assert ann.press("8") == "tie, 1 of 1 compared"
    assert ann.press("x") == "sides named: you said tie"
    assert ann.press("a") == "accepted, 1 of 2; Shift+J: next undecided"
    ann.press("x")
    ann.ask("Harness.store.go(1)")
    assert ann.press("6") == "nothing to compare: no baseline stands beside"


def second_round(items, *reviews):
    sheets = [{"item": item["id"], "why": ["split"], "random": False} for item in items]
    return {"take": 0, "seed": 0, "round": 2, "minutes": 1, "sheets": sheets, "reviews": reviews}


def said_by(reviewer, item, choice, **more):
    """Give a review as its file holds it: what stands at its default is left out."""
    pictures = [{"sample": 0, "sha256": item["samples"][0]["sha"], "seen": True, "bad": True}]
    vote = {"item": item["id"], "choice": choice, "at": "2026-11-25T09:00:00Z"}
    return {"reviewer": reviewer, "votes": [vote | {"pictures": pictures} | more]}


def test_a_second_round_shows_everyone_s_marks_and_resolves(review):
    """The chair sees who said what, gives a reason, and may not leave it empty."""
    item, other = sheet(1, samples=2), sheet(2)
    hostile = "<img src=x onerror=\"document.title='won'\">"
    plan = second_round(
        [item],
        said_by("Ann", item, "accept"),
        said_by("Bob", item, "reject", reasons=["identity"], note=hostile),
    )
    chair = review(item, other, plan=plan)
    chair.look(10, 11)

    said = " ".join(chair.page.inner_text("#said").split())
    assert "Ann ✔ accepted" in said
    assert "identity" in said
    assert hostile in said
    assert chair.page.inner_text(".cell .bad-word >> nth=0") == "✖ bad: Ann, Bob"
    assert chair.progress == "0 of 1 resolved"
    chair.press("a", "Enter")
    assert chair.page.inner_text("#ask-wrong") == "say why: a resolution needs a reason"
    chair.page.keyboard.type("the client likes it")
    chair.press("Enter")

    (resolution,) = chair.export("Chair").resolutions
    assert (resolution.choice, resolution.reason) == (Choice.ACCEPT, "the client likes it")
    assert "Ann" in chair.page.inner_text("#said")
    assert chair.page.title() == "Review"
