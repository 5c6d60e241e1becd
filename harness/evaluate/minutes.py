"""Write what a meeting decided on a run: the verdict, the rate, who said what, what is open."""

from collections.abc import Sequence
from pathlib import Path

from harness.errors import UsageError
from harness.evaluate.planning_review import check_of_run
from harness.evaluate.regression_page import tiles_within
from harness.evaluate.workspace import Workspace
from harness.judging.acceptance import acceptance_of, together
from harness.judging.agreement import agreed, preferences
from harness.judging.merging import merge
from harness.judging.sheets import sheets
from harness.model.baseline import DecisionSet
from harness.model.review import Review
from harness.model.run import Run
from harness.model.showing import Showing
from harness.report.minutes import to_minutes_html, to_minutes_markdown
from harness.report.minutes_views import Before, Record, minutes_of, pictures_of
from harness.store.baselines import BaselineStore
from harness.store.files import write_atomic


def write_minutes(
    run: Run,
    showing: Showing,
    workspace: Workspace,
    *,
    reviews: Sequence[Review],
    quorum: int,
    path: Path,
) -> None:
    """Write the minutes as Markdown or HTML, by the ending of `path`.

    Args:
        run: What was reviewed.
        showing: Who is responsible for what.
        workspace: Where pictures and earlier decisions lie.
        reviews: Of this run, of all rounds.
        quorum: How many have to accept.
        path: `.md` or `.html`; the page holds its pictures within it.

    Raises:
        UsageError: another ending.
        DecisionError: a review is of another run.
        StoreError: it cannot be written, or earlier decisions cannot be read.
    """
    if path.suffix not in (".md", ".html"):
        raise UsageError(f"{path}: minutes are written as .md or .html")
    minutes = minutes_of(record_of(run, showing, workspace, reviews=reviews, quorum=quorum))
    if path.suffix == ".md":
        text = to_minutes_markdown(minutes, run)
    else:
        text = to_minutes_html(minutes, run, tiles_within(pictures_of(minutes), workspace))
    write_atomic(path, text.encode())


def record_of(
    run: Run, showing: Showing, workspace: Workspace, *, reviews: Sequence[Review], quorum: int
) -> Record:
    """Bring together what minutes are written from.

    Raises:
        DecisionError: a review is of another run.
        StoreError: earlier decisions cannot be read.
    """
    check_of_run(run, reviews)
    ids = [sheet.id for sheet in sheets(run)]
    merged = merge(reviews, quorum=quorum, items=ids)
    return Record(
        run=run,
        showing=showing,
        reviews=tuple(reviews),
        merged=merged[: len(ids)],
        strange=len(merged) - len(ids),
        counted=together(acceptance_of(run, reviews, merged).values()),
        before=last_time(run, workspace),
        agreed=agreed(reviews),
        preferences=preferences(reviews),
    )


def last_time(run: Run, workspace: Workspace) -> Before | None:
    """Give the rate that is kept of the last earlier run of these suites; None for none.

    Runs are named by their time. Decisions that were taken back say nothing any more. Of
    several approvals of one run the newest of each suite counts.
    """
    found: dict[str, dict[str, DecisionSet]] = {}
    for result in run.suites:
        for decided in BaselineStore(workspace.root / result.path).decision_sets():
            if decided.acceptance is not None and decided.run < run.id:
                found.setdefault(decided.run, {})[result.suite] = decided
    if not found:
        return None
    last = max(found)
    parts = found[last].values()
    counted = together(part.acceptance for part in parts if part.acceptance is not None)
    assert counted is not None
    return Before(run=last, at=max(part.at for part in parts), counted=counted)
