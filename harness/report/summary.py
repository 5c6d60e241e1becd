"""Say a run in one sentence and in rows, for the terminal and for every page."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.run import Judged, Run
from harness.model.verdict import Finding, Status, Verdict
from harness.report.words import GRAVEST_FIRST, count_of, counted, days, money, shortened

_LONGEST = 240
_SHORT = 160
_ROOM = 50
"""Characters that words on a sample need at least, to say anything."""
_OPINIONS = ("consistency[", "edit", "text", "ask", "custom:")
"""How the names of checks begin whose findings the report shows with their evidence."""
_CHECKS = 3
"""Checks of one variant that are told in its line."""
_BESIDE = {Status.FAIL: Status.ERROR, Status.NEW: Status.WARN}
"""What the terminal tells beside the gravest: a failure mends no error, and NEW no warning."""
_WAITING = {
    Status.UNRECORDED: "to be recorded",
    Status.NEW: "to be decided on",
    Status.PASS: "passed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One variant, or one finding on a suite, in a line.

    Attributes:
        suite: Id of the suite.
        variant: The variant's id for people; `"::suite"` for a finding on the whole.
        status: What came of it.
        reason: The gravest findings' messages, and how many more there are; empty for PASS.
        reasons: The same one by one, opinions in short by their rates; beside
            failures errors, beside what is NEW warnings.
        samples: Answers that are recorded.
        wanted: Answers that are asked for.
    """

    suite: str
    variant: str
    status: Status
    reason: str
    reasons: tuple[str, ...]
    samples: int
    wanted: int


def headline(run: Run) -> str:
    """Say the run in one sentence: what the pictures are, what came of them."""
    simulated = "; the pictures are simulated" if run.simulated else ""
    return f"{provenance(run)}: {outcome(run)}{simulated}{of_shard(run)}"


def of_shard(run: Run) -> str:
    """Say that it is one share of a run, and what it does not tell; empty where it is a whole."""
    if run.shard is None:
        return ""
    return f"; {run.shard.name}, suite-wide findings come with the merge"


def provenance(run: Run) -> str:
    """Say where the pictures come from; a replay is never told as news."""
    generated = sum(suite.generated for suite in run.suites)
    if generated:
        of = sum(s.generation is not None for judged in run.judged for s in judged.samples)
        share = f"{generated:,} of " if generated < of else "all " if of > 1 else ""
        return (
            f"pictures of {recorded(run)}, {share}{count_of(of, 'answer')} generated in this run "
            f"for {money(run.spent_usd)}"
        )
    if not _answered(run):
        return "no recorded pictures, nothing was generated"
    return f"recorded pictures of {recorded(run)}, nothing was generated"


def recorded(run: Run) -> str:
    """Say the days of the pictures; imported recordings need not tell them."""
    told = days(time for s in run.suites for time in (s.recorded_from, s.recorded_to))
    return told or ("a day that is not told" if _answered(run) else "no day")


def _answered(run: Run) -> bool:
    return any(sample.generation for judged in run.judged for sample in judged.samples)


def outcome(run: Run) -> str:
    """Say the counts, gravest first, leaving out what is nought."""
    counts = run.counts
    said = [counted(status, counts[status]) for status in GRAVEST_FIRST if counts[status]]
    if not said and run.shard is not None:
        return f"this shard holds none of the {count_of(run.shard.variants, 'variant')}"
    return ", ".join(said) or "nothing was judged"


def first_look(run: Run) -> str:
    """Say where to look first: the check that failed most variants, else the gravest finding."""
    causes = Counter(
        check
        for judged in run.judged
        for check in {f.check for f in judged.verdict.findings if f.status is Status.FAIL}
    )
    check, count = min(causes.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
    if count > 1:
        return f"{check} failed most often, on {count} of {count_of(len(run.judged), 'variant')}"
    gravest = next(iter(rows(run)), None)
    if gravest is None:
        return "nothing was judged"
    if gravest.status in _WAITING:
        return f"nothing failed, {_waiting(run)}"
    look = f"look first at {gravest.variant}: {gravest.reason}"
    return shortened(look, limit=_LONGEST)


def _waiting(run: Run) -> str:
    """Count what waits, or what passed where nothing does."""
    counts = {status: run.counts[status] for status in _WAITING if run.counts[status]}
    if len(counts) > 1:
        counts.pop(Status.PASS, None)
    (first, count), *others = counts.items()
    said = [f"{count_of(count, 'variant')} {_WAITING[first]}"]
    return ", ".join(said + [f"{n} {_WAITING[status]}" for status, n in others])


def rows(run: Run) -> tuple[Row, ...]:
    """Give every variant and every finding on a suite, gravest first, else in order."""
    found = [_variant_row(suite.suite, judged) for suite in run.suites for judged in suite.judged]
    found += [
        _suite_row(suite.suite, finding) for suite in run.suites for finding in suite.findings
    ]
    return tuple(sorted(found, key=lambda row: -row.status.severity))


def _variant_row(suite: str, judged: Judged) -> Row:
    return Row(
        suite=suite,
        variant=judged.variant.id,
        status=judged.verdict.status,
        reason=reason(judged.verdict),
        reasons=_in_short(judged.verdict),
        samples=sum(sample.generation is not None for sample in judged.samples),
        wanted=judged.variant.samples * len(judged.variant.turns),
    )


def _suite_row(suite: str, finding: Finding) -> Row:
    return Row(
        suite=suite,
        variant="::suite",
        status=finding.status,
        reason=f"{finding.check}: {finding.message}",
        reasons=(_short(finding, f"{finding.check}: {finding.message}"),),
        samples=0,
        wanted=0,
    )


def reason(verdict: Verdict) -> str:
    """Give the gravest findings in words, one of each check, and how many more there are."""
    shown, more = _gravest(verdict)
    return "; ".join(map(_said, shown)) + (f" (+{more} more)" if more else "")


def _in_short(verdict: Verdict) -> tuple[str, ...]:
    """Give the same one by one, as lines of a terminal, with what the status may not hide."""
    if verdict.status is Status.PASS:
        return ()
    lines = _lines(verdict, verdict.status)
    beside = _BESIDE.get(verdict.status)
    if beside is not None:
        lines += tuple(f"{beside} {line}" for line in _lines(verdict, beside))
    return lines


def _lines(verdict: Verdict, status: Status) -> tuple[str, ...]:
    """Tell the findings of one status in lines, and how many no line tells."""
    found = [finding for finding in verdict.findings if finding.status is status]
    shown = _together(found)[:_CHECKS]
    more = len(found) - sum(len(group) if _has_rate(group) else 1 for group in shown)
    lines = [_short(group[0], _line(group)) for group in shown]
    return (*lines[:-1], lines[-1] + (f" (+{more} more)" if more else "")) if lines else ()


def _together(found: Sequence[Finding]) -> list[list[Finding]]:
    """Put together what one line tells: a check's findings, of an opinion up to its rate."""
    groups: list[list[Finding]] = []
    begun: dict[str, list[Finding]] = {}
    for finding in found:
        if finding.check not in begun:
            groups.append(begun.setdefault(finding.check, []))
        begun[finding.check].append(finding)
        if _has_rate(begun[finding.check]):
            del begun[finding.check]
    return groups


def _has_rate(group: Sequence[Finding]) -> bool:
    return group[-1].sample is None and group[-1].check.startswith(_OPINIONS)


def _line(group: Sequence[Finding]) -> str:
    """Say an opinion's rate first, then of the first bad sample what the line has room for."""
    if len(group) == 1 or not _has_rate(group):
        return _said(group[0])
    rate = _said(group[-1])
    return rate if len(rate) > _SHORT - _ROOM else f"{rate}; {_on_sample(group[0])}"


def _gravest(verdict: Verdict) -> tuple[list[Finding], int]:
    """Choose one finding of each check among the gravest, and count the others."""
    worst_of_all = verdict.status  # told once: it looks through every finding
    if worst_of_all is Status.PASS:
        return [], 0
    gravest = [f for f in verdict.findings if f.status is worst_of_all]
    by_check = {finding.check: finding for finding in reversed(gravest)}
    shown = [by_check[check] for check in list(dict.fromkeys(f.check for f in gravest))[:_CHECKS]]
    return shown, len(gravest) - len(shown)


def _said(finding: Finding) -> str:
    return f"{finding.check}: {_on_sample(finding)}"


def _on_sample(finding: Finding) -> str:
    where = "" if finding.sample is None else f"sample {finding.sample + 1}: "
    return f"{where}{finding.message}"


def _short(finding: Finding, said: str) -> str:
    """Cut what opinions say at length: a model's reason, a control's figures."""
    return shortened(said, limit=_SHORT) if finding.check.startswith(_OPINIONS) else said
