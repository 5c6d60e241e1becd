"""Show at the terminal what became of the answers when questions were edited."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.cli import shared
from harness.model.regression import Ruling

if TYPE_CHECKING:
    from rich.text import Text

    from harness.model.regression import Asked, Criterion, Regression

STYLES = {
    Ruling.WORSE: "bold red",
    Ruling.NOT_ENOUGH: "magenta",
    Ruling.UNDECIDED: "yellow",
    Ruling.NO_WORSE: "green",
}
_OPEN = (Ruling.UNDECIDED, Ruling.NOT_ENOUGH)
ICONS = {
    Ruling.WORSE: "✖",
    Ruling.NOT_ENOUGH: "○",
    Ruling.UNDECIDED: "?",
    Ruling.NO_WORSE: "✔",
}
MANY = 20
"""Cases that are listed; the page and `--json` have all."""


def show_regressions(found: "Sequence[Regression]", *, page: str = "") -> None:
    """Print what was edited, what came of it, the page's path, and the next command.

    Args:
        found: A suite each, at least one.
        page: Where the page lies; empty where none was asked for.
    """
    from harness.report.regression_words import headline

    show_edits(found)
    shared.say("")
    shared.say(headline(found), style="bold")
    if page:
        shared.say(f"page    {page}")
    shared.say(f"next    {_next(found, page=page)}")


def show_edits(found: "Sequence[Regression]") -> None:
    """Print of each suite what was edited and what came of it."""
    for each in found:
        _show(each)


def _show(each: "Regression") -> None:
    from harness.report.words import count_of, days

    shared.say(f"\n{each.suite}: the question was edited", style="bold")
    for side in each.sides:
        recorded = days((side.recorded_from, side.recorded_to))
        painted = ", simulated" if side.simulated else ""
        shared.say(
            f"    {side.name}: {count_of(side.answers, 'answer')} of {', '.join(side.arms)}, "
            f"recorded {recorded}{painted}",
            style="dim",
        )
    for case in each.cases[:MANY]:
        _show_case(case)
    if len(each.cases) > MANY:
        shared.say(f"    ... and {len(each.cases) - MANY} more cases", style="dim")
    for criterion in each.criteria:
        shared.out().print(_line(criterion))
    for broken in each.broken:
        shared.say(
            f"✖ contract: {broken.check} fails in {broken.failed} of {broken.answers} answers, "
            f"and failed in none of {broken.before} before: {', '.join(broken.variants[:MANY])}",
            style="bold red",
        )
    for line in (*each.notes, *each.left_out):
        shared.say(f"    {line}", style="dim")


def _line(criterion: "Criterion") -> "Text":
    from rich.text import Text

    from harness.report.words import visible

    ruling = criterion.ruling
    line = Text(f"{ICONS[ruling]} {ruling:<15} ", style=STYLES[ruling])
    line.append(f"{visible(criterion.name)}: ", style="bold")
    return line.append(visible(criterion.said), style="default")


def _show_case(case: "Asked") -> None:
    from rich.text import Text

    from harness.report.words import visible

    turn = f" turn {case.turn + 1}" if case.turn else ""
    line = Text(f"  {visible(case.variant)}{turn}  ", style="default")
    for words in case.words:
        line.append(_marked(words.kind, visible(words.text)), style=_WORD_STYLES[words.kind])
    if not case.words:
        line.append("the prompt is as it was", style="dim")
    shared.out().print(line)
    for setting in case.settings:
        shared.say(f"    {setting.name}: {setting.old or 'not set'} -> {setting.new or 'not set'}")


_WORD_STYLES = {"kept": "dim", "gone": "red strike", "new": "green"}


def _marked(kind: str, text: str) -> str:
    """Mark words so that they are told apart without colours too."""
    return {"gone": f"[-{text}-]", "new": f"{{+{text}+}}"}.get(kind, text)


def _next(found: "Sequence[Regression]", *, page: str) -> str:
    """Say what to do: look, record more answers, or accept the new pictures."""
    rulings = {each.ruling for each in found}
    if rulings == {Ruling.NO_WORSE}:
        return "harness run  # then accept the new pictures: harness approve"
    criteria = [criterion for each in found for criterion in each.criteria]
    samples = max((c.samples for c in criteria if c.ruling in _OPEN), default=0)
    if Ruling.WORSE in rulings or not samples:
        names = " ".join(side.name for side in found[0].sides)
        return f"look at {page}" if page else f"harness compare {names} -o edit.html"
    return _more(found, f"--samples {samples} --live missing")


def _more(found: "Sequence[Regression]", more: str) -> str:
    """Say how more answers are had: to the new question, or to both."""
    old, new = (sum(each.sides[place].answers for each in found) for place in (0, 1))
    if new < old:
        return f"harness run {more}  # the new question has the fewer answers"
    return (
        f"harness run {more}  # and the same with the suite file as it was and "
        "--recording before; then: harness compare before main"
    )
