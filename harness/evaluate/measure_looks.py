"""Say how far pictures from anywhere lie in look from references, and whether that tells anything.

A negative control stands beside every distance: the same distances of pictures of other
subjects, which ship with the package. Where the pictures do not lie nearer than those, no
distance says anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.compute.executor import Executor
from harness.compute.processes import LOCAL
from harness.compute.tasks import Source, Task
from harness.errors import ImageError, UsageError
from harness.evaluate.embedding import FEW, By, by_whom, loaded, memo_version
from harness.judging.standards import DISCRIMINATIVE, auc

if TYPE_CHECKING:
    from harness.measure.embedders import Embedder
    from harness.measure.onnx import OnnxModel

MOST_REFERENCES = 200
"""More reference pictures are refused: every picture is held against each."""


@dataclass(frozen=True, kw_only=True)
class Described:
    """Looks of pictures, by path.

    Attributes:
        embedder: What described them, and tells how far two lie apart.
        looks: By path.
        unmeasurable: Why a picture has none, by path.
    """

    embedder: "Embedder"
    looks: Mapping[Path, Any]
    unmeasurable: Mapping[Path, str]

    @property
    def name(self) -> str:
        return f"{self.embedder.name} ({self.embedder.version})"

    def distance(self, one: Path, two: Path) -> float | None:
        """Give how far two pictures lie apart; None where one has no look."""
        from harness.measure.embedders import apart  # late: it loads numpy

        if one not in self.looks or two not in self.looks:
            return None
        return apart(self.embedder, self.looks[one], self.looks[two])


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """How far one picture lies from the references.

    Attributes:
        path: The picture.
        nearest: Distance to the nearest reference; None where it has no look.
        which: That reference.
        mean: Mean distance to all of them.
    """

    path: Path
    nearest: float | None
    which: Path | None
    mean: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How pictures stand to references in look.

    Attributes:
        measure: Name and version of the measure.
        references: Those that have a look.
        pictures: In order.
        controls: Nearest distance of each distractor.
        auc: Share of pairs in which a picture lies nearer than a distractor, ties half; None
            where there is nothing to tell it by.
        unmeasurable: Why a picture or reference has no look, by path.
    """

    measure: str
    references: tuple[Path, ...]
    pictures: tuple[Nearness, ...]
    controls: tuple[float, ...]
    auc: float | None
    unmeasurable: Mapping[Path, str]

    @property
    def discriminative(self) -> bool:
        """Tell whether the distances say something about these pictures."""
        return self.auc is not None and self.auc >= DISCRIMINATIVE

    @property
    def said(self) -> str:
        """Say what the negative control says, in a sentence."""
        if self.auc is None:
            return "no negative control: no distance here says anything of its own"
        held = f"AUC {self.auc:.2f} against {len(self.controls)} painted strangers, an easy control"
        if self.discriminative:
            return (
                f"{held}: these pictures lie nearer to the references than strangers do. That is "
                "palette and look, never identity: another subject of this kind may lie as near, "
                "and a limit comes from accepted pictures alone"
            )
        return (
            f"not discriminative: {held} (at least {DISCRIMINATIVE:.2f} is needed). Either the "
            "measure cannot tell this subject from others, or these are not pictures of it: no "
            "distance here says anything"
        )


def describe(
    paths: Iterable[Path],
    *,
    measure: str,
    models: Mapping[str, "OnnxModel"],
    executor: Executor = LOCAL,
) -> Described:
    """Describe pictures by a measure of look, in processes where there are many.

    Args:
        paths: The pictures.
        measure: Its name.
        models: Networks of the settings, by name.
        executor: Who describes.

    Raises:
        UsageError: nobody knows the measure, or what it needs is absent.
    """
    from harness.measure.embedders import load_embedder  # late: it loads numpy

    embedder = load_embedder(measure, models=models)
    by, key, files = by_whom(measure, models), memo_version(embedder), list(dict.fromkeys(paths))
    tasks = (Task(key=key, about=by, files=(Source(path=path),)) for path in files)
    made = executor.map(_described, tasks, few=FEW, lost=_lost)
    found = dict(zip(files, made, strict=True))
    return Described(
        embedder=embedder,
        looks={path: look for path, look in found.items() if not isinstance(look, str)},
        unmeasurable={path: why for path, why in found.items() if isinstance(why, str)},
    )


def _lost(task: Task[By], why: str) -> Any:  # noqa: ANN401  # as `_described`
    return why


def _described(task: Task[By]) -> Any:  # noqa: ANN401  # an array, or words
    """Describe one picture, or say why it cannot be."""
    from harness.measure.embedders import embedded

    try:
        return embedded(loaded(task.about.measure, task.about.model), task.files[0].read())
    except OSError as error:
        return error.strerror or str(error)
    except ImageError as error:
        return str(error)


def likeness(
    pictures: Mapping[Path, str],
    references: Mapping[Path, str],
    *,
    described: Described,
    controls: Sequence[Path],
) -> Likeness:
    """Hold pictures, and the distractors as a negative control, against references.

    Args:
        pictures: In order, with their sha256; none is held against its own bytes.
        references: At least one, with their sha256.
        described: The looks of all of them.
        controls: Pictures of other subjects.

    Raises:
        UsageError: no reference has a look, or there are too many.
    """
    known = {path: sha for path, sha in references.items() if path in described.looks}
    if not known:
        raise UsageError("--references: no picture there has a look; name JPEG, PNG or WebP files")
    if len(known) > MOST_REFERENCES:
        raise UsageError(f"--references: {len(known)} pictures, at most {MOST_REFERENCES} are held")
    near = tuple(_nearness(path, sha, known, described) for path, sha in pictures.items())
    strangers = (_nearness(path, "", known, described).nearest for path in controls)
    apart = tuple(distance for distance in strangers if distance is not None)
    return Likeness(
        measure=described.name,
        references=tuple(known),
        pictures=near,
        controls=apart,
        auc=auc([one.nearest for one in near if one.nearest is not None], apart),
        unmeasurable=described.unmeasurable,
    )


def _nearness(
    path: Path, sha256: str, references: Mapping[Path, str], described: Described
) -> Nearness:
    distances = {
        reference: distance
        for reference, known in references.items()
        if known != sha256 and (distance := described.distance(path, reference)) is not None
    }
    if not distances:
        return Nearness(path=path, nearest=None, which=None, mean=None)
    which = min(distances, key=lambda reference: distances[reference])
    mean = round(sum(distances.values()) / len(distances), 4)
    return Nearness(path=path, nearest=distances[which], which=which, mean=mean)
