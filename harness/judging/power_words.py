"""Word what a suite's drift test can see: one sentence of plain words with its numbers."""

from harness.judging.calibration_words import alpha_said
from harness.model.power import PlantPower, Power


def said_of(found: Power) -> str:
    """Say what the suite's own design can see, and what a look of it costs."""
    own = next(design for design in found.designs if design.own)
    if own.refused:
        return f"refused: {own.refused}"
    cells = f"{found.cells} cell{'' if found.cells == 1 else 's'}"
    said = f"at {alpha_said(found.alpha)}, {own.reference} v {own.fresh} on {cells}"
    if own.power is None or own.seen is None:
        said += " can alarm; its power is not known"
    else:
        said += f" sees a change that matters (effect {found.matters:.2f}) {_often(own.power)}, "
        said += f"and {_often(found.due)} one of {own.seen:.2f}"
        if own.power < found.due:
            said += f": TOO WEAK, {_often(found.due)} is due"
    return f"{said}, for ${own.look_usd:.2f} a look" if own.look_usd is not None else said


def _often(power: float) -> str:
    return f"{round(100 * power)} times in 100"


def plant_said(plant: PlantPower) -> str:
    """Say how often a planted change was seen, by the hashes alone too."""
    seen, hashes = plant.seen, plant.hashes
    sides = f"{plant.reference} v {plant.fresh}"
    largest = max(plant.effects, key=lambda name: plant.effects[name], default="")
    size = f", effect {plant.effects[largest]:.2f} in {largest}" if largest else ""
    return (
        f"{plant.plant} is seen in {seen.alarms} of {seen.of} trials of {sides} "
        f"({100 * seen.low:.0f} to {100 * seen.high:.0f} %), by hashes alone in "
        f"{hashes.alarms}{size}"
    )
