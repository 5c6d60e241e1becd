"""A run as Markdown."""

from harness.model.run import Charge
from harness.model.showing import CellShow, Showing
from harness.model.verdict import Status
from harness.report.elsewhere import Elsewhere
from harness.report.write import to_markdown, write_markdown


def test_what_failed_comes_first_with_its_reason(workshop):
    """The table holds what did not pass, gravest first."""
    text = to_markdown(workshop.every_status())

    text, _, _ = text.partition("### What changed")
    lines = [line for line in text.splitlines() if line.startswith("| ") and "storefront" in line]
    assert lines[0].startswith("| ✖ FAIL | storefront | night-city")
    assert "delivered 64x48" in lines[0]
    assert "▲ WARN" in lines[-1]
    assert "case-3" not in text


def test_hostile_text_is_inert(workshop):
    """No markup, HTML, table cell, mention, link or line of a stranger's takes effect."""
    message = "<img src=x> | [a](http://b) `c` @team\n# title \x00 Www.b.c"

    text = to_markdown(workshop.run(workshop.one(1, Status.FAIL, message=message)))

    assert r"&lt;img src=x&gt; \| \[a\](http:<!-- -->//b) \`c\` @<!-- -->team \# title ␀" in text
    assert "␀ Www<!-- -->.b.c" in text


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


OLD, NEW = "ab" * 32, "cd" * 32


def changed(workshop, **fields):
    """Give a cell whose question was edited, with its pictures before and now."""
    run = workshop.run(workshop.one(1, Status.NEW))
    cell = CellShow(order=(NEW,), former=(OLD,))
    return to_markdown(run, Showing(cells={("storefront", "case-1", 0): cell}), Elsewhere(**fields))


def test_what_changed_stands_side_by_side_where_people_can_see_it(workshop):
    """A row of old and new, each a picture by its address; Markdown strips data of pages."""
    text = changed(workshop, picture=lambda sha256: f"https://x.example/blobs/{sha256}.jpg")

    row = next(line for line in text.splitlines() if OLD in line)
    _, cell, old, new, _ = row.split("|")
    assert "storefront / case-1" in cell
    assert "asked otherwise before, not decided" in cell
    assert f'<img src="https://x.example/blobs/{OLD}.jpg" width=' in old
    assert f'<img src="https://x.example/blobs/{NEW}.jpg" width=' in new
    assert "data:" not in text


def test_a_picture_that_nobody_can_see_is_named(workshop):
    """Its name leads to it, and the row to its place in the report."""
    text = changed(workshop, report="reports/r1/index.html")

    assert f"| `{OLD[:12]}` | `{NEW[:12]}` |" in text
    assert r"reports/r1/index.html\#storefront/case-1" in text
    assert "<img" not in text


def test_what_passed_and_was_not_recorded_anew_has_not_changed(workshop):
    """A decided cell stands in no row."""
    text = to_markdown(workshop.run(workshop.one(1, Status.PASS)))

    assert "What changed" not in text


def test_hostile_names_stay_within_their_cell(workshop):
    """A quote, a bar and a tag of a stranger's, in a variant or an address, are shown."""
    run = workshop.run(workshop.one(1, Status.NEW, case='x" onerror="y"><b>|'))

    text = to_markdown(run, elsewhere=Elsewhere(picture=lambda _: 'https://x.example/"><b>|.jpg'))

    row = next(line for line in text.splitlines() if "<img" in line)
    assert "<b>" not in row
    assert row.replace(r"\|", "").count("|") == 4


def test_a_comment_of_a_forge_holds_it(workshop):
    """Of very long texts as many rows are told as a comment has room for."""
    runs = [workshop.one(n, Status.NEW, message="@" * 400, case=f"case-{n}") for n in range(60)]

    text = to_markdown(workshop.run(*runs))

    assert len(text) < 65_536
    assert "more: see the report" in text
