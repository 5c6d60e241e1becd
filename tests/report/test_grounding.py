"""What search brought, as the page shows it."""

import pytest

from harness.model.generation import Grounding, Source
from harness.model.request import Part
from harness.report.grounding import suggestions

CHIP = "https://vertexaisearch.cloud.google.com/grounding-api-redirect/AUZI=="
REAL = f"""<style>
.container {{ display: flex; }}
.chip:hover {{ background-color: #f2f2f2; }}
@media (prefers-color-scheme: dark) {{ .gradient {{
  background: linear-gradient(90deg, #1f1f1f 15%, #1f1f1f00 100%); }} }}
</style>
<div class="container"><div class="headline">
<svg class="logo-light" width="18" height="18" viewbox="9 9 35 35" fill="none">
<path fill-rule="evenodd" clip-rule="evenodd" d="M42.8 27.0Z" fill="#4285F4"></path>
<circle cx="24" cy="23" fill="#FFF" r="22"></circle></svg>
<div class="gradient-container"><div class="gradient"></div></div></div>
<div class="carousel"><a class="chip" href="{CHIP}">weather &amp; wear</a></div></div>"""


def body(html):
    """Give what is rebuilt, without the head that stands before it."""
    return suggestions(html).partition('content="off">')[2]


def test_real_suggestions_are_shown_as_they_came():
    """Style, logo and chips stand unchanged; a chip opens a tab that knows nothing of us."""
    opened = f'href="{CHIP}" target="_blank" rel="noopener noreferrer nofollow"'

    assert body(REAL) == REAL.replace(f'href="{CHIP}"', opened)


@pytest.mark.parametrize(
    ("href", "followed"),
    [
        ("https://www.google.com/search?q=a", True),
        ("https://google.com/search?q=a", True),
        (CHIP, True),
        ("http://www.google.com/search", False),
        ("https://google.com.evil.example/", False),
        ("https://evilgoogle.com/", False),
        ("https://www.google.com@evil.example/", False),
        ("https://evil.example/?google.com", False),
        ("javascript:alert(1)", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("//evil.example/", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_google_is_followed(href, followed):
    """A suggestion leads to Google over https, or it is words."""
    html = f'<a class="chip" href="{href}">fox</a>'

    assert ("href=" in body(html)) is followed
    assert ">fox</a>" in body(html)


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<LINK rel=preconnect href=//x>",
        "<iframe src=//x></iframe>",
        "<meta http-equiv=refresh content='0;url=//x'>",
        "<form action=//x><input></form>",
        "<img src=//x onerror=alert(1)>",
        "<base href=//x>",
        "<object data=//x></object>",
        "<svg><use href=//x /><image href=//x /></svg>",
        "<link/rel=preconnect href=//x>",
        "<a-link>",
        "<svg><style><img src=x></style></svg>",
        "<style><!--</style><img src=x>-->",
        "<div style='background:url(//x)' onclick=alert(1) srcdoc=x id=y>a</div>",
        "<path fill='url(//x)'>",
        "<style>@import '//x';</style>",
        "<style>a{background:u\\72l(//x)}</style>",
        "<style>a{background:URL (//x)}</style>",
        "<a href='javascript:alert(1)' target=_top ping=//x download>a</a>",
        "<style",
        "<a href='",
        "<!doctype html><!-- a --><?php x ?>",
        "1 < 2 &lt;script&gt;",
    ],
)
def test_nothing_that_runs_or_loads_is_left(workshop, parsed, html):
    """Tags, attributes and style sheets that suggestions do not need are text, or gone."""
    grounding = Grounding(suggestions_html=html)
    variant = workshop.variant()
    sample = workshop.sample(variant, workshop.generation(1, grounding=grounding))

    page = parsed(workshop.run(workshop.judged(variant, sample, findings=())))

    kept = page.one("iframe").attributes["srcdoc"].partition('content="off">')[2].lower()
    for name in ("script", "link", "iframe", "meta", "form", "input", "img", "base", "object"):
        assert f"<{name}" not in kept
    for name in ("use", "image", "a-link", "!", "?"):
        assert f"<{name}" not in kept
    tags = "".join(part.partition(">")[0] for part in kept.split("<")[1:])
    for name in ("//x", "javascript:", " on", "srcdoc", "style=", "ping", "download", "_top"):
        assert name not in tags
    sheets = [part.partition("</style>")[0] for part in kept.split("<style>")[1:]]
    assert not any("//x" in sheet or "<img" in sheet for sheet in sheets)


def test_the_frame_has_two_rights(workshop, parsed):
    """Its links may open a tab, which is none of the sandbox; it may do nothing else."""
    variant = workshop.variant()
    grounding = Grounding(suggestions_html=REAL)
    sample = workshop.sample(variant, workshop.generation(1, grounding=grounding))

    page = parsed(workshop.run(workshop.judged(variant, sample, findings=())))

    rights = page.one("iframe").attributes["sandbox"].split()
    assert rights == ["allow-popups", "allow-popups-to-escape-sandbox"]


def test_queries_sources_and_the_answers_text_stand_together(workshop, parsed):
    """Empty queries are told, titles are links, what is no web address stays text."""
    sources = (
        Source(uri="https://example.org/a", title="A page"),
        Source(uri="javascript:alert(1)", title="bad"),
        Source(uri="data:text/html,x", title=""),
        Source(uri="http://[", title="<b>broken</b>"),
    )
    grounding = Grounding(queries=("", "<i>neon</i> city"), sources=sources)
    variant = workshop.variant()
    parts = (Part(text="As the "), Part(text="sources say:"), workshop.picture(1), Part(text="x"))
    generation = workshop.generation(1, parts=parts, grounding=grounding)
    run = workshop.run(workshop.judged(variant, workshop.sample(variant, generation), findings=()))

    drawer = parsed(run).one("section", class_="grounding")

    assert drawer.one("pre").children == ["As the sources say:\nx"]
    assert [li.text for li in drawer.one("ul").all("li")] == [
        "(an empty query)", "<i>neon</i> city",
    ]  # fmt: skip
    assert [a.attributes["href"] for a in drawer.all("a")] == ["https://example.org/a"]
    assert [li.text for li in drawer.one("ol").all("li")] == [
        "A page", "bad", "data:text/html,x", "<b>broken</b>",
    ]  # fmt: skip
    assert drawer.all("iframe") == []
