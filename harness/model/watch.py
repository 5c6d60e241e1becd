"""Say how a suite wants its answers watched for a change of the model."""

from dataclasses import dataclass

DAILY, WEEKLY = "daily", "weekly"
CONFIRM_ALPHA = {DAILY: 0.001, WEEKLY: 0.005}
"""False-alarm rate of a confirmation by how often is looked (DRIFT section 1): with a screen
at .05 that is .018 false alarms a year daily and .013 weekly."""
DAYS = {DAILY: 1, WEEKLY: 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How answers are held against a reference sample: the suite's `drift:`.

    Attributes:
        reference: Answers a cell that a reference sample is to have, over several sessions.
        fresh: Fresh answers a cell of one look.
        confirm: Fresh answers a cell of a confirmation.
        cells: Cells that a suite needs at the least before it is watched.
        sessions: Sessions on different days without which day effects are not measurable.
        alpha: False-alarm rate of a one-shot comparison.
        screen: False-alarm rate of a monitor's first step.
        every: How often a monitor looks: daily or weekly; sets the second step's rate.
        matters: The smallest effect that matters: mean distances within the reference. The
            default is that of slight blur (`harness.model.plants`, measured on two grids of
            25 real pictures): the smallest of the known changes that 16 v 4 answers on 10
            cells see with the power that is due, in whatever channel it shows.
        margin: Below this effect two arms are as good as equal. The default is that of JPEG
            quality 30: less than what may happen to a picture on its way.
        power: How often a change that matters is to be seen.
        embedder: Measure of look that is one more channel; empty for none.
    """

    reference: int = 16
    fresh: int = 4
    confirm: int = 10
    cells: int = 10
    sessions: int = 5
    alpha: float = 0.01
    screen: float = 0.05
    every: str = WEEKLY
    matters: float = 0.29
    margin: float = 0.12
    power: float = 0.8
    embedder: str = ""

    @property
    def confirm_alpha(self) -> float:
        """False-alarm rate of a monitor's second step."""
        return CONFIRM_ALPHA[self.every]

    @property
    def days(self) -> int:
        """Days between two looks."""
        return DAYS[self.every]
