"""Prepare a review: the pages anew, what of them is to be looked at, and earlier reviews."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.errors import DecisionError
from harness.evaluate.planning_review import Draw, plan_review
from harness.evaluate.reporting import write_all
from harness.evaluate.showing import showing_of
from harness.evaluate.workspace import Workspace
from harness.loader.review import read_review, review_document
from harness.model.review import Review, ReviewPlan
from harness.model.run import Run
from harness.report.data import report_digest
from harness.report.packing import script
from harness.review.files import DECISIONS
from harness.review.keeper import Keeper, decisions_name
from harness.store.files import write_atomic

__all__ = ["UNNAMED", "Prepared", "Wanted", "decisions_name", "keeper_of", "prepare"]

PLAN = "plan.js"
UNNAMED = "unnamed"
"""Who reviews, where nobody said: no user name goes into a file by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a review is asked to be.

    Attributes:
        draw: How many sheets, and by which lot; a second round passes it over.
        sources: Files of a first round; none for a first round.
        quorum: How many have to accept.
        reviewer: Who decides; empty where the page shall ask.
        meeting: What for; may be empty.
    """

    draw: Draw
    sources: tuple[Path, ...] = ()
    quorum: int = 1
    reviewer: str = ""
    meeting: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A review that can begin.

    Attributes:
        plan: What is to be looked at.
        report: Digest of the sheets that the page shows: decisions name it.
    """

    plan: ReviewPlan
    report: str


def prepare(run: Run, folder: Path, workspace: Workspace, wanted: Wanted) -> Prepared:
    """Write a run's pages anew, since decisions may have changed, and the plan beside them.

    Raises:
        DecisionError: a file of the first round is broken, or of another run.
        StoreError: a file cannot be read or written.
    """
    reviews = [read_review(path) for path in wanted.sources]
    showing = showing_of(run, workspace)
    chosen = plan_review(
        run, showing, workspace, draw=wanted.draw, reviews=reviews, quorum=wanted.quorum
    )
    write_all(run, folder, workspace, outputs=(), showing=showing)
    write_atomic(folder / PLAN, script("__PLAN__", plan_tree(chosen, wanted)))
    return Prepared(plan=chosen, report=report_digest(run, showing))


def plan_tree(chosen: ReviewPlan, wanted: Wanted) -> dict[str, object]:
    """Give what `plan.js` holds (docs/report-data.md)."""
    sheets = [
        {"item": each.item, "why": [why.value for why in each.why], "random": each.random}
        for each in chosen.sheets
    ]
    told = {"reviewer": wanted.reviewer, "meeting": wanted.meeting}
    return {
        "take": chosen.take,
        "seed": chosen.seed,
        "round": chosen.round,
        "minutes": chosen.minutes,
        "sheets": sheets,
        "reviews": [review_document(review) for review in chosen.reviews],
    } | {name: words for name, words in told.items() if words}


def keeper_of(run: Run, folder: Path, wanted: Wanted) -> Keeper:
    """Give the file of who reviews; one that is there already is gone on with.

    Raises:
        UsageError: the name makes no file name.
        DecisionError: the file that is there is broken, or another's.
        StoreError: it cannot be read.
    """
    return Keeper(folder, run=run.id, reviewer=wanted.reviewer or UNNAMED)


def kept_files(folder: Path, run: Run) -> tuple[Path, ...]:
    """Give the decisions that lie in a run's folder.

    Raises:
        DecisionError: there are none.
    """
    found = tuple(sorted(folder.glob(f"{DECISIONS}*.json")))
    if not found:
        raise DecisionError(
            f"{folder}: nobody decided anything yet; begin with: harness review {run.id}, "
            "or name files with --from"
        )
    return found


def read_reviews(files: Sequence[Path]) -> tuple[Review, ...]:
    """Read reviews; each names its file, not the folder of who reads it.

    Raises:
        DecisionError: one is broken.
    """
    return tuple(replace(read_review(path), source=path.name) for path in files)
