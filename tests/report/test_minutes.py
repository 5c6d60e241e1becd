"""Minutes say what was decided, by whom, and how far the rate can be believed; nothing runs."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from harness.judging.acceptance import acceptance_of, together
from harness.judging.agreement import agreed, preferences
from harness.judging.merging import merge
from harness.model.baseline import Acceptance, Choice
from harness.model.review import PictureVote, Preference, Preferred, Resolution
from harness.model.showing import Showing, SuiteShow
from harness.report.minutes import to_minutes_html, to_minutes_markdown
from harness.report.minutes_views import Before, Record, minutes_of, pictures_of
from harness.report.pictures import Rendition, Tile
from tests.judging.reviewed import ids, review, run_of

A, R, D = Choice.ACCEPT, Choice.REJECT, Choice.DISCUSS
RUN = run_of({"fox": 1, "owl": 1, "map": 1, "hat": 1, "end": 1}, answers={"s/end": "nothing"})
SHOWING = Showing(suites={"s": SuiteShow(suite="s", owners={"": "team", "owl": "olga"})})
ANN = review("ann", {"s/fox": A, "s/owl": D, "s/map": A}, drawn=("s/fox", "s/map", "s/hat"))
BOB = review("bob", {"s/fox": A, "s/map": R})
EVE = review("eve", {}, resolutions=(Resolution(item="s/map", choice=R, reason="six fingers"),))


class Tags(HTMLParser):
    """Tags of a page, and the names of their attributes."""

    def __init__(self, page):
        super().__init__()
        self.names, self.attributes = set(), set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


def minutes(*reviews, run=RUN, before=None, quorum=1):
    merged = merge(reviews, quorum=quorum, items=ids(run))
    return minutes_of(
        Record(
            run=run,
            showing=SHOWING,
            reviews=reviews,
            merged=merged[: len(ids(run))],
            strange=len(merged) - len(ids(run)),
            counted=together(acceptance_of(run, reviews, merged).values()),
            before=before,
            agreed=agreed(reviews),
            preferences=preferences(reviews),
        )
    )


def section(found, name):
    (own,) = [each for each in found.sections if each.name == name]
    return own.rows


def with_note(by, note, *, choice=R, **fields):
    made = review(by, {"s/fox": choice})
    return replace(made, votes=(replace(made.votes[0], note=note, **fields),))


def test_each_sheet_stands_under_its_result():
    """With everyone's word; a discussion names who is responsible."""
    found = minutes(ANN, BOB, EVE)

    assert [row.item for row in section(found, "Accepted")] == ["s/fox"]
    (discussed,) = section(found, "To be discussed")
    assert (discussed.owner, discussed.marks) == ("olga", ("ann wants to discuss",))
    (rejected,) = section(found, "Rejected")
    assert rejected.marks == ("ann accepts", "bob rejects")
    assert rejected.resolved == "eve resolves: reject, because six fingers"


def test_what_divided_people_stays_visible():
    """The chair's word outranks theirs and hides none."""
    (divided,) = minutes(ANN, BOB, EVE).divided

    assert divided.said == "accept: ann; reject: bob"
    assert divided.came_to.startswith("eve resolves: reject")
    (left,) = minutes(ANN, BOB).divided
    assert left.came_to == "not resolved: split"


def test_what_was_not_reviewed_is_named():
    """Sheets that nobody decided on; those with nothing to look at are counted apart."""
    found = minutes(ANN, BOB, review("cat", {"s/strange": A}))

    assert found.missed == ("s/hat",)
    assert "Decided on by nobody: 1 of 4 sheets." in found.left_out
    assert "1 sheet held nothing to look at: nothing of it is recorded." in found.left_out
    assert "1 mark on sheets that this run does not have." in found.left_out


def test_the_rate_stands_beside_the_last_time():
    """Each with its interval, and of how many sheets it speaks."""
    counted = Acceptance(accepted=45, rejected=5, open=0, total=400)

    now, last = minutes(
        ANN, BOB, EVE, before=Before(run="r0", at="2026-11-19T10:00:00Z", counted=counted)
    ).rate

    assert now.startswith(
        "Acceptance rate: 1 of 3 drawn sheets are accepted, 1 rejected and 1 open"
    )
    assert "of all 4 sheets" in now
    assert last.startswith("Last time (run r0, 2026-11-19): 90.0% of 50 drawn sheets")


def test_no_draw_is_no_rate():
    """And no last time is said too."""
    now, last = minutes(replace(ANN, drawn=())).rate

    assert now.startswith("No acceptance rate: nothing was drawn at random")
    assert last == "Last time: no rate is kept of these suites."


def test_raw_agreement_stands_before_alpha():
    """Which cannot be computed here, and says why."""
    found = minutes(ANN, BOB)

    assert "1 of 2 are the same (50%); the reviewers are divided on 1 sheet." in found.agreement[0]
    assert found.pairs == (("ann", "bob", "1 of 2"),)
    assert "no interval" in found.appendix[0]
    assert minutes(ANN).appendix == ()


def test_a_mark_says_its_reasons_and_bad_samples():
    """Chips, the samples marked bad, and the note."""
    bad = PictureVote(sample=2, sha256="0" * 64, seen=True, bad=True, reasons=("style",))

    (row,) = section(
        minutes(with_note("ann", "no hat", reasons=("identity",), pictures=(bad,))), "Rejected"
    )

    assert row.marks == ("ann rejects (identity); marks bad: sample 3 (style): no hat",)


def test_blind_pairs_are_told():
    """With what is left out of the share."""
    told = (
        Preference(item="s/fox", preferred=Preferred.CANDIDATE, baseline_left=True),
        Preference(item="s/owl", preferred=Preferred.TIE, baseline_left=True),
    )

    said, side = minutes(review("ann", {}, preferences=told)).preference

    assert "the candidate is preferred on 1 of 1 sheet with a preference" in said
    assert "Left out of the share: 1 even or tied, 0 bad on both sides." in said
    assert side.startswith("The left side was chosen 0 of 1 times")


def test_the_page_shows_the_pictures_it_has():
    """Within itself; words where there is none."""
    found = minutes(ANN, BOB, EVE)
    first = pictures_of(found)[0]
    tile = Tile(thumb=Rendition(href="data:image/webp;base64,AA", width=3, height=2))

    page = to_minutes_html(found, RUN, {first: tile})

    assert page.count("<img ") == 1
    assert 'src="data:image/webp;base64,AA" width="3"' in page
    assert "no picture here" in page


HOSTILE = [
    "<script>alert(1)</script>",
    "</bdi></p><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1)) | `a` @all \u202egnp",
    "{{ 7 * 7 }} {% include 'report.css' %}",
    "x" * 10_000,
    "\x00\x1b[31m\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(text):
    """In notes, names, meetings, reasons and ids alike; readable, and shortened."""
    chair = review(text, {}, resolutions=(Resolution(item="s/fox", choice=D, reason=text),))
    found = minutes(with_note("ann", text), replace(chair, meeting=text, source=text))

    page, lines = to_minutes_html(found, RUN, {}), to_minutes_markdown(found, RUN)

    assert not {"script", "img"} & Tags(page).names
    assert not {name for name in Tags(page).attributes if name.startswith("on")}
    assert "\u202e" not in page + lines
    assert "49" not in page.partition("<body>")[2]
    assert not re.search(r"<(?!br>|!-- -->)", lines)
    assert not re.search(r"(?<!\\)\]\(|@all", lines)
    assert all(line.count(" | ") == 2 for line in lines.splitlines() if line.startswith("| s/"))


def test_minutes_are_titled_by_the_meeting():
    """Without a name for it, by what was reviewed."""
    named = minutes(replace(ANN, meeting="Friday"), BOB)

    assert named.title == "Minutes: Friday"
    assert to_minutes_markdown(minutes(ANN), RUN).startswith("# Minutes of the review of s\n")
    assert "<h1><bdi>Minutes: Friday</bdi></h1>" in to_minutes_html(named, RUN, {})


def test_a_home_folder_is_not_told():
    """The files that it was made from go by their names."""
    found = minutes(replace(ANN, source="/home/ann/secret/decisions-ann.json"))

    assert found.sources == ("decisions-ann.json",)
    assert "secret" not in to_minutes_markdown(found, RUN)
