"""Drift sees every answer of a cell: beyond what a suite asks for, pinned or recorded anew."""

from io import BytesIO

import numpy as np
from PIL import Image

from harness.evaluate.baseline import pin
from harness.evaluate.described import described
from harness.evaluate.subjects import pinned, recorded
from harness.judging.subjects import days_of
from harness.loader import load_suite
from harness.model.blob import BlobRef


def png(seed):
    rng = np.random.default_rng(seed)
    out = BytesIO()
    Image.fromarray(rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)).save(out, "PNG")
    return out.getvalue()


def test_every_recorded_answer_is_a_subject(workspace, imported):
    """With its cell, session, outcome and picture, once."""
    suite = imported("a", count=2)

    found = recorded(suite, workspace)

    assert len({s.cell for s in found}) == 2
    assert {s.outcome for s in found} == {"picture"}
    assert all(len(s.picture) == 64 and s.session and s.chain for s in found)
    assert len({s.chain for s in found}) == 2


def test_an_edited_prompt_has_no_answers_yet(workspace, imported):
    """A cell is what was declared: what answers another prompt is not its answer."""
    suite = imported("a", count=2)
    suite.path.write_text(suite.path.read_text().replace("a picture 0", "another picture"))

    found = recorded(load_suite(suite.path), workspace)

    assert len(found) == 1


def test_pinned_answers_are_those_of_the_epoch(workspace, imported):
    """The same answers as were recorded then, with all that the recording tells of them."""
    suite = imported("a", count=2)
    (epoch,) = pin((suite,), workspace, by="Ann", why="")

    found = pinned(suite, workspace, epoch)

    facts = [(s.chain, s.cell, s.picture, s.outcome, s.model_version) for s in found]
    now = recorded(suite, workspace)
    assert facts == [(s.chain, s.cell, s.picture, s.outcome, s.model_version) for s in now]


def test_an_epoch_outlives_its_recording(workspace, imported):
    """Pictures are found by their names, and sessions keep their day; no more is known of them."""
    suite = imported("a", count=2)
    (epoch,) = pin((suite,), workspace, by="Ann", why="")
    before = pinned(suite, workspace, epoch)
    for path in (workspace.root / "cassettes" / "a" / "main").glob("*.json"):
        path.unlink()

    after = pinned(suite, workspace, epoch)

    assert sorted(s.picture for s in after) == sorted(s.picture for s in before)
    assert days_of(after) == days_of(before) == 1


def test_a_picture_is_described_once_and_remembered(workspace):
    """What was described is read again from what is remembered; a broken picture has none."""
    good, broken = png(1), b"\x89PNG\r\n\x1a\nnothing"
    names = [workspace.blobs.put(data).sha256 for data in (good, broken)]

    first = described(names, workspace)
    workspace.blobs.path(names[0]).unlink()
    again = described(names, workspace)

    assert list(first) == list(again) == [BlobRef.of(good).sha256]
    assert (first[names[0]] == again[names[0]]).all()
