"""A run as Markdown."""

from harness.model.verdict import Status
from harness.report.write import to_markdown, write_markdown


def test_what_failed_comes_first_with_its_reason(workshop):
    """The table holds what did not pass, gravest first."""
    text = to_markdown(workshop.every_status())

    lines = [line for line in text.splitlines() if line.startswith("| ") and "storefront" in line]
    assert lines[0].startswith("| ✖ FAIL | storefront | night-city")
    assert "delivered 64x48" in lines[0]
    assert "▲ WARN" in lines[-1]
    assert "case-3" not in text


def test_hostile_text_is_inert(workshop):
    """No markup, HTML, table cell, mention or line of a stranger's takes effect."""
    message = "<img src=x> | [a](http://b) `c` @team\n# title \x00"

    text = to_markdown(workshop.run(workshop.one(1, Status.FAIL, message=message)))

    assert r"&lt;img src=x&gt; \| \[a\](http://b) \`c\` @<!-- -->team \# title ␀" in text


def test_the_command_stands_in_a_fence_that_it_cannot_close(workshop):
    """Back quotes within the command make the fence longer."""
    run = workshop.run(workshop.one(1, Status.PASS), command="harness run ```` x")

    assert "`````sh\nharness run ```` x\n`````" in to_markdown(run)


def test_a_long_table_is_cut_and_says_so(workshop):
    """A job's summary has a limit: the worst are shown, the rest counted."""
    one = workshop.one(1, Status.FAIL)

    text = to_markdown(workshop.run(*[one] * 70))

    assert text.count("✖ FAIL |") == 50
    assert "and 20 more" in text


def test_simulated_pictures_are_marked(workshop, tmp_path):
    """Whoever reads the summary alone learns it too."""
    path = tmp_path / "summary.md"

    write_markdown(workshop.run(workshop.one(1, Status.PASS), simulated=True), path)

    assert "**Simulated pictures**" in path.read_text(encoding="utf-8")
