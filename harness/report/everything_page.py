"""Print the page over all suites."""

from harness.report.everything import Everything
from harness.report.render import template
from harness.report.words import visible


def to_everything_html(found: Everything) -> str:
    """Give the page over all suites, whole; it loads pictures of the runs beside it only."""
    return template("everything.html.jinja", tell=visible).render(page=found)
