"""A large replay is judged suite by suite: what is found is the same, and only one is in memory."""

import gc
import json
from dataclasses import replace

import pytest

from harness.errors import NothingSelected, UsageError
from harness.evaluate.order import Order
from harness.evaluate.parts import code_of, is_large, named_after, page_of, run_parts
from harness.evaluate.run import run_suites
from harness.evaluate.workspace import Workspace
from harness.loader import load_suites
from harness.model.sample import Sample
from harness.model.verdict import Status
from harness.runner.chain import Live
from harness.settings import Settings
from harness.store.runs import find_run, load_run
from tools.scale_ground import Ground, lay

GROUND = Ground(suites=3, cases=1, samples=3)


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """Give a workspace with three recorded suites of one case each."""
    root = tmp_path_factory.mktemp("team")
    lay(root, GROUND)
    return Workspace(root=root, settings=Settings(endpoint="simulator", fail_on=()), environ={})


@pytest.fixture(scope="module")
def suites(here):
    return load_suites([here.root / "suites"])


@pytest.fixture(scope="module")
def whole(here, suites):
    return run_parts(suites, here, Order(), outputs=[here.root / "out.junit.xml"])


def test_a_replay_of_several_suites_beyond_the_limit_is_large(suites):
    """At the limit it is one run; a live run is one work, and one suite has one report."""
    variants = sum(len(suite.variants) for suite in suites)

    assert is_large(suites, Order(), most=variants - 1)
    assert not is_large(suites, Order(), most=variants)
    assert not is_large(suites[:1], Order(), most=0)
    assert not is_large(suites, Order(live=Live.MISSING), most=0)


def test_many_answers_of_few_variants_are_large_too(suites):
    """Two suites of one case each, whose samples are 4,000 or one more."""

    def with_samples(suite, count):
        return replace(suite, variants=(replace(suite.variants[0], samples=count),))

    one = with_samples(suites[0], 2_000)

    assert is_large([one, with_samples(suites[1], 2_001)], Order())
    assert not is_large([one, with_samples(suites[1], 2_000)], Order())


def test_parts_hold_what_one_run_would_have_held(here, suites, whole):
    """Suite by suite the same, samples, verdicts and measures; each is read as any run."""
    together = run_suites(suites, here, Order()).run

    parts = [load_run(find_run(here.reports, part.run)) for part in whole.parts]

    assert [part.suites for part in parts] == [(suite,) for suite in together.suites]
    assert {k: v for part in parts for k, v in part.measures.items()} == together.measures
    assert {s: c for s, c in together.counts.items() if c} == dict(whole.counts)
    assert whole.status is together.status


def test_one_page_leads_to_every_part(here, whole):
    """And says that the pictures are simulated."""
    text = page_of(whole, here).read_text(encoding="utf-8")

    assert all(f"../{part.run}/index.html" in text for part in whole.parts)
    assert all((here.reports / part.run / "index.html").is_file() for part in whole.parts)
    assert "Simulated pictures" in text
    assert "9 samples of 3 suites" in text


def test_each_suite_writes_its_own_files(here, whole):
    """Named after it, in the form that was asked for."""
    names = sorted(path.name for path in here.root.glob("out*.xml"))

    assert names == [f"out.team-00{number}.junit.xml" for number in range(3)]
    assert named_after(here.root / "a.json", "shop").name == "a.shop.json"


def test_no_more_than_one_suite_is_in_memory(here, suites):
    """When a part is told of, samples of no other part are alive."""
    alive = []

    def count(_run) -> None:
        gc.collect()
        alive.append(sum(type(thing) is Sample for thing in gc.get_objects()))

    gc.collect()
    before = sum(type(thing) is Sample for thing in gc.get_objects())
    run_parts(suites, here, Order(), heard=count)

    assert [count - before for count in alive] == [GROUND.samples] * GROUND.suites


def test_the_name_of_the_whole_asks_for_a_suite(here, whole):
    """There is no run.json of all: a part is named by its suite."""
    with pytest.raises(UsageError, match=r"kept suite by suite: say its suite too"):
        find_run(here.reports, whole.id)


def test_the_gravest_code_of_all_parts_counts(whole):
    """A failure before what is incomplete, as within one run."""
    first, second, third = whole.parts
    parts = (first, replace(second, code=3), replace(third, code=1))

    assert code_of(whole) == 0
    assert code_of(replace(whole, parts=parts)) == 1
    assert code_of(replace(whole, parts=parts[:2])) == 3


def test_nothing_selected_is_said(here):
    """No suite with a variant is no run."""
    with pytest.raises(NothingSelected):
        run_parts([], here, Order())


def test_run_json_of_a_part_is_a_run(here, whole):
    """Same format, same version: whatever reads runs reads parts."""
    tree = json.loads((here.reports / whole.parts[0].run / "run.json").read_bytes())

    assert (tree["format"], tree["version"]) == ("gemini-image-harness/run", 1)
    assert tree["status"] == Status.NEW.value


def test_a_suite_that_cannot_be_judged_hides_nothing_of_the_others(here, suites):
    """The others are kept; the page names it, and the exit code is the gravest of all."""
    broken = here.cassettes(suites[1].id).folder / "broken.json"
    broken.write_text("{", encoding="utf-8")
    try:
        whole = run_parts(suites, here, Order())
    finally:
        broken.unlink()

    assert [part.suite for part in whole.parts] == [suites[0].id, suites[2].id]
    assert [suite.suite for suite in whole.unjudged] == [suites[1].id]
    assert "broken.json" in page_of(whole, here).read_text(encoding="utf-8")
    assert code_of(whole) == 2
