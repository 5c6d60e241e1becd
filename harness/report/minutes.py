"""Print the minutes of a meeting, as a page that stands alone or as Markdown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from harness.model.run import Run
from harness.report.markdown import inert
from harness.report.minutes_views import Minutes, SheetRow
from harness.report.pictures import Tile
from harness.report.render import template
from harness.report.words import Tell, telling

_NO_TILE = Tile(words="")


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesPage:
    """What the page prints.

    Attributes:
        minutes: In sections.
        tiles: Pictures within the page, by sha256.
    """

    minutes: Minutes
    tiles: Mapping[str, Tile]

    def tile(self, row: SheetRow) -> Tile:
        return self.tiles.get(row.picture, _NO_TILE)


def to_minutes_html(minutes: Minutes, run: Run, tiles: Mapping[str, Tile]) -> str:
    """Give the page's text; every text of a stranger is inert in it."""
    page = MinutesPage(minutes=minutes, tiles=tiles)
    return template("minutes.html.jinja", tell=telling(run)).render(page=page)


def to_minutes_markdown(minutes: Minutes, run: Run) -> str:
    """Give the same in Markdown, without pictures; every text of a stranger is inert in it."""
    text = partial(inert, tell=telling(run))
    return "\n".join(_lines(minutes, text))


def _lines(minutes: Minutes, text: Tell) -> Iterator[str]:
    yield from (f"# {text(minutes.title)}", "")
    if minutes.simulated:
        yield from ("> **Simulated pictures**: they say nothing about a model.", "")
    yield from (f"Run {text(minutes.run)}, reviewed by {text(minutes.reviewers)}.", "")
    yield from _listed("Verdict", minutes.verdict, text)
    yield from _listed("Acceptance", minutes.rate, text)
    for section in minutes.sections:
        yield from _table(f"{section.icon} {section.name}", section.rows, text)
    yield from _listed("Agreement", (*minutes.agreement, *_pairs(minutes)), text)
    yield from _divided(minutes, text)
    yield from _listed("Blind pairs", minutes.preference, text)
    yield from _listed("Not reviewed", (*minutes.left_out, *minutes.missed), text)
    yield from _listed("Appendix: agreement beyond chance", minutes.appendix, text)
    yield from _listed("Made from", minutes.sources, text)


def _pairs(minutes: Minutes) -> Iterator[str]:
    yield from (f"{one} and {other}: {same} the same" for one, other, same in minutes.pairs)


def _divided(minutes: Minutes, text: Tell) -> Iterator[str]:
    if minutes.divided:
        yield from (f"### What divided the reviewers: {len(minutes.divided)}", "")
        yield from ("| sheet | who chose what | came to |", "| --- | --- | --- |")
        for each in minutes.divided:
            yield f"| {text(each.item)} | {text(each.said)} | {text(each.came_to)} |"
        yield ""


def _listed(title: str, lines: tuple[str, ...], text: Tell) -> Iterator[str]:
    if lines:
        yield from (f"## {title}", "", *(f"- {text(line)}" for line in lines), "")


def _table(title: str, rows: tuple[SheetRow, ...], text: Tell) -> Iterator[str]:
    yield from (f"## {title}: {len(rows)}", "")
    if rows:
        yield from ("| sheet | owner | who said what |", "| --- | --- | --- |")
        yield from (_row(row, text) for row in rows)
        yield ""


def _row(row: SheetRow, text: Tell) -> str:
    said = "<br>".join(text(line) for line in (*row.marks, row.resolved) if line)
    return f"| {text(row.item)} | {text(row.owner) or '-'} | {said or '-'} |"
