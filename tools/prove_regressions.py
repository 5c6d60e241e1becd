"""Show how often an edited prompt is called no worse, or worse, that is not; a table.

Answers are drawn, not painted: an answer fails with a probability that is known.
"""

import sys
from pathlib import Path

import numpy as np

from harness.judging.rulings import Held, rulings
from harness.model.regression import Margins, Ruling
from harness.stats.worsening import Stratum

CASES = 10
MARGINS = Margins()
BEYOND_CHANCE = 3.1
"""Standard deviations of a binomial count that a right test passes once in a thousand."""

AT_MARGIN = ((0.0, 0.1), (0.05, 0.15), (0.3, 0.4))
EQUAL = ((0.0, 0.0), (0.02, 0.02), (0.1, 0.1), (0.3, 0.3))
WORSE = ((0.0, 0.5), (0.1, 0.4))
ANSWERS = (4, 8, 20)


def drawn(generator: np.random.Generator, answers: int, old: float, new: float) -> Held:
    """Draw the answers of all cases; `old` and `new` are how often one fails."""
    sides = [generator.random((CASES, answers)) < rate for rate in (old, new)]
    strata = tuple(
        Stratum(old=tuple(map(float, one)), new=tuple(map(float, two)))
        for one, two in zip(*sides, strict=True)
    )
    return Held(name="text", strata=strata, old=old, new=new)


def rates(answers: int, old: float, new: float, *, runs: int) -> dict[Ruling, float]:
    """Give how often each ruling comes."""
    generator = np.random.default_rng([answers, round(old * 100), round(new * 100)])
    found = [rulings([drawn(generator, answers, old, new)], MARGINS)[0].ruling for _ in range(runs)]
    return {ruling: found.count(ruling) / runs for ruling in Ruling}


def main() -> None:
    """Print the table, and write it too where a second word says; 1 where a claim is false."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    lines = [
        f"# An edited prompt: {CASES} cases, margin {MARGINS.margin}, alpha {MARGINS.alpha}, "
        f"{runs:,} runs a row",
        "",
        "| answers a case | fails before | fails after | NO WORSE | WORSE | neither |",
        "| --: | --: | --: | --: | --: | --: |",
    ]
    limit = MARGINS.alpha + BEYOND_CHANCE * (MARGINS.alpha * (1 - MARGINS.alpha) / runs) ** 0.5
    wrong = []
    for answers in ANSWERS:
        for old, new in (*AT_MARGIN, *EQUAL, *WORSE):
            found = rates(answers, old, new, runs=runs)
            good, bad = found[Ruling.NO_WORSE], found[Ruling.WORSE]
            lines.append(
                f"| {answers} | {old} | {new} | {good:.3f} | {bad:.3f} | {1 - good - bad:.3f} |"
            )
            false = good if (old, new) in AT_MARGIN else bad if old == new else 0.0
            if false > limit:
                wrong.append(lines[-1])
    lines += ["", f"False claims beyond {limit:.3f}: {len(wrong)}.", *wrong]
    text = "\n".join(lines) + "\n"
    sys.stdout.write(text)
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(text)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
