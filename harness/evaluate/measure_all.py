"""Say everything that can be said of pictures from anywhere, as far as it is asked for."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.compute.executor import Executor
from harness.compute.processes import LOCAL
from harness.errors import UsageError
from harness.evaluate.measure_looks import MOST_REFERENCES, Described, Likeness, describe, likeness
from harness.evaluate.measure_pairs import Paired, measure_pairs
from harness.evaluate.measure_paths import Looked, files_at, measure_paths, read_picture
from harness.model.checks import LOOK

if TYPE_CHECKING:
    from harness.measure.onnx import OnnxModel

BUILT_IN = (LOOK, "keypoints")
"""Measures of look that no settings are read for."""

MOST_LOOKS = 1000
"""Pictures whose look is held at once: those of one measure may have 50 KB each."""

Models = Callable[[], "Mapping[str, OnnxModel]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Everything that was asked of pictures.

    Attributes:
        looked: The pictures, and what could not be read.
        paired: What was found on pairs, where asked for.
        likeness: How they stand to the references, where asked for.
        look: Name and version of the measure of look; empty where none was used.
    """

    looked: Looked
    paired: Paired | None = None
    likeness: Likeness | None = None
    look: str = ""


def measure_all(
    paths: Sequence[Path],
    *,
    references: Path | None = None,
    pairs: bool = False,
    measure: str = LOOK,
    models: Models,
    executor: Executor = LOCAL,
) -> Measured:
    """Measure pictures; hold them against each other and against references where asked for.

    Args:
        paths: Files and folders.
        references: Folder, or one picture, that they are to look like.
        pairs: Hold them against each other.
        measure: What tells how far two lie apart in look.
        models: Gives the networks of the settings, where the measure is none of the built-in.
        executor: Who measures.

    Raises:
        UsageError: the measure or the references cannot be used.
    """
    against = _references(references)
    if against:
        _check_count(paths, len(against))
    looked = measure_paths(paths, mirrored=pairs, executor=executor)
    if not looked.pictures or not (pairs or against):
        return Measured(looked=looked)
    controls = _controls() if against else ()
    named = {picture.path: picture.measures.sha256 for picture in looked.pictures}
    described = _described((*named, *against, *controls), measure, models, executor)
    return Measured(
        looked=looked,
        paired=measure_pairs(looked.pictures, described, executor=executor) if pairs else None,
        likeness=likeness(named, against, described=described, controls=controls)
        if against and described
        else None,
        look=described.name if described else "",
    )


def _references(folder: Path | None) -> Mapping[Path, str]:
    """List the reference pictures with their sha256, before anything costs time.

    Raises:
        UsageError: there is none, or one that cannot be read or is too large.
    """
    if folder is None:
        return {}
    files = tuple(files_at(folder))
    if len(files) > MOST_REFERENCES:
        raise UsageError(f"--references: {len(files)} pictures, at most {MOST_REFERENCES} are held")
    found: dict[Path, str] = {}
    for path in files:
        try:
            found[path] = hashlib.sha256(read_picture(path)).hexdigest()
        except OSError as error:
            raise UsageError(_no_picture(path, f" ({error.strerror or error})")) from error
    if not found:
        raise UsageError(_no_picture(folder))
    return found


def _no_picture(path: Path, why: str = "") -> str:
    return f"--references {path}: no picture there{why}; name a folder of pictures"


def _controls() -> tuple[Path, ...]:
    from harness.measure.distractors import distractors

    return distractors()


def _check_count(paths: Sequence[Path], references: int) -> None:
    """Refuse too many pictures before any is measured.

    Raises:
        UsageError: there are more than looks are held of at once.
    """
    count = len({file for path in paths for file in files_at(path)}) + references
    if count + len(_controls()) > MOST_LOOKS:
        raise UsageError(
            f"--references: {count} pictures in all, looks of at most {MOST_LOOKS} are held "
            "against each other, painted strangers among them; name fewer"
        )


def _described(
    paths: tuple[Path, ...], measure: str, models: Models, executor: Executor
) -> Described | None:
    """Describe pictures; of too many, which only `--pairs` may have, there are no looks.

    Raises:
        UsageError: the measure cannot be used.
    """
    if len(paths) > MOST_LOOKS:
        return None
    known = {} if measure in BUILT_IN else models()
    return describe(paths, measure=measure, models=known, executor=executor)
