"""Gather what shards measured beside each picture's own measures, in the order of one run."""

from collections.abc import Iterator, Mapping, Sequence

from harness.evaluate.looks import looked
from harness.evaluate.workspace import Workspace
from harness.judging.asking import agreements
from harness.judging.decided import Decided
from harness.judging.edits import edit_pairs
from harness.model.features import Edit, Features, Noted, Reading, Reply
from harness.model.sample import Sample
from harness.model.suite import Suite

Samples = Mapping[str, tuple[Sample, ...]]
"""By the variant's id for people."""


def merged_features(
    suite: Suite,
    samples: Samples,
    workspace: Workspace,
    *,
    parts: Sequence[Features],
    decided: Decided,
) -> Features:
    """Put the shards' features together, and measure what none of them could.

    Args:
        suite: What was asked, in all shards.
        samples: By the variant's id for people.
        workspace: Where pictures lie, as far as they are here.
        parts: Of the shards.
        decided: The decisions in force.
    """
    found = looked(suite, samples, workspace, decided=decided)
    replies = _replies(suite, samples, parts, decided)
    return Features(
        looks=found.looks,
        characters=found.characters,
        controls=found.controls,
        edits=tuple(_edits(suite, samples, parts)),
        readings=tuple(_readings(suite, samples, parts)),
        replies=replies,
        agreements=agreements(replies, decided),
        custom=tuple(_custom(suite, parts)),
    )


def _edits(suite: Suite, samples: Samples, parts: Sequence[Features]) -> Iterator[Edit]:
    known = {(edit.before, edit.after): edit for part in parts for edit in part.edits}
    pairs = (pair for v in suite.variants for pair in edit_pairs(v, samples[v.id]))
    for pair in dict.fromkeys((pair.before, pair.after) for pair in pairs):
        if pair in known:
            yield known[pair]


def _readings(suite: Suite, samples: Samples, parts: Sequence[Features]) -> Iterator[Reading]:
    """Give the readings by language, then by picture, as they are first asked for."""
    known = {(r.language, r.sha256): r for part in parts for r in part.readings}
    asked: dict[str, dict[str, None]] = {}
    for variant in suite.variants:
        for sample in samples[variant.id]:
            check = variant.turns[sample.key.turn].checks.text
            if check is not None and sample.picture:
                asked.setdefault(check.language, {})[sample.picture] = None
    for language, pictures in asked.items():
        yield from (known[language, p] for p in pictures if (language, p) in known)


def _replies(
    suite: Suite, samples: Samples, parts: Sequence[Features], decided: Decided
) -> tuple[Reply, ...]:
    """Give the replies about the samples' pictures, then those about what people decided on."""
    shown = [sha256 for v in suite.variants for s in samples[v.id] for sha256 in s.pictures]
    names = dict.fromkeys((*shown, *(sha256 for _, sha256 in decided.choices)))
    places = {name: place for place, name in enumerate(names)}
    known: dict[object, Reply] = {}
    for reply in (reply for part in parts for reply in part.replies):
        known.setdefault((reply.sha256, reply.model, reply.question), reply)
    return tuple(sorted(known.values(), key=lambda r: places.get(r.sha256, len(places))))


def _custom(suite: Suite, parts: Sequence[Features]) -> Iterator[Noted]:
    known = {noted.variant: noted for part in parts for noted in part.custom}
    yield from (known[v.id] for v in suite.variants if v.id in known)
