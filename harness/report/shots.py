"""Show a variant's pictures: one tile each, with its label, status and figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.model.features import Features
from harness.model.generation import Generation, Outcome
from harness.model.picture import Measures
from harness.model.reference import Reference
from harness.model.request import Part
from harness.model.run import Judged, Run
from harness.model.sample import Sample, Standing
from harness.model.showing import NOTHING_MORE, Showing
from harness.model.suite import Variant
from harness.model.verdict import Finding, Status, worst
from harness.report.extent import DECIDED
from harness.report.index_views import ALONE, Around
from harness.report.pictures import ABSENT, Gallery, Rendition, Tile
from harness.report.views import Mark, Shot
from harness.report.words import shortened

_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "image/heic": "HEIC",
    "image/heif": "HEIF",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What every part of the page is made from.

    Attributes:
        run: What was judged.
        gallery: Its pictures as they can be shown.
        detailed: Show passed findings and passed variants in full; False where there are many.
        heats: Maps of what edits changed, by where they lie.
        showing: What is shown beside the run.
        around: What lies around the page.
    """

    run: Run
    gallery: Gallery
    detailed: bool
    heats: Mapping[str, Rendition] = field(default_factory=dict)
    showing: Showing = NOTHING_MORE
    around: Around = ALONE

    def tile(self, sha256: str) -> Tile:
        return self.gallery.get(sha256, Tile(words=ABSENT))

    def measures(self, sha256: str) -> Measures | None:
        return self.run.measures.get(sha256)

    def features(self, suite: str) -> Features:
        """Give what a suite's checks were held against; none for a suite that is not there."""
        found = (result.features for result in self.run.suites if result.suite == suite)
        return next(found, Features())


def shots(judged: Judged, scene: Scene) -> tuple[Shot, ...]:
    """Give every final picture by sample, then turn, and words where there is none."""
    return tuple(shot for sample in judged.samples for shot in shots_of(sample, judged, scene))


def shots_of(sample: Sample, judged: Judged, scene: Scene) -> tuple[Shot, ...]:
    """Give a sample's final pictures, or words where there is none."""
    pictures = () if sample.generation is None else sample.generation.pictures
    if not pictures:
        tile = Tile(words=instead(sample))
        return (_shot(label(sample, judged.variant), sample, judged, tile=tile),)
    return tuple(
        _shot(
            numbered(label(sample, judged.variant), "picture", index, len(pictures)),
            sample,
            judged,
            tile=scene.tile(picture_sha256(part)),
            notes=(delivered(scene.measures(picture_sha256(part))),),
        )
        for index, part in enumerate(pictures)
    )


def _shot(
    name: str, sample: Sample, judged: Judged, *, tile: Tile, notes: tuple[str, ...] = ()
) -> Shot:
    found = judged.verdict.of(sample=sample.key.sample, turn=sample.key.turn)
    status = _status(sample, judged)
    return Shot(
        label=name,
        alt=f"{name}, {judged.variant.id}, {status.value if status else 'not judged by itself'}",
        tile=tile,
        mark=Mark.of(status) if status else None,
        pill=pill(found),
        notes=notes + marks(sample),
    )


def _status(sample: Sample, judged: Judged) -> Status | None:
    """Give the worst finding on a sample; None where only its variant was judged."""
    found = judged.verdict.of(sample=sample.key.sample, turn=sample.key.turn)
    if found:
        return worst(finding.status for finding in found)
    return Status.PASS if judged.verdict.status is Status.PASS else None


def label(sample: Sample, variant: Variant) -> str:
    """Name a sample among its siblings: `sample 1 of 4, turn 2 of 3`."""
    name = f"sample {sample.key.sample + 1} of {max(variant.samples, sample.key.sample + 1)}"
    return numbered(name, "turn", sample.key.turn, len(variant.turns))


def numbered(name: str, noun: str, index: int, count: int) -> str:
    """Add which of several is meant; nothing where there is one."""
    return name if count <= 1 else f"{name}, {noun} {index + 1} of {count}"


def instead(sample: Sample) -> str:
    """Say what is there instead of a picture."""
    if sample.failure is not None:
        return f"error: {sample.failure.kind}"
    if sample.generation is None:
        return f"not recorded ({sample.standing.value})"
    if sample.generation.outcome is Outcome.TEXT_ONLY:
        return f"text only: {shortened(sample.generation.text, limit=160)}"
    why = reason(sample.generation)
    return f"{sample.generation.outcome.value}: {why}" if why else sample.generation.outcome.value


def reason(generation: Generation) -> str:
    """Give the service's own word for how it ended."""
    return generation.block_reason or generation.finish_reason


def pill(findings: tuple[Finding, ...]) -> str:
    """Say how people stand to a picture, as the finding of `judging.decided` tells."""
    decided = next((finding for finding in findings if finding.check == DECIDED), None)
    if decided is None:
        return ""
    if decided.status is Status.PASS:
        unseen = ", unseen" if ", unseen" in decided.message else ""
        exact = decided.message.startswith("accepted")
        return f"accepted{unseen}" if exact else "accepted (other bytes)"
    if decided.status is Status.FAIL:
        return "rejected"
    discussed = decided.message.startswith("under discussion")
    return "under discussion" if discussed else "not decided"


def marks(sample: Sample) -> tuple[str, ...]:
    """Say what is particular about how a sample was obtained."""
    receipt, generation = sample.receipt, sample.generation
    batch = receipt.batch if receipt else ""
    found = {
        "stale": sample.standing is Standing.STALE and generation is not None,
        "simulated": receipt is not None and receipt.simulated,
        "reserialised": receipt is not None and receipt.reserialised,
        "streamed": generation is not None and generation.streamed,
        f"batch {batch}, half price": bool(batch),
        "scrubbed": receipt is not None and receipt.scrubbed,
        "signatures dropped": receipt is not None and receipt.signatures_dropped,
    }
    return tuple(word for word, holds in found.items() if holds)


def delivered(measures: Measures | None) -> str:
    """Say what a picture's bytes are: `1408x768 JPEG, C2PA`."""
    if measures is None:
        return "not measured"
    kind = _FORMATS.get(measures.true_type, measures.true_type)
    size = f"{measures.width}x{measures.height} " if measures.width else ""
    return f"{size}{kind}{', C2PA' if measures.c2pa else ''}"


def part_shot(name: str, *, whose: str, part: Part, scene: Scene) -> Shot:
    """Show a picture in its place among an answer's parts; it bears no status there."""
    sha256 = picture_sha256(part)
    measured = scene.measures(sha256)
    return Shot(
        label=name,
        alt=f"{name}, {whose}",
        tile=scene.tile(sha256),
        notes=(delivered(measured),) if measured else (),
    )


def reference_shot(reference: Reference, scene: Scene, *, index: int, count: int) -> Shot:
    """Show a reference picture with its place in the order sent, its name, kind and type."""
    name = "/".join(reference.path.split("/")[-2:])
    place = f"{index + 1} of {count}: " if count > 1 else ""
    form = _FORMATS.get(reference.mime_type, reference.mime_type)
    return Shot(
        label=f"{place}{name}",
        alt=f"reference picture {place}{reference.path}",
        tile=scene.tile(reference.blob.sha256),
        notes=(reference.kind, form) if reference.kind else (form,),
    )


def picture_sha256(part: Part | None) -> str:
    """Name a part's picture; empty where there is none."""
    return part.picture.sha256 if part and part.picture else ""
