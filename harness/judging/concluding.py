"""Say what a look ends with, by its steps and by how the incidents stand."""

from dataclasses import dataclass

from harness.judging.drift_words import number
from harness.judging.incidents import YEARS
from harness.model.drift import Drift, Shift

PROVISIONAL = "PROVISIONAL (day effects not measurable)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the steps of one look gave.

    Attributes:
        screen: The first step; None where it could not be made.
        confirm: The second step; None where it was not made.
        total: The slow accumulator with this look.
        limit: Where it speaks.
        incident: Id of the incident that was found open; empty for none.
        missing: Why a step that was due was not made; empty where none was missing.
        provisional: Day effects were not measurable.
    """

    screen: Drift | None
    confirm: Drift | None = None
    total: float = 1.0
    limit: float = float("inf")
    incident: str = ""
    missing: str = ""
    provisional: bool = False


def fired(step: Drift | None) -> bool:
    """Tell whether a step rejected."""
    return step is not None and step.verdict in (Shift.SUSPECT, Shift.CHANGED)


def concluded(seen: Seen) -> tuple[Shift, str]:
    """Say what a look ends with, as a verdict and as one sentence.

    PROVISIONAL stands on every line where it holds, and a verdict is then SUSPECT at most.
    """
    verdict, said = _screened(seen)
    if verdict is Shift.CHANGED and seen.provisional:
        verdict = Shift.SUSPECT
    mark = f"{PROVISIONAL}: " if seen.provisional else ""
    return verdict, f"{mark}{verdict}{said}"


def _screened(seen: Seen) -> tuple[Shift, str]:
    if seen.screen is None:
        return Shift.NOT_ENOUGH_DATA, f": {seen.missing or 'no fresh answers came'}"
    return _fired(seen, seen.screen) if fired(seen.screen) else _quiet(seen, seen.screen)


def _quiet(seen: Seen, screen: Drift) -> tuple[Shift, str]:
    if seen.total >= seen.limit:
        return Shift.SUSPECT, (
            f": this look does not fire (p = {number(screen.p)}), but small evidence lasts: "
            f"{seen.total:,.0f} to 1 over the looks of this epoch; {seen.limit:,.0f} is reached "
            f"once in {YEARS:g} year by chance at the most"
        )
    rest = screen.said.removeprefix("no change seen")  # the verdict's own words
    return screen.verdict, f": {rest}" if rest == screen.said else rest


def _fired(seen: Seen, screen: Drift) -> tuple[Shift, str]:
    chance = f"the screen fired (p = {number(screen.p)}, rate {number(screen.alpha)})"
    if seen.incident:
        known = f"incident {seen.incident} is not closed, and no confirmation is paid for till then"
        return Shift.SUSPECT, f": {chance}; {known}"
    if seen.confirm is None:
        return Shift.SUSPECT, f", unconfirmed: {chance}; {seen.missing}"
    return _confirmed(seen.confirm, screen, chance)


def _confirmed(confirm: Drift, screen: Drift, chance: str) -> tuple[Shift, str]:
    if fired(confirm):
        return Shift.CHANGED, f": {chance} and fresh answers confirm it: {confirm.said}"
    if confirm.verdict is Shift.NOT_ENOUGH_DATA:
        return Shift.SUSPECT, f", unconfirmed: {chance}; of the confirmation: {confirm.said}"
    return Shift.NO_CHANGE_SEEN, (
        f": {chance}, as one look in {round(1 / screen.alpha)} does by chance; fresh answers do "
        f"not confirm it: {confirm.said}"
    )
