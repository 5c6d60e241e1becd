"""index.html by script, in a real browser from a file: filters, search, sort, keys, addresses."""

import pytest

from harness.compute.processes import Processes
from harness.report.single_file import single_file
from harness.report.write import single_name, write_report
from tests.browsing import needs_chromium
from tools.many_cases import beside, many, paint, sources

pytestmark = needs_chromium
CASES = 70


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a report of 70 cases over two small pictures, and the same in one file."""
    folder = tmp_path_factory.mktemp("many")
    pictures = paint(folder / "originals", count=2, side=64)
    run = many(pictures, cases=CASES, side=64)
    where = sources(folder / "originals", executor=Processes(workers=1))
    write_report(run, folder=folder / "r", sources=where, showing=beside(run, pictures))
    (folder / single_name(run)).write_bytes(single_file(folder / "r", "index.html"))
    return folder


@pytest.fixture(scope="module")
def tab(browser):
    """Give one tab for all tests, and what its console said."""
    tab = browser.new_page(viewport={"width": 1200, "height": 800})
    said = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    yield tab, said
    tab.close()


@pytest.fixture
def visit(tab, folder):
    """Open the page anew at an address's end; give the tab."""
    page, said = tab
    said.clear()

    def at(fragment="", *, path="r/index.html"):
        page.goto("about:blank")
        page.goto(f"{(folder / path).as_uri()}{fragment}", wait_until="load")
        return page

    yield at
    assert said == []


def shown(page):
    """Name the cases that are shown, top to bottom."""
    return page.evaluate(
        "[...document.querySelectorAll('main [data-id]')].filter(e => !e.closest('[hidden]'))"
        ".map(e => e.dataset.id)"
    )


def fragment(page):
    return page.evaluate("location.hash.slice(1)")


def test_an_address_says_what_is_shown(visit):
    """Status, words and size are those of the address; a place in the page is never hidden."""
    page = visit("#status=FAIL,NEW&q=fox&size=4K")

    found, said = shown(page), page.locator(".shown").inner_text()
    pressed = page.eval_on_selector_all(
        ".status[aria-pressed=true]", "all => all.map(e => e.dataset.word)"
    )
    size = page.locator("select[name=size]").input_value()
    anchor = page.evaluate("document.querySelector('.card[hidden] .variant').id")
    page.evaluate("name => { location.hash = name }", anchor)

    page.wait_for_function(f"!document.getElementById({anchor!r}).closest('[hidden]')")
    assert found == ["many/fox-garden-35"]
    assert said == f"1 of {CASES} shown"
    assert pressed == ["FAIL", "NEW"]
    assert size == "4K"


def test_what_is_chosen_stands_in_the_address_for_people_to_read(visit):
    """Chips, search, lists and sort write it; Esc shows all again and keeps the order."""
    page = visit()
    before = shown(page)
    costs = "[...document.querySelectorAll('.card [data-id]')].map(e => Number(e.dataset.cost))"

    page.click("button.FAIL")
    page.keyboard.press("/")
    page.locator("#find:focus").wait_for()
    page.keyboard.type("owl city")
    page.select_option("select[name=owner]", "Ada")
    page.select_option("select[name=sort]", "cost")
    chosen = fragment(page)
    page.keyboard.press("Escape")
    cleared, said = fragment(page), page.locator(".shown").inner_text()
    dearest = page.evaluate(costs)
    page.select_option("select[name=sort]", "severity")

    assert chosen == "status=FAIL&q=owl+city&owner=Ada&sort=cost"
    assert cleared == "sort=cost"
    assert said == f"all {CASES} shown"
    assert dearest == sorted(dearest, reverse=True)
    assert dearest[0] > dearest[-1]
    assert shown(page) == before


def test_the_review_page_is_left_to_where_one_was(visit):
    """J walks, Enter opens the card's sheet by its id, Esc comes back: same card, place, filter."""
    page = visit("#status=FAIL&sort=name")
    for _ in range(5):
        page.keyboard.press("j")
    page.keyboard.press("k")
    place = "[window.scrollY, document.activeElement.querySelector('[data-id]').dataset.id]"
    left = page.evaluate(place)

    page.keyboard.press("Enter")
    page.wait_for_url("**/review.html#item=**")
    opened = fragment(page)
    page.wait_for_selector("body.ready")
    page.keyboard.press("Escape")
    page.wait_for_url("**/index.html#**")
    page.wait_for_function("window.Harness.bar && document.activeElement.matches('.card')")

    assert opened.replace("%2F", "/").startswith(f"item={left[1]}&status=FAIL&sort=name")
    page.wait_for_function(f"{place}[0] === {left[0]}")
    assert page.evaluate(place) == left
    assert page.locator("button.FAIL").get_attribute("aria-pressed") == "true"


def test_one_file_does_the_same_alone(visit, folder):
    """Its policy lets its own scripts run; a thumb opens its preview, Esc closes it."""
    (name,) = (path.name for path in folder.glob("report-*.html"))
    page = visit("#status=NEW", path=name)

    count = len(shown(page))
    page.locator("main .card:not([hidden]) .pair a[href^='#p-']").first.click()
    page.wait_for_function("document.querySelector('.whole-picture:target img').naturalWidth > 0")
    page.keyboard.press("Escape")

    page.wait_for_function("!document.querySelector('.whole-picture:target')")
    assert 0 < count < CASES
    assert len(shown(page)) == count


def test_a_phone_has_the_filters_behind_one_button(visit):
    """The bar takes one line until it is opened; what is searched for opens it."""
    page = visit()
    page.set_viewport_size({"width": 390, "height": 844})
    try:
        folded = page.locator("#filters").bounding_box()["height"]
        page.locator("#filters .fold").click()
        opened = page.locator("#find").is_visible()
        page.locator("#filters .fold").click()
        hidden = page.locator("#find").is_hidden()
        page.keyboard.press("/")

        assert (folded <= 64, opened, hidden) == (True, True, True)
        assert page.locator("#find").is_visible()
    finally:
        page.set_viewport_size({"width": 1200, "height": 800})
