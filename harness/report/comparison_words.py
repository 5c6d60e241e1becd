"""Say a comparison's verdict in one sentence."""

from harness.model.comparison import Comparison
from harness.report.regression_words import headline
from harness.report.words import count_of


def verdict(found: Comparison) -> str:
    """Say what was found of the pictures, of contract and delivery, and over how many cells."""
    if not found.sides or found.pictures is None:
        return headline(found.regressions)
    cells = count_of(len(found.pairs), "cell")
    left = sum(found.unpaired)
    apart = f", {count_of(left, 'cell')} on one side only" if left else ""
    differs = list(dict.fromkeys(difference.what for difference in found.differences))
    said = f"{' and '.join(differs)} changed" if differs else "contract and delivery are alike"
    seen = f"PICTURES {found.pictures.verdict}, {said}"
    return f"{seen}: {cells} held against each other{apart}; nothing was generated"
