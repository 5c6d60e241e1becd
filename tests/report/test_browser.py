"""The page in a real browser, from a file, without a network."""

import re
import shutil
from dataclasses import replace
from functools import partial

import pytest
from PIL import Image

from harness.evaluate.measure_all import measure_all
from harness.evaluate.measure_page import write_measured
from harness.model.generation import Grounding, Usage
from harness.model.verdict import Finding, Status
from harness.report.write import write_report
from tests.browsing import needs_chromium

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def shared(browser):
    """Give one tab for all tests that change no more than its size and its colours."""
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture
def look(browser, shared):
    """Open a page; give it with what it asked for and what the console said."""
    closing = []

    def opener(path, *, script=True, **seen):
        page = shared if script else browser.new_page(java_script_enabled=False)
        page.goto("about:blank")
        page.set_viewport_size(seen.get("viewport", {"width": 1280, "height": 720}))
        page.emulate_media(color_scheme=seen.get("color_scheme", "light"))
        closing.append(page.context.unroute_all if script else page.close)
        asked, said = [], []
        tells = {
            "request": lambda request: asked.append(request.url),
            "console": lambda message: said.append(message.text),
            "pageerror": lambda error: said.append(str(error)),
        }
        for event, tell in tells.items():
            page.on(event, tell)
            closing.append(partial(page.remove_listener, event, tell))
        page.goto(path.as_uri(), wait_until="load")
        return page, asked, said

    yield opener
    for close in reversed(closing):
        close()
    for popup in shared.context.pages:
        if popup is not shared:
            popup.close()


@pytest.fixture
def report(workshop, tmp_path):
    run = workshop.every_status()
    return write_report(run, folder=tmp_path / "reports" / run.id, sources=workshop.sources)


def unfold(page):
    """Open every drawer and wait until every picture has been seen."""
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    page.evaluate("document.querySelectorAll('img').forEach(i => { i.loading = 'eager' })")
    page.evaluate(
        "Promise.all([...document.images].map(i => i.complete || "
        "new Promise(done => { i.onload = i.onerror = done })))"
    )


@pytest.mark.parametrize("moved", [False, True], ids=["where it was written", "moved"])
def test_the_page_stands_alone(look, report, tmp_path, moved):
    """From a file, moved or not, it shows all pictures and asks for nothing elsewhere."""
    if moved:
        shutil.move(report.parent, tmp_path / "else where")
        report = tmp_path / "else where" / report.name

    page, asked, said = look(report)
    unfold(page)

    folder = report.parent.as_uri() + "/"
    assert [url for url in asked if not url.startswith((folder, "about:"))] == []
    assert said == []
    assert page.locator("article.card").count() == 5
    assert page.evaluate("[...document.images].every(i => i.naturalWidth > 0)")


def test_drawers_work_without_script(look, report):
    """With JavaScript off, a drawer opens and the sandboxed suggestions are shown."""
    page, _, _ = look(report, script=False)

    page.get_by_text("Grounding: what the web search brought").click()

    frame = page.frame_locator("iframe").locator("p")
    frame.wait_for()
    assert frame.inner_text() == "neon city"


def test_hostile_suggestions_do_nothing(look, workshop, tmp_path):
    """Script in search suggestions is not run, and a picture in them is not fetched."""
    run = workshop.every_status()
    hostile = "<p>shown</p><script>top.document.title='won'</script><img src='http://127.0.0.1:9/'>"
    page_text = write_report(run, folder=tmp_path / "r", sources=workshop.sources)
    html = page_text.read_text(encoding="utf-8")
    start = html.index('srcdoc="') + len('srcdoc="')
    escaped = hostile.replace("<", "&lt;")
    page_text.write_text(html[:start] + escaped + html[html.index('"', start) :], encoding="utf-8")

    page, _, said = look(page_text)
    unfold(page)
    page.frame_locator("iframe").locator("p").wait_for()

    assert page.title() != "won"
    assert any("Blocked script execution" in line for line in said)
    assert any("violates the following Content Security Policy" in line for line in said)


CHIP = "https://vertexaisearch.cloud.google.com/grounding-api-redirect/AUZI"
SUGGESTIONS = (
    "<style>.container{display:flex;padding:8px}.chip{border:solid 1px;border-radius:16px}</style>"
    '<div class="container"><svg width="18" height="18" viewBox="9 9 35 35">'
    '<path d="M9 9h35v35H9z" fill="#4285F4"/></svg>'
    f'<a class="chip" href="{CHIP}">neon city</a></div>'
)


@pytest.fixture
def grounded(workshop, tmp_path):
    """Write a report of one answer that bears search suggestions."""
    variant = workshop.variant()
    grounding = Grounding(queries=("neon city",), suggestions_html=SUGGESTIONS)
    sample = workshop.sample(variant, workshop.generation(1, grounding=grounding))
    failed = Finding(check="answered", status=Status.FAIL, message="look at it")
    run = workshop.run(workshop.judged(variant, sample, findings=(failed,)))
    return write_report(run, folder=tmp_path / "r", sources=workshop.sources)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_suggestion_opens_google_in_a_new_tab(look, grounded, script):
    """The chip is seen with its logo; a click leaves the page, and opens a tab that is free."""
    page, _, _ = look(grounded, script=script)
    asked = []
    answer = "<script>document.title = `runs, opener ${window.opener}`</script>"
    page.context.route(
        re.compile("^https:"),
        lambda route: (
            asked.append(route.request), route.fulfill(body=answer, content_type="text/html"),
        ),
    )  # fmt: skip
    page.get_by_text("Grounding: what the web search brought").click()
    frame = page.frame_locator("iframe")
    frame.locator("svg").wait_for()

    with page.expect_popup() as opened:
        frame.get_by_text("neon city").click()
    opened.value.wait_for_url(CHIP)

    assert [request.url for request in asked] == [CHIP]
    assert "referer" not in asked[0].headers
    assert page.url == grounded.as_uri()
    if script:
        assert opened.value.title() == "runs, opener null"


@pytest.mark.parametrize(
    "link",
    [
        '<a href="https://evil.example/" target="_top">go</a>',
        '<a href="https://evil.example/" target="_parent">go</a>',
        '<a href="https://evil.example/">go</a>',
        '<a href="javascript:top.document.title=1">go</a>',
        '<form action="https://evil.example/"><button>go</button></form>',
    ],
    ids=["top", "parent", "itself", "script", "form"],
)
def test_the_sandbox_holds_what_the_rebuilding_would_miss(look, grounded, link):
    """Were a hostile link left in, a click on it would lead the page nowhere."""
    html = grounded.read_text(encoding="utf-8")
    start = html.index('srcdoc="') + len('srcdoc="')
    escaped = link.replace("<", "&lt;").replace('"', "&quot;")
    grounded.write_text(html[:start] + escaped + html[html.index('"', start) :], encoding="utf-8")
    page, _, _ = look(grounded)
    asked, title = [], page.title()
    page.context.route(re.compile("^https:"), lambda route: (asked.append(route), route.abort()))
    page.get_by_text("Grounding: what the web search brought").click()

    page.frame_locator("iframe").get_by_text("go").click()
    page.wait_for_function("() => true")

    assert asked == []
    assert (page.url, page.title()) == (grounded.as_uri(), title)


@pytest.mark.parametrize("width", [390, 1920])
def test_the_page_fits_its_window(look, workshop, tmp_path, width):
    """Nothing reaches over the window's edge, words of 10,000 letters neither."""
    endless = workshop.one(60, Status.FAIL, case="c" * 10_000, message="m" * 10_000)
    run = workshop.whole_model()
    suite = replace(run.suites[0], judged=(*run.judged, endless))
    run = replace(run, suites=(suite,), command="x" * 10_000)
    report = write_report(run, folder=tmp_path / "r", sources=workshop.sources)

    page, _, _ = look(report, viewport={"width": width, "height": 1000})
    unfold(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    tally = page.locator(".tally").first
    assert float(tally.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 28


def test_what_was_answered_is_seen_without_scrolling(look, workshop, tmp_path):
    """At 1400 px no table of answers reaches over its frame, with everything that it may hold."""
    variant = workshop.variant()
    usage = Usage(prompt=12_345, candidates=12_900, thoughts=1_400, tool_use_prompt=2_500,
                  service_tier="priority", candidates_by_modality={"IMAGE": 11_200})  # fmt: skip
    clock = {"server-timing": "gfet4t7; dur=21400"}
    answer = workshop.generation(1, usage=usage, response_id="r" * 40, service=clock)
    sample = workshop.sample(variant, answer, cost_usd=0.24)
    receipt = replace(sample.receipt, first_byte=3.2, simulated=True, reserialised=True)
    sample = replace(sample, receipt=receipt)
    failed = Finding(check="answered", status=Status.FAIL, message="look at it")
    run = workshop.run(workshop.judged(variant, sample, findings=(failed,)))
    path = write_report(run, folder=tmp_path / "r", sources=workshop.sources)

    page, _, _ = look(path, viewport={"width": 1400, "height": 900})
    unfold(page)

    over = "e => e.parentElement.scrollWidth - e.parentElement.clientWidth"
    assert page.locator(".answers").evaluate(over) == 0


@pytest.mark.parametrize("width", [390, 1400])
def test_measured_pictures_fit_their_window(look, tmp_path, width):
    """The page of `harness measure` asks for nothing, runs nothing, and fits."""
    for number in range(3):
        name = f"{number}-{'n' * 90}.png"
        Image.linear_gradient("L").rotate(90 * number).convert("RGB").save(tmp_path / name)
    found = measure_all([tmp_path], references=tmp_path, pairs=True, models=dict)
    write_measured(found, tmp_path / "m.html")

    page, asked, said = look(tmp_path / "m.html", viewport={"width": width, "height": 900})
    unfold(page)

    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.images].every(i => i.naturalWidth > 0)")
    assert page.evaluate(CONTRAST) == []


CONTRAST = """
() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = e => {
    const c = rgb(getComputedStyle(e).backgroundColor);
    return c.length === 4 && c[3] === 0 ? ground(e.parentElement) : c;
  };
  const texts = [...document.body.querySelectorAll('*')].filter(
    e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
  return texts.map(e => {
    const pair = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((a, b) => b - a);
    return [(pair[0] + 0.05) / (pair[1] + 0.05), e.className + ': ' + e.textContent.slice(0, 40)];
  }).filter(([ratio]) => ratio < 4.5);
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(look, workshop, tmp_path, scheme):
    """Every text has a contrast of at least 4.5:1 (WCAG 2.2 AA), light and dark."""
    run = workshop.whole_model()
    run = replace(run, suites=(replace(run.suites[0], simulated=True),))
    path = write_report(run, folder=tmp_path / "r", sources=workshop.sources)

    page, _, _ = look(path, color_scheme=scheme)
    unfold(page)

    assert page.evaluate(CONTRAST) == []
