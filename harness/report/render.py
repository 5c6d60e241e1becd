"""Print the page's values through the templates."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from harness.report.views import Page
from harness.report.words import visible


def render(page: Page) -> str:
    """Give index.html's text."""
    return _environment().get_template("index.html.jinja").render(page=page)


@cache
def _environment() -> Environment:
    """Escape everything, refuse unknown names, and show what hides in strangers' text."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )


def _visible(value: object) -> object:
    return visible(value) if type(value) is str else value
