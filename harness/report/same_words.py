"""Say of each suite whether its model is the same: by this run's test, else by the monitor."""

from collections.abc import Iterable
from dataclasses import dataclass

from harness.model.drift import Drift, Shift
from harness.model.run import Run
from harness.model.showing import Showing, SuiteShow
from harness.model.verdict import Status
from harness.report.drift_words import SHIFTS, sentence
from harness.report.views import Mark
from harness.report.words import joined

UNTESTED = "nothing was looked up beside this run: harness report RUN does"


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """The answer for one suite.

    Attributes:
        suite: Its id.
        mark: As a word and an icon.
        tone: The status whose colour it has.
        said: One sentence.
        looked: What the monitor saw last and what is open, where this is not all of `said`.
    """

    suite: str
    mark: Mark
    tone: Status
    said: str
    looked: str = ""


def same_model(run: Run, showing: Showing) -> tuple[Same, ...]:
    """Give the answer for every suite of the run, in its order."""
    return tuple(_same(showing.suite(suite.suite)) for suite in run.suites)


def gravest(found: Iterable[Same]) -> Same | None:
    """Choose the answer that speaks for all: what moved, then what is not known."""
    return max(found, key=lambda same: same.tone.severity, default=None)


def _same(shown: SuiteShow) -> Same:
    looked = _looked(shown)
    if shown.drift is not None:
        word, said = _word(shown.drift.verdict, shown.drift), shown.drift.said
        return _told(shown, shown.drift.verdict, word, said, looked)
    if shown.look is not None:
        verdict = shown.look.verdict
        word = f"PROVISIONAL {verdict.value}" if shown.look.provisional else verdict.value
        said = f"{sentence(word, shown.look.said)} {_untested(shown)}"
        return _told(shown, verdict, word, said, looked)
    mark = Mark(word="NOT TESTED", icon="○")
    said = f"{_untested(shown)}{f' {looked}' if looked else ''}"
    return Same(suite=shown.suite, mark=mark, tone=Status.UNRECORDED, said=said)


def _told(shown: SuiteShow, verdict: Shift, word: str, said: str, looked: str) -> Same:
    """Give an answer; an open incident stays in sight whatever a later test says."""
    tone, icon = SHIFTS[verdict]
    said = sentence(word, said)
    if shown.open and tone not in (Status.FAIL, Status.WARN):
        said, word, tone, icon = f"{word}: {said}", "INCIDENT OPEN", Status.WARN, "▲"
    mark = Mark(word=word, icon=icon)
    return Same(suite=shown.suite, mark=mark, tone=tone, said=said, looked=looked)


def _word(verdict: Shift, drift: Drift) -> str:
    return f"PROVISIONAL {verdict.value}" if drift.provisional else verdict.value


def _untested(shown: SuiteShow) -> str:
    return f"This run was not tested: {(shown.untested or UNTESTED).rstrip(chr(46))}."


def _looked(shown: SuiteShow) -> str:
    """Say what the monitor saw last, and which incidents are open."""
    said = []
    if shown.look is not None:
        look = shown.look
        said.append(f"The monitor looked last on {look.at[:10]}: {look.verdict.value}.")
    if shown.open:
        said.append(
            f"Open: {joined(shown.open, empty='')}; how it stands: "
            f"harness monitor {shown.suite} --status."
        )
    return " ".join(said)
