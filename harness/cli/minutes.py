"""Write a meeting's result, for the verb review."""

from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli import shared
from harness.cli.reviewing import approving

if TYPE_CHECKING:
    from harness.evaluate.reviewing import Wanted
    from harness.evaluate.workspace import Workspace
    from harness.model.run import Run

FORMS = {"md": ".md", "html": ".html"}


def write(
    run: "Run",
    folder: Path,
    here: "Workspace",
    wanted: "Wanted",
    *,
    form: str,
    output: Path | None,
    as_json: bool,
) -> None:
    """Write what was decided, of the files that are named or that lie in the run's folder.

    Raises:
        UsageError: a form that there is not, or an ending that says another one.
        DecisionError: nobody decided anything yet, or a file does not fit.
    """
    from harness.evaluate.minutes import write_minutes
    from harness.evaluate.reviewing import kept_files, read_reviews
    from harness.evaluate.showing import showing_of

    path = _path(folder, form, output)
    files = wanted.sources or kept_files(folder, run)
    reviews = read_reviews(files)
    showing = showing_of(run, here)
    write_minutes(run, showing, here, reviews=reviews, quorum=wanted.quorum, path=path)
    names = list(dict.fromkeys(each.reviewer for each in reviews))
    if as_json:
        told = shared.document("minutes", run=run.id, path=path.as_posix(), reviewers=names)
        shared.print_json(told)
        return
    shared.say(f"what {', '.join(names)} decided on {run.id}")
    shared.say(f"minutes {path}")
    shared.say(f"next    {approving(wanted, *files)}")


def _path(folder: Path, form: str, output: Path | None) -> Path:
    """Say where minutes go.

    Raises:
        UsageError: a form that there is not, or an ending that says another one.
    """
    from harness.errors import UsageError

    if form and form not in FORMS:
        raise UsageError(f"--minutes {form}: say md or html")
    if output is None:
        return folder / f"minutes{FORMS[form]}"
    due = [FORMS[form]] if form else [*FORMS.values()]
    if output.suffix not in due:
        raise UsageError(f"-o {output}: minutes end in {' or '.join(due)}")
    return output
