"""The page shows what look, edits, text and questions were judged by."""

import re
from dataclasses import replace

import pytest
from PIL import Image

from harness.model.features import Features, Looks
from harness.model.picture import Structure
from harness.model.verdict import Finding, Status
from harness.report.looks import SHADES, distance_rows
from harness.report.opinions import opinions
from harness.report.page import page
from harness.report.pictures import gather
from harness.report.shots import Scene
from harness.report.write import write_report

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def view(workshop, tmp_path):
    """Give `view(run)`: what stands of the run's first variant's opinion checks."""

    def viewed(run):
        gallery = gather(run, folder=tmp_path / "r", sources=workshop.sources)
        return opinions(run.judged[0], Scene(run=run, gallery=gallery, detailed=True))

    return viewed


def with_features(run, **fields):
    suite = run.suites[0]
    return replace(run, suites=(replace(suite, features=replace(suite.features, **fields)),))


def test_the_matrix_holds_references_by_samples_and_samples_by_samples(workshop, view):
    """Rows are references, then samples; a picture has no distance to itself."""
    (look,) = view(workshop.checked()).looks

    assert [shot.label for shot in look.columns] == ["sample 1 turn 2", "sample 2 turn 2"]
    assert [row.name for row in look.rows] == ["88.jpg", "sample 1 turn 2", "sample 2 turn 2"]
    assert [[cell.figure for cell in row.cells] for row in look.rows] == [
        ["0.12", "0.90"], ["-", "0.45"], ["0.45", "-"],
    ]  # fmt: skip
    assert [row.starts for row in look.rows] == [False, True, False]
    assert look.legend == ("0.12", "0.90")


def test_of_several_references_the_nearest_is_told(workshop, view):
    """A limit holds the distance to the nearest; it has a row of its own."""
    run = workshop.checked(references=2)

    (look,) = view(run).looks

    (nearest,) = [row for row in look.rows if row.head is None]
    assert nearest.name == "nearest reference"
    assert [cell.figure for cell in nearest.cells] == ["0.12", "0.30"]


def test_the_odd_one_out_is_marked_at_its_head(workshop, view):
    """The sample that a finding speaks of bears its status; the others bear none."""
    (look,) = view(workshop.checked()).looks

    assert [shot.mark.word if shot.mark else None for shot in look.columns] == [None, "WARN"]


def test_a_blind_measure_is_said_to_be_blind(workshop, write, words):
    """What judging says of the whole set stands at the matrix, in its words."""
    said = words(write(workshop.checked()))

    assert said.count("not discriminative for this suite") == 2


@pytest.mark.parametrize(
    ("looks", "said"),
    [
        ((), "Nothing was measured by look: judge this run anew."),
        ((Looks(measure="look", unavailable="OpenCV is absent"),), "OpenCV is absent"),
    ],
    ids=["not measured", "unavailable"],
)
def test_where_no_distance_is_the_reason_stands(workshop, view, looks, said):
    """A matrix without figures would look like one where all is well."""
    (look,) = view(with_features(workshop.checked(), looks=looks)).looks

    assert (look.rows, look.unavailable) == ((), said)


def test_shades_rise_with_the_distance(workshop):
    """The nearest is lightest, the farthest darkest; where all are equal none is dark."""
    rising = [cell.shade for cell in distance_rows([0.0, 0.2, 0.5, 0.9, 1.0], 1.0)]

    assert rising == [0, 1, 3, 5, SHADES - 1]
    assert [cell.shade for cell in distance_rows([0.0, None], 0.0)] == [0, -1]


def test_distances_that_are_no_numbers_are_none(workshop, view):
    """A run.json that was changed by hand breaks no page."""
    nan, names = float("nan"), workshop.checked().suites[0].features.looks[0].names
    rows = ((nan,) * 4,) * 4
    looks = (Looks(measure="look", names=names, rows=rows),)

    (look,) = view(with_features(workshop.checked(), looks=looks)).looks

    assert {cell.figure for row in look.rows for cell in row.cells} == {"-"}


def test_an_edit_stands_as_before_after_and_what_changed(workshop, parsed, tmp_path):
    """Three pictures side by side; the third is a file beside the page, drawn from the second."""
    root = parsed(workshop.checked())

    (page_file,) = tmp_path.glob("reports/*/index.html")
    images = [i.attributes["src"] for i in root.all("img") if "edits" in i.attributes["src"]]
    assert len(images) == 2
    with Image.open(page_file.parent / images[0]) as image:
        assert image.size == (64, 48)


def test_regions_are_drawn_where_they_lie(workshop, view):
    """Fractions become hundredths of the picture's width and height."""
    edit = view(workshop.checked()).edits[0]

    regions = [(r.kind, r.left, r.top, r.width, r.height) for r in edit.regions]
    assert regions == [("must-change", 10, 20, 40, 40), ("must-keep", 0, 50, 100, 50)]


def test_an_edit_is_told_in_figures(workshop, view):
    """Kind, share, pieces, ratio, tone."""
    run = workshop.checked()
    names = run.suites[0].features.edits[0]
    changed = workshop.edit(names.before, names.after, ratio="16:9 -> 1:1")

    (edit,) = view(with_features(run, edits=(changed,))).edits

    facts = {fact.name: fact.value for fact in edit.facts}
    assert facts["changed"] == "25.0% of 4 tiles, in 1 piece"
    assert facts["ratio"] == "changed, 16:9 -> 1:1"
    assert facts["tone"] == "L +4.0 everywhere"
    assert edit.mark.word == "FAIL"


@pytest.mark.parametrize(
    "broken",
    [
        {"before": "../../x"},
        {"columns": 3},
        {"colour": (float("nan"), 0, 0, 0)},
        {"frame": (1, 0, 0, 1)},
        {"columns": 2**20, "rows": 2**20},
    ],
    ids=["a path for a name", "no grid", "no number", "no frame", "endless"],
)
def test_a_map_that_cannot_be_is_not_drawn(workshop, write, broken):
    """A run.json may be a stranger's; the page stands without the map."""
    run = workshop.checked()
    edits = tuple(replace(edit, **broken) for edit in run.suites[0].features.edits)

    said = write(with_features(run, edits=edits))

    assert "img/edits/" not in said


def test_what_was_forgotten_is_not_drawn(workshop, tmp_path):
    """A map shows the picture that it lies on."""
    run = workshop.checked()
    after = run.suites[0].features.edits[0].after
    sources = replace(workshop.sources, forgotten=lambda sha: "gone" if sha == after else "")

    path = write_report(run, folder=tmp_path / "r", sources=sources)

    assert len(set(re.findall(r"img/edits/\w+", path.read_text(encoding="utf-8")))) == 1


def test_questions_stand_with_answers_and_reasons(workshop, view):
    """Each sample's answer, whether it is good, why, and what people say."""
    first, second = view(workshop.checked()).questions

    told = [(r.answer, r.good, r.why, r.decided) for r in first.replies]
    assert told == [("yes", "good", "it says so: said", "accepted"), ("no", "bad", "", "rejected")]
    assert (first.wanted, first.good) == ("wanted: yes", "1 of 2 answers are good")
    assert [(r.answer, r.good) for r in second.replies] == [
        ("refused", "none"), ("not asked yet", "none"),
    ]  # fmt: skip
    assert second.wanted == "wanted: 3 or more of 4"


def test_agreement_with_people_is_counted(workshop, view):
    """Good with accepted, bad with rejected; without a decision it is not known."""
    agreed, undecided = view(workshop.checked()).questions

    assert agreed.agreement == "agrees with people in 2 of 2 (1 accepted, 1 rejected)"
    assert "not known" in undecided.agreement


def test_text_stands_expected_against_read(workshop, view):
    """Both passes, and what judging said; where nothing was read that is said."""
    (text,) = view(workshop.checked()).texts

    assert text.label == "turn 2 of 2"
    first, second = text.rows
    assert (first.plain, first.inverted, first.found) == ("OPEN LAIE", "said", "lacks LATE")
    assert (second.plain, second.mark) == ("not read: judge this run anew", None)


def test_what_models_and_pictures_say_is_inert(workshop, write):
    """Reasons, questions and read text are escaped wherever they stand."""
    said = write(workshop.checked(HOSTILE))

    assert "<script>" not in said
    assert "<img src=x" not in said
    assert said.count("&lt;script&gt;alert(1)") >= 4


def test_a_page_without_features_stands(workshop, write):
    """A run from before these checks, or judged without, shows reasons, no error."""
    run = workshop.checked()
    bare = replace(run, suites=(replace(run.suites[0], features=Features()),))

    assert "judge this run anew" in write(bare)


def test_custom_findings_stand_among_the_others(workshop, write, words, say):
    """A check of the suite's own is named as it names itself."""
    judged = workshop.one(1, Status.PASS)
    found = Finding(check="custom:brand", status=Status.WARN, message=HOSTILE, sample=0)
    variant = replace(judged, verdict=replace(judged.verdict, findings=(found,)))

    said = write(workshop.run(variant))

    assert "custom:brand" in words(said)
    assert "<script>" not in said


def test_the_views_need_no_pictures(workshop):
    """Everything is said without one file, in words."""
    run = workshop.checked()

    found = page(run, {})

    assert found.cards[0].variants[0].checks.edits[0].heat is None


@pytest.mark.parametrize(("status", "opened"), [(Status.WARN, True), (Status.PASS, False)])
def test_evidence_stands_open_where_something_was_found(workshop, parsed, status, opened):
    """What passed is in a closed drawer; what did not is seen without a click."""
    run = workshop.checked()
    judged = run.judged[0]
    checks = ("consistency[fox]", "edit", "text", "ask")
    found = tuple(Finding(check=check, status=status, message="said", turn=1) for check in checks)
    fail = Finding(check="size", status=Status.FAIL, message="small", sample=0)
    verdict = replace(judged.verdict, findings=(*found, fail))
    judged = replace(judged, verdict=verdict)

    root = parsed(replace(run, suites=(replace(run.suites[0], judged=(judged,)),)))

    drawers = root.all("details", class_="evidence-of")
    assert len(drawers) == 4
    assert {"open" in drawer.attributes for drawer in drawers} == {opened}


def test_figures_that_are_not_usual_stand_with_the_answer(workshop, write, words):
    """An enlarged picture's detail is named in the drawer; one that is usual has no note."""
    run = workshop.checked()
    first, second = (run.judged[0].samples[i].generation.picture.picture.sha256 for i in (0, 2))
    for sha256, detail in ((first, -30.0), (second, -12.0)):
        structure = Structure(detail_db=detail, bars=(0, 0, 0, 0))
        workshop.measures[sha256] = replace(workshop.measures[sha256], structure=structure)

    said = words(write(run))

    assert said.count("not usual:") == 1
    assert "not usual: detail -30.0 dB" in said


def test_questions_that_are_not_asked_are_a_gap(workshop, write, words):
    """The banner tells of them, as of samples that are not recorded."""
    run = workshop.checked()
    missing = Finding(check="ask", status=Status.UNRECORDED, message="2 questions", turn=1)
    judged = replace(run.judged[0], verdict=replace(run.judged[0].verdict, findings=(missing,)))

    said = words(write(replace(run, suites=(replace(run.suites[0], judged=(judged,)),))))

    assert "Incomplete: questions about 1 variant not asked." in said
