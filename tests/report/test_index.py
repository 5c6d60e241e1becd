"""index.html: three answers, pairs of medoids, what moved, changed prompts."""

from dataclasses import replace

import pytest

from harness.model.drift import CellDrift, Drift, Effect, Shift, Witness
from harness.model.monitor import Look
from harness.model.review import item_id
from harness.model.showing import CellShow, Example, Showing, SuiteShow
from harness.model.suite import Turn
from harness.model.verdict import Status

SUITE = "storefront"


def cell_drift(variant, *, moved=False, size=0.1, witnesses=()):
    """Make a cell of a test; its interval is .2 to both sides."""
    effect = Effect(channel="layout", size=size, low=size - 0.2, high=size + 0.2)
    return CellDrift(
        suite=SUITE, variant=variant.id, turn=0, cell="c" * 64, old=16, new=4,
        p=0.001, q=0.02, moved=moved, effect=effect, witnesses=witnesses,
    )  # fmt: skip


def drift(*cells, verdict=Shift.CHANGED, **fields):
    return Drift(
        verdict=verdict, said=f"{verdict.value}: so it is", alpha=0.01, p=0.004, p_all=0.004,
        p_few=0.1, smallest_p=0.0001, draws=9999, seed=1, power=0.9, seen=0.2, matters=0.25,
        margin=0.1, cells=cells, **fields,
    )  # fmt: skip


def look(verdict):
    return Look(
        id="look-1", suite=SUITE, at="2026-11-21T00:00:00Z", epoch="e", arm="a", recording="r",
        verdict=verdict, said=f"{verdict.value}: seen by the monitor",
    )  # fmt: skip


def showing(cells=None, **suite):
    """Show cells by variant, all of turn 0."""
    found = {(SUITE, variant.id, 0): cell for variant, cell in (cells or [])}
    return Showing(suites={SUITE: SuiteShow(suite=SUITE, **suite)}, cells=found)


def lines(page):
    return {line.one("h2").text: line for line in page.all("section", class_="line")}


@pytest.mark.parametrize(
    ("suite", "word", "said"),
    [
        ({"drift": drift()}, "✖ CHANGED", "So it is"),
        ({"drift": drift(verdict=Shift.NO_CHANGE_SEEN)}, "✔ NO CHANGE SEEN", "So it is"),
        ({"drift": drift(provisional=True)}, "✖ PROVISIONAL CHANGED", "CHANGED: so it is"),
        (
            {"drift": drift(verdict=Shift.NO_CHANGE_SEEN), "open": ("look-9",)},
            "▲ INCIDENT OPEN",
            "NO CHANGE SEEN: So it is Open: look-9; how it stands: harness monitor",
        ),
        (
            {"look": look(Shift.SUSPECT), "untested": "nothing is pinned"},
            "▲ SUSPECT",
            "Seen by the monitor This run was not tested: nothing is pinned. "
            "The monitor looked last on 2026-11-21: SUSPECT.",
        ),
        (
            {"untested": "nothing is pinned: harness baseline pin main"},
            "○ NOT TESTED",
            "This run was not tested: nothing is pinned: harness baseline pin main.",
        ),
    ],
    ids=["changed", "no change", "provisional", "incident", "look", "untested"],
)
def test_the_first_line_says_whether_the_model_is_the_same(workshop, parsed, suite, word, said):
    """By the run's own test, else by the monitor, else why not; an incident stays in sight."""
    page = parsed(workshop.run(workshop.one(1, Status.PASS)), showing(**suite))

    line = lines(page)["SAME MODEL?"]
    assert line.one("p", class_="word").text == word
    assert line.one("p", class_="said").text.startswith(said)
    assert line.one("a").attributes["href"] == "#drift"
    assert page.one("h2", id="drift")


@pytest.mark.parametrize(
    ("statuses", "word"),
    [
        ([Status.FAIL, Status.ERROR], "✖ YES"),
        ([Status.ERROR, Status.PASS], "! CANNOT TELL"),
        ([Status.UNRECORDED, Status.PASS], "! CANNOT TELL"),
        ([Status.NEW, Status.WARN, Status.PASS], "✔ NO"),
        ([], "! CANNOT TELL"),
    ],
)
def test_the_second_line_says_whether_something_is_broken(workshop, parsed, statuses, word):
    """A failure is never masked by an error; an error leaves the question open."""
    judged = [workshop.one(number, status) for number, status in enumerate(statuses)]

    page = parsed(workshop.run(*judged))

    assert lines(page)["BROKEN?"].one("p", class_="word").text == word


def test_the_third_line_counts_what_waits_and_how_long_it_takes(workshop, parsed):
    """Failed, new and moved sheets wait, 30 s each; what passed and stayed does not."""
    judged = [workshop.one(n, s) for n, s in enumerate([Status.FAIL, Status.NEW, Status.PASS] * 2)]
    moved = judged[2].variant
    shown = showing([(moved, CellShow(drift=cell_drift(moved, moved=True)))], drift=drift())

    line = lines(parsed(workshop.run(*judged), shown))["NEEDS YOU"]

    assert line.one("p", class_="word").text == "? 5 items, 3 minutes"
    assert "30 s a sheet" in line.text
    assert line.one("a").attributes["href"] == "review.html"


def test_nothing_waits_where_all_passed(workshop, parsed):
    """Zero items is said with a check mark and without a link."""
    line = lines(parsed(workshop.run(workshop.one(1, Status.PASS))))["NEEDS YOU"]

    assert line.one("p", class_="word").text == "✔ 0 items"
    assert line.all("a") == []


def test_coverage_stands_above_what_was_found(workshop, write, words):
    """Cells judged of asked, samples, replay, dates, and what nobody watched."""
    text = words(write(workshop.every_status()))

    for said in (
        "cells judged 5 of 7", "samples recorded 6 of 8", "mode replay, 0 calls",
        "recorded 2026-11-18 to 2026-11-20", "anatomy (hands, faces, limbs)",
        "no embedder is set",
    ):  # fmt: skip
        assert said in text.partition("What failed or changed")[0]


@pytest.fixture
def beside(workshop):
    """Make a failed variant of three samples, the second its medoid, beside a baseline of two."""
    variant = workshop.variant("city", "", samples=3, tags=("night", "sale"))
    samples = [
        workshop.sample(variant, workshop.generation(n), index=n, cost_usd=0.24) for n in range(3)
    ]
    old = [workshop.picture(n).picture.sha256 for n in (50, 51)]
    failed = replace(workshop.one(0, Status.FAIL).verdict.findings[0], sample=2)
    judged = workshop.judged(variant, *samples, findings=(failed,))
    fresh = [sample.picture for sample in samples]
    cell = CellShow(
        order=(fresh[1], fresh[0], fresh[2]),
        baseline=tuple(old),
        example=Example.EPOCH,
        drift=cell_drift(variant, moved=True, size=0.42),
    )
    shown = showing([(variant, cell)], drift=drift(cell.drift), owners={"": "brand team"})
    return workshop.run(judged), shown, old, fresh


def of(picture):
    """Give the sha256 of a picture on the page."""
    return picture.attributes["src"].split("/")[-1].partition(".")[0]


def test_a_pair_is_of_medoids_and_the_strips_are_examples(parsed, beside):
    """A | B with names on the pictures; below both sides' samples, medoid first, no pair."""
    run, shown, old, fresh = beside

    sheet = parsed(run, shown).one("article", class_="card").one("section", class_="of-cell")

    pair = sheet.one("div", class_="pair")
    assert [of(img) for img in pair.all("img")] == [old[0], fresh[1]]
    names = [caption.text for caption in pair.all("figcaption")]
    assert names == ["A baseline · reference sample", "B candidate · sample 2 of 3"]
    strips = sheet.one("div", class_="strips")
    assert "Examples, not a pair" in strips.text
    assert [of(img) for img in strips.one("div", class_="A").all("img")] == old
    assert [of(img) for img in strips.one("div", class_="B").all("img")] == [
        fresh[1], fresh[0], fresh[2],
    ]  # fmt: skip


def test_a_sheet_tells_bad_of_total_and_the_effect_with_its_interval(parsed, beside):
    """The cell's own verdict stands there, on a scale with what matters; no hash distance."""
    run, shown, *_ = beside

    sheet = parsed(run, shown).one("article", class_="card").one("section", class_="of-cell")

    assert "1 of 3 samples bad" in sheet.text
    assert "moved, effect .42 (.22 to .62) in layout" in sheet.text
    scale = sheet.one("span", class_="cell-scale").attributes["aria-label"]
    assert scale == "effect .42, interval .22 to .62; a change of .25 matters"
    assert sheet.one("a", class_="go").attributes["href"] == "review.html#item=storefront/city"


def test_without_a_baseline_the_candidate_stands_alone(workshop, parsed):
    """No side A is made up, and no letter names a side."""
    page = parsed(workshop.run(workshop.one(1, Status.FAIL)))

    sheet = page.one("article", class_="card").one("section", class_="of-cell")
    assert len(sheet.one("div", class_="pair").all("figure")) == 1
    assert sheet.all("b", class_="letter") == []
    assert "no baseline to stand beside it" in sheet.text


def test_what_a_script_filters_by_stands_on_the_variant(parsed, beside):
    """Its attributes tell all that a filter or an order asks for."""
    run, shown, *_ = beside

    variant = parsed(run, shown).one("section", class_="variant")

    told = {k.removeprefix("data-"): v for k, v in variant.attributes.items() if k[:5] == "data-"}
    assert told == {
        "id": item_id(SUITE, "city", 0), "suite": SUITE, "case": "city", "status": "FAIL",
        "severity": "5", "moved": "1", "drift": "0.420", "bad": "1", "owner": "brand team",
        "tags": "night sale", "size": "4K", "ratio": "16:9", "cost": "0.72",
    }  # fmt: skip


def test_a_variant_that_passed_and_moved_is_no_contact_sheet_matter(workshop, parsed):
    """It has a card after what failed, and says with a word that it moved."""
    failed, passed, stayed = (workshop.one(n, s) for n, s in enumerate(
        [Status.FAIL, Status.PASS, Status.PASS]
    ))  # fmt: skip
    cell = CellShow(drift=cell_drift(passed.variant, moved=True))

    page = parsed(workshop.run(passed, failed, stayed), showing([(passed.variant, cell)]))

    cards = page.all("article", class_="card")
    assert [card.one("h3").text for card in cards] == [
        "✖ FAIL case-0 storefront", "✔ PASS ▲ MOVED case-1 storefront",
    ]  # fmt: skip
    assert [li.attributes["data-case"] for li in page.one("ul", class_="sheet").all("li")] == [
        "case-2"
    ]


def test_drift_stands_cell_by_cell_with_both_clouds_and_witnesses(workshop, parsed, beside):
    """What moved comes first; a picture that drove it says so in a word."""
    run, shown, old, fresh = beside
    place = (SUITE, "city", 0)
    seen = (
        Witness(sha256=old[1], fresh=False, weight=2.0),
        Witness(sha256=fresh[2], fresh=True, weight=1.0),
    )
    named = replace(shown.cells[place].drift, witnesses=seen)
    other = replace(named, variant="other", moved=False, witnesses=())
    suite = replace(shown.suites[SUITE], drift=drift(other, named))
    cells = {place: replace(shown.cells[place], drift=named)}

    page = parsed(run, Showing(suites={SUITE: suite}, cells=cells))

    driven, first, last = page.one("section", class_="drift-of").all("section", class_="pairless")
    assert [of(img) for img in driven.all("img")] == [old[1], fresh[2]]
    assert [of(img) for img in first.all("img")] == [*old, fresh[1], fresh[0], fresh[2]]
    assert first.text.count("★ witness") == 2
    assert (first.one("h5").text, last.one("h5").text) == ("city", "other")
    assert last.text.count("no picture") == 2


def test_a_changed_prompt_stands_old_beside_new(workshop, parsed):
    """Word by word, with a link from the card: it must never look like a change of the model."""
    variant = workshop.variant("sale", "", turns=(Turn(prompt="A red <b>bus</b> at night"),))
    sample = workshop.sample(variant, workshop.generation(1))
    failed = workshop.one(1, Status.FAIL).verdict.findings
    cell = CellShow(old_prompt="A blue <b>bus</b> at night")

    page = parsed(
        workshop.run(workshop.judged(variant, sample, findings=failed)), showing([(variant, cell)])
    )

    old, new = page.one("section", class_="reworded").all("pre")
    assert (old.text, old.one("del").text) == ("A blue <b>bus</b> at night", "blue")
    assert (new.text, new.one("ins").text) == ("A red <b>bus</b> at night", "red")
    assert page.one("a", class_="changed").attributes["href"] == "#prompt-storefront/sale"
    assert page.one("section", id="prompt-storefront/sale")
    assert "drift compares equal cells only" in page.one("article", class_="card").text


def test_a_page_of_very_many_says_where_the_rest_stands(workshop, write, words):
    """A card has its pair and three findings; what was asked is told in review.html."""
    judged = [workshop.one(n % 4, Status.FAIL, case=f"case-{n}") for n in range(61)]

    page = write(workshop.run(*judged))

    assert page.count('class="pair') == 61
    assert page.count('href="review.html#item=storefront/case-') == 61
    assert "every sample and every check that passed stand in review.html" in words(page)
    assert "Asked: prompt" not in page
