"""Say in one line what became of edited prompts."""

from collections.abc import Sequence

from harness.model.regression import Regression, Ruling
from harness.report.words import count_of


def headline(found: Sequence[Regression]) -> str:
    """Give the verdict: what is newly broken, then each ruling with its criteria."""
    cases = count_of(sum(len(each.cases) for each in found), "edited case")
    broken = dict.fromkeys(broken.check for each in found for broken in each.broken)
    counts = [f"newly broken: {', '.join(broken)}"] if broken else []
    for ruling in sorted(Ruling, key=lambda ruling: -ruling.severity):
        names = dict.fromkeys(c.name for each in found for c in each.criteria if c.ruling is ruling)
        if names:
            counts.append(f"{ruling}: {', '.join(names)}")
    return f"another question, {cases}: {'; '.join(counts)}; nothing was generated"
