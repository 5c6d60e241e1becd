"""Apply what reviewers decided on a run: all of it or nothing, and never against a moved ground."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.errors import DecisionError
from harness.evaluate.approve_checks import name_of, strange, unfit
from harness.evaluate.approve_ground import Ground, Line, ground_of, line_of
from harness.evaluate.baseline import add_all, deciding
from harness.evaluate.gone import Gone, gone_from
from harness.evaluate.workspace import Workspace
from harness.judging.acceptance import acceptance_of
from harness.judging.merging import merge
from harness.judging.settling import SETTLED, cell_of, decided_sheet, settled
from harness.judging.sheets import sheets
from harness.loader.review import MOST_PROBLEMS
from harness.model.baseline import DecisionSet
from harness.model.review import Review
from harness.model.run import Run
from harness.model.suite import Suite
from harness.store.baselines import accepted_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How decisions are to be applied.

    Attributes:
        quorum: How many have to accept a sheet, at least 1.
        skip_stale: Leave stale sheets as they are, instead of refusing everything.
        dry: Write nothing.
        by: Who applies them; empty for the reviewers themselves.
        why: Reason given for the whole.
    """

    quorum: int = 1
    skip_stale: bool = False
    dry: bool = False
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What applying reviews does, or would do.

    Attributes:
        run: Id of the run.
        sources: The files that were applied.
        lines: One a sheet that was spoken of, in the run's order.
        sets: What was written, one a suite; what would be, in a dry run.
        gone: Decided pictures that no longer occur, told for the first time.
        dry: Nothing was written.
    """

    run: str
    sources: tuple[str, ...]
    lines: tuple[Line, ...]
    sets: tuple[DecisionSet, ...]
    gone: tuple[Gone, ...]
    dry: bool


def approve_reviews(
    run: Run,
    suites: Sequence[Suite],
    workspace: Workspace,
    reviews: Sequence[Review],
    asked: Asked,
) -> Approval:
    """Apply reviews of a run, everything or nothing; nobody else decides meanwhile.

    Args:
        run: What was reviewed.
        suites: Those of the run, as they are now.
        workspace: Where the decisions lie.
        reviews: Of this run; they are merged.
        asked: How.

    Raises:
        DecisionError: reviews of another run or report, an unknown sheet, cell or picture,
            words that contradict, a stale sheet, or nothing to decide; each by its name.
        StoreError: a file cannot be written.
    """
    found = {sheet.id: sheet for sheet in sheets(run)}
    merged = merge(reviews, quorum=asked.quorum, items=tuple(found))
    spoken = tuple(m for m in merged if m.casts or m.resolved)
    _refuse(strange(run, suites, reviews))
    _refuse(unfit(found, reviews, spoken))
    with deciding(workspace):
        grounds = {suite.id: ground_of(suite, workspace) for suite in suites}
        lines = tuple(line_of(found[m.item], m, grounds) for m in spoken)
        if not asked.skip_stale:
            _refuse(_stale_lines(lines))
        return _apply(run, reviews, workspace, asked, lines=lines, grounds=grounds)


def _refuse(lines: Iterator[str]) -> None:
    problems = tuple(dict.fromkeys(lines))
    if problems:
        more = len(problems) - MOST_PROBLEMS
        told = (f"{more} more problems",) if more > 0 else ()
        raise DecisionError("\n".join((*problems[:MOST_PROBLEMS], *told, "nothing was decided")))


def _stale_lines(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        if line.stale:
            sources = dict.fromkeys(cast.source or cast.by for cast in line.merged.casts)
            yield (
                f"{', '.join(sources)}: {line.merged.item}: stale: {line.stale}; "
                "the others go on with --skip-stale"
            )


def _apply(
    run: Run,
    reviews: Sequence[Review],
    workspace: Workspace,
    asked: Asked,
    *,
    lines: tuple[Line, ...],
    grounds: Mapping[str, Ground],
) -> Approval:
    gone = tuple(g for ground in grounds.values() for g in gone_from(run, ground.suite, workspace))
    common = _common(run, reviews, workspace, asked)
    rates = acceptance_of(run, reviews, [line.merged for line in lines if not line.stale])
    made = []
    for ground in grounds.values():
        told = tuple(g.sha256 for g in gone if g.suite == ground.suite.id)
        own = _of_suite(run, common, ground, lines)
        acceptance = rates.get(ground.suite.id)
        made.append((ground.suite, replace(own, gone=told, acceptance=acceptance)))
    kept = [(suite, own) for suite, own in made if own.sheets]
    if not kept and not any(line.merged.result not in SETTLED or line.stale for line in lines):
        raise DecisionError(
            f"{', '.join(name_of(review) for review in reviews)}: nothing to decide: "
            "no sheet is voted on, or every one is decided so already"
        )
    if not asked.dry:
        add_all(kept, workspace)
    sets = tuple(own for _, own in kept)
    return Approval(
        run=run.id,
        sources=tuple(dict.fromkeys(name_of(review) for review in reviews)),
        lines=lines,
        sets=sets,
        gone=gone,
        dry=asked.dry,
    )


def _common(run: Run, reviews: Sequence[Review], workspace: Workspace, asked: Asked) -> DecisionSet:
    return DecisionSet(
        id=f"decisions-{workspace.stamp()}",
        suite="",
        run=run.id,
        by=asked.by or ", ".join(dict.fromkeys(review.reviewer for review in reviews)),
        at=workspace.now().isoformat(timespec="seconds"),
        why=asked.why,
        unseen=False,
        accepted_before="",
        decisions=(),
        quorum=asked.quorum,
    )


def _of_suite(run: Run, common: DecisionSet, ground: Ground, lines: Sequence[Line]) -> DecisionSet:
    """Give one suite's part of what is applied."""
    own = {line.merged.item: line.merged for line in lines if line.decided}
    found = [
        (sheet, own[sheet.id])
        for sheet in sheets(run)
        if sheet.id in own and sheet.judged.variant.suite == ground.suite.id
    ]
    return replace(
        common,
        suite=ground.suite.id,
        accepted_before=accepted_digest(ground.sets),
        decisions=tuple(d for sheet, merged in found for d in settled(sheet, merged)),
        sheets=tuple(
            decided_sheet(sheet, merged, before=ground.before.get(cell_of(sheet), ""))
            for sheet, merged in found
        ),
    )
