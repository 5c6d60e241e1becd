"""Find what tells how far two pictures lie apart: built in, plugged in, or an ONNX model."""

from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from harness.errors import HarnessError, ImageError, UsageError
from harness.measure.pixels import Pixels, open_image

if TYPE_CHECKING:
    from harness.measure.onnx import OnnxModel

GROUP = "harness.embedders"
"""Entry points of plug-ins: each an embedder, or what gives one when called with nothing."""

VIEW_SIDE = 512
VIEW = f"view{VIEW_SIDE}/1"
"""Names the rule by which pictures are reduced before they are embedded."""

LONGEST_SIDE = 4096

MOST_NUMBERS = 1_000_000
"""A description of more is refused: it would be remembered nowhere, and fill the memory."""

OF_PLUGINS = (Exception, SystemExit)
"""What a plug-in may raise; one that ends the process would end a run as if all were well."""


@runtime_checkable
class Embedder(Protocol):
    """What describes a picture by numbers, and tells how far two descriptions lie apart.

    Attributes:
        name: Its name, e.g. `"dino"`.
        version: Everything that decides what it says: weights, libraries. What two
            versions say is never compared.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def embed(self, image: Pixels) -> NDArray[Any]:
        """Describe a picture; the same picture is described alike in every process.

        Args:
            image: Shape (H, W, 3), RGB, uint8, upright, transparency on white; of a
                large picture the reduction whose short side is 512 to 1,023 px.

        Returns:
            An array of numbers, of any shape.
        """

    def distance(self, a: NDArray[Any], b: NDArray[Any]) -> float:
        """Tell how far two descriptions lie apart: 0 for the same, more for less alike."""


def load_embedder(name: str, *, models: Mapping[str, "OnnxModel"]) -> Embedder:
    """Load an embedder by name: a built-in one, one of the settings, an installed one.

    Args:
        name: What a suite calls its measure.
        models: Networks of the settings, by name.

    Raises:
        UsageError: nobody knows it, what it needs is absent, or it cannot be loaded.
    """
    if name in BUILT_IN:
        return BUILT_IN[name]()
    if name in models:
        from harness.measure.onnx import OnnxEmbedder  # late: it is seldom used

        return OnnxEmbedder(name, models[name])
    return _plugged_in(name, models)


def identity(embedder: Embedder) -> str:
    """Name who embeds and in which version, as baselines and runs record it."""
    return f"{embedder.name} {embedder.version}"


def view(data: bytes) -> Pixels:
    """Decode a picture to what an embedder sees: its short side 512 to 1,023 px where larger.

    Raises:
        ImageError: as `open_image`.
    """
    image = open_image(data, keep_short=VIEW_SIDE)
    factor = max(1, min(image.size) // VIEW_SIDE)
    across = max(factor, -(-image.width // LONGEST_SIDE))
    down = max(factor, -(-image.height // LONGEST_SIDE))
    small = image if across == down == 1 else image.reduce((across, down))
    return np.asarray(small, dtype=np.uint8)


def embedded(embedder: Embedder, data: bytes) -> NDArray[Any]:
    """Describe a picture by its bytes.

    Raises:
        ImageError: it cannot be read, or has nothing that could be described.
        UsageError: the embedder failed.
    """
    image = view(data)
    try:
        found = np.asarray(embedder.embed(image))
    except HarnessError:
        raise
    except OF_PLUGINS as error:
        raise UsageError(f"embedder {embedder.name}: {_line(error)}") from error
    if found.dtype.kind not in "fiub" or not found.size or not np.isfinite(found).all():
        raise ImageError(f"embedder {embedder.name} gives no finite numbers for it")
    if found.size > MOST_NUMBERS:
        said = f"{found.size:,} numbers, a description has at most {MOST_NUMBERS:,}"
        raise UsageError(f"embedder {embedder.name} gives {said}")
    return found


def apart(embedder: Embedder, a: NDArray[Any], b: NDArray[Any]) -> float:
    """Tell how far two descriptions lie apart, rounded to 4 decimals.

    Raises:
        UsageError: the embedder failed, or gives no number of 0 or more.
    """
    try:
        found = round(float(embedder.distance(a, b)), 4)
    except OF_PLUGINS as error:
        raise UsageError(f"embedder {embedder.name}: {_line(error)}") from error
    if not 0 <= found < float("inf"):
        raise UsageError(f"embedder {embedder.name} gives {found} for a distance; 0 or more is one")
    return found


def _plugged_in(name: str, models: Mapping[str, "OnnxModel"]) -> Embedder:
    points = {point.value: point for point in entry_points(group=GROUP, name=name)}
    if not points:
        installed = {point.name for point in entry_points(group=GROUP)}
        known = ", ".join(sorted({*BUILT_IN, *models, *installed}))
        raise UsageError(
            f"no embedder {name!r}; known are {known}; a model is set in harness.toml under "
            f"[embedders.{name}], a plug-in is installed (docs/look.md)"
        )
    if len(points) > 1:
        raise UsageError(f"several packages bring an embedder {name!r}: {', '.join(points)}")
    return _loaded(next(iter(points.values())))


def _loaded(point: EntryPoint) -> Embedder:
    said = f"embedder {point.name} ({point.value})"
    try:
        found = point.load()
        if isinstance(found, type) or not isinstance(found, Embedder):
            found = found()
        named = isinstance(found, Embedder) and _is_named(found)
    except HarnessError:
        raise
    except OF_PLUGINS as error:
        raise UsageError(f"{said} cannot be loaded: {_line(error)}") from error
    if not named:
        raise UsageError(
            f"{said} is none: it needs name, version, embed and distance, the first two printable"
        )
    return cast(Embedder, found)


def _is_named(found: Embedder) -> bool:
    texts: tuple[object, ...] = (found.name, found.version)  # a plug-in's word, of any type
    return all(isinstance(text, str) and text and text.isprintable() for text in texts)


def _line(error: BaseException) -> str:
    said = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _look() -> Embedder:
    from harness.measure.look import Look  # late, as all of them

    return Look()


def _keypoints() -> Embedder:
    from harness.measure.keypoints import Keypoints

    return Keypoints()


BUILT_IN: Mapping[str, Callable[[], Embedder]] = {"look": _look, "keypoints": _keypoints}
"""What the harness brings itself; no plug-in takes these names."""
