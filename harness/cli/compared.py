"""Say what to type after a comparison."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.model.comparison import Comparison, Side


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed.

    Attributes:
        first: The first side.
        second: The second side.
        suites: Files or folders; empty for the configured ones.
        recording: Where arms lie; None for the default.
        anchor: The third side; None for none.
    """

    first: str
    second: str
    suites: tuple[Path, ...] = ()
    recording: str | None = None
    anchor: str | None = None

    def again(self, *flags: str) -> str:
        """Give the command that compares the same, with further flags."""
        words = ["harness", "compare", self.first, self.second]
        for suite in self.suites:
            words += ["--suite", str(suite)]
        words += ["--recording", self.recording] if self.recording else []
        words += ["--anchor", self.anchor] if self.anchor else []
        return shlex.join([*words, *flags])


def next_of(found: "Comparison", asked: Asked, written: Mapping[str, Path]) -> str:
    """Give the next command, which can be typed as it stands."""
    if found.changed and "page" not in written:
        return f"{asked.again('-o', 'compared.html')}  # figures, and the pictures that drove it"
    if found.changed and "dossier" not in written:
        return f"{asked.again('--dossier', 'dossier')}  # the evidence, for somebody else"
    if found.undecided:
        return _more(found, asked)
    return "harness run"


def _more(found: "Comparison", asked: Asked) -> str:
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
