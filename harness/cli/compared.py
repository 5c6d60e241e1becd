"""Say what to type after a comparison."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.evaluate.compare import Compared, Question
    from harness.model.comparison import Comparison, Side


def next_of(compared: "Compared", written: Mapping[str, Path]) -> str:
    """Give the next command, which can be typed as it stands."""
    found, asked = compared.comparison, compared.question
    names = [side.name for side in found.sides]
    if found.changed and "page" not in written:
        again = asked.again(names, "-o", "compared.html")
        return f"{again}  # figures, and the pictures that drove it"
    if found.changed and "dossier" not in written:
        return f"{asked.again(names, '--dossier', 'dossier')}  # the evidence, for somebody else"
    if found.undecided:
        return _more(found, asked)
    return "harness run"


def _more(found: "Comparison", asked: "Question") -> str:
    """Ask for more answers of both arms, in turn; of one arm, tell how many it takes."""
    arms = list(dict.fromkeys(arm for side in found.sides for arm in side.arms))
    if len(arms) != 2:
        return "harness power  # how many answers it takes"
    recording = asked.recording if _in_one(found.sides) else "pair"
    words = ["harness", "run", *map(str, asked.suites), "--arms", ",".join(arms)]
    words += ["--live", "missing", "--samples", str(2 * _most(found))]
    words += ["--recording", recording] if recording else []
    return f"{shlex.join(words)}  # more answers of both, in turn"


def _in_one(sides: "tuple[Side, ...]") -> bool:
    return len({recording for side in sides for recording in side.recordings}) == 1


def _most(found: "Comparison") -> int:
    """Give the most answers that a side has of a cell."""
    return max((count for pair in found.pairs for count in pair.answers), default=2)
