"""Measure how far the pictures of a suite's characters lie apart in look."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import UsageError
from harness.evaluate.embedding import looks_of
from harness.evaluate.sources import sources_of
from harness.evaluate.workspace import Workspace
from harness.judging.characters import characters_of
from harness.judging.decided import Decided
from harness.model.features import Character, Looks
from harness.model.sample import Sample
from harness.model.suite import Suite

if TYPE_CHECKING:
    from harness.measure.onnx import OnnxModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was measured for a suite's `consistency` checks.

    Attributes:
        looks: A measure each.
        characters: Whose pictures are held against each other.
        controls: sha256 of the distractors, where they were needed.
    """

    looks: tuple[Looks, ...] = ()
    characters: tuple[Character, ...] = ()
    controls: tuple[str, ...] = ()


def looked(
    suite: Suite,
    samples: Mapping[str, tuple[Sample, ...]],
    workspace: Workspace,
    *,
    decided: Decided,
) -> Looked:
    """Measure the look of references, samples, accepted pictures and controls.

    Args:
        suite: What was asked.
        samples: By the variant's id for people.
        workspace: Where pictures, settings and what is remembered lie.
        decided: The decisions in force.
    """
    characters = characters_of(suite, samples, decided)
    if not characters:
        return Looked()
    lonely = any(not character.others for character in characters)
    strangers = _distractors() if lonely else {}
    sources = sources_of(suite, workspace.blobs)
    pinned = _pinned(suite, workspace)
    looks = []
    for measure in dict.fromkeys(character.measure for character in characters):
        names = (*_names(characters, measure), *strangers)
        pictures = {name: strangers.get(name) or sources.path(name) for name in names}
        found = looks_of(
            measure,
            pictures,
            models=onnx_models(workspace),
            features=workspace.state / "features",
            purpose=suite.id,
            executor=workspace.executor,
        )
        looks.append(replace(found, pinned=pinned.get(measure, "")))
    return Looked(looks=tuple(looks), characters=characters, controls=tuple(strangers))


def versions_of(suite: Suite, workspace: Workspace) -> Mapping[str, str]:
    """Give the version in force of every measure that a suite's checks use, by name.

    One that cannot be had has none: nothing can be said of it.
    """
    measures = dict.fromkeys(
        check.measure
        for variant in (*suite.variants, *suite.left_out)
        for turn in variant.turns
        for check in turn.checks.consistency
    )
    models = onnx_models(workspace) if measures else {}
    found = {measure: _version(measure, models) for measure in measures}
    return {measure: version for measure, version in found.items() if version}


def onnx_models(workspace: Workspace) -> Mapping[str, "OnnxModel"]:
    """Give the networks of the settings, their files from the workspace's root."""
    from harness.measure.onnx import OnnxModel  # late: it loads numpy and Pillow

    return {
        name: OnnxModel(
            path=workspace.root / said.path,
            size=said.size,
            mean=said.mean,
            std=said.std,
            sha256=said.sha256,
        )
        for name, said in workspace.settings.embedders.items()
    }


def _version(measure: str, models: Mapping[str, "OnnxModel"]) -> str:
    from harness.measure.embedders import identity, load_embedder

    try:
        return identity(load_embedder(measure, models=models))
    except UsageError:
        return ""


def _pinned(suite: Suite, workspace: Workspace) -> Mapping[str, str]:
    epochs = workspace.baselines(suite).epochs()
    return epochs[-1].measures if epochs else {}


def _names(characters: Iterable[Character], measure: str) -> Iterator[str]:
    """Name every picture that one measure is needed of."""
    for character in characters:
        if character.measure == measure:
            yield from character.references
            yield from character.accepted
            yield from character.drawn
            yield from character.others


def _distractors() -> Mapping[str, Path]:
    from harness.measure.distractors import distractors

    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in distractors()}
