"""Print the page's values through the templates."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from harness.report.page_views import Page
from harness.report.words import Tell


def render(page: Page, *, tell: Tell) -> str:
    """Give index.html's text, every text in it told by `tell`."""
    return template("index.html.jinja", tell=tell).render(page=page)


def template(name: str, *, tell: Tell) -> Template:
    """Give a template that escapes everything, every text in it told by `tell`."""
    return _environment(tell).get_template(name)


def _environment(tell: Tell) -> Environment:
    """Escape everything, refuse unknown names."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: tell(value) if type(value) is str else value,
    )
