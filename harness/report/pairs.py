"""Find the cells that a run changed, and lay the pictures before beside those of now."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.judging.sheets import Sheet, sheets
from harness.model.run import Run
from harness.model.sample import Sample
from harness.model.showing import CellShow, Showing
from harness.model.verdict import Status
from harness.report.shots import instead
from harness.report.variants import link_to
from harness.report.words import money

SIDE = 2
"""Pictures of each side that stand for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One cell that changed.

    Attributes:
        name: Suite, variant and turn, for people.
        href: Its place in the report's page, e.g. `#shop/city`.
        status: What came of it.
        why: What changed, in a few words.
        old: sha256 of pictures before; empty where there are none.
        kind: What those are.
        new: sha256 of pictures now.
        instead: What stands there where there is no picture now.
    """

    name: str
    href: str
    status: Status
    why: str
    old: tuple[str, ...]
    kind: str
    new: tuple[str, ...]
    instead: str


def pairs(run: Run, showing: Showing) -> tuple[Pair, ...]:
    """Give the cells that changed, gravest first.

    A cell has changed where it is not recorded as it is asked now, where nobody has decided
    on it, and where the newest day of recording brought it an answer in the place of another.
    """
    days = [_day(s) for judged in run.judged for s in judged.samples]
    newest = max(days, default="")
    found = (_pair(sheet, showing.cell(sheet.place), newest) for sheet in sheets(run))
    return tuple(sorted((p for p in found if p), key=lambda pair: -pair.status.severity))


def _day(sample: Sample) -> str:
    return sample.receipt.recorded_at[:10] if sample.receipt else ""


def _pair(sheet: Sheet, cell: CellShow, newest: str) -> Pair | None:
    is_fresh = any(_day(sample) == newest != "" for sample in sheet.samples)
    missing = [s for s in sheet.samples if s.generation is None and s.failure is None]
    undecided = any(f.status is Status.NEW for f in sheet.findings)
    replaces = cell.former or cell.earlier
    if not (missing or undecided or (is_fresh and replaces)):
        return None
    suite, variant, turn = sheet.place
    turns = len(sheet.judged.variant.turns)
    old, kind = (replaces, "before") if replaces else (cell.baseline, cell.example.value)
    new = cell.order or tuple(dict.fromkeys(s.picture for s in sheet.samples if s.picture))
    return Pair(
        name=f"{suite} / {variant}" + (f" turn {turn + 1}" if turns > 1 else ""),
        href=link_to(sheet.judged.variant),
        status=sheet.status,
        why=", ".join(_why(cell, missing, undecided=undecided)),
        old=tuple(sha256 for sha256 in old if sha256 not in new)[:SIDE],
        kind=kind,
        new=new[:SIDE],
        instead=instead(sheet.samples[0]),
    )


def _why(cell: CellShow, missing: list[Sample], *, undecided: bool) -> Iterator[str]:
    if cell.former:
        yield "asked otherwise before"
    elif cell.earlier:
        yield "recorded anew"
    if missing:
        prices = [s.expected_usd for s in missing]
        known = [price for price in prices if price is not None]
        price = f", about {money(sum(known))}" if len(known) == len(missing) else ""
        yield f"{len(missing)} to be recorded{price}"
    if undecided:
        yield "not decided"
