"""What others recorded meanwhile is not bought again, nor is what was not planned."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from harness.evaluate.imports import import_cassettes
from harness.evaluate.obtain import obtain
from harness.evaluate.order import Order
from harness.evaluate.plan import index_of, plan_suites
from harness.evaluate.workspace import Wish
from harness.loader import load_suite
from harness.model.sample import Standing
from harness.runner.chain import Live
from harness.runner.spending import Purse

SUITE = """\
version: 1
suite: shop
cases:
  - id: hat
    samples: 2
    turns: [{prompt: "[[text]] a fox"}, {prompt: "[[text]] a hat"}]
"""


def suite_in(workspace, text=SUITE):
    path = workspace.root / "suites" / "shop.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return load_suite(path)


def recorded(suite, workspace, **more):
    """Record what is missing from the simulator; give what was obtained."""
    order = Order(live=Live.MISSING, wish=Wish(endpoint="simulator"), **more)
    (obtained,), stopped = obtain((suite,), workspace, order, purse=Purse(None, free={"simulator"}))
    assert stopped is None
    return obtained


def test_what_another_process_recorded_meanwhile_is_not_asked_for_again(workspace):
    """Between the first look and the lock: the recording is looked at again behind it."""
    suite = suite_in(workspace)
    looks = []

    def index(suite, here):
        looks.append(index_of(suite, here))
        if len(looks) == 1:
            recorded(suite, here)
        return looks[-1]

    obtained = recorded(suite, workspace, index=index)

    assert obtained.generated == 0
    assert len(looks) == 2
    assert workspace.cassettes("shop").replaced() == ()


def test_what_the_plan_did_not_list_is_not_bought(workspace):
    """An answer that goes away behind the plan is missing, whoever may pay for it."""
    suite = suite_in(workspace)
    recorded(suite, workspace)
    cassette = workspace.cassettes("shop").folder / "hat.json"

    def index(suite, here):
        cassette.unlink(missing_ok=True)
        return index_of(suite, here)

    obtained = recorded(suite, workspace, index=index)

    assert obtained.generated == 0
    assert {s.standing for chain in obtained.samples for s in chain} == {Standing.MISSING}


def test_a_torn_conversation_is_planned_as_it_is_bought(workspace):
    """A first turn that was recorded anew leaves the second one stale: plan and run agree."""
    suite = suite_in(workspace)
    recorded(suite, workspace)
    cassettes = workspace.cassettes("shop")
    second = [item for item in cassettes.load() if item.key.turn == 1]
    first = [item for item in cassettes.load() if item.key.turn == 0]
    torn = [replace(item, response=first[1 - item.key.sample].response) for item in first]
    cassettes.write(torn)

    plan = plan_suites((suite,), workspace, wish=Wish(), live=Live.MISSING)

    assert [row.standing for row in plan.rows] == [Standing.RECORDED, Standing.STALE] * 2
    assert all("contents[1].parts[0]" in row.why for row in plan.to_do)
    obtained = recorded(suite, workspace)
    assert obtained.generated == len(plan.to_do) == len(second)


def test_a_renamed_conversation_is_recorded_whole(workspace):
    """Each of its turns is found by its request, in plan and run alike."""
    recorded(suite_in(workspace), workspace)
    renamed = suite_in(workspace, SUITE.replace("id: hat", "id: cap"))

    plan = plan_suites((renamed,), workspace, wish=Wish(), live=Live.MISSING)

    assert {row.standing for row in plan.rows} == {Standing.RECORDED}
    assert recorded(renamed, workspace).generated == 0


def test_an_edited_second_turn_says_what_differs(workspace):
    """The plan gives the difference of the requests, as the run does."""
    recorded(suite_in(workspace), workspace)
    edited = suite_in(workspace, SUITE.replace("a hat", "a scarf"))

    plan = plan_suites((edited,), workspace, wish=Wish(), live=Live.MISSING)

    assert [row.standing for row in plan.rows] == [Standing.RECORDED, Standing.STALE] * 2
    assert all("recorded '[[text]] a hat', now '[[text]] a scarf'" in r.why for r in plan.to_do)


def test_a_plan_needs_no_picture(workspace):
    """Its blobs may be absent: they count by their names."""
    suite = suite_in(workspace, SUITE.replace("[[text]] ", "").replace("samples: 2", "samples: 1"))
    recorded(suite, workspace)
    for path in workspace.blobs.root.rglob("*.*"):
        path.unlink()

    plan = plan_suites((suite,), workspace, wish=Wish(), live=Live.MISSING)

    assert {row.standing for row in plan.rows} == {Standing.RECORDED}


MATRIX = """\
version: 1
suite: shop
defaults: {image_size: 1K}
cases:
  - id: fox
    samples: 2
    matrix: {color: [red, blue]}
    turns: [{prompt: "[[text]] a fox"}, {prompt: "[[text]] a {color} hat"}]
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [("id: fox", "id: vixen"), ("[red, blue]}", "[red, blue], image_size: [1K, 2K]}"),
     ("{color: [red, blue]}", "{look: [{id: scarlet, color: red}, {id: navy, color: blue}]}")],
    ids=["case", "another axis", "labels"],
)  # fmt: skip
def test_conversations_are_claimed_whole(workspace, old, new):
    """First turns that are one request keep to their own second turns, in plan and run alike."""
    recorded(suite_in(workspace, MATRIX), workspace)
    renamed = suite_in(workspace, MATRIX.replace(old, new))

    plan = plan_suites((renamed,), workspace, wish=Wish(), live=Live.MISSING)

    counts = Counter(row.standing for row in plan.rows)
    assert counts[Standing.RECORDED] == 8
    assert {row.standing for row in plan.rows if "2K" not in row.variant.label} == {
        Standing.RECORDED
    }
    assert recorded(renamed, workspace).generated == len(plan.to_do)


def test_answers_that_lost_their_case_go_to_the_same_samples_in_plan_and_run(workspace):
    """Two cases of one prompt share what another had recorded: what is planned is bought, once."""
    one = 'version: 1\nsuite: shop\ncases:\n  - {id: a, samples: 4, prompt: "[[text]] a fox"}\n'
    recorded(suite_in(workspace, one), workspace)
    case = '  - {{id: {0}, samples: 4, prompt: "[[text]] a fox"}}\n'
    two = suite_in(workspace, one.replace(case.format("a"), case.format("b") + case.format("c")))

    plan = plan_suites((two,), workspace, wish=Wish(), live=Live.MISSING)

    assert [row.variant.case for row in plan.to_do] == ["c"] * 4
    assert recorded(two, workspace).generated == 4
    assert plan_suites((two,), workspace, wish=Wish(), live=Live.MISSING).to_do == ()


TURNS = """\
version: 1
suite: shop
cases:
  - id: hat
    {more}
    turns: [{{prompt: "{first}"}}, {{prompt: "[[text]] a hat"}}]
"""


@pytest.mark.parametrize(
    ("first", "more", "edit"),
    [
        ("[[text]] a fox", "stream: true", ("a hat", "a scarf")),
        ("[[text]] a fox", "samples: 1", ("a hat", "a hat")),
        ("[[finish:IMAGE_SAFETY]] a fox", "samples: 1", ("a hat", "a scarf")),
        ("[[block:SAFETY]] a fox", "samples: 1", ("a hat", "a hat")),
        ("[[text]] a fox", "samples: 1", ("id: hat", "id: cap\\n    was: hat")),
        ("[[text]] a fox", "samples: 1", ("id: hat", "id: cap")),
    ],
    ids=["streamed", "text", "refused", "blocked", "was", "renamed"],
)
def test_the_plan_stands_as_the_run_does(workspace, first, more, edit):
    """Whatever the first turn was answered with: standing and reason are the same."""
    text = TURNS.format(first=first, more=more)
    recorded(suite_in(workspace, text), workspace)
    suite = suite_in(workspace, text.replace(edit[0], edit[1].replace("\\n", "\n")))

    plan = plan_suites((suite,), workspace, wish=Wish(), live=Live.MISSING)
    (obtained,), _ = obtain((suite,), workspace, Order(), purse=Purse(0.0, free=frozenset()))

    ran = [(s.standing, s.why) for chain in obtained.samples for s in chain]
    assert [(row.standing, row.why) for row in plan.rows] == ran
    assert ran[0] == (Standing.RECORDED, "")


def test_a_dropped_signature_is_missed_by_plan_and_run_alike(workspace):
    """A turn that is added to a sample of one turn needs it."""
    settings = workspace.settings.model_copy(update={"signatures": "turns"})
    workspace = replace(workspace, settings=settings)
    one = 'version: 1\nsuite: shop\ncases:\n  - {id: hat, prompt: "[[text]] a fox"}\n'
    recorded(suite_in(workspace, one), workspace)
    suite = suite_in(workspace, TURNS.format(first="[[text]] a fox", more="samples: 1"))

    plan = plan_suites((suite,), workspace, wish=Wish(), live=Live.MISSING)

    assert [row.standing for row in plan.rows] == [Standing.STALE, Standing.MISSING]
    assert "signature was dropped" in plan.rows[0].why
    assert recorded(suite, workspace).generated == 2


def test_an_error_that_was_recorded_as_a_success_replays_as_its_fault(workspace):
    """A tape of somebody else's may hold `{"error": ...}` under 200: a failure with its name."""
    error = {"error": {"code": 503, "message": "upstream is busy", "status": "UNAVAILABLE"}}
    host = "https://generativelanguage.googleapis.com/v1beta/models"
    asked = {"contents": [{"role": "user", "parts": [{"text": "a fox"}]}]}
    item = {
        "request": {
            "method": "POST",
            "uri": f"{host}/gemini-3-pro-image:generateContent",
            "body": json.dumps(asked),
        },
        "response": {"status": {"code": 200}, "body": {"string": json.dumps(error)}},
    }
    tape = workspace.root / "tape.json"
    tape.write_text(json.dumps({"interactions": [item]}))
    suite = import_cassettes([tape], workspace, name="busy", skip_refused=False).suite

    ((obtained,), _) = obtain((suite,), workspace, Order(), purse=Purse(None))

    ((sample,),) = obtained.samples
    assert sample.failure.kind == "ServiceFailed"
    assert "upstream is busy" in sample.failure.message
    assert sample.receipt is not None
