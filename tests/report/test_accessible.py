"""Nobody is kept from the pages: axe-core finds nothing serious, and no state is colour alone."""

from dataclasses import replace

import pytest

from harness.model.showing import CellShow, Example, Showing
from harness.report.write import write_report
from tests.browsing import needs_chromium, serious

pytestmark = needs_chromium
BEWARE = "<script>window.pwned = 1</script><img src=x onerror='pwned=1'>\u202egnp.txt\u2066 "


@pytest.fixture
def folder(workshop, tmp_path):
    """Write a report that shows every state, with hostile texts wherever a text may stand."""
    run = workshop.whole_model()
    cells = {}
    hostile = BEWARE + "many_words_without_a_blank" * 400
    for judged in run.judged:
        variant = judged.variant
        pictures = tuple(s.picture for s in judged.samples if s.picture)
        cells[variant.suite, variant.id, 0] = CellShow(
            order=pictures, baseline=pictures[:2], example=Example.EPOCH, old_prompt=hostile
        )
    suites = tuple(
        replace(
            suite,
            judged=tuple(
                replace(one, samples=tuple(replace(s, prompt=hostile) for s in one.samples))
                for one in suite.judged
            ),
        )
        for suite in run.suites
    )
    run = replace(run, suites=suites)
    showing = Showing(cells=cells)
    write_report(run, folder=tmp_path, sources=workshop.sources, showing=showing)
    return tmp_path


@pytest.mark.parametrize("name", ["index.html", "review.html"])
def test_nothing_serious_is_found_and_hostile_texts_are_inert(browser, folder, name):
    """In light and dark; nothing of a stranger runs, and no word reaches over the window's edge."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto((folder / name).as_uri(), wait_until="load")

    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    assert serious(page, runOnly=["color-contrast"]) == []
    page.set_viewport_size({"width": 390, "height": 844})
    # for a moment a window that was made small has the layout of a large one
    page.wait_for_function("() => document.documentElement.scrollWidth <= 390")
    assert page.evaluate("'pwned' in window") is False
    assert "\u202e" not in page.content()
    assert said == []
    page.close()
