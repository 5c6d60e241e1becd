"""Write what a meeting decided on a run: the verdict, the rate, who said what, what is open."""

from collections.abc import Sequence
from pathlib import Path

from harness.evaluate.workspace import Workspace
from harness.model.review import Review
from harness.model.run import Run
from harness.model.showing import Showing


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
        DecisionError: a review is of another run.
        StoreError: it cannot be written, or earlier decisions cannot be read.
    """
    raise NotImplementedError
