"""Answer the three questions that the page opens with: same model, broken, what needs people."""

import math

from harness.judging.selecting import SECONDS_A_SHEET, Draw, minutes, plan
from harness.model.review import Why
from harness.model.run import Run
from harness.model.showing import Showing
from harness.model.verdict import Status
from harness.report.index_views import Around, Line
from harness.report.same_words import Same, gravest, same_model
from harness.report.summary import first_look
from harness.report.views import Mark
from harness.report.words import ICONS, count_of

DRIFT = "drift"
"""Anchor of the section on drift."""
NEEDS_EYES = "needs-eyes"
"""Anchor of what failed or changed."""


def top_lines(run: Run, showing: Showing, around: Around) -> tuple[Line, ...]:
    """Give the three answers, in the order in which they are read."""
    return (_same_model(run, showing), _broken(run), _needs_you(run, showing, around))


def waiting(run: Run, showing: Showing) -> int:
    """Count the sheets that wait for a person: `harness review` opens these."""
    planned = plan(run, showing, draw=Draw()).sheets
    return sum(each.why != (Why.ASKED,) for each in planned)


def _same_model(run: Run, showing: Showing) -> Line:
    found = same_model(run, showing)
    same = gravest(found)
    if same is None:
        mark = Mark(word="NOT TESTED", icon="○")
        return _line("SAME MODEL?", mark, Status.UNRECORDED, "Nothing was judged.")
    others = [each for each in found if each is not same]
    said = f"{same.suite}: {same.said}" if others else same.said
    said = " ".join(part for part in (said, same.looked, _others(others)) if part)
    known = any(showing.suite(each.suite).drift for each in found)
    return Line(
        asks="SAME MODEL?",
        mark=same.mark,
        tone=same.tone.value,
        said=said,
        href=f"#{DRIFT}",
        link="what was tested" if known else "what is known",
    )


def _others(others: list[Same]) -> str:
    told = [f"{each.suite} {each.mark.word}" for each in others[:4]]
    more = [f"{len(others) - 4} more"] if len(others) > 4 else []
    return f"Also: {', '.join(told + more)}." if others else ""


def _broken(run: Run) -> Line:
    """Answer by what failed; an error or a gap leaves the question open."""
    counts = run.counts
    unknown = counts[Status.ERROR] + counts[Status.UNRECORDED]
    if counts[Status.FAIL]:
        mark, tone = Mark(word="YES", icon=ICONS[Status.FAIL]), Status.FAIL
    elif unknown or not run.judged:
        mark, tone = Mark(word="CANNOT TELL", icon=ICONS[Status.ERROR]), Status.ERROR
    else:
        mark, tone = Mark(word="NO", icon=ICONS[Status.PASS]), Status.PASS
    looked = first_look(run)
    named = looked.split()[0] in {f.check for j in run.judged for f in j.verdict.findings}
    said = looked if named else f"{looked[:1].upper()}{looked[1:]}"
    return _line("BROKEN?", mark, tone, f"{said}.", NEEDS_EYES)


def _needs_you(run: Run, showing: Showing, around: Around) -> Line:
    count = waiting(run, showing)
    if not count:
        mark = Mark(word="0 items", icon=ICONS[Status.PASS])
        said = "Nothing waits for a person."
        return _line("NEEDS YOU", mark, Status.PASS, said)
    length = math.ceil(minutes(count))
    mark = Mark(
        word=f"{count_of(count, 'item')}, {count_of(length, 'minute')}", icon=ICONS[Status.NEW]
    )
    said = f"Sheets to look at and decide on, counted at {SECONDS_A_SHEET} s a sheet."
    line = _line("NEEDS YOU", mark, Status.NEW, said)
    if not around.review:
        return line
    return Line(
        asks=line.asks, mark=mark, tone=line.tone, said=said, href=around.review, link="review them"
    )


def _line(asks: str, mark: Mark, tone: Status, said: str, anchor: str = "") -> Line:
    return Line(
        asks=asks,
        mark=mark,
        tone=tone.value,
        said=said,
        href=f"#{anchor}" if anchor else "",
        link="what was found" if anchor else "",
    )
