"""A run is kept whole, found by its name, and read again years later or refused clearly."""

import json
from dataclasses import replace

import pytest

from harness.errors import StoreError, UsageError
from harness.model.features import Features, Looks
from harness.model.picture import Fingerprint, Measures
from harness.model.run import Judged, Run, SuiteResult
from harness.model.suite import Turn, Variant
from harness.model.verdict import Finding, Status, Verdict
from harness.store.files import LARGEST_FILE
from harness.store.runs import find_run, load_run, save_run


def a_run(name="20261123T051233Z-9f2c"):
    variant = Variant(
        suite="s", case="c", label="", model="m", turns=(Turn(prompt="späte \ud83d"),), samples=1
    )
    finding = Finding(check="blank", status=Status.FAIL, message="blank", sample=0)
    judged = Judged(variant=variant, samples=(), verdict=Verdict(findings=(finding,)))
    suite = SuiteResult(
        suite="s", title="S", path="suites/s.yaml", recording="main", generated=0,
        recorded_from="", recorded_to="", simulated=False, epoch="", judged=(judged,),
    )  # fmt: skip
    return Run(id=name, at="2026-11-23T05:12:33+00:00", seconds=0.5, suites=(suite,))


def test_a_run_comes_back_from_disk(tmp_path):
    """Everything, text that UTF-8 cannot say included."""
    run = a_run()

    save_run(run, tmp_path)

    assert load_run(tmp_path) == run


def test_the_document_says_what_machines_ask_first(tmp_path):
    """Form, version, status and counts stand at the top."""
    document = json.loads(save_run(a_run(), tmp_path).read_bytes())

    assert document["format"] == "gemini-image-harness/run"
    assert (document["version"], document["status"]) == (1, "FAIL")
    assert document["counts"]["FAIL"] == 1
    assert set(document["counts"]) == {status.value for status in Status}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 2}, "upgrade"),
        ({"format": "other"}, "not a gemini-image-harness/run file"),
        ({"run": {"id": "x"}}, "'at' is missing"),
        ({"run": None}, "expected an object"),
    ],
)
def test_another_document_is_refused_by_name(tmp_path, change, said):
    """A newer version, another form, a changed field."""
    path = save_run(a_run(), tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))

    with pytest.raises(StoreError, match=said):
        load_run(tmp_path)


@pytest.mark.parametrize(
    "rows", [(), ((0.0, 0.5),), ((0.0, 0.5), (0.5,)), ((0.0, 0.5), (0.5, 0.0, 1.0))]
)
def test_looks_that_are_no_square_are_refused(tmp_path, rows):
    """Each picture has a distance to each, also in a file that was changed by hand."""
    run = a_run()
    looks = Looks(measure="look", names=("a", "b"), rows=rows)
    suite = replace(run.suites[0], features=Features(looks=(looks,)))
    save_run(replace(run, suites=(suite,)), tmp_path)

    with pytest.raises(StoreError, match="looks of s: a distance is missing, or one too many"):
        load_run(tmp_path)


NO_FIGURES = [
    {"width": 1024},
    {"width": 10**400, "height": 1024},
    {"width": -1, "height": 1024},
    {"size": -1},
    {"fingerprints": (Fingerprint(method="phash16", bits=8, hex="../x", version="v"),)},
    {"fingerprints": (Fingerprint(method="phash16", bits=-8, hex="", version="v"),)},
]


@pytest.mark.parametrize("figures", NO_FIGURES)
def test_figures_that_no_picture_has_are_refused(tmp_path, figures):
    """A merge judges by them, whoever wrote the file."""
    measures = replace(Measures(sha256="a" * 64, true_type="image/png", size=1), **figures)
    save_run(replace(a_run(), measures={"a" * 64: measures}), tmp_path)

    with pytest.raises(StoreError, match="no picture has such figures"):
        load_run(tmp_path)


@pytest.fixture
def reports(tmp_path):
    for name in ("20261121T000000Z-aaaa", "20261122T000000Z-bbbb", "20261122T000000Z-cbbb"):
        save_run(a_run(name), tmp_path / name)
    (tmp_path / "no run").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("last", "20261122T000000Z-cbbb"),
        ("20261121T000000Z-aaaa", "20261121T000000Z-aaaa"),
        ("aaaa", "20261121T000000Z-aaaa"),
    ],
)
def test_a_run_is_found_by_its_id_its_end_or_as_the_last(reports, name, found):
    """Short names suffice where they are clear."""
    assert find_run(reports, name).name == found


@pytest.mark.parametrize(("name", "count"), [("bbb", 2), ("zzzz", 0), ("", 3), ("..", 0)])
def test_a_name_that_is_not_clear_is_refused(reports, name, count):
    """The runs that there are stand in the error."""
    with pytest.raises(UsageError, match=f"names {count} runs.*aaaa"):
        find_run(reports, name)


def test_no_run_at_all_says_how_to_make_one(tmp_path):
    """An empty or absent folder."""
    with pytest.raises(UsageError, match="harness run"):
        find_run(tmp_path / "absent", "last")


def test_a_run_of_more_than_other_files_may_weigh_is_read_again(tmp_path):
    """One suite of many samples, or a shard: whoever wrote it reads it."""
    path = save_run(a_run(), tmp_path)
    with path.open("ab") as stream:
        stream.write(b" " * LARGEST_FILE)

    assert load_run(tmp_path) == a_run()
