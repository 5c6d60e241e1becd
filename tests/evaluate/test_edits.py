"""The edits that a suite's checks ask for, mapped and remembered."""

import shutil
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from harness.evaluate.edits import edits_of
from harness.evaluate.sources import sources_of
from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.checks import Checks, EditLimits, Rate
from harness.model.features import EditKind
from harness.model.generation import Generation
from harness.model.reference import Reference
from harness.model.request import Part
from harness.model.sample import Sample, SampleKey, Standing
from harness.model.suite import Suite, Turn, Variant
from harness.store.blobs import BlobStore

CHECKS = Checks(edit=EditLimits(max_bad=Rate(bad=0, of=1)))


def picture(*boxes):
    image = Image.radial_gradient("L").convert("RGB")
    for box in boxes:
        ImageDraw.Draw(image).rectangle(box, fill="orange")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


BEFORE, HAT, SHOES = picture(), picture((64, 32, 128, 64)), picture((64, 200, 128, 240))


class Desk:
    """A suite of two turns with a reference, and the folders that belong to it."""

    def __init__(self, root: Path, *, checks: Checks = CHECKS) -> None:
        self.root = root
        self.blobs = BlobStore(root / "blobs")
        (root / "fox.png").write_bytes(BEFORE)
        blob = BlobRef.of(BEFORE)
        sent = (Reference(path="fox.png", blob=blob, mime_type="image/png"),)
        turns = (
            Turn(prompt="a hat", references=sent, checks=checks),
            Turn(prompt="shoes", checks=checks),
        )
        variant = Variant(suite="s", case="fox", label="", model="m", turns=turns, samples=1)
        self.suite = Suite(id="s", path=root / "s.yaml", title="s", variants=(variant,))

    def sample(self, data, *, turn=0, number=0):
        part = Part(picture=self.blobs.put(data), mime_type="image/png")
        return Sample(
            key=SampleKey(case="fox", variant="", sample=number, turn=turn),
            variant_id="fox",
            cell="c",
            arm=Arm(model="m", endpoint="gemini"),
            prompt="",
            standing=Standing.RECORDED,
            generation=Generation(parts=(part,)),
        )

    def edits(self, *samples):
        sources = sources_of(self.suite, self.blobs)
        features = self.root / "features"
        return edits_of(self.suite, {"fox": samples}, sources=sources, features=features)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_a_reference_and_the_turn_before_are_compared_with(desk):
    """The first turn edits the reference, the second the first one's picture."""
    found = desk.edits(desk.sample(HAT), desk.sample(SHOES, turn=1))

    names = [BlobRef.of(data).sha256 for data in (BEFORE, HAT, SHOES)]
    assert [(edit.before, edit.after) for edit in found] == list(pairwise(names))
    assert all(edit.kind is EditKind.LOCAL and edit.share > 0 for edit in found)


def test_what_was_mapped_is_remembered(desk):
    """The second time neither picture is opened."""
    samples = (desk.sample(HAT), desk.sample(HAT, number=1))
    first = desk.edits(*samples)
    (desk.root / "fox.png").write_bytes(b"another picture by now")

    assert desk.edits(*samples) == first
    assert len(first) == 1


def test_an_absent_picture_is_said_and_not_remembered(desk):
    """When it is there again it is mapped."""
    sample = desk.sample(HAT)
    path = desk.blobs.path(BlobRef.of(HAT).sha256)
    path.unlink()

    (absent,) = desk.edits(sample)
    path.write_bytes(HAT)
    (present,) = desk.edits(sample)

    assert absent.unmeasurable.startswith("the picture after is not here; harness cassette pull")
    assert present.unmeasurable == ""


def test_a_file_of_other_bytes_is_not_taken_for_the_picture(desk):
    """What is compared is what the name says, or nothing."""
    (desk.root / "fox.png").write_bytes(SHOES)

    (edit,) = desk.edits(desk.sample(HAT))

    assert "holds other bytes than its name says" in edit.unmeasurable
    assert (edit.before, edit.after) == (BlobRef.of(BEFORE).sha256, BlobRef.of(HAT).sha256)


def test_many_edits_are_mapped_in_processes(desk):
    """What comes back is what one process finds."""
    samples = [desk.sample(picture((16 * n, 0, 16 * n + 40, 40)), number=n) for n in range(5)]

    together = desk.edits(*samples)
    shutil.rmtree(desk.root / "features")
    alone = tuple(edit for sample in samples for edit in desk.edits(sample))

    assert together == alone
    assert len(together) == 5


def test_a_suite_without_the_check_costs_nothing(tmp_path):
    """No pair is looked for, no library loaded."""
    desk = Desk(tmp_path, checks=Checks())

    assert desk.edits(desk.sample(HAT)) == ()


def test_a_picture_that_is_none_is_described(desk):
    """It is no error of the run."""
    (edit,) = desk.edits(desk.sample(b"\x89PNG\r\n\x1a\nbroken"))

    assert edit.unmeasurable.startswith("the picture after: ")
    assert edit == replace(edit, changed=(), colour=())
