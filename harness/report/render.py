"""Print the page's values through the templates."""

import re
from pathlib import Path
from types import CodeType

from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    pass_context,
)
from jinja2.bccache import Bucket
from jinja2.runtime import Context

from harness.report.page_views import Page
from harness.report.words import Tell, visible


class _Compiled(BytecodeCache):
    """Templates that this process has compiled, by name and text: it takes longer than a page."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def render(page: Page, *, tell: Tell) -> str:
    """Give index.html's text, every text in it told by `tell`."""
    return template("index.html.jinja", tell=tell).render(page=page)


def style() -> str:
    """Give the style sheet of index.html."""
    return template("index_style.jinja", tell=visible).render()


def template(name: str, *, tell: Tell) -> Template:
    """Give a template that escapes everything, every text in it told by `tell`."""
    return _environment(tell).get_template(name)


def _environment(tell: Tell) -> Environment:
    """Escape everything, refuse unknown names."""

    @pass_context  # which no text has when it is compiled: each is told when it is printed
    def told(_: Context, value: object) -> object:
        return tell(value) if type(value) is str else value

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=told,
        bytecode_cache=_COMPILED,
    )
    environment.filters["squeezed"] = _squeezed
    return environment


def _squeezed(css: str) -> str:
    """Take comments and white space out of our own styles: nobody reads them there."""
    safe = type(css)  # of what is safe already, something safe
    return safe(re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)))
