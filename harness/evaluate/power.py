"""Say what a suite's drift test can see: with which samples, for which money, of which change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from harness.errors import UsageError
from harness.evaluate.calibrate import reference_of
from harness.evaluate.described import described
from harness.evaluate.plan import index_of
from harness.evaluate.subjects import recorded
from harness.evaluate.workspace import Wish, Workspace
from harness.judging.calibrating import Trials
from harness.judging.planting import Size, planted
from harness.judging.power_words import said_of
from harness.judging.powering import Change, Reference, change_power, design_powers, sizes_tried
from harness.judging.subjects import Subject, without_repeats
from harness.measure.plants import PLANTS
from harness.model.calibration import ANSWERS
from harness.model.identity import cell_digest
from harness.model.power import PlantPower, Power
from harness.model.spreading import Spread
from harness.model.suite import Suite
from harness.runner.prices import turn_price
from harness.store.calibrations import CalibrationStore

RECORDING = "recording:"
"""What the name of a plant begins with that is another recording of the suite."""


TIMES = 100
"""How often a plant's fresh sample is drawn and tested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What is asked of a suite's test.

    Attributes:
        plants: Names of plants, `recording:NAME`, or `model@endpoint`.
        alpha: False-alarm rate of the test; None for the suite's own.
        trials: How much is tried for each plant.
        wish: Whose answers, where nothing is pinned and several arms recorded them.
    """

    plants: tuple[str, ...] = ()
    alpha: float | None = None
    trials: Trials = field(default_factory=lambda: Trials(splits=TIMES))
    wish: Wish = field(default_factory=Wish)


def power(suite: Suite, workspace: Workspace, inquiry: Inquiry) -> tuple[Power, ...]:
    """Measure what a suite's test can see, from its reference sample alone. Spends nothing.

    Returns:
        What was found of each arm; arms are never mixed.

    Raises:
        DecisionError: nothing of the suite is recorded.
        UsageError: a plant that is none, or of which nothing is recorded.
    """
    epoch, arms = reference_of(suite, workspace, wish=inquiry.wish)
    return tuple(_power(suite, workspace, inquiry, epoch=epoch, found=found) for found in arms)


def _power(
    suite: Suite, workspace: Workspace, inquiry: Inquiry, *, epoch: str, found: Sequence[Subject]
) -> Power:
    subjects, _, _ = without_repeats(found, ())
    reference = Reference(
        subjects=subjects,
        unit=_unit(suite, epoch, subjects[0].arm),
        watch=suite.watch,
        alpha=inquiry.alpha or suite.watch.alpha,
        seed=inquiry.trials.seed,
    )
    changes = [_change(name, suite, workspace, subjects) for name in inquiry.plants]
    usd = _usd_a_sample(suite, workspace, subjects)
    own = Size(old=suite.watch.reference, new=suite.watch.fresh)
    blank = Power(
        suite=suite.id,
        epoch=epoch,
        arm=subjects[0].arm,
        answers=len(subjects),
        cells=reference.cells,
        alpha=reference.alpha,
        matters=suite.watch.matters,
        due=suite.watch.power,
        unit=reference.unit,
        said="",
        designs=design_powers(reference, sizes_tried(own), usd=usd),
        plants=tuple(_powers(reference, changes, own, inquiry.trials, spread=workspace.spread)),
        simulated=any(subject.simulated for subject in subjects),
    )
    return replace(blank, said=said_of(blank))


def _unit(suite: Suite, epoch: str, arm: str) -> str:
    """Tell what a test of that epoch and arm permutes, by its newest calibration."""
    found = [c for c in CalibrationStore(suite.path).all() if (c.epoch, c.arm) == (epoch, arm)]
    return found[-1].unit if found else ANSWERS


def _usd_a_sample(suite: Suite, workspace: Workspace, subjects: Sequence[Subject]) -> float | None:
    """Expect the price of one answer to every cell; the simulator's as if it were paid for."""
    model, _, endpoint = subjects[0].arm.rpartition("@")
    catalogue = workspace.offers(endpoint)
    held = {subject.cell for subject in subjects}
    prices = [
        turn_price(catalogue, replace(variant, model=model), turn, ceiling=False)
        for variant in suite.variants
        for turn in range(len(variant.turns))
        if cell_digest(variant.turns[: turn + 1]) in held
    ]
    return None if None in prices else sum(price for price in prices if price is not None)


def _powers(
    reference: Reference,
    changes: Sequence[Change],
    size: Size,
    tried: Trials,
    *,
    spread: Spread,
) -> Iterator[PlantPower]:
    for change in changes:
        found = change_power(
            reference.subjects, change, size, alpha=reference.alpha, tried=tried, spread=spread
        )
        if found is None:
            raise UsageError(
                f"{change.name}: too few answers to draw both sides from: {size.new} fresh ones "
                "of each variant and 2 others at the least; record more, or set a smaller "
                "drift: fresh"
            )
        yield found


def _change(name: str, suite: Suite, workspace: Workspace, subjects: Sequence[Subject]) -> Change:
    """Put a known change into pictures, or gather the answers of another recording or arm."""
    if name in PLANTS:
        shown = described((s.picture for s in subjects if s.picture), workspace, plant=name)
        changed = planted(subjects, shown, name=name)
        return Change(name=name, said=PLANTS[name].said, subjects=changed)
    found = _others(name, suite, workspace)
    if not found:
        known = ", ".join(PLANTS)
        raise UsageError(
            f"{name!r}: no plant, and nothing is recorded by that name; one of {known}, "
            f"{RECORDING}NAME, or model@endpoint"
        )
    kind = "another recording" if name.startswith(RECORDING) else "another arm"
    return Change(name=name, said=f"{kind}: {len(found)} answers", subjects=found)


def _others(name: str, suite: Suite, workspace: Workspace) -> tuple[Subject, ...]:
    if name.startswith(RECORDING):
        other = name.removeprefix(RECORDING)
        settings = workspace.settings.model_copy(update={"recording": other})
        return recorded(suite, replace(workspace, settings=settings))
    model, _, endpoint = name.rpartition("@")
    arms = index_of(suite, workspace).arms
    if not any(arm.endpoint == endpoint and model in ("", arm.model) for arm in arms):
        return ()
    return recorded(suite, workspace, Wish(endpoint=endpoint, model=model or None))
