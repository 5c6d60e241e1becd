"""A run as Markdown."""

from harness.model.run import Charge
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


def test_spending_is_told(workshop):
    """What was sent and spent, and the calls that may be charged, a few of many."""
    cut = Charge(
        suite="storefront", sample="fox", endpoint="gemini",
        ceiling_usd=0.5, why="cut | <b>\n# x",
    )  # fmt: skip
    one = workshop.one(1, Status.PASS)

    text = to_markdown(workshop.run(one, calls=30, spent_usd=12.5, may_be_charged=(cut,) * 25))

    assert "This run sent 30 requests and spent $12.50, of which $12.50 may be charged" in text
    line = r"- may be charged: storefront: fox at gemini, at most $0.50: cut \| &lt;b&gt; \# x"
    assert text.count(line) == 20
    assert "- and 5 more: see the report." in text


def test_a_replay_says_nothing_of_spending(workshop):
    """It sent nothing; the headline says so already."""
    assert "spent" not in to_markdown(workshop.run(workshop.one(1, Status.PASS)))


def test_a_delivery_that_changed_stands_in_the_table(workshop, say):
    """It is a finding like another."""
    moved = say(Status.WARN, "delivery changed: C2PA manifest: yes -> no", check="delivery")

    text = to_markdown(workshop.run(workshop.one(1, Status.PASS), findings=(moved,)))

    assert "| ▲ WARN | storefront | ::suite | delivery: delivery changed" in text
