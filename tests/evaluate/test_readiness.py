"""What a check needs and is not here is said before anything is recorded for it."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.evaluate.readiness import unready
from harness.model.arm import Arm
from harness.model.baseline import Choice, Decision, DecisionSet
from harness.model.checks import Checks, Consistency, Custom, PictureText, Rate
from harness.model.sample import SampleKey
from harness.model.suite import Suite, Turn, Variant

RATE = Rate(bad=1, of=8)
LOOK = Consistency(name="fox", references=(), max_bad=RATE)


@pytest.fixture
def said(workspace):
    """Give what is said of a suite with these checks."""

    def said(here=workspace, **checks):
        return unready([suite_of(here, Checks(**checks))], here)

    return said


def suite_of(workspace, checks):
    turn = Turn(prompt="x", checks=checks)
    variants = tuple(
        Variant(suite="shop", case=case, label="", model="m", turns=(turn,), samples=1)
        for case in ("a", "b")
    )
    path = workspace.root / "shop.yaml"
    return Suite(id="shop", path=path, title="Shop", variants=variants)


def test_a_suite_without_opinions_is_ready(said):
    """Nothing is looked for, and so nothing is missed."""
    assert said(pictures=1, custom=(Custom(name="palette", max_bad=RATE),)) == ()


def test_looks_without_accepted_pictures_have_no_limits(said, workspace):
    """Once a suite, however many cases it has; one accepted picture is enough to be silent."""
    (line,) = said(consistency=(LOOK,))

    assert line == (
        f"{workspace.root / 'shop.yaml'}: checks of consistency have no limits yet: these come "
        "from accepted pictures, and none of this suite is accepted; look at a run's, then: "
        "harness approve"
    )
    accept(workspace)
    assert said(consistency=(LOOK,)) == ()


def accept(workspace):
    """Accept a picture of the suite."""
    decision = Decision(
        key=SampleKey(case="a", variant="", sample=0),
        cell="c",
        arm=Arm(model="m", endpoint="e"),
        sha256="0" * 64,
        choice=Choice.ACCEPT,
    )
    decided = DecisionSet(
        id="decisions-20261123T000000Z-0000",
        suite="shop",
        run="r",
        by="me",
        at="2026-11-23T00:00:00Z",
        why="",
        unseen=False,
        accepted_before="",
        decisions=(decision,),
    )
    workspace.baselines(suite_of(workspace, Checks())).add(decided)


def test_an_embedder_that_nobody_knows_is_named(said, workspace):
    """By the words of who looked for it."""
    accept(workspace)

    (line,) = said(consistency=(replace(LOOK, measure="dinosaur"),))

    assert "checks of consistency by dinosaur will not be held: " in line


def test_text_that_cannot_be_read_is_said_once_a_language(said):
    """With what to install."""
    text = PictureText(contains=("OPEN",), language="xxx", max_bad=RATE)

    (line,) = said(text=text)

    assert "checks of text will not be held: text in pictures cannot be read" in line


def test_code_that_may_not_run_is_said(said, workspace):
    """Until it is allowed."""
    custom = (Custom(name="checks.py:f", max_bad=RATE), Custom(name="checks.py:g", max_bad=RATE))

    (line,) = said(custom=custom)

    assert "checks of checks.py will not be run: code of the suite's folder; read it" in line
    assert said(replace(workspace, allow_code=True), custom=custom) == ()
    assert not Path(workspace.root / "checks.py").exists()
