"""Pictures are measured in order, many of them by other processes, and none twice."""

import sys
from io import BytesIO

import pytest
from PIL import Image

from harness.compute.processes import default_workers
from harness.evaluate.measured import FEW, measured
from harness.measure.measures import measure
from harness.store.blobs import BlobStore

OPENED: list[str] = []
"""Files that this process opened, while a test looks."""


def _note(event, args):
    if event == "open" and isinstance(args[0], str):
        OPENED.append(args[0])


sys.addaudithook(_note)


def picture(number):
    """Write a picture of its own: the larger the number, the smaller and quicker to measure."""
    out = BytesIO()
    Image.new("RGB", (400 - 40 * number, 300), (30 * number, 9, 9)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def store(tmp_path):
    return BlobStore(tmp_path / "blobs")


def opened_of(paths):
    return {path for path in map(str, paths) if path in OPENED}


@pytest.mark.skipif(default_workers() == 1, reason="one processor measures by itself")
def test_many_pictures_are_measured_by_other_processes_in_order(store, tmp_path, monkeypatch):
    """Results come as asked for, each of its own picture, and this process opens no file."""
    monkeypatch.setattr("harness.evaluate.measured.TINY", 0)
    pictures = [picture(number) for number in range(FEW + 3)]
    refs = [store.put(data) for data in pictures]
    paths = [store.path(ref.sha256) for ref in refs]
    OPENED.clear()

    found = measured([r.sha256 for r in refs], blobs=store, features=tmp_path / "f").measures

    assert not opened_of(paths)
    assert list(found) == [ref.sha256 for ref in refs]
    assert list(found.values()) == [measure(data) for data in pictures]


def test_many_tiny_pictures_are_measured_here(store, tmp_path):
    """Starting a process takes longer than measuring a dozen icons."""
    refs = [store.put(picture(number)) for number in range(FEW + 3)]
    paths = [store.path(ref.sha256) for ref in refs]
    OPENED.clear()

    measured([ref.sha256 for ref in refs], blobs=store, features=tmp_path / "f")

    assert opened_of(paths) == set(map(str, paths))


def test_few_pictures_are_measured_here_and_remembered(store, tmp_path):
    """Processes are not worth it for four; the second time no file is opened at all."""
    refs = [store.put(picture(number)) for number in range(FEW)]
    digests, paths = [r.sha256 for r in refs], [store.path(r.sha256) for r in refs]
    OPENED.clear()

    first = measured(digests, blobs=store, features=tmp_path / "f")
    opened = opened_of(paths)
    OPENED.clear()
    second = measured(digests[::-1], blobs=store, features=tmp_path / "f")

    assert opened == set(map(str, paths))
    assert not opened_of(paths)
    assert second.measures == first.measures
    assert list(second.measures) == digests[::-1]
