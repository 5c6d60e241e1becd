"""Say a run on the page of its CI job: verdict, the worst, what recording the rest would cost."""

from functools import partial

from harness.model.run import Run
from harness.model.showing import Showing
from harness.report.elsewhere import Elsewhere
from harness.report.markdown import changed, closing, inert, opening
from harness.report.notes import Note, notes
from harness.report.pairs import pairs
from harness.report.words import Tell, telling

LIMIT = 1024 * 1024
"""Bytes that GitHub takes of a step's summary; of a larger one it shows nothing."""
_WORST = 5
_LEFT_OUT = "\n\n... the rest does not fit here: see the report.\n"


def step_summary(run: Run, showing: Showing, elsewhere: Elsewhere, *, room: int = LIMIT) -> str:
    """Give a job's page.

    Args:
        run: What was judged.
        showing: What stands beside it: the pictures before.
        elsewhere: Where pictures and the report can be seen.
        room: Bytes that it may have.
    """
    tell = telling(run)
    text = partial(inert, tell=tell)
    lines = opening(run, text)
    lines += _worst(notes(run), text)
    lines += changed(pairs(run, showing), text, elsewhere)
    if elsewhere.job:
        lines += [f"The report is kept with [this job]({elsewhere.job}#artifacts).", ""]
    lines += closing(run, text, tell=tell)
    return fitted("\n".join(lines) + "\n", room=room)


def _worst(found: tuple[Note, ...], text: Tell) -> list[str]:
    """Tell the five worst with all that was found on them."""
    if not found:
        return []
    lines = [f"### The worst{' five' if len(found) > _WORST else ''}", ""]
    for note in found[:_WORST]:
        lines += [f"- **{text(note.title)}** ({text(f'{note.file}:{note.line}')})"]
        lines += [f"  - {text(line)}" for line in note.lines]
    if len(found) > _WORST:
        lines += ["", f"... and {len(found) - _WORST} more: see the report."]
    return [*lines, ""]


def fitted(text: str, *, room: int) -> str:
    """Cut `text` behind a line so that it has at most `room` bytes, and say that it was cut."""
    data = text.encode("utf-8", errors="replace")
    if len(data) <= room:
        return text
    kept = data[: max(0, room - len(_LEFT_OUT))].decode("utf-8", errors="ignore")
    return kept.rpartition("\n")[0] + _LEFT_OUT if kept else ""
