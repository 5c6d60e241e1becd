"""The verb that applies what people decided: approve."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import completing, shared
from harness.cli.shared import By, Json, Why
from harness.report.words import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.evaluate.approve import Asked
    from harness.evaluate.workspace import Workspace
    from harness.model.review import Review
    from harness.model.run import Run
    from harness.model.suite import Suite


def approve(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN",
            help="Run id, its end, or last; with --from the reviewed one.",
            show_default="last",
            autocompletion=completing.runs,
        ),
    ] = None,
    sources: Annotated[
        list[Path] | None,
        typer.Option("--from", help="Decisions of a reviewer; several are merged."),
    ] = None,
    quorum: Annotated[
        int, typer.Option(min=1, max=1000, help="How many have to accept a sheet.")
    ] = 1,
    skip_stale: Annotated[
        bool, typer.Option("--skip-stale", help="Leave out sheets that changed since.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be decided; write nothing.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Accept every undecided picture.")] = False,
    unseen: Annotated[bool, typer.Option("--unseen", help="Say that nobody looked.")] = False,
    by: By = "",
    why: Why = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take the last decisions back.")] = False,
    as_json: Json = False,
) -> None:
    """Apply reviewers' decisions to a run's pictures: all of them or none; or take them back."""
    from harness.evaluate.approve import Asked
    from harness.loader import load_suites
    from harness.loader.review import read_review
    from harness.store.runs import find_run, load_run

    _check(sources or (), every=every or unseen, undo=undo, tuned=quorum != 1 or skip_stale)
    here = shared.workspace()
    reviews = tuple(read_review(path) for path in sources or ())
    judged = load_run(find_run(here.reports, run or (reviews[0].run if reviews else "last")))
    suites = load_suites([here.root / result.path for result in judged.suites])
    asked = Asked(quorum=quorum, skip_stale=skip_stale, dry=dry_run, by=by, why=why)
    if undo:
        _undo(suites, here, asked, as_json=as_json)
    elif reviews:
        _apply(judged, suites, here, reviews=reviews, asked=asked, as_json=as_json)
    else:
        _check_signed(asked, all_unseen=every and unseen)
        _accept(judged, suites, here, asked=asked, as_json=as_json)


def _check(sources: "Sequence[Path]", *, every: bool, undo: bool, tuned: bool) -> None:
    """Refuse what cannot be asked together, before anything is read.

    Args:
        sources: Files of reviewers.
        every: Everything is to be accepted.
        undo: The last decisions are to be taken back.
        tuned: Something was said that only files of reviewers know.

    Raises:
        UsageError: says what to say instead.
    """
    from harness.errors import UsageError

    if bool(sources) + every + undo > 1:
        raise UsageError("--from, --all --unseen and --undo exclude each other; say one of them")
    if tuned and not sources:
        raise UsageError("--quorum and --skip-stale go with --from: there is nothing to merge")


def _check_signed(asked: "Asked", *, all_unseen: bool) -> None:
    from harness.errors import UsageError

    if not (all_unseen and asked.by and asked.why):
        raise UsageError(
            "say --from decisions-RUN-NAME.json, as the review page saved it; or --all --unseen "
            "--by NAME --why TEXT: pictures are accepted without being shown, so it must be said "
            "who does it and why"
        )


def _apply(
    run: "Run",
    suites: "Sequence[Suite]",
    here: "Workspace",
    *,
    reviews: "Sequence[Review]",
    asked: "Asked",
    as_json: bool,
) -> None:
    from harness.cli.approved import approved_tree, show_approval
    from harness.evaluate.approve import approve_reviews

    approval = approve_reviews(run, suites, here, reviews, asked)
    if as_json:
        shared.print_json(shared.document("approved", **approved_tree(approval)))
        return
    show_approval(approval, quorum=asked.quorum)


def _accept(
    run: "Run", suites: "Sequence[Suite]", here: "Workspace", *, asked: "Asked", as_json: bool
) -> None:
    from harness.evaluate.baseline import approve_all
    from harness.store.codec import encode

    sets = approve_all(run, suites, here, by=asked.by, why=asked.why, dry=asked.dry)
    if as_json:
        tree = shared.document("approved", sets=[encode(each) for each in sets], dry_run=asked.dry)
        shared.print_json(tree)
        return
    would = "would be " if asked.dry else ""
    for decided in sets:
        pictures = count_of(len(decided.decisions), "picture")
        shared.say(f"✔ {decided.suite}: {pictures} {would}accepted, unseen")
    if asked.dry:
        shared.say("next    the same without --dry-run; nothing was written")
        return
    shared.say("next    harness run     (undo: harness approve --undo)")


def _undo(suites: "Sequence[Suite]", here: "Workspace", asked: "Asked", *, as_json: bool) -> None:
    from harness.evaluate.baseline import undo
    from harness.store.codec import encode

    by = asked.by or shared.UNNAMED
    taken = undo(suites, here, by=by, why=asked.why, dry=asked.dry)
    if as_json:
        told = [encode(each) for each in taken.values()]
        shared.print_json(shared.document("undone", undone=told, dry_run=asked.dry))
        return
    for suite, single in taken.items():
        is_taken = "would be taken" if asked.dry else "is taken"
        shared.say(f"✔ {suite}: {single.undone} {is_taken} back")
    if asked.dry:
        shared.say("next    harness approve --undo  # nothing was written")
        return
    shared.say("next    harness run")
