"""Hold a run's fresh answers against its reference sample, once: what was found is remembered."""

from collections.abc import Sequence
from pathlib import Path

from harness.errors import StoreError
from harness.evaluate.monitor_target import calibration_of
from harness.evaluate.workspace import Workspace
from harness.judging.subjects import Subject, days_of
from harness.model.baseline import Epoch
from harness.model.calibration import ANSWERS
from harness.model.drift import Drift
from harness.model.identity import digest
from harness.model.suite import Suite
from harness.store.codec import decode, encode
from harness.store.files import dump_json, read_json, write_atomic

VERSION = 1
"""Of what is remembered: another one is tested anew."""


def tested(
    suite: Suite,
    epoch: Epoch | None,
    *,
    old: Sequence[Subject],
    new: Sequence[Subject],
    here: Workspace,
) -> tuple[Drift | None, str]:
    """Test whether a run's answers are those of the model that the epoch was drawn from.

    Answers that are of the epoch themselves are no news, and are left out.

    Args:
        suite: How it is watched.
        epoch: The reference sample in force, or None.
        old: Its answers, of the arms that the run asked.
        new: The run's answers.
        here: Where results are remembered.

    Returns:
        The test, or None and why none was made, in one sentence.
    """
    pinned = {subject.chain for subject in old}
    fresh = [subject for subject in new if subject.chain not in pinned]
    why = _untestable(suite, epoch, old=old, fresh=fresh)
    if why or epoch is None:
        return None, why
    return _remembered(suite, epoch, old=old, fresh=fresh, here=here), ""


def _untestable(
    suite: Suite, epoch: Epoch | None, *, old: Sequence[Subject], fresh: Sequence[Subject]
) -> str:
    if epoch is None:
        return "no reference sample is pinned: harness baseline pin main"
    if not old:
        return f"{epoch.id} holds no answer of who was asked here: arms are never mixed"
    if not fresh:
        return (
            f"these answers are the reference sample itself ({epoch.id}); "
            f"a fresh look: harness monitor {suite.id}"
        )
    places = {subject.place for subject in old}
    known = any(subject.place in places for subject in fresh)
    return "" if known else f"{epoch.id} holds nothing of what is asked now: pin a new one"


def _remembered(
    suite: Suite,
    epoch: Epoch,
    *,
    old: Sequence[Subject],
    fresh: Sequence[Subject],
    here: Workspace,
) -> Drift:
    from harness.judging.drift import Terms, drift  # late: they load numpy and scipy

    calibration = calibration_of(suite, epoch, old[0].arm)
    terms = Terms(
        watch=suite.watch,
        alpha=suite.watch.alpha,
        unit=calibration.unit if calibration else ANSWERS,
        provisional=days_of(old) < suite.watch.sessions,
    )
    path = here.state / "drift" / f"{_named(old, fresh, str(terms))}.json"
    known = _read(path)
    if known is None:
        known = drift(old, fresh, terms, spread=here.spread)
        write_atomic(path, dump_json(encode(known)), durable=False)
    return known


def _named(old: Sequence[Subject], fresh: Sequence[Subject], terms: str) -> str:
    from harness.measure.description import description_version  # late: it loads Pillow

    sides = [[[s.variant, s.cell, s.chain, s.outcome, s.picture] for s in x] for x in (old, fresh)]
    described = [sum(s.description is not None for s in side) for side in (old, fresh)]
    return digest([VERSION, description_version(), terms, described, sides])


def _read(path: Path) -> Drift | None:
    """Give what is remembered; a broken file counts as forgotten."""
    if not path.is_file():
        return None
    try:
        return decode(Drift, read_json(path), where=str(path))
    except StoreError:
        return None
