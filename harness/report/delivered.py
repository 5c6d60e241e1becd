"""Show how each arm delivered: its forms, the back end that each fits, and what changed.

It speaks of delivery. Marks in a picture can be copied, and none of them is verified.
"""

from collections.abc import Sequence

from harness.judging.changes import Delivered, usual
from harness.judging.delivery import backend_of, provenance_of
from harness.model.arm import Arm
from harness.model.provenance import STABLE, WORDS, Change, Provenance, in_words
from harness.model.run import Run
from harness.report.page_views import ArmDelivery, DeliveryForm
from harness.report.views import Fact
from harness.report.words import count_of, days, joined

_NAMED = 3
"""Samples that are named of each form."""


def deliveries(run: Run) -> tuple[ArmDelivery, ...]:
    """Give every arm's delivery by the forms in which its pictures came, the usual one first."""
    by_arm: dict[Arm, list[Delivered]] = {}
    for judged in run.judged:
        for sample in judged.samples:
            if sample.generation is not None:
                told = Delivered(sample=sample, provenance=provenance_of(sample, run.measures))
                by_arm.setdefault(sample.arm, []).append(told)
    return tuple(_arm(arm, delivered) for arm, delivered in by_arm.items())


def _arm(arm: Arm, delivered: Sequence[Delivered]) -> ArmDelivery:
    shown = sorted((d for d in delivered if d.provenance.container), key=lambda d: d.at)
    forms = tuple(_form(group, changes) for changes, group in _grouped(shown).items())
    return ArmDelivery(
        name=arm.name,
        said=_said(forms, shown=len(shown), silent=len(delivered) - len(shown)),
        forms=forms,
        changed=len(forms) > 1,
    )


def _grouped(shown: Sequence[Delivered]) -> dict[tuple[Change, ...], list[Delivered]]:
    """Part by what differs from the usual delivery: nothing first, then as it came."""
    before = usual(shown)
    groups: dict[tuple[Change, ...], list[Delivered]] = {(): []}
    for found in shown:
        groups.setdefault(before.changes_to(found.provenance), []).append(found)
    return {changes: group for changes, group in groups.items() if group}


def _said(forms: Sequence[DeliveryForm], *, shown: int, silent: int) -> str:
    rest = f" {count_of(silent, 'answer')} brought no picture to tell by." if silent else ""
    if not forms:
        return f"Nothing tells of the delivery.{rest}"
    if len(forms) > 1:
        of = f"{len(forms):,} forms among {shown:,} answers with a picture"
        return f"The delivery changed: {of}.{rest}"
    all_of = (
        f"All {shown:,} answers with a picture" if shown > 1 else "The one answer with a picture"
    )
    return f"{all_of} came in one form, which fits: {forms[0].backend}.{rest}"


def _form(group: Sequence[Delivered], changes: tuple[Change, ...]) -> DeliveryForm:
    backend = backend_of(group[0].provenance)
    return DeliveryForm(
        backend=backend.name.value,
        row=backend.row,
        count=f"{count_of(len(group), 'answer')}, {days(d.at for d in group) or 'no day told'}",
        where=_where(group),
        facts=_facts([found.provenance for found in group]),
        evidence=tuple(Fact(name=e.weight.value, value=e.said) for e in backend.evidence),
        changes=tuple(map(str, changes)),
    )


def _where(group: Sequence[Delivered]) -> str:
    names = [found.sample.key.id for found in group]
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _facts(found: list[Provenance]) -> tuple[Fact, ...]:
    """Give the stable facts in words, then what may vary within a form."""
    facts = {WORDS[name]: _stable(name, found) for name in STABLE}
    facts |= {
        "luma table": joined((f"sum {p.luma_sum}" for p in found if p.luma_sum), empty=""),
        "dpi": joined(("x".join(map(str, p.dpi)) or "none" for p in found), empty="none"),
        "usage": joined((p.usage_shape for p in found), empty="not reported"),
    }
    return tuple(Fact(name=name, value=value) for name, value in facts.items() if value)


def _stable(name: str, found: list[Provenance]) -> str:
    values = (getattr(provenance, name) for provenance in found)
    return joined((in_words(value) for value in values if value is not None), empty="not told")
