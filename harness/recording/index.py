"""Find the recorded answer of a sample, or say why there is none."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from harness.model.arm import Arm
from harness.model.request import JsonObject
from harness.model.sample import SampleKey, Standing
from harness.recording.interaction import Interaction
from harness.recording.skeletons import differences, skeleton_of
from harness.recording.unpacking import has_dropped

Name = tuple[str, str, int]
"""Case, variant's label, sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a look-up gave.

    Attributes:
        standing: Recorded, stale or missing.
        interaction: The answer, where it is recorded.
        why: What differs, where it is not.
    """

    standing: Standing
    interaction: Interaction | None = None
    why: str = ""


class Index:
    """The answers of a recording, by name and by request digest; those to questions apart."""

    def __init__(self, items: Iterable[Interaction], *, wanted: frozenset[Name]) -> None:
        """Index `items`.

        Args:
            items: Everything recorded.
            wanted: Names that the suite asks for, older ids of cases included; an answer
                under another name is an orphan, free for whoever sends the same
                request: so a new axis re-records nothing.
        """
        held = {(item.arm, item.key): item for item in items}
        self._by_place = {place: item for place, item in held.items() if not item.is_reply}
        asked = (item for item in held.values() if item.is_reply)
        asked_in_order = sorted(asked, key=lambda item: item.recorded_at)
        self._asked = {(item.arm, item.request_digest): item for item in asked_in_order}
        self._orphans: dict[tuple[Arm, str], list[Interaction]] = defaultdict(list)
        for item in self._by_place.values():
            if (item.key.case, item.key.variant, item.key.sample) not in wanted:
                self._orphans[item.arm, item.request_digest].append(item)
        self._by_case: dict[tuple[Arm, str, int], list[Interaction]] = defaultdict(list)
        for item in self._by_place.values():
            self._by_case[item.arm, item.key.case, item.key.turn].append(item)
        self._cells: dict[tuple[Arm, Name], set[str]] = defaultdict(set)
        for item in self._by_place.values():
            self._cells[item.arm, _chain(item.key)].add(item.cell)
        self._followed: dict[tuple[Arm, Name], Name] = {}
        self._claimed: dict[tuple[Arm, SampleKey], Interaction] = {}
        self._lock = threading.Lock()

    @property
    def arms(self) -> tuple[Arm, ...]:
        """Who answered, sorted."""
        return tuple(sorted({arm for arm, _ in self._by_place}))

    @property
    def unclaimed(self) -> int:
        """Count the answers that nobody who asked so far was given, under no name asked for."""
        return sum(map(len, self._orphans.values()))

    def find(  # noqa: PLR0913  # a request, named by its parts
        self,
        key: SampleKey,
        *,
        arm: Arm,
        digest: str,
        skeleton: JsonObject,
        was: str | None = None,
        alone: bool = True,
        goal: str = "",
    ) -> Found:
        """Find the answer to a request.

        Args:
            key: The sample's name.
            arm: Who is asked.
            digest: Of the request.
            skeleton: Of the request, to say what differs.
            was: The case's older id, under which it may be recorded.
            alone: The sample has no further turn, which would need its signature.
            goal: Cell of the chain's last turn, by which a renamed chain is known.
        """
        named = self._named(key, arm=arm, was=was)
        fits = named is not None and named.request_digest == digest
        if named is not None and fits and _is_usable(named, alone=alone):
            return Found(standing=Standing.RECORDED, interaction=named)
        orphan = self._orphan(key, arm=arm, digest=digest, alone=alone, goal=goal)
        if orphan is not None:
            return Found(standing=Standing.RECORDED, interaction=orphan)
        if named is not None:
            why = _DROPPED if fits else _difference(named, skeleton)
            return Found(standing=Standing.STALE, why=why)
        return Found(standing=Standing.MISSING, why=self._nearest(key, arm, skeleton))

    def reply(self, arm: Arm, digest: str) -> Interaction | None:
        """Find the answer to a question about a picture: by its request, whatever its name."""
        return self._asked.get((arm, digest))

    def holds(self, key: SampleKey, *, arm: Arm, was: str | None = None) -> bool:
        """Tell whether an answer of this name is recorded, to whatever request."""
        return self._named(key, arm=arm, was=was) is not None

    def _named(self, key: SampleKey, *, arm: Arm, was: str | None) -> Interaction | None:
        found = self._by_place.get((arm, key))
        if found is None and was is not None:
            found = self._by_place.get((arm, replace(key, case=was)))
        return found

    def _orphan(
        self, key: SampleKey, *, arm: Arm, digest: str, alone: bool, goal: str
    ) -> Interaction | None:
        """Claim an orphan: the same one each time this key asks, never one twice.

        A chain keeps to the chain that its first turn was claimed of, and claims one that
        leads to its own last turn: conversations are not taken apart.
        """
        with self._lock:
            claimed = self._claimed.get((arm, key))
            if claimed is not None and claimed.request_digest == digest:
                return claimed
            free = [i for i in self._orphans[arm, digest] if _is_usable(i, alone=alone)]
            if not free:
                return None
            followed = self._followed.get((arm, _chain(key)))

            def unlikeness(item: Interaction) -> tuple[bool, bool, bool, SampleKey]:
                chain = _chain(item.key)
                leads_elsewhere = goal not in self._cells[arm, chain]
                return chain != followed, leads_elsewhere, chain[2] != key.sample, item.key

            orphan = min(free, key=unlikeness)
            self._orphans[arm, digest].remove(orphan)
            self._claimed[arm, key] = orphan
            self._followed.setdefault((arm, _chain(key)), _chain(orphan.key))
            return orphan

    def _nearest(self, key: SampleKey, arm: Arm, skeleton: JsonObject) -> str:
        turn = self._by_case.get((arm, key.case, key.turn), [])
        if not turn:
            return "no sample of this " + ("turn" if key.turn else "case") + " is recorded"
        first = {item.request_digest: item for item in reversed(turn)}  # one of equal requests
        lines, nearest = min(
            (
                (differences(skeleton_of(i.request.body, files=i.files), skeleton), i)
                for i in first.values()
            ),
            key=lambda pair: (len(pair[0]), pair[1].key),
        )
        if not lines:
            count = sum(item.request_digest == nearest.request_digest for item in turn)
            return f"{count} of this request recorded, this sample is one more"
        return f"nearest is {nearest.key.id}: {_few(lines)}"


_DROPPED = 'its thought signature was dropped (signatures = "turns"), and a further turn needs it'


def _is_usable(item: Interaction, *, alone: bool) -> bool:
    return alone or not has_dropped(item.response.body)


def _chain(key: SampleKey) -> Name:
    return key.case, key.variant, key.sample


def _difference(named: Interaction, skeleton: JsonObject) -> str:
    lines = differences(skeleton_of(named.request.body, files=named.files), skeleton)
    return _few(lines) if lines else "the request changed in its form, not in its content"


def _few(lines: Sequence[str]) -> str:
    more = f" (+{len(lines) - 3} more)" if len(lines) > 3 else ""
    return "; ".join(lines[:3]) + more
