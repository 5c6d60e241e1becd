"""Show how each arm delivered: its forms, the back end that each fits, and what changed.

It speaks of delivery. Marks in a picture can be copied, and none of them is verified.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.judging.delivery import backend_of, provenance_of
from harness.model.arm import Arm
from harness.model.provenance import STABLE, WORDS, Provenance, in_words
from harness.model.run import Run
from harness.model.sample import Sample
from harness.report.page_views import ArmDelivery, DeliveryForm
from harness.report.views import Fact
from harness.report.words import count_of, days, joined

_NAMED = 3
"""Samples that are named of each form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A sample, and what it tells of its delivery."""

    sample: Sample
    provenance: Provenance

    @property
    def at(self) -> str:
        return self.sample.receipt.recorded_at if self.sample.receipt else ""


def deliveries(run: Run) -> tuple[ArmDelivery, ...]:
    """Give every arm's delivery, by the forms in which its pictures came, oldest first."""
    by_arm: dict[Arm, list[Sample]] = {}
    for judged in run.judged:
        for sample in judged.samples:
            if sample.generation is not None:
                by_arm.setdefault(sample.arm, []).append(sample)
    return tuple(_arm(arm, samples, run) for arm, samples in by_arm.items())


def changes(run: Run) -> tuple[str, ...]:
    """Say in a line of each arm that its delivery changed, and how; nothing where none did."""
    return tuple(
        f"delivery of {arm.name} changed: {joined(arm.changes, empty='')}"
        for arm in deliveries(run)
        if arm.changes
    )


def _arm(arm: Arm, samples: Sequence[Sample], run: Run) -> ArmDelivery:
    told = [_Told(sample=s, provenance=provenance_of(s, run.measures)) for s in samples]
    shown = sorted((t for t in told if t.provenance.container), key=lambda t: t.at)
    groups = _grouped(shown)
    forms = tuple(
        _form(group, before=groups[index - 1] if index else None)
        for index, group in enumerate(groups)
    )
    return ArmDelivery(
        name=arm.name,
        said=_said(forms, pictures=len(shown), silent=len(told) - len(shown)),
        forms=forms,
        changes=tuple(change for form in forms for change in form.changes),
    )


def _grouped(told: Sequence[_Told]) -> list[list[_Told]]:
    """Part into forms: within one, no stable fact differs that both sides tell."""
    groups: list[list[_Told]] = []
    for item in told:
        fits = (g for g in groups if not g[0].provenance.changes_to(item.provenance))
        group = next(fits, None)
        if group is None:
            groups.append([item])
        else:
            group.append(item)
    return groups


def _said(forms: Sequence[DeliveryForm], *, pictures: int, silent: int) -> str:
    rest = f" {count_of(silent, 'answer')} without a picture to measure." if silent else ""
    if not forms:
        return f"No picture tells of its delivery.{rest}"
    if len(forms) == 1:
        return f"{_all(pictures)} in one form, which fits: {forms[0].backend}.{rest}"
    return f"The delivery changed: {len(forms)} forms among {count_of(pictures, 'picture')}.{rest}"


def _all(pictures: int) -> str:
    return "One picture came" if pictures == 1 else f"All {pictures:,} pictures came"


def _form(group: list[_Told], *, before: list[_Told] | None) -> DeliveryForm:
    first = group[0].provenance
    backend = backend_of(first)
    moved = before[0].provenance.changes_to(first) if before else ()
    return DeliveryForm(
        backend=backend.name.value,
        row=backend.row,
        count=f"{count_of(len(group), 'picture')}, {days(t.at for t in group) or 'no day told'}",
        where=_where(group),
        facts=_facts([told.provenance for told in group]),
        evidence=tuple(Fact(name=e.weight.value, value=e.said) for e in backend.evidence),
        changes=tuple(map(str, moved)),
    )


def _where(group: list[_Told]) -> str:
    names = [told.sample.key.id for told in group]
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
