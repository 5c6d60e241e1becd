"""Measure what a suite's checks need beside each picture's own measures."""

from collections.abc import Mapping

from harness.evaluate.custom import customs_of
from harness.evaluate.edits import edits_of
from harness.evaluate.looks import Looked, looked
from harness.evaluate.readings import readings_of
from harness.evaluate.sources import sources_of
from harness.evaluate.workspace import Workspace
from harness.judging.asking import agreements
from harness.judging.decided import Decided
from harness.model.features import Features, Reply
from harness.model.picture import Measures
from harness.model.sample import Sample
from harness.model.suite import Suite


def features_of(
    suite: Suite,
    samples: Mapping[str, tuple[Sample, ...]],
    workspace: Workspace,
    *,
    measures: Mapping[str, Measures],
    decided: Decided,
    replies: tuple[Reply, ...] = (),
) -> Features:
    """Measure the pictures of a suite, as far as its checks ask for it.

    Args:
        suite: What was asked.
        samples: By the variant's id for people.
        workspace: Where pictures and what is remembered of them lie.
        measures: Of every picture, by sha256.
        decided: The decisions in force; accepted pictures set limits.
        replies: What was answered to questions about the pictures.
    """
    remembered = workspace.state / "features"
    sources = sources_of(suite, workspace.blobs)
    part = bool(suite.whole)
    found = Looked() if part else looked(suite, samples, workspace, decided=decided)
    return Features(
        looks=found.looks,
        characters=found.characters,
        controls=found.controls,
        edits=edits_of(
            suite, samples, sources=sources, features=remembered, executor=workspace.executor
        ),
        readings=readings_of(
            suite, samples, sources=sources, features=remembered, executor=workspace.executor
        ),
        replies=replies,
        agreements=() if part else agreements(replies, decided),
        custom=customs_of(suite, samples, workspace, measures=measures, sources=sources),
        of_shard=part,
    )
