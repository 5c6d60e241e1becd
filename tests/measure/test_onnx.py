"""An ONNX embedder: a tiny network that is built here, from file to distance."""

import hashlib
import os
import sys

import numpy as np
import pytest

from harness.errors import ImageError, UsageError
from harness.measure.embedders import Embedder, load_embedder
from harness.measure.onnx import OnnxEmbedder, OnnxModel

onnx = pytest.importorskip("onnx", reason="the dev group is not installed")
pytest.importorskip("onnxruntime", reason="the [onnx] extra is not installed")

MEAN, STD = (0.5, 0.4, 0.3), (0.2, 0.25, 0.5)


def network(*, inputs=("pixels",), last="Identity"):
    """Build a network that averages each channel: its output is the mean of R, G and B."""
    floats = onnx.TensorProto.FLOAT
    shape = [1, 3, 8, 8]
    given = [onnx.helper.make_tensor_value_info(name, floats, shape) for name in inputs]
    nodes = [
        onnx.helper.make_node("GlobalAveragePool", [inputs[0]], ["average"]),
        onnx.helper.make_node(last, ["average"], ["mean"]),
    ]
    out = onnx.helper.make_tensor_value_info("mean", floats, [1, 3, 1, 1])
    graph = onnx.helper.make_graph(nodes, "tiny", given, [out])
    opset = [onnx.helper.make_opsetid("", 17)]
    return onnx.helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString()


@pytest.fixture
def model(tmp_path):
    """Give `model(data, **changes)`: settings of a file with these bytes."""

    def made(data=None, **changes):
        data = network() if data is None else data
        path = tmp_path / "tiny.onnx"
        path.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        values = {"path": path, "size": 8, "mean": MEAN, "std": STD, "sha256": digest}
        return OnnxModel(**values | changes)

    return made


def flat(colour, *, height=8, width=8):
    return np.full((height, width, 3), colour, np.uint8)


def test_a_network_is_an_embedder(model):
    """Loaded by its name it keeps the protocol's promise."""
    found = load_embedder("tiny", models={"tiny": model()})

    assert isinstance(found, Embedder)
    assert found.name == "tiny"


def test_a_picture_is_shown_as_is_set(model):
    """Shares of 0 to 1, less the mean, by the spread; the output is of length 1."""
    expected = (np.array([200, 100, 50]) / 255 - MEAN) / STD

    found = OnnxEmbedder("tiny", model()).embed(flat((200, 100, 50)))

    assert found == pytest.approx(expected / np.linalg.norm(expected), abs=1e-5)


def test_a_wide_picture_lies_whole_on_the_mean_colour(model):
    """Half the square is the picture, half of it is nothing: the direction stays."""
    embedder = OnnxEmbedder("tiny", model())
    square, wide = flat((200, 100, 50)), flat((200, 100, 50), height=50, width=100)

    assert embedder.distance(embedder.embed(square), embedder.embed(wide)) < 1e-6


def test_a_distance_is_the_cosine_distance(model):
    """0 for the same direction, 2 for the opposite one."""
    embedder = OnnxEmbedder("tiny", model())
    a = np.array([0.6, 0.8, 0.0], np.float32)

    assert embedder.distance(a, a) == pytest.approx(0, abs=1e-6)
    assert embedder.distance(a, -a) == pytest.approx(2, abs=1e-6)


@pytest.mark.parametrize(
    "change", [{"size": 9}, {"mean": (0, 0, 0)}, {"std": (1, 1, 1)}, {"sha256": "0" * 64}]
)
def test_everything_that_decides_is_in_the_version(model, change):
    """Another weight, size, mean or spread is another version."""
    import onnxruntime

    from harness.measure.onnx import version_of

    own, other = model(), model(**change)

    assert version_of(own, "1") != version_of(other, "1") != version_of(other, "2")
    assert OnnxEmbedder("tiny", own).version == version_of(own, onnxruntime.__version__)


@pytest.mark.parametrize(
    ("data", "change", "said"),
    [
        (None, {"sha256": "0" * 64}, "its sha256 is"),
        (b"no network", {}, "tiny.onnx"),
        (network(inputs=("pixels", "words")), {}, "takes 2 inputs"),
    ],
    ids=["another file", "no network", "two inputs"],
)
def test_what_cannot_be_loaded_is_refused_in_a_line(model, data, change, said):
    """The sha256 is held against the file before it is loaded."""
    with pytest.raises(UsageError, match=said) as caught:
        OnnxEmbedder("tiny", model(data, **change))

    assert "\n" not in str(caught.value)


def test_weights_beside_the_file_are_not_loaded(model, tmp_path, monkeypatch):
    """The sha256 says nothing of them, wherever they lie."""
    monkeypatch.chdir(tmp_path)
    floats, helper = onnx.TensorProto.FLOAT, onnx.helper
    weights = onnx.numpy_helper.from_array(np.ones((4, 3, 1, 1), np.float32), "weights")
    given = helper.make_tensor_value_info("pixels", floats, [1, 3, 8, 8])
    out = helper.make_tensor_value_info("out", floats, [1, 4, 8, 8])
    node = helper.make_node("Conv", ["pixels", "weights"], ["out"])
    graph = helper.make_graph([node], "tiny", [given], [out], [weights])
    opset = [helper.make_opsetid("", 17)]
    made = helper.make_model(graph, opset_imports=opset, ir_version=9)
    path = str(tmp_path / "split.onnx")
    onnx.save(made, path, save_as_external_data=True, location="weights.bin", size_threshold=0)

    with pytest.raises(UsageError, match=r"tiny\.onnx: "):
        OnnxEmbedder("tiny", model((tmp_path / "split.onnx").read_bytes()))


def test_an_absent_file_is_refused_in_a_line(model):
    """With its path."""
    found = model()
    found.path.unlink()

    with pytest.raises(UsageError, match=r"tiny\.onnx: cannot be read"):
        OnnxEmbedder("tiny", found)


def test_what_has_no_end_is_not_read(model, tmp_path):
    """A pipe or a device would be waited for, or read for ever."""
    os.mkfifo(tmp_path / "pipe.onnx")

    with pytest.raises(UsageError, match=r"pipe\.onnx: no file"):
        OnnxEmbedder("tiny", model(path=tmp_path / "pipe.onnx"))


def test_no_finite_output_is_said_of_the_picture(model):
    """Without a warning on the way, which tests make an error."""
    embedder = OnnxEmbedder("tiny", model(network(last="Log")))

    with pytest.raises(ImageError, match="no finite numbers"):
        embedder.embed(flat((0, 0, 0)))


def test_a_broken_onnxruntime_is_said_in_a_line(monkeypatch, model, tmp_path):
    """An installation may fail by any error when it is imported."""
    (tmp_path / "onnxruntime.py").write_text("raise AttributeError('_ARRAY_API')")
    monkeypatch.delitem(sys.modules, "onnxruntime")
    monkeypatch.syspath_prepend(str(tmp_path))

    with pytest.raises(UsageError, match="onnxruntime cannot be loaded: _ARRAY_API"):
        OnnxEmbedder("tiny", model())


def test_without_onnxruntime_a_line_says_what_to_install(monkeypatch, model):
    """The extra is named."""
    monkeypatch.setitem(sys.modules, "onnxruntime", None)

    with pytest.raises(UsageError, match=r"pip install 'gemini-image-harness\[onnx\]'"):
        load_embedder("tiny", models={"tiny": model()})
