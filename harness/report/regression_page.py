"""Print what became of the answers to edited questions, old and new side by side, as one page.

The page stands alone: its pictures lie within it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.model.regression import (
    PRICE,
    Asked,
    Criterion,
    Questioned,
    Regression,
    Ruling,
    Setting,
    Words,
)
from harness.report.pictures import Tile
from harness.report.regression_words import headline
from harness.report.render import template
from harness.report.words import count_of, days, visible

MOST_SHOWN = 8
"""Pictures of a case and side that the page shows, 15 KB each at most; the rest is counted."""
MOST_CASES = 100

TileOf = Callable[[str], Tile]
"""Gives a picture's small form by sha256, or words in its place."""

_TONES = {
    Ruling.WORSE: ("FAIL", "✖"),
    Ruling.NOT_ENOUGH: ("UNRECORDED", "○"),
    Ruling.UNDECIDED: ("NEW", "?"),
    Ruling.NO_WORSE: ("PASS", "✔"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingView:
    """What holds, as it is shown: word, icon, and the class of its colour."""

    word: str
    icon: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionView:
    """A criterion in a row."""

    mark: RulingView
    name: str
    old: str
    new: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureView:
    """An answer's picture, with what is said to who cannot see it."""

    tile: Tile
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnView:
    """One side of a case.

    Attributes:
        title: Which question, and how many answers.
        pictures: The first of them.
        more: How many are not shown, in words; empty for none.
    """

    title: str
    pictures: tuple[PictureView, ...]
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case, asked in two ways."""

    title: str
    words: tuple[Words, ...]
    prompt: str
    settings: tuple[Setting, ...]
    figures: tuple[tuple[str, str, str], ...]
    columns: tuple[ColumnView, ColumnView]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteView:
    """A suite's edited questions.

    Attributes:
        name: Id of the suite.
        mark: What holds of it.
        sides: Both sides in a sentence each.
        criteria: The gravest first.
        broken: Newly broken contract checks, a sentence each.
        notes: What is to be known, and what was left out, a sentence each.
        cases: What was edited.
        more: How many cases are not shown, in words; empty for none.
    """

    name: str
    mark: RulingView
    sides: tuple[str, ...]
    criteria: tuple[CriterionView, ...]
    broken: tuple[str, ...]
    notes: tuple[str, ...]
    cases: tuple[CaseView, ...]
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegressionPage:
    """Everything that the page prints, top to bottom."""

    said: str
    simulated: bool
    suites: tuple[SuiteView, ...]


def to_regression_html(found: Sequence[Regression], *, tile: TileOf) -> str:
    """Give the page's text.

    Args:
        found: A suite each.
        tile: Gives pictures within the page.
    """
    said = headline(found)
    page = RegressionPage(
        said=f"{said[:1].upper()}{said[1:]}",
        simulated=any(each.simulated for each in found),
        suites=tuple(_suite(each, tile) for each in found),
    )
    return template("regression.html.jinja", tell=visible).render(page=page)


def shown(found: Sequence[Regression]) -> Iterator[str]:
    """Give the sha256 of every picture that the page shows."""
    for each in found:
        for case in each.cases[:MOST_CASES]:
            for pictures in case.pictures:
                yield from pictures[:MOST_SHOWN]


def broken_said(each: Regression) -> tuple[str, ...]:
    """Say which contract checks fail now and never failed."""
    return tuple(
        f"{broken.check} fails in {broken.failed} of {broken.answers} answers, and failed in none "
        f"of {broken.before} before: {', '.join(broken.variants)}"
        for broken in each.broken
    )


def _suite(each: Regression, tile: TileOf) -> SuiteView:
    more = len(each.cases) - MOST_CASES
    return SuiteView(
        name=each.suite,
        mark=_mark(each.ruling),
        sides=tuple(map(_side, ("The older question", "The new question"), each.sides)),
        criteria=tuple(map(_criterion, each.criteria)),
        broken=broken_said(each),
        notes=(*each.notes, *each.left_out),
        cases=tuple(_case(case, tile) for case in each.cases[:MOST_CASES]),
        more=f"and {count_of(more, 'case')} more; --json has all" if more > 0 else "",
    )


def _mark(ruling: Ruling) -> RulingView:
    tone, icon = _TONES[ruling]
    return RulingView(word=ruling.value, icon=icon, tone=tone)


def _side(title: str, side: Questioned) -> str:
    recorded = days((side.recorded_from, side.recorded_to))
    return (
        f"{title} ({side.name}): {count_of(side.answers, 'answer')} of {', '.join(side.arms)}, "
        f"recorded {recorded}."
    )


def _criterion(criterion: Criterion) -> CriterionView:
    told = _teller(criterion.name)
    return CriterionView(
        mark=_mark(criterion.ruling),
        name=criterion.name,
        old=told(criterion.old),
        new=told(criterion.new),
        said=criterion.said,
    )


def _teller(name: str) -> Callable[[float], str]:
    form = "${:.4f}" if name == PRICE else "{:.3f}"
    return form.format


def _case(case: Asked, tile: TileOf) -> CaseView:
    turn = f", turn {case.turn + 1}" if case.turn else ""
    return CaseView(
        title=f"{case.variant}{turn}",
        words=case.words,
        prompt=case.prompts[1],
        settings=case.settings,
        figures=tuple(_figures(case.figures)),
        columns=(
            _column("old", case, place=0, tile=tile),
            _column("new", case, place=1, tile=tile),
        ),
    )


def _figures(figures: Mapping[str, tuple[float, float]]) -> Iterator[tuple[str, str, str]]:
    for name, (old, new) in figures.items():
        told = _teller(name)
        yield name, told(old), told(new)


def _column(which: str, case: Asked, *, place: int, tile: TileOf) -> ColumnView:
    pictures = case.pictures[place]
    more = len(pictures) - MOST_SHOWN
    return ColumnView(
        title=f"{which}: {count_of(case.answers[place], 'answer')}, "
        f"{count_of(len(pictures), 'picture')}",
        pictures=tuple(
            PictureView(tile=tile(sha256), alt=f"{case.variant}, {which} question, {number}")
            for number, sha256 in enumerate(pictures[:MOST_SHOWN], start=1)
        ),
        more=f"and {count_of(more, 'picture')} more" if more > 0 else "",
    )
