"""Find where an arm's delivery changed: the cheapest alarm there is."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.catalogue import Catalogue
from harness.judging.delivery import backend_of, provenance_of
from harness.model.arm import Arm
from harness.model.picture import Measures
from harness.model.provenance import Change, Provenance
from harness.model.sample import Sample
from harness.model.verdict import Finding, Status

CHECK = "delivery"
NAMED = 3
"""Samples that a finding names; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A sample, and how it was delivered."""

    sample: Sample
    provenance: Provenance

    @property
    def session(self) -> str:
        return self.sample.receipt.session if self.sample.receipt else ""

    @property
    def at(self) -> str:
        return self.sample.receipt.recorded_at if self.sample.receipt else ""


def delivery_changes(
    samples: Iterable[Sample], *, measures: Mapping[str, Measures], catalogue: Catalogue
) -> Iterator[Finding]:
    """Find, arm by arm, the answers that came otherwise than the rest.

    Each stable fact of an arm has a usual value: what most answers of the earlier sessions
    show, of the one session where there is only one. Answers that differ alike are one
    finding, a WARN: it speaks of delivery, and says nothing of what made the picture.

    On three real arms (7 pictures) none differs from its own; each arm's last picture, saved
    anew by Pillow as JPEG, PNG and WebP, is found (9 of 9). Few pictures prove little: with
    0 of 7 the rate of false alarms may still be 35 % (95 %).

    Args:
        samples: Of one suite's recording; those without an answer say nothing.
        measures: Of their pictures, by sha256.
        catalogue: Knows which model ids are names of one model.
    """
    by_arm: dict[Arm, list[Delivered]] = {}
    for sample in samples:
        if sample.generation is not None:
            found = Delivered(sample=sample, provenance=provenance_of(sample, measures))
            by_arm.setdefault(sample.arm, []).append(found)
    for arm, delivered in by_arm.items():
        yield from _changes(arm, delivered)
        yield from _other_version(arm, delivered, catalogue)


def usual(delivered: Sequence[Delivered]) -> Provenance:
    """Give the usual delivery: the most frequent one of the earlier sessions, the first of equals.

    A fact that it does not tell is taken from the next frequent one that does.
    """
    newest = max(((d.at, d.session) for d in delivered), default=("", ""))[1]
    earlier = [d for d in delivered if d.session != newest]
    found = Provenance()
    for provenance in (*_by_frequency(earlier), *_by_frequency(delivered)):
        found = found.filled_from(provenance)
    return found


def _by_frequency(delivered: Sequence[Delivered]) -> list[Provenance]:
    """List the different deliveries: with a picture before without, then the most frequent."""
    counts = Counter(d.provenance.digest for d in delivered)
    first = {d.provenance.digest: d.provenance for d in reversed(delivered)}
    order = dict.fromkeys(d.provenance.digest for d in delivered)
    return [
        first[digest]
        for digest in sorted(order, key=lambda it: (first[it].container is None, -counts[it]))
    ]


def _changes(arm: Arm, delivered: Sequence[Delivered]) -> Iterator[Finding]:
    before = usual(delivered)
    groups: dict[tuple[Change, ...], list[Delivered]] = {}
    for found in delivered:
        groups.setdefault(before.changes_to(found.provenance), []).append(found)
    same = groups.pop((), [])
    for changes, group in groups.items():
        yield _finding(
            f"{arm.name}: delivery changed: {'; '.join(map(str, changes))}; "
            f"{_sides(before, group[0].provenance)}"
            f"{_share(group, delivered)} {_when(group, same)}: {_names(group)}"
        )


def _sides(before: Provenance, after: Provenance) -> str:
    """Say whose delivery it was and whose it is, where that changed."""
    if None in (before.container, after.container):
        return ""
    was, now = backend_of(before).name, backend_of(after).name
    return "" if was == now else f"delivered by {now}, before by {was}; "


def _share(group: Sequence[Delivered], delivered: Sequence[Delivered]) -> str:
    return f"in {len(group)} of {len(delivered)} answers"


def _when(group: Sequence[Delivered], same: Sequence[Delivered]) -> str:
    """Say since when, up to when, or between which times the group's answers came."""
    times = sorted(d.at for d in group)
    others = sorted(d.at for d in same)
    if others and times[0] > others[-1]:
        return f"since {times[0]} (session {min(group, key=lambda d: d.at).session})"
    if others and times[-1] < others[0]:
        return f"up to {times[-1]}"
    between = times[0] if times[0] == times[-1] else f"{times[0]} to {times[-1]}"
    return f"of {between or 'an unknown time'}, among others that came as usual"


def _names(group: Sequence[Delivered]) -> str:
    names = [
        f"{d.sample.variant_id} sample {d.sample.key.sample + 1}"
        + (f" turn {d.sample.key.turn + 1}" if d.sample.key.turn else "")
        for d in group
    ]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _other_version(
    arm: Arm, delivered: Sequence[Delivered], catalogue: Catalogue
) -> Iterator[Finding]:
    """Find that the usual modelVersion is another than the id that was asked for.

    Answers that name another version than the usual one are a change, and told as such.
    """
    version = usual(delivered).model_version
    if version and not _is_named(arm.model, version, catalogue):
        count = sum(d.provenance.model_version == version for d in delivered)
        yield _finding(
            f"{arm.name}: {count} of {len(delivered)} answers name modelVersion {version}, "
            f"asked was {arm.model}"
        )


def _is_named(asked: str, version: str, catalogue: Catalogue) -> bool:
    """Tell whether `version` is a name of the model that was asked for: itself, dated, renamed."""
    version = version.removeprefix("models/")
    if version == asked or version.startswith(f"{asked}-"):
        return True
    names = {asked, *_names_of(asked, catalogue)}
    return not names.isdisjoint({version, *_names_of(version, catalogue)})


def _names_of(model_id: str, catalogue: Catalogue) -> set[str]:
    model = catalogue.get(model_id)
    return {model.alias_of} if model is not None and model.alias_of else set()


def _finding(message: str) -> Finding:
    return Finding(check=CHECK, status=Status.WARN, message=message)
