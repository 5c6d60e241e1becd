"""Embed pictures by a neural network that the user supplies as an ONNX file."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from harness.errors import ImageError, UsageError
from harness.measure.pixels import Pixels

_BESIDE = "session.model_external_initializers_file_folder_path"
ABSENT = (
    "an ONNX embedder needs onnxruntime, which is not installed: "
    "pip install 'gemini-image-harness[onnx]'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxModel:
    """A network, and what its pictures go through.

    Attributes:
        path: The file, its weights in it.
        size: Side of its square input, in pixels.
        mean: Of R, G and B, taken off values of 0 to 1.
        std: Of R, G and B, what remains is divided by.
        sha256: Of the file, 64 lowercase hex digits.
    """

    path: Path
    size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    sha256: str


class OnnxEmbedder:
    """A network behind the embedder's protocol; its weights are checked before they are loaded.

    The input is float32 of shape (1, 3, size, size): the whole picture, undistorted, in
    the middle of a ground of the mean colour. The first output, in a row and of length 1,
    is the embedding. It runs in one thread on the processor: many pictures, many processes.
    """

    def __init__(self, name: str, model: OnnxModel) -> None:
        """Load a network.

        Raises:
            UsageError: onnxruntime or the file is absent, the file is another one, or no
                network of one input of this form.
        """
        try:
            import onnxruntime  # late: an extra
        except ImportError as error:
            raise UsageError(f"{name}: {ABSENT}") from error
        except Exception as error:  # a broken installation's own, of any kind
            raise UsageError(f"{name}: onnxruntime cannot be loaded: {_line(error)}") from error
        self.name = name
        self.version = version_of(model, onnxruntime.__version__)
        self._model = model
        self._session = _session(name, model, _checked(name, model))
        self._input = str(self._session.get_inputs()[0].name)

    def embed(self, image: Pixels) -> NDArray[Any]:
        """Give the network's first output, in a row, float32, of length 1."""
        found = self._session.run(None, {self._input: _input(image, self._model)})[0]
        row = np.asarray(found, dtype=np.float32).ravel()
        if not np.isfinite(row).all():
            raise ImageError(f"network {self.name} gives no finite numbers for it")
        return row / max(float(np.linalg.norm(row)), 1e-12)

    def distance(self, a: NDArray[Any], b: NDArray[Any]) -> float:
        """Give the cosine distance: 0 (same direction) to 2 (opposite); symmetric."""
        return min(2.0, max(0.0, 1.0 - float(np.dot(a.astype(np.float64), b.astype(np.float64)))))


def version_of(model: OnnxModel, runtime: str) -> str:
    """Name everything that decides what a network says of a picture."""
    steps = ",".join(f"{value:g}" for value in (*model.mean, *model.std))
    return f"onnx/1 sha256 {model.sha256} {model.size}px {steps} onnxruntime {runtime}"


def _checked(name: str, model: OnnxModel) -> bytes:
    try:
        if model.path.exists() and not model.path.is_file():
            raise UsageError(f"{name}: {model.path}: no file, and only a file is read")
        data = model.path.read_bytes()
    except OSError as error:
        raise UsageError(f"{name}: {model.path}: cannot be read ({error.strerror})") from error
    found = hashlib.sha256(data).hexdigest()
    if found != model.sha256:
        raise UsageError(
            f"{name}: {model.path}: its sha256 is {found}, and {model.sha256} is set; "
            "bring the right file, or set the sha256 that you trust"
        )
    return data


def _session(name: str, model: OnnxModel, data: bytes) -> Any:  # noqa: ANN401  # untyped library
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # Weights in files beside the network would be loaded past its sha256: they are not found here.
    options.add_session_config_entry(_BESIDE, os.devnull)
    try:
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library's own, of no common kind
        raise UsageError(f"{name}: {model.path}: {_line(error)}") from error
    if (count := len(session.get_inputs())) != 1:
        raise UsageError(f"{name}: {model.path}: takes {count} inputs; a picture is one")
    return session


def _input(image: Pixels, model: OnnxModel) -> NDArray[np.float32]:
    """Lay the whole picture on a square of the mean colour; shape (1, 3, size, size)."""
    height, width = image.shape[:2]
    scale = model.size / max(height, width)
    wide, tall = (max(1, round(side * scale)) for side in (width, height))
    small = Image.fromarray(image).resize((wide, tall), Image.Resampling.BICUBIC)
    values = (np.asarray(small, dtype=np.float32) / 255 - model.mean) / model.std
    square = np.zeros((model.size, model.size, 3), dtype=np.float32)
    top, left = (model.size - tall) // 2, (model.size - wide) // 2
    square[top : top + tall, left : left + wide] = values
    return np.ascontiguousarray(square.transpose(2, 0, 1)[None])


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
