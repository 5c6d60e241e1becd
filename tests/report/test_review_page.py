"""The review page in a real browser, from a folder: what is compared, and how it is steered."""

import io
import json
from urllib.parse import unquote

import pytest
from PIL import Image

from harness.model.request import Part
from harness.model.showing import CellShow, Example, Showing
from harness.model.verdict import Status
from harness.report.write import write_report
from tests.browsing import needs_chromium
from tests.report.conftest import Workshop, finding

pytestmark = needs_chromium

RED, BLUE, GREEN = (204, 34, 34), (34, 34, 204), (34, 153, 34)
HOSTILE = "A fox</script><script>document.title='won'</script><img src=x onerror=alert(1)>\u202e"
READY = """() => [Harness.viewer.left, Harness.viewer.right].every(
  (pane) => !pane.sha || Harness.pictures.trouble(pane.sha) || pane.ready())"""
FRAMES = """() => new Promise((done) => {
  let left = 3;
  const next = () => ((left -= 1) ? requestAnimationFrame(next) : done());
  next();
})"""
ANEW = """(address) => {
  const { modes, drawer } = Harness;
  modes.setCut(50);
  modes.setMix(50);
  modes.setGain(1);
  modes.setMode("side");
  drawer.close();
  document.activeElement.blur();
  history.replaceState(null, "", `#${address}`);
  dispatchEvent(new HashChangeEvent("hashchange"));
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Write a report of a pair of unlike sizes, a sheet of three, a refusal and a lonely one."""
    root = tmp_path_factory.mktemp("review")
    workshop = Workshop(root=root)
    before = _painted(workshop, RED, size=(800, 600))
    pair = _judged(workshop, "pair", BLUE, prompt=HOSTILE)
    many = _judged(workshop, "many", BLUE, GREEN, RED, status=Status.NEW)
    lonely = _judged(workshop, "lonely", GREEN, status=Status.NEW)
    run = workshop.run(pair, many, workshop._refused(), lonely)
    beside = CellShow(baseline=(before.picture.sha256,), example=Example.ACCEPTED)
    cells = {("storefront", judged.variant.id, 0): beside for judged in (pair, many)}
    path = root / "a report"
    write_report(run, folder=path, sources=workshop.sources, showing=Showing(cells=cells))
    return path


def _judged(workshop, case, *colours, prompt="A fox", status=Status.FAIL):
    variant = workshop.variant(case, "", prompt=prompt, samples=len(colours))
    parts = [_painted(workshop, colour) for colour in colours]
    samples = [
        workshop.sample(variant, workshop.generation(0, parts=(part,)), index=index)
        for index, part in enumerate(parts)
    ]
    return workshop.judged(variant, *samples, findings=(finding(status, "look", sample=0),))


def _painted(workshop, colour, *, size=(400, 300)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return Part(picture=workshop.blob(out.getvalue(), size=size), mime_type="image/png")


class Tab:
    """A tab with the page in it, what it asked for and what its console said."""

    def __init__(self, page, folder):
        self.page, self.inside = page, folder.as_uri() + "/"
        self.address = f"{self.inside}review.html"
        self.asked, self.said = [], []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def load(self, address):
        self.page.goto("about:blank")
        self.page.goto(f"{self.address}#{address}")
        self.settle()

    def go(self, address):
        """Go to an address as a link within the page does, everything else as it was at first."""
        self.page.evaluate(ANEW, address)
        self.settle()

    def settle(self):
        self.page.wait_for_function(READY)
        self.page.evaluate(FRAMES)

    @property
    def strays(self):
        allowed = (self.inside, "about:", "data:", "blob:")
        return [url for url in self.asked if not url.startswith(allowed)]


@pytest.fixture(scope="module")
def tab(browser, folder):
    """Give one tab for all tests that want nothing special of it."""
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    yield Tab(page, folder)
    page.close()


@pytest.fixture
def look(tab):
    """Open the page at an address; at last it asked for nothing elsewhere, and said nothing."""

    def opener(address="", *, tab=tab, fresh=False):
        if fresh or not tab.page.url.startswith(tab.address):
            tab.load(address)
        else:
            tab.go(address)
        return tab.page

    yield opener
    assert (tab.strays, tab.said) == ([], [])


def seen_at(page, *places):
    """Give the colours at shares of the stage's width, in the middle of its height."""
    page.evaluate(FRAMES)
    stage = page.locator("#stage").bounding_box()
    row = {**stage, "y": stage["y"] + stage["height"] // 2, "height": 2}
    image = Image.open(io.BytesIO(page.screenshot(clip=row))).convert("RGB")
    return [image.getpixel((round(image.width * x), 0)) for x in places]


def near(colours, expected):
    pairs = zip(colours, expected, strict=True)
    return all(abs(a - b) < 12 for one, other in pairs for a, b in zip(one, other, strict=True))


def sides(page):
    return page.evaluate(
        """() => [Harness.viewer.left, Harness.viewer.right].map(({ view, width }, i) => {
          const { x, y } = view.viewport.getCenter(true);
          return [Harness.viewer.linked.panes[i].width(), x, y].map((n) => Math.round(n * 1000));
        })"""
    )


def test_every_mode_shows_what_it_says(look):
    """Beside, under a handle, mixed, one alone, or their difference made larger."""
    page = look("item=storefront/pair")
    assert near(seen_at(page, 0.2, 0.8), [RED, BLUE])

    page.keyboard.press("2")
    assert near(seen_at(page, 0.4, 0.6), [RED, BLUE])
    page.keyboard.press("3")
    assert near(seen_at(page, 0.6), [(119, 34, 119)])
    page.keyboard.press("4")
    assert near(seen_at(page, 0.4), [BLUE])
    page.keyboard.down(" ")
    assert near(seen_at(page, 0.6), [RED])
    page.keyboard.up(" ")
    assert near(seen_at(page, 0.6), [BLUE])
    page.keyboard.press("5")
    assert near(seen_at(page, 0.6), [(170, 0, 170)])
    page.keyboard.press("]")
    assert near(seen_at(page, 0.6), [(255, 0, 255)])


def test_swapped_sides_keep_their_names(look):
    """A is the baseline on either side, and what Space shows; blind, it is the left one."""
    page = look("item=storefront/pair")

    page.keyboard.press("h")
    assert near(seen_at(page, 0.2, 0.8), [BLUE, RED])
    assert page.locator(".label[data-side=right]").inner_text().startswith("A")
    page.keyboard.press("4")
    page.keyboard.down(" ")
    assert near(seen_at(page, 0.6), [RED])
    page.keyboard.up(" ")
    page.keyboard.press("h")
    page.keyboard.press("x")
    page.keyboard.down(" ")

    assert page.locator("#stage").get_attribute("data-only") == "left"
    assert "baseline" not in page.locator("#compare").inner_text()
    page.keyboard.up(" ")
    page.keyboard.press("x")


def test_the_swipe_handle_is_a_slider(look):
    """It follows the mouse, the brackets and, with focus, the arrows; and says where it is."""
    page = look("item=storefront/pair&mode=swipe")
    handle = page.get_by_role("slider", name="Swipe")
    stage = page.locator("#stage").bounding_box()

    page.mouse.move(stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] * 0.25, stage["y"] + 80)
    page.mouse.up()
    assert near(seen_at(page, 0.2, 0.3), [RED, BLUE])
    page.keyboard.press("]")
    assert handle.get_attribute("aria-valuenow") == "30"
    handle.focus()
    page.keyboard.press("ArrowRight")

    assert handle.get_attribute("aria-valuenow") == "35"
    assert page.locator("#title").inner_text() == "storefront/pair"


def test_zoom_is_one_for_both_sides_and_all_modes(look):
    """What one side does the other does, a change of mode keeps it; at 100 % it is the original."""
    page = look("item=storefront/pair")
    assert page.locator("#badge").inner_text() == "800 px → 400 px, shown at one width"

    page.keyboard.press("z")
    page.wait_for_function("() => Math.abs(Harness.viewer.linked.scale() - 1) < 1e-3")
    page.wait_for_function("() => /^100 %.*original$/.test(document.getElementById('zoom').value)")
    stage = page.locator("#stage").bounding_box()
    page.mouse.move(stage["x"] + stage["width"] * 0.75, stage["y"] + stage["height"] / 2)
    page.mouse.wheel(0, -300)
    page.wait_for_function("() => Harness.viewer.linked.scale() > 1.2")
    page.wait_for_function(
        """() => { const one = Harness.viewer.right.view.viewport;
          return Math.abs(one.getZoom(true) - one.getZoom()) < 1e-6; }"""
    )
    page.evaluate(FRAMES)
    left, right = sides(page)
    assert left == right
    page.keyboard.press("2")
    page.evaluate(FRAMES)

    assert sides(page) == [left, right]
    page.keyboard.press("f")
    page.wait_for_function("() => Harness.viewer.linked.fitted")


def test_an_original_that_comes_before_its_preview_stays(look):
    """Who zooms in at once sees the original, and is not told for ever that it is loading."""
    page = look("item=storefront/pair", fresh=True)
    page.keyboard.press("z")
    page.wait_for_function("() => /original$/.test(document.getElementById('zoom').value)")

    page.evaluate(
        """() => { const {left, right} = Harness.viewer;
          for (const one of [left, right]) { one.show(one.sha, ""); one.refine(); } }"""
    )

    page.wait_for_function("() => Harness.viewer.left.ready() && Harness.viewer.right.ready()")
    page.wait_for_function(
        "() => /original$/.test(document.getElementById('zoom').value)", timeout=5000
    )
    assert page.evaluate(
        """() => { const {left} = Harness.viewer, {world} = left.view;
          return world.getIndexOfItem(left.fine) > world.getIndexOfItem(left.item); }"""
    )


def test_keys_work_whatever_has_focus(look):
    """After a press of a button the arrows still turn the page; in a note a letter is a letter."""
    page = look("item=storefront/pair")
    title = page.locator("#title")

    page.get_by_role("button", name="side by side").click()
    page.keyboard.press("ArrowRight")
    second = title.inner_text()
    page.get_by_role("button", name="Next sheet").focus()
    page.keyboard.press("k")
    first = title.inner_text()
    page.keyboard.press("n")
    page.keyboard.type("jk2")

    assert (first, title.inner_text()) == ("storefront/pair", "storefront/pair")
    assert second != first
    assert page.locator("#note").input_value() == "jk2"


def test_a_sheet_fits_the_window_beside_many_examples(look):
    """Every sample is whole on the screen at once: a long strip beside them scrolls by itself."""
    page = look("item=storefront/many", fresh=True)
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.evaluate(
        """() => {
          const { pictures } = Harness.store.current().baseline;
          pictures.push(...Array(15).fill(pictures[0]));
          Harness.store.go(Harness.store.index);
        }"""
    )
    page.evaluate(FRAMES)

    bottom = page.locator("#sheet").evaluate("(sheet) => sheet.getBoundingClientRect().bottom")
    cells = page.locator("#sheet .cell img").evaluate_all(
        "(all) => all.map((image) => image.getBoundingClientRect()).map((box) => box.bottom)"
    )
    strip = page.locator("#sheet > .examples").evaluate(
        "(strip) => [strip.scrollHeight > strip.clientHeight, strip.getBoundingClientRect().bottom]"
    )

    page.set_viewport_size({"width": 1200, "height": 800})
    assert len(cells) == 3
    assert max(cells) <= bottom
    assert strip[0]
    assert strip[1] <= bottom


def test_escape_leaves_the_search_before_the_page(look):
    """Who has found a sheet goes on with it by the keys; all are listed again."""
    page = look("item=storefront/pair", fresh=True)

    page.keyboard.press("/")
    page.keyboard.type("many")
    page.keyboard.press("Escape")

    assert page.url.partition("#")[0].endswith("review.html")
    assert page.evaluate("() => document.activeElement === document.body")


def test_help_names_every_key_once(look):
    """The help is the table that the keys run by, and no two want the same key."""
    page = look()

    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    dialog.get_by_text("next undecided sheet").wait_for()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")

    taken = page.evaluate(
        "Harness.keys.table.flatMap((e) => e.keys.map((key) => `${e.shift ? 'Shift+' : ''}${key}`))"
    )
    assert len(taken) == len(set(taken))
    assert {*"jkvlzfhtgip12345[]/? ", "Shift+j", "Escape", "ArrowRight", "+", "-"} <= set(taken)


def test_an_address_brings_back_sheet_sample_and_mode(look):
    """By id, not by position; what the grid put there goes back to the grid."""
    page = look("item=storefront/many&mode=swipe&sample=2&status=FAIL", fresh=True)

    assert page.locator("#title").inner_text() == "storefront/many"
    assert page.locator("#stage").get_attribute("data-mode") == "swipe"
    assert near(seen_at(page, 0.4, 0.6), [RED, GREEN])
    page.keyboard.press(".")
    page.wait_for_function("() => location.hash.includes('sample=3')")
    page.keyboard.press("Escape")
    page.wait_for_url("**/index.html#**")

    assert "status=FAIL" in page.url
    assert "item=storefront/many" in unquote(page.url)


def test_an_unknown_sheet_in_the_address_is_told(look):
    """A link that is too old opens the first sheet and says so."""
    page = look("item=storefront/gone")

    assert "is not here" in page.locator("#message").inner_text()
    assert page.locator("#place").inner_text().startswith("1 /")


def test_what_stands_alone_and_what_is_no_picture(look):
    """Without a baseline the candidate fills the stage; a refusal is words in its place."""
    page = look("item=storefront/lonely&mode=diff")
    assert near(seen_at(page, 0.3, 0.7), [GREEN, GREEN])
    page.keyboard.press("2")
    assert "nothing to compare with" in page.locator("#message").inner_text()

    refused = page.evaluate("Harness.store.items.find((i) => !i.samples[0].sha).id")
    page.evaluate("(id) => { location.hash = `item=${id}` }", refused)
    page.wait_for_function("(id) => Harness.store.current().id === id", arg=refused)

    assert page.locator("#stage .instead:visible").inner_text() != ""


def test_only_what_was_seen_counts_as_seen(look):
    """A difference shows neither picture; in blink mode the one that is hidden was not seen."""
    marks = "() => Object.values(Harness.store.state().seen).map(String).sort()"
    page = look("item=storefront/pair&mode=diff")
    page.evaluate("localStorage.clear()")
    page.reload()
    page.wait_for_function(READY)
    page.evaluate(FRAMES)
    assert page.evaluate(marks) == []

    page.keyboard.press("4")
    page.wait_for_function("() => Object.keys(Harness.store.state().seen).length === 1")
    page.evaluate(FRAMES)
    assert page.evaluate(marks) == ["blink"]
    page.keyboard.press("1")
    page.wait_for_function("() => Object.keys(Harness.store.state().seen).length === 2")

    assert page.evaluate(marks) == ["blink,side", "side"]


def test_hostile_words_are_words(look):
    """A prompt of script and markup stands in the drawer as it was written, and does nothing."""
    page = look("item=storefront/pair")

    page.keyboard.press("i")

    drawer = page.get_by_role("complementary", name="Prompt and history")
    assert HOSTILE.removesuffix("\u202e") in drawer.inner_text()
    assert "[U+202E]" in drawer.inner_text()
    assert page.title() == "storefront/pair · review"
    assert page.locator("img[src=x]").count() == 0


def test_a_finger_turns_the_page_where_it_is_narrow(look, browser, folder):
    """Under 700 px a stroke to the left is the next sheet; less motion is no blinking."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce"
    )
    page = look("item=storefront/pair&mode=blink", tab=Tab(context.new_page(), folder))
    page.keyboard.press("4")
    assert "less motion" in page.locator("#message").inner_text()
    before = page.locator("#title").inner_text()
    finger = context.new_cdp_session(page)

    for kind, x in (("touchStart", 300), ("touchMove", 180), ("touchMove", 80), ("touchEnd", None)):
        points = [] if x is None else [{"x": x, "y": 400}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_function(
        "(was) => document.getElementById('title').textContent !== was", arg=before
    )

    assert page.locator("#place").inner_text().startswith("2 /")
    context.close()


def test_without_javascript_the_pictures_are_linked(folder, browser):
    """The page says what it lacks, and every picture is one press away."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "review.html").as_uri())

    links = page.locator("noscript a[href^='img/']")
    hrefs = links.evaluate_all("(all) => all.map((a) => a.getAttribute('href'))")

    assert "need JavaScript" in page.locator("noscript section").inner_text()
    assert len(hrefs) == 5
    assert all((folder / href).is_file() for href in hrefs)
    context.close()


def test_a_report_without_a_review_has_no_plan(folder):
    """The place of a plan is held by nothing: every sheet is there."""
    plan = (folder / "plan.js").read_text()

    assert plan.startswith("/*")
    assert "window" not in plan
    assert json.dumps("plan.js") in (folder / "review.html").read_text()
