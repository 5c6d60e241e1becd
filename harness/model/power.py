"""Say what a suite's drift test can see, with which samples, for which money."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.model.calibration import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignPower:
    """What one choice of samples can see.

    Attributes:
        reference: Answers a cell of the reference sample.
        fresh: Fresh answers a cell.
        smallest_p: The smallest p that it can reach.
        refused: Why it is refused: it can never alarm; empty where it can.
        power: How often a change that matters is seen; None unknown.
        seen: The smallest effect that is seen with the power that is due; None unknown.
        look_usd: What one fresh sample is expected to cost; None where no price is known.
        reference_usd: What the reference sample costs, once.
        own: It is the suite's own choice.
    """

    reference: int
    fresh: int
    smallest_p: float
    refused: str = ""
    power: float | None = None
    seen: float | None = None
    look_usd: float | None = None
    reference_usd: float | None = None
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantPower:
    """How often a known change was seen that was put into the suite's own pictures.

    Attributes:
        plant: Name of the change, a recording or an arm.
        said: The same for people.
        reference: Answers a cell that were drawn for the reference.
        fresh: Answers a cell with the change in them.
        seen: How often the test saw it.
        hashes: How often a test by perceptual hashes alone saw it.
        effects: Its size by channel, the largest first; mean over the drawings.
    """

    plant: str
    said: str
    reference: int
    fresh: int
    seen: Rate
    hashes: Rate
    effects: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """What a suite's drift test can see.

    Attributes:
        suite: Id of the suite.
        epoch: The epoch whose answers were used; empty where nothing is pinned.
        arm: Who answered, `model@endpoint`.
        answers: How many answers were used.
        cells: How many cells.
        alpha: False-alarm rate of the test.
        matters: The effect that matters, as set.
        due: The power that is due, as set.
        unit: What a test permutes, by the last calibration.
        said: The whole as one sentence of plain words.
        designs: The suite's own choice, and others.
        plants: Known changes that were asked for.
        simulated: Some of the pictures were painted by the simulator.
    """

    suite: str
    epoch: str
    arm: str
    answers: int
    cells: int
    alpha: float
    matters: float
    due: float
    unit: str
    said: str
    designs: tuple[DesignPower, ...] = ()
    plants: tuple[PlantPower, ...] = ()
    simulated: bool = False
