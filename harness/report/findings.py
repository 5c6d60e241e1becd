"""Put findings into words, gravest first; what is said of several samples is said once."""

from itertools import groupby

from harness.model.verdict import Finding, Status
from harness.report.shots import numbered
from harness.report.views import FindingView, Mark


def by_gravity(findings: tuple[Finding, ...]) -> list[Finding]:
    """Sort gravest first, else as they came."""
    return sorted(findings, key=lambda finding: -finding.status.severity)


def finding_views(findings: list[Finding], *, turns: int = 1) -> tuple[FindingView, ...]:
    """Give findings in words; what is said of several samples is said once."""
    grouped: dict[tuple[Status, str, str], list[Finding]] = {}
    for finding in findings:
        grouped.setdefault((finding.status, finding.check, finding.message), []).append(finding)
    return tuple(
        FindingView(mark=Mark.of(status), check=check, message=message, where=_where(group, turns))
        for (status, check, message), group in grouped.items()
    )


def _where(group: list[Finding], turns: int) -> str:
    """Name the samples that are meant; nothing for the whole variant."""
    known = [(f.sample + 1, f.turn) for f in group if f.sample is not None]
    if turns > 1:
        by_sample = groupby(known, key=lambda pair: pair[0])
        return "; ".join(_turns(n, [turn for _, turn in pairs], turns) for n, pairs in by_sample)
    samples = ", ".join(str(number) for number, _ in known)
    return f"{'sample' if len(known) == 1 else 'samples'} {samples}" if known else ""


def _turns(sample: int, found: list[int], turns: int) -> str:
    if len(found) == 1:
        return numbered(f"sample {sample}", "turn", found[0], turns)
    return f"sample {sample}, turns {', '.join(str(turn + 1) for turn in found)}"
