"""Say a benchmark as a row: what was measured, against what, and the limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ROUNDS = 5
"""What is compared runs interleaved; the median of so many counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One benchmark.

    Attributes:
        work: What is done.
        measured: What it took.
        against: What the other took in the same run; None where the limit is no ratio.
        what: What the other is.
        unit: `"s"`, `"ms"` (processor time where `work` says CPU) or `"MB"`.
        limit: In words.
        within: It was kept.
        gain: How many times as fast the measured one is, where that is what the limit says.
    """

    work: str
    measured: float
    against: float | None = None
    what: str = ""
    unit: str = "s"
    limit: str
    within: bool
    gain: bool = False

    @property
    def ratio(self) -> str:
        """Say how the two stand to each other."""
        if self.against is None:
            return ""
        if self.gain:
            return f"{self.against / self.measured:,.1f}x faster"
        return f"{self.measured / self.against:.2f}"


def markdown(rows: Sequence[Row], about: Mapping[str, str]) -> str:
    """Give the table, with the machine that it was measured on."""
    lines = [f"- {name}: {value}" for name, value in about.items()]
    lines += ["", "| work | measured | against | ratio | limit | kept |"]
    lines += ["|---|--:|--:|--:|---|---|"]
    for row in rows:
        other = "" if row.against is None else f"{_said(row.against, row.unit)} ({row.what})"
        cells = (row.work, _said(row.measured, row.unit), other, row.ratio, row.limit)
        lines.append(f"| {' | '.join(cells)} | {'yes' if row.within else '**no**'} |")
    return "\n".join(["# Benchmarks", "", *lines]) + "\n"


def _said(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 4
    return f"{value:,.{digits}f} {unit}"
