"""What is written: inert, free of this machine, small, whole."""

import re
from dataclasses import replace

import pytest

from harness.model.generation import Grounding, Source
from harness.model.request import Part
from harness.model.verdict import Status
from harness.report.write import to_junit, to_markdown, write_report

HOSTILE = "<script>alert(1)</script>{{7*7}}{% raw %}</details></textarea>\"'> \u202etxt\x00\x1b"


def test_hostile_text_is_inert(workshop, write, say):
    """Markup, template code and controls in ids, prompts, answers and findings are text."""
    variant = workshop.variant("case" + HOSTILE, HOSTILE, prompt=HOSTILE)
    grounding = Grounding(
        queries=(HOSTILE,),
        sources=(Source(uri="javascript:alert(1)", title=HOSTILE),),
        suggestions_html="<script>alert(2)</script>",
    )
    parts = (Part(text=HOSTILE), workshop.picture(1))
    generation = workshop.generation(1, parts=parts, grounding=grounding, response_id=HOSTILE)
    sample = workshop.sample(variant, generation)
    found = (say(Status.FAIL, HOSTILE, sample=0, check=HOSTILE),)

    page = write(workshop.run(workshop.judged(variant, sample, findings=found)))

    assert "<script" not in page
    assert "javascript:" not in page
    assert "{{7*7}}" in page
    assert "&lt;/details&gt;" in page
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", page)
    assert page.count("<details") == page.count("</details>")
    assert "srcdoc=" in page
    assert not re.search(r"\bon\w+=", page)


FORMS = {
    "html": lambda run, workshop, folder: write_report(
        run, folder=folder, sources=workshop.sources
    ).read_text(encoding="utf-8"),
    "junit": lambda run, *_: to_junit(run),
    "markdown": lambda run, *_: to_markdown(run),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(
    "folder",
    ["/dt><dd>Z/", '/>\n      <property name="recording" value="main" /', "/case-2 | finding | a/"],
    ids=["between tags", "between properties", "between cells"],
)
def test_a_folder_of_any_name_cuts_nothing_out_of_the_markup(workshop, tmp_path, form, folder):
    """A suite's path is a stranger's text: taken out, it leaves no tag that was not there."""
    run = replace(workshop.every_status(), environment={"k": "Z/meta http-equiv=refresh x="})
    path = f"{folder}a.yaml"
    named = replace(run, suites=tuple(replace(suite, path=path) for suite in run.suites))

    plain, cut = (form(r, workshop, tmp_path / "r") for r in (run, named))

    assert cut == plain


def test_nothing_is_asked_of_elsewhere(workshop, write):
    """The page names no address that a browser would load, and forbids all but its own."""
    page = write(workshop.every_status())

    assert "default-src 'none'" in page
    assert not re.search(r'\ssrc="(?!img/)', page)
    assert "@import" not in page
    assert "url(" not in page


def test_no_output_names_a_folder_of_this_machine(workshop, write, tmp_path):
    """Page, JUnit XML and Markdown can be sent on: no absolute path stands in them."""
    run = workshop.every_status()
    suite = replace(run.suites[0], path=str(tmp_path / "suites" / "storefront.yaml"))
    command = f"harness run {suite.path} --live missing"
    run = replace(run, suites=(suite,), command=command)

    for text in (write(run), to_junit(run), to_markdown(run)):
        assert str(tmp_path) not in text
        assert "/home/" not in text


def test_five_hundred_cases_stay_small(workshop, write):
    """A page of 500 cases, two fifths of them failed, has at most 700 KB."""
    made = [workshop.one(i % 8, Status.FAIL if i % 5 < 2 else Status.PASS) for i in range(8)]
    judged = []
    for index in range(500):
        one = made[index % 8]
        prompt = "A night city with neon and flying cars, seen from a roof garden. " * 5
        variant = workshop.variant(f"case-{index}", prompt=prompt)
        status = Status.FAIL if index % 5 < 2 else Status.PASS
        found = replace(one.verdict.findings[0], status=status)
        judged.append(workshop.judged(variant, *one.samples, findings=(found,)))

    page = write(workshop.run(*judged))

    assert page.count("<article") == 200
    assert len(page.encode()) <= 700_000
    assert page.count("finding number") == 200


def test_the_page_can_bear_another_name(workshop, tmp_path):
    """The path that comes back is the page's; beside it lie pictures and nothing else."""
    run = workshop.every_status()

    path = write_report(run, folder=tmp_path / "r", sources=workshop.sources, name="b.html")

    assert path == tmp_path / "r" / "b.html"
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["b.html", "img"]


def test_the_same_run_gives_the_same_bytes(workshop, write):
    """Nothing of the clock, the folder or chance stands on the page."""
    run = workshop.every_status()

    assert write(run) == write(run)
