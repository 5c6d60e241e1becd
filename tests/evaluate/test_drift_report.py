"""Hold that a page about drift brings its pictures along, chosen by nobody's taste."""

import io

import pytest
from PIL import Image

from harness.evaluate.drift_report import strips_of, write_drift
from harness.judging.subjects import Subject
from harness.model.drift import CellDrift, Drift, Shift
from harness.report.drift_page import DriftReport, Shown, Strip
from harness.report.pictures import ABSENT


def subject(picture, at, *, cell="c"):
    return Subject(
        suite="s", variant="v", turn=0, cell=cell, chain=picture + at, session="one",
        arm="m@simulator", outcome="OK", picture=picture, recorded_at=at,
    )  # fmt: skip


def report(strip):
    cell = CellDrift(
        suite="s", variant="v", turn=0, cell="c", old=2, new=2, p=1.0, q=1.0, moved=False
    )
    drift = Drift(
        verdict=Shift.NO_CHANGE_SEEN, said="No change.", alpha=0.01, p=1.0, p_all=1.0, p_few=1.0,
        smallest_p=0.01, draws=99, seed=0, power=None, seen=None, matters=0.1, margin=0.1,
        cells=(cell,),
    )  # fmt: skip
    shown = Shown(name="PICTURES", drift=drift, strips={("s", "c"): strip})
    return DriftReport(title="a against b", old="a", new="b", answers=(shown,))


@pytest.fixture
def picture(workspace):
    """Keep a small picture; give its sha256."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 90)).save(out, "JPEG")
    return workspace.blobs.put(out.getvalue()).sha256


def test_the_page_holds_its_pictures(workspace, picture):
    """It can be sent on alone; one that is not there, or is no sha256, is told in words."""
    path = workspace.root / "pages" / "drift.html"

    write_drift(report(Strip(old=(picture,), new=("0" * 64, "../x"))), path, workspace)

    page = path.read_text()
    assert page.count('src="data:image/webp;base64,') == 1
    assert 'width="40" height="30"' in page
    assert f"<span>{ABSENT}</span>" in page
    assert "what names it is no sha256" in page
    assert [file.name for file in path.parent.iterdir()] == ["drift.html"]


def test_examples_are_the_first_that_came():
    """So nobody chooses them; answers without a picture leave their place to the next."""
    old = [subject("b", "2026-02"), subject("a", "2026-01"), subject("c", "2026-03")]
    new = [subject("", "2026-04"), subject("d", "2026-05"), subject("e", "2026-06", cell="k")]

    strips = strips_of(old, new, most=2)

    assert strips[("s", "c")] == Strip(old=("a", "b"), new=("d",))
    assert strips[("s", "k")] == Strip(new=("e",))
