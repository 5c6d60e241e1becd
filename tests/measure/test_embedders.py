"""The plug point: what a plug-in may be, and what is said where it is none."""

import sys

import numpy as np
import pytest

from harness.errors import ImageError, UsageError
from harness.measure.embedders import (
    BUILT_IN,
    Embedder,
    apart,
    embedded,
    identity,
    load_embedder,
    view,
)

PLUGIN = """
import numpy as np

class Mean:
    name = "mean"
    version = "3"

    def embed(self, image):
        return image.mean(axis=(0, 1))

    def distance(self, a, b):
        return float(np.abs(a - b).max())

ready = Mean()

class Nameless(Mean):
    name = ""

class Coloured(Mean):
    version = "3\\x1b[31m"

class Shy(Mean):
    @property
    def version(self):
        raise RuntimeError("no version today")

def leaving():
    raise SystemExit(0)

def broken():
    raise ValueError("no weights\\nanywhere")

def other():
    return 7
"""


@pytest.fixture
def plugins(tmp_path, monkeypatch):
    """Give `plugins(name=target)`: an installed package with these entry points."""

    def install(package="bundle", **targets):
        (tmp_path / f"plugged_{package}.py").write_text(PLUGIN)
        folder = tmp_path / f"{package}-1.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n")
        lines = (f"{name} = plugged_{package}:{target}" for name, target in targets.items())
        (folder / "entry_points.txt").write_text("[harness.embedders]\n" + "\n".join(lines))

    monkeypatch.syspath_prepend(str(tmp_path))
    yield install
    for name in [name for name in sys.modules if name.startswith("plugged_")]:
        del sys.modules[name]


class Odd:
    name, version = "odd", "1"

    def __init__(self, *, embedding=(1.0,), distance=0.5):
        self.embedding, self.apart = embedding, distance

    def embed(self, image):
        return np.array(self.embedding)

    def distance(self, a, b):
        if isinstance(self.apart, BaseException):
            raise self.apart
        return self.apart


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_built_in_ones_keep_the_protocol(name):
    """Each has its name, and a version."""
    found = load_embedder(name, models={})

    assert isinstance(found, Embedder)
    assert found.name == name
    assert identity(found).startswith(f"{name} ")


@pytest.mark.parametrize("target", ["Mean", "ready"], ids=["a callable", "an embedder"])
def test_an_entry_point_is_an_embedder_or_gives_one(plugins, paint, encode, target):
    """It embeds pictures by their bytes, and tells them apart."""
    plugins(mean=target)
    found = load_embedder("mean", models={})
    dark, light = (encode(paint().point(lambda v, s=s: v * s), "PNG") for s in (0.2, 0.9))

    assert identity(found) == "mean 3"
    assert apart(found, embedded(found, dark), embedded(found, dark)) == 0
    assert apart(found, embedded(found, dark), embedded(found, light)) > 10


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("broken", r"cannot be loaded: ValueError: no weights anywhere"),
        ("absent", "cannot be loaded: AttributeError"),
        ("other", "is none: it needs name, version, embed and distance"),
        ("Nameless", "is none: it needs name"),
        ("Coloured", "is none: it needs name"),
        ("Shy", "cannot be loaded: RuntimeError: no version today"),
        ("leaving", "cannot be loaded: SystemExit: 0"),
    ],
)
def test_a_broken_plug_in_is_one_clear_line(plugins, target, said):
    """Whatever it raises."""
    plugins(bad=target)

    with pytest.raises(UsageError, match=said) as caught:
        load_embedder("bad", models={})

    assert "\n" not in str(caught.value)


def test_an_unknown_name_is_refused_with_the_known_ones(plugins):
    """Installed ones among them."""
    plugins(mean="Mean")

    with pytest.raises(UsageError, match=r"'dino'; known are keypoints, look, mean;"):
        load_embedder("dino", models={})


def test_two_packages_with_one_name_are_refused(plugins):
    """Nobody can tell which is meant."""
    plugins(mean="Mean")
    plugins("another", mean="Mean")

    with pytest.raises(UsageError, match="several packages bring an embedder 'mean'"):
        load_embedder("mean", models={})


def test_a_plug_in_takes_no_built_in_name(plugins):
    """`look` is ours, whoever else brings one."""
    plugins(look="Mean")

    assert load_embedder("look", models={}).version.startswith("wlab/")


@pytest.mark.parametrize(
    "odd", [(), (float("nan"),), (float("inf"), 1.0), ("text",)], ids=["none", "nan", "inf", "text"]
)
def test_no_finite_numbers_are_no_description(paint, encode, odd):
    """It is said of the picture."""
    with pytest.raises(ImageError, match="no finite numbers"):
        embedded(Odd(embedding=odd), encode(paint(), "PNG"))


def test_a_description_without_end_is_refused(paint, encode):
    """It would fill the memory, and be remembered nowhere."""
    with pytest.raises(UsageError, match="gives 1,000,001 numbers, a description has at most"):
        embedded(Odd(embedding=np.ones(1_000_001, np.uint8)), encode(paint(), "PNG"))


def test_an_embedder_that_ends_the_process_ends_no_run(paint, encode):
    """A run that ended with 0 would look as if all were well."""

    class Leaving(Odd):
        def embed(self, image):
            raise SystemExit(0)

    with pytest.raises(UsageError, match=r"^embedder odd: SystemExit: 0"):
        embedded(Leaving(), encode(paint(), "PNG"))


@pytest.mark.parametrize(
    "odd", [-0.1, float("nan"), float("inf"), KeyError("gone"), SystemExit(0), None]
)
def test_no_distance_is_one_clear_line(odd):
    """A negative one, no number, or an error of its own."""
    one = np.ones(1)

    with pytest.raises(UsageError, match=r"^embedder odd"):
        apart(Odd(distance=odd), one, one)


@pytest.mark.parametrize(
    ("size", "seen"),
    [((300, 200), (300, 200)), ((1023, 600), (1023, 600)), ((2048, 1100), (1024, 550))],
)
def test_an_embedder_sees_a_short_side_of_512_to_1023(paint, encode, size, seen):
    """Upright RGB; small pictures as they are."""
    found = view(encode(paint(1, *size), "PNG"))

    assert found.shape == (seen[1], seen[0], 3)
    assert found.dtype == np.uint8
