"""Templates are compiled once, whoever tells the texts in them."""

from jinja2 import DictLoader

from harness.report.render import template


def test_templates_are_compiled_once_a_process():
    """To compile them takes several times as long as a page."""
    one, other = (template("index.html.jinja", tell=tell) for tell in (str.upper, str.lower))

    assert one.root_render_func.__code__ is other.root_render_func.__code__


def test_each_page_is_told_by_its_own():
    """No page hides or shows what another page in the process is to, the template's words too."""
    pages = []
    for tell in (str.upper, str.lower):
        environment = template("index.html.jinja", tell=tell).environment
        environment.loader = DictLoader({"of a test": "{{ 'Said' }} {{ word }}"})
        pages.append(environment.get_template("of a test").render(word="Word"))

    assert pages == ["SAID WORD", "said word"]
