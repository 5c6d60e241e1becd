"""Questions about pictures are asked once, under the cap, replayed, and held against people."""

import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx
import pytest

from harness.evaluate.batch import batch_plan
from harness.evaluate.exports import export_cassettes
from harness.evaluate.order import Order
from harness.evaluate.plan import plan_suites
from harness.evaluate.price_words import price_line
from harness.evaluate.record import record
from harness.evaluate.recordings import list_recordings
from harness.evaluate.run import judged_run
from harness.evaluate.verify import verify
from harness.evaluate.workspace import Wish, Workspace
from harness.loader import load_suite
from harness.model.baseline import Choice, Decision, DecisionSet
from harness.model.verdict import Status
from harness.recording.forms import Form
from harness.runner.chain import Live
from harness.settings import Settings
from harness.simulator.server import serving

PICTURES = """\
version: 1
suite: shop
model: gemini-3.1-flash-image
cases:
  - id: fox
    prompt: A fox in the snow
    image_size: "512"
    aspect_ratio: "1:1"
    samples: 2
"""
SUITE = f"""{PICTURES}\
    checks:
      ask:
        - Is there a fox?
        - {{question: Is there an umbrella?, expect: "no"}}
"""
FOX, UMBRELLA, SNOW = "Is there a fox?", "Is there an umbrella?", "Is it snowy?"
MODEL = "gemini-3.8-flash"
_DAYS = count()


class Shop:
    """A suite in a workspace with an endpoint that charges, and what becomes of it."""

    def __init__(self, root, url, text=SUITE):
        start = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=next(_DAYS))
        ticks = count()
        self.root, self.url = root, url
        self.workspace = Workspace(
            root=root,
            settings=Settings(),
            environ={"A_KEY": "a-key-of-a-test"},
            now=lambda: start + timedelta(milliseconds=next(ticks)),
        )
        (root / "suites").mkdir(exist_ok=True)
        self.suite(text)
        self.capped(None)

    def capped(self, usd, url=None):
        """Set the run's cap, and where the simulator is asked."""
        gate = {"base_url": url or self.url, "key_env": ["A_KEY"], "attempts": 1}
        settings = Settings(endpoint="gate", endpoints={"gate": gate}, max_cost=usd, jobs=1)
        object.__setattr__(self.workspace, "settings", settings)

    def suite(self, text):
        path = self.root / "suites" / "shop.yaml"
        path.write_text(text)
        self.loaded = load_suite(path)

    def plan(self, live=Live.MISSING):
        return plan_suites((self.loaded,), self.workspace, wish=Wish(), live=live)

    def run(self, live=Live.NONE, **more):
        """Run; give the suite's result, the run, and why it stopped."""
        run, stopped = judged_run((self.loaded,), self.workspace, Order(live=live, **more))
        return run.suites[0], run, stopped

    def decide(self, *choices):
        """Decide on the suite's pictures, in order."""
        samples = self.run()[0].judged[0].samples
        made = DecisionSet(
            id=f"decisions-{self.workspace.stamp()}",
            suite="shop",
            run="r",
            by="me",
            at=self.workspace.now().isoformat(),
            why="",
            unseen=False,
            accepted_before="",
            decisions=tuple(map(decision, samples, choices)),
        )
        self.workspace.baselines(self.loaded).add(made)

    def asked(self):
        """Count the recorded replies by the question that was sent."""
        items = [item for item in self.workspace.cassettes("shop").load() if item.is_reply]
        bodies = [str(item.request.body) for item in items]
        return Counter(q for q in (FOX, UMBRELLA, SNOW) for body in bodies if q in body)


def decision(sample, choice):
    sha256 = sample.generation.picture.picture.sha256
    return Decision(key=sample.key, cell=sample.cell, arm=sample.arm, sha256=sha256, choice=choice)


@pytest.fixture(scope="module")
def address():
    """Give a simulator that answers rightly."""
    with serving(seed=3) as url:
        yield url


@pytest.fixture(scope="module")
def painted(address, tmp_path_factory):
    """Record the pictures once."""
    shop = Shop(tmp_path_factory.mktemp("painted"), address, PICTURES)
    shop.run(Live.MISSING)
    return shop.root


@pytest.fixture(scope="module")
def answered(address, painted, tmp_path_factory):
    """Record the answers about them once."""
    root = tmp_path_factory.mktemp("answered") / "here"
    shutil.copytree(painted, root)
    Shop(root, address).run(Live.MISSING)
    return root


@pytest.fixture
def unasked(address, painted, tmp_path):
    """Give a suite whose pictures are recorded, and nothing is asked yet."""
    return Shop(shutil.copytree(painted, tmp_path / "here"), address)


@pytest.fixture
def shop(address, answered, tmp_path):
    """Give a suite whose pictures and answers are recorded."""
    return Shop(shutil.copytree(answered, tmp_path / "here"), address)


@pytest.fixture
def fresh(tmp_path, address):
    """Give a suite of which nothing is recorded."""
    return Shop(tmp_path, address)


def told(result):
    return [f for f in result.judged[0].verdict.findings if f.check == "ask"]


def test_questions_are_asked_once_and_replayed_for_nothing(fresh):
    """The plan foresees them; what the run bought, the next one finds."""
    plan = fresh.plan()
    confirmed = []

    result, run, stopped = fresh.run(Live.MISSING, confirm=confirmed.append)
    again, rerun, _ = fresh.run()

    assert stopped is None
    assert (len(plan.to_do), len(plan.to_ask), run.calls) == (2, 4, 6)
    assert confirmed[0].ceiling_usd == plan.ceiling_usd > sum(r.ceiling_usd for r in plan.to_do)
    assert price_line(plan).startswith(
        "2 answers to generate and 4 questions to ask, of gemini-3.1-flash-image@gate, "
        "gemini-3.8-flash@gate: about $"
    )
    assert plan.expected_usd == pytest.approx(sum(row.expected_usd for row in plan.due))
    assert [finding.status for finding in told(result)] == [Status.PASS] * 2
    assert (rerun.calls, again.features) == (0, result.features)
    assert fresh.plan().due == ()
    assert fresh.asked() == {FOX: 2, UMBRELLA: 2}
    assert run.suites[0].generated == 2


def test_questions_have_a_count_of_their_own(unasked):
    """How a run goes is told of each thing by its own total: pictures first, then questions."""
    told = []

    unasked.run(Live.MISSING, progress=told.append)

    totals = {going.what: {g.total for g in told if g.what == going.what} for going in told}
    assert totals == {"shop": {2}, "questions of shop": {4}}


def test_the_bill_is_ours(fresh):
    """What was spent equals what the simulator charged, questions included."""
    with serving(seed=3) as url:
        fresh.capped(None, url)
        _, run, _ = fresh.run(Live.MISSING)
        bill = httpx.get(f"{url}/simulator/bill").json()

    assert run.spent_usd == pytest.approx(bill["usd"], abs=1e-5)
    assert bill["by_outcome"] == {"good": 2, "words": 4}
    assert fresh.workspace.ledger.balance("gate").usd == pytest.approx(bill["usd"], abs=1e-5)


def test_only_a_changed_question_is_asked_again_about_decided_pictures_too(shop):
    """Accepted and rejected pictures that are no samples any more are asked with the others."""
    shop.decide(Choice.ACCEPT, Choice.REJECT)
    shop.run(Live.ALL)
    shop.suite(SUITE.replace(FOX, SNOW).replace("samples: 2", "samples: 1"))

    plan = shop.plan()
    result, run, _ = shop.run(Live.MISSING)

    assert (len(plan.to_do), len(plan.to_ask), run.calls) == (0, 3, 3)
    assert shop.asked() == {FOX: 4, UMBRELLA: 4, SNOW: 3}
    assert {a.question.text: str(a) for a in result.features.agreements} == {
        SNOW: "agrees with people in 1 of 2 (1 accepted, 1 rejected)",
        UMBRELLA: "agrees with people in 1 of 2 (1 accepted, 1 rejected)",
    }
    assert "; agrees with people in 1 of 2 (1 acc" in told(result)[0].message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        - Is there a fox?\n", ""),
        ('expect: "no"', 'expect: "yes"'),
        ("id: fox", "id: vixen"),
        ('    image_size: "512"', '    matrix: {image_size: ["512"]}'),
    ],
    ids=["dropped", "expected otherwise", "renamed", "another axis"],
)
def test_what_is_not_sent_asks_nothing_again(shop, old, new):
    """An answer is found by its request; names, and what it is held against, may change."""
    shop.suite(SUITE.replace(old, new))

    assert shop.plan().due == ()


def test_another_model_is_asked_anew(shop):
    """Model and question are the version of an answer."""
    lite = "ask:\n        model: gemini-3.1-flash-lite\n        questions:"
    shop.suite(SUITE.replace("ask:", lite).replace("        - ", "          - "))

    plan = shop.plan()

    assert {(row.arm.model, row.why) for row in plan.due} == {
        ("gemini-3.1-flash-lite", "not asked yet")
    }
    assert len(plan.due) == 4


def test_a_replay_says_what_was_not_asked(unasked):
    """A picture without a reply leaves the run incomplete, with the price of asking."""
    result, run, _ = unasked.run()

    (finding,) = told(result)
    price = sum(row.expected_usd for row in unasked.plan().to_ask)
    assert finding.status is Status.UNRECORDED
    assert finding.message == (
        f"4 questions to {MODEL} without a recorded answer: not asked yet; "
        f"harness run --live missing asks (about ${price:.4f})"
    )
    assert run.command == "harness run --live missing"


def test_recording_alone_says_how_many_questions_are_left(unasked):
    """They are counted apart from the answers that samples are."""
    made = record((unasked.loaded,), unasked.workspace, Order())

    assert (made.kept, made.wanted, made.unasked) == (2, 2, 4)


def test_a_cap_stops_questions_and_the_next_run_goes_on(unasked):
    """What was answered is kept; the run is unfinished until all is asked."""
    ended = []
    one = unasked.plan().to_ask[0]
    unasked.capped(one.ceiling_usd * 1.1)

    _, run, stopped = unasked.run(Live.MISSING, ended=lambda: ended.append("capped"))
    left = len(unasked.plan().to_ask)
    unasked.capped(None)
    result, rest, _ = unasked.run(Live.MISSING, ended=lambda: ended.append("rest"))

    assert "the cap of" in str(stopped)
    assert 0 < run.calls < 4
    assert run.calls + left == 4 == run.calls + rest.calls
    assert run.spent_usd <= one.ceiling_usd * 1.1
    assert ended == ["rest"]
    assert [finding.status for finding in told(result)] == [Status.PASS] * 2


def test_wrong_answers_show_at_the_rate_that_is_set(unasked):
    """All of them wrong: every sample is a warning, and nobody agrees."""
    unasked.decide(Choice.ACCEPT, Choice.ACCEPT)
    with serving(seed=3, ask_error=1.0) as url:
        unasked.capped(None, url)
        result, _, _ = unasked.run(Live.MISSING)

    found = told(result)
    assert {finding.status for finding in found} == {Status.WARN}
    assert found[2].message == (
        f'2 of 2 answered otherwise than yes: "{FOX}" (allowed 0 of 2); '
        "agrees with people in 0 of 2 (2 accepted, 0 rejected)"
    )


def test_an_answer_that_cannot_be_used_is_a_warning(unasked):
    """A blocked question is recorded, named, and never a pass."""
    unasked.suite(SUITE.replace(FOX, '"[[block:SAFETY]] Is it good?"'))
    unasked.run(Live.MISSING)

    result, run, _ = unasked.run()

    found = [finding for finding in told(result) if "no answer" in finding.message]
    assert [(f.status, f.sample) for f in found] == [(Status.WARN, 0), (Status.WARN, 1)]
    assert "no answer: prompt blocked (SAFETY)" in found[0].message
    assert run.command == ""


def test_replies_are_no_samples(shop, tmp_path):
    """Lists and exports count pictures alone."""
    (listed,) = list_recordings(shop.workspace, (shop.loaded,))
    (exported,) = export_cassettes(
        shop.workspace, "shop", recording=None, folder=tmp_path / "out", form=Form.JSON
    )

    assert (listed.answers, listed.replies, listed.unused, listed.missing) == (2, 4, 0, 0)
    assert exported.answers == 2
    assert listed.arms == ("gemini-3.1-flash-image@gate",)


def test_a_batch_asks_nothing(fresh):
    """Its plan holds pictures alone; a run afterwards asks."""
    plan = batch_plan((fresh.loaded,), fresh.workspace, Order(live=Live.MISSING))

    assert (len(plan.to_do), plan.to_ask) == (2, ())


def test_equal_pictures_are_asked_once(fresh):
    """Byte-equal pictures are one picture, whoever holds them."""
    with serving(seed=3, faults=("cached",)) as url:
        fresh.capped(None, url)
        result, _, _ = fresh.run(Live.MISSING)

    assert fresh.asked() == {FOX: 1, UMBRELLA: 1}
    assert len(result.features.replies) == 2


def test_questions_of_a_turn_are_about_its_pictures(fresh):
    """Each turn asks its own; everything anew asks about the new pictures alone."""
    fresh.suite(
        PICTURES.replace("    prompt: A fox in the snow\n", "").replace("samples: 2", "samples: 1")
        + "    turns:\n"
        "      - prompt: A fox in the snow\n"
        "      - prompt: Add an umbrella, keep everything else\n"
        f"        checks: {{ask: [{UMBRELLA}]}}\n"
    )
    _, first, _ = fresh.run(Live.MISSING)
    plan = fresh.plan(Live.ALL)

    result, second, _ = fresh.run(Live.ALL)

    assert (first.calls, len(plan.to_do), len(plan.to_ask), second.calls) == (3, 2, 1, 3)
    assert [(finding.turn, finding.status) for finding in told(result)] == [(1, Status.PASS)]
    assert fresh.asked() == {UMBRELLA: 2}
    assert verify(fresh.workspace).faults == 0


def test_more_pictures_than_were_foreseen_wait_for_their_own_plan(fresh):
    """A ceiling that was agreed to holds: what came beyond it is asked by the next run."""
    fresh.suite(SUITE.replace("A fox in", "'[[pictures:2]] A fox in").replace("snow", "snow'"))

    result, run, _ = fresh.run(Live.MISSING)
    due = fresh.plan().due
    _, rest, _ = fresh.run(Live.MISSING)

    assert (run.calls, len(due), rest.calls) == (6, 4, 4)
    assert told(result)[-1].status is Status.UNRECORDED
    assert fresh.plan().due == ()


def test_the_checks_own_endpoint_is_asked_unless_the_command_line_says_another(unasked):
    """A rehearsal of all of it stays a rehearsal."""
    lines = "ask:\n        endpoint: other\n        questions:"
    unasked.suite(SUITE.replace("ask:", lines).replace("        - ", "          - "))

    own = {row.arm.endpoint for row in unasked.plan().to_ask}
    wished = plan_suites(
        (unasked.loaded,),
        unasked.workspace,
        wish=Wish(endpoint="simulator"),
        live=Live.MISSING,
    )

    assert own == {"other"}
    assert {row.arm.endpoint for row in wished.to_ask} == {"simulator"}
