"""The page of trends: what changed in words, charts that a browser draws, tables without script."""

import json
from pathlib import Path

import pytest

from harness.report.trends_page import write_trends
from harness.report.trends_series import charts
from harness.report.trends_specs import spec
from harness.report.trends_time import milliseconds, span_of
from harness.report.trends_views import Happened
from harness.report.trends_words import said, steps
from tests.browsing import needs_chromium
from tests.report.trending import a_day, a_judging, a_look, day, report, weeks

AXE = next((Path(__file__).parents[1] / "vendor").glob("axe-core-*.js"))


def words(*trends):
    """Say what changed in the first of `trends`, as a page of them all would."""
    found = {trend.suite: charts(trend, report()) for trend in trends}
    first = trends[0]
    told = said(first, found[first.suite], happened=(), stepped=steps(found))
    return [f"{one.word} {one.text}" for one in told]


def test_words_come_first_and_the_gravest_before_the_others():
    """An open incident, then drift, then a step with its levels, then what did not move."""
    told = words(weeks())

    assert told[:2] == [
        "FAIL An incident is open: look-12, m@gemini, since 2026-10-13.",
        "FAIL m@gemini: CHANGED on 2026-10-13, effect .20 (.12 to .30) in phash16, .10 "
        "matters; 2 looks in all.",
    ]
    assert told[2].startswith(
        "WARN Latency, m@gemini: a step up at 2026-10-11, median 21 s before and 32 s after "
        "(10 and 10 points, p .00"
    )
    assert told[3:] == [
        "NOT ENOUGH DATA 1 line too short to tell a step: 8 points are needed.",
        "PASS No step is seen in 4 other lines.",
    ]


def test_what_stood_beside_a_step_is_named_and_not_blamed(tmp_path):
    """Whatever happened since the point before it, by its sign."""
    html = write_trends(report(), tmp_path / "trends.html").read_text(encoding="utf-8")

    assert "); beside it: V1 model version, P1 prompt." in html
    assert "did not thereby cause it" in html


def test_few_points_are_too_few_and_no_claim():
    """Seven days tell no step, and drift that nobody looks at is said not to be watched."""
    short = weeks(days=tuple(map(a_day, range(7))), looks=(), kept=(), open=())

    assert words(short) == [
        "NOT ENOUGH DATA 5 lines too short to tell a step: 8 points are needed.",
        "NOT WATCHED No look of a monitor: drift is not watched here.",
    ]


def test_many_lines_together_make_a_step_harder_to_tell():
    """The family of the whole page is held together, not each line by itself."""
    short = weeks(days=weeks().days[5:17], looks=(), open=(), kept=())
    others = [weeks(suite=f"s{n}", days=tuple(map(a_day, range(9)))) for n in range(12)]

    assert any("Latency, m@gemini: a step" in one for one in words(short))
    assert not any("Latency, m@gemini: a step" in one for one in words(short, *others))


def drawing(trend, chart):
    found = {one.id: one for one in charts(trend, report())}
    times = [point.at for point in found[chart].points]
    return spec(found[chart], (), names=trend.arms, span=span_of(times))


def test_a_line_breaks_where_days_are_missing():
    """A gap is no straight line; the usual step between days is none."""
    trend = weeks(days=tuple(map(a_day, (0, 1, 2, 3, 14, 15))))

    rows = drawing(trend, "cost")["data"]["values"]

    (gap,) = [row["at"] for row in rows if row["value"] is None]
    assert milliseconds(day(3)) < gap < milliseconds(day(14))


def test_signs_of_days_that_lie_close_stand_above_each_other():
    """On three lines at most; days far apart share the lowest."""
    near = tuple(
        Happened(sign=f"P{n}", at=day(n), kind="prompt", said="", arm="") for n in (1, 2, 19)
    )
    (chart,) = (one for one in charts(weeks(), report()) if one.id == "cost")

    drawn = spec(chart, near, names=("m@gemini",), span=span_of([day(0), day(20)]))

    texts = [layer for layer in drawn["layer"] if layer["mark"]["type"] == "text"]
    signs = [[row["signs"] for row in layer["data"]["values"]] for layer in texts]
    assert signs == [["P1", "P19"], ["P2"]]
    assert texts[0]["mark"]["dy"] > texts[1]["mark"]["dy"]


def test_the_band_reaches_up_to_what_matters():
    """As it was set for the newest look; a chart without a limit has none."""
    trend = weeks(looks=(a_look(1, matters=0.3), a_look(2, matters=0.1)))

    tops = [row["top"] for row in drawing(trend, "drift")["layer"][0]["data"]["values"]]

    assert tops == [0.1]
    assert "var(--band)" not in json.dumps(drawing(trend, "cost"))


@pytest.mark.parametrize("at", ["", "never", "+999999-01-01", "2026-13-45"])
def test_a_time_that_is_none_stops_no_page(at, tmp_path):
    """A file may hold anything."""
    path = write_trends(report(weeks(looks=(a_look(1, at=at),))), tmp_path / "t.html")

    assert "Drift" in path.read_text(encoding="utf-8")


def test_a_run_is_linked_where_it_can_be_reached(tmp_path):
    """The page says which; a link out of its folder would break when it is moved."""
    told = report(
        weeks(judgings=(a_judging(1), a_judging(2))), href=lambda r: {"r1": "r1/x"}.get(r, "")
    )

    html = write_trends(told, tmp_path / "t.html").read_text(encoding="utf-8")

    assert '<a href="r1/x">r1</a>' in html
    assert "<bdi>r2</bdi>" in html


def test_simulated_is_said_on_top_and_beside_the_suite(tmp_path):
    """One day is enough; a page without any says nothing of it."""
    plain = write_trends(report(), tmp_path / "a.html").read_text(encoding="utf-8")
    painted = report(weeks(days=(*weeks().days, a_day(21, simulated=True))))
    html = write_trends(painted, tmp_path / "b.html").read_text(encoding="utf-8")

    assert 'class="banner simulated"' in html
    assert ">simulated</span>" in html
    assert "m@gemini (simulated)" in html
    assert "imulated" not in plain.partition("</style>")[2]


HOSTILE = "</script><script>document.title='won'</script>\u202e" + "w" * 10_000


@pytest.fixture(scope="module")
def seen(browser, tmp_path_factory):
    """Open the page of weeks, and one full of hostile names; give what was asked and said."""
    folder = tmp_path_factory.mktemp("trends")
    calm = write_trends(report(), folder / "trends.html")
    bad = weeks(suite=HOSTILE, days=tuple(a_day(n, endpoint=HOSTILE) for n in range(3)))
    hostile = write_trends(report(bad), folder / "hostile.html")
    pages = {"calm": calm, "hostile": hostile}
    return lambda name, **options: Seen(browser, pages[name], options)


class Seen:
    """A page whose charts are drawn, with what it asked for and what was said."""

    def __init__(self, browser, path, options):
        self.asked, self.said = [], []
        self.page = browser.new_page(**options)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(path.as_uri(), wait_until="load")

    def draw(self):
        self.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('[data-drawing]')].every(b => b.dataset.drawn)"
        )
        return self


@needs_chromium
def test_every_chart_is_drawn_and_nothing_leaves_the_folder(seen):
    """Without eval, which the policy forbids; axe-core finds nothing serious in either scheme."""
    shown = seen("calm", viewport={"width": 1920, "height": 1080}).draw()

    folder = shown.page.url.rpartition("/")[0]
    assert [url for url in shown.asked if not url.startswith(folder + "/")] == []
    assert shown.said == []
    assert shown.page.locator("svg").count() == 8
    assert shown.page.locator("[data-drawing='suite-1-drift'] text", has_text="V1 P1").count() == 1
    shown.page.evaluate(AXE.read_text(encoding="utf-8"))
    assert serious(shown.page) == []
    shown.page.emulate_media(color_scheme="dark")
    assert serious(shown.page, runOnly=["color-contrast"]) == []
    shown.page.close()


def serious(page, **options):
    """Name what axe-core finds serious or critical."""
    run = "options => axe.run(document, {resultTypes: ['violations'], ...options})"
    found = page.evaluate(run, options)["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    return [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in grave]


@needs_chromium
def test_hostile_names_are_inert_and_fit_a_phone(seen):
    """They are drawn as text, cut in the legend, and nothing reaches over the window's edge."""
    shown = seen("hostile", viewport={"width": 390, "height": 844}).draw()

    assert shown.page.title() == "Trends"
    assert shown.said == []
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert shown.page.locator("svg script").count() == 0
    shown.page.close()


@needs_chromium
def test_the_tables_are_there_without_script(seen):
    """And no empty frame where a chart would be."""
    shown = seen("calm", java_script_enabled=False)

    shown.page.get_by_text("Table of latency").click()

    assert shown.page.get_by_role("cell", name="2026-10-20").first.is_visible()
    assert shown.page.locator(".drawing:visible").count() == 0
    shown.page.close()
