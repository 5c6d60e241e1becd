"""Reviews are applied whole or not at all, and never against ground that moved."""

import threading
from dataclasses import replace
from functools import partial

import pytest

from harness.errors import DecisionError, StoreError
from harness.evaluate.approve import Asked, approve_reviews
from harness.evaluate.baseline import approve_all, undo
from harness.evaluate.order import Order
from harness.evaluate.run import run_suites
from harness.judging.merging import Result
from harness.judging.sheets import sheets
from harness.loader import load_suite
from harness.model.baseline import Acceptance
from harness.model.review import Resolution
from harness.model.verdict import Status
from harness.store.files import locked
from tests.copied import copied
from tests.evaluate.conftest import imported_into, workspace_in
from tests.evaluate.reviewed import A, D, R, resolution, review_of


def judged(workspace, *suites):
    return run_suites(suites, workspace, Order()).run


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Give a folder with a suite of four sheets, one picture each, and a run of it."""
    here = workspace_in(tmp_path_factory.mktemp("made"))
    suite = imported_into(here, "a", count=4)
    return here.root, judged(here, suite)


@pytest.fixture
def scene(workspace, made):
    """Give a workspace, the suite in it, and its run."""
    folder, run = made
    copied(folder, workspace.root)
    return workspace, load_suite(workspace.root / "suites" / "a.yaml"), run


def files(workspace):
    return sorted(path.name for path in workspace.root.glob("suites/*.baseline/*"))


def apply(scene, *reviews, **asked):
    workspace, suite, run = scene
    return approve_reviews(run, (suite,), workspace, reviews, Asked(**asked))


def sets_of(scene):
    workspace, suite, _ = scene
    return workspace.baselines(suite).decision_sets()


def choices(decided):
    return [decision.choice for decision in decided.decisions]


def decided_findings(run):
    found = [f for j in run.judged for f in j.verdict.findings if f.check == "decided"]
    return [(finding.status, finding.message) for finding in found]


def test_what_a_reviewer_decided_is_what_the_next_run_says(scene):
    """Accepted pictures pass; a rejected one fails with day, reviewer, reason and note."""
    workspace, suite, run = scene
    no = {"choice": R, "reasons": ("anatomy",), "note": "six fingers"}

    approval = apply(scene, review_of(run, "ann", A, no, D))

    (decided,) = approval.sets
    assert (choices(decided), decided.by, decided.unseen) == ([A, R], "ann", False)
    assert [line.merged.result for line in approval.lines] == [
        Result.ACCEPTED,
        Result.REJECTED,
        Result.DISCUSS,
    ]
    after = decided_findings(judged(workspace, suite))
    assert [status for status, _ in after] == [Status.PASS, Status.FAIL, Status.NEW, Status.NEW]
    assert after[0][1] == "accepted on 2026-11-23 by ann: the bytes are identical"
    assert after[1][1] == "rejected on 2026-11-23 by ann (anatomy): six fingers"


def test_a_sample_marked_bad_is_rejected_in_an_accepted_sheet(scene):
    """One mark is enough, whoever set it; the rest of the sheet is accepted."""
    _, _, run = scene
    marked = {"choice": A, "bad": (0,), "note": "the hand"}

    approval = apply(scene, review_of(run, "ann", A, A), review_of(run, "bob", marked, A))

    (decided,) = approval.sets
    assert [(d.choice, d.by, d.note) for d in decided.decisions] == [
        (R, "bob", "the hand"),
        (A, "ann, bob", ""),
    ]
    assert approval.lines[0].new == "1 rejected"


def test_the_sheets_keep_everyones_marks_and_the_chairs_word(scene):
    """What was outvoted stays visible in the file, with what it was decided against."""
    _, _, run = scene
    reviews = (
        review_of(run, "ann", A),
        review_of(run, "bob", {"choice": R, "reasons": ("identity",), "note": "not her"}),
        review_of(run, "eve", resolutions=(resolution(run, 0, A),)),
    )

    (decided,) = apply(scene, *reviews, quorum=3).sets

    (sheet,) = decided.sheets
    assert [(mark.by, mark.choice, mark.note) for mark in sheet.marks] == [
        ("ann", A, ""),
        ("bob", R, "not her"),
    ]
    assert (sheet.resolved_by, sheet.resolution) == ("eve", "the glove has five fingers")
    assert [(d.choice, d.by, d.note) for d in decided.decisions] == [(A, "eve", sheet.resolution)]
    assert decided.quorum == 3


def test_what_became_of_the_random_draw_is_kept(scene):
    """For the rate of this meeting, and to be held beside the next one's; stale ones are open."""
    _, _, run = scene
    drawn = tuple(sheet.id for sheet in sheets(run))[:3]

    (decided,) = apply(scene, review_of(run, "ann", A, R, D, A, drawn=drawn)).sets

    assert decided.acceptance == Acceptance(accepted=1, rejected=1, open=1, total=4)


def test_what_is_open_is_left_and_blocks_nothing(scene):
    """Split, discussed and under quorum are listed with everyone's marks; the rest is decided."""
    _, _, run = scene
    ann, bob = review_of(run, "ann", A, A, A, A), review_of(run, "bob", A, R, D)

    approval = apply(scene, ann, bob, quorum=2)

    assert [line.merged.result for line in approval.lines] == [
        Result.ACCEPTED,
        Result.SPLIT,
        Result.DISCUSS,
        Result.UNDER_QUORUM,
    ]
    assert [line.decided for line in approval.lines] == [1, 0, 0, 0]
    assert len(sets_of(scene)[0].decisions) == 1


def test_a_second_round_settles_what_the_first_left(scene):
    """The first round's files may be given again: what they decided already is no news."""
    _, _, run = scene
    first = [review_of(run, "ann", A, A), review_of(run, "bob", A, R)]
    apply(scene, *first)

    chair = review_of(run, "eve", resolutions=(resolution(run, 1, R, "the logo is gone"),))
    approval = apply(scene, *first, chair)

    (decided,) = approval.sets
    assert [(d.choice, d.note) for d in decided.decisions] == [(R, "the logo is gone")]
    assert [(line.decided, line.stale) for line in approval.lines] == [(0, ""), (1, "")]
    with pytest.raises(DecisionError, match="every one is decided so already"):
        apply(scene, *first, chair)


def test_a_look_at_what_was_accepted_unseen_is_news(scene):
    """The same choice by people who looked takes its place, and is marked unseen no more."""
    workspace, suite, run = scene
    approve_all(run, (suite,), workspace, by="ann", why="a first look")

    approval = apply(scene, review_of(run, "bob", A, sets=sets_of(scene)))

    assert (approval.lines[0].old, approval.lines[0].new) == ("1 accepted unseen", "1 accepted")
    assert [decided.unseen for decided in sets_of(scene)] == [True, False]


def test_the_chairs_word_is_kept_where_it_changes_no_choice(scene):
    """A split over a picture that is accepted already, resolved to accept: the reason counts."""
    _, _, run = scene
    apply(scene, review_of(run, "old", A))
    ann, bob = (review_of(run, by, c, sets=sets_of(scene)) for by, c in (("ann", A), ("bob", R)))
    chair = review_of(run, "eve", resolutions=(resolution(run, 0, A),))

    (decided,) = apply(scene, ann, bob, chair).sets

    assert decided.sheets[0].resolved_by == "eve"
    with pytest.raises(DecisionError, match="decided so already"):
        apply(scene, ann, bob, chair)


def test_a_dry_run_says_the_same_and_writes_nothing(scene):
    """Sets, lines and refusals alike."""
    _, _, run = scene
    review = review_of(run, "ann", A, R, D)

    dry = apply(scene, review, dry=True)
    assert files(scene[0]) == []
    wet = apply(scene, review)

    assert [d.decisions for d in dry.sets] == [d.decisions for d in wet.sets]
    assert dry.lines == wet.lines


def unseen(review, choice):
    (vote,) = review.votes
    (picture,) = vote.pictures
    return (replace(vote, choice=choice, pictures=(replace(picture, seen=False),)),)


RESOLVED = Resolution(item="", choice=A, reason="so")


def strange_sha(review):
    (vote,) = review.votes
    (picture,) = vote.pictures
    return replace(vote, pictures=(replace(picture, sha256="00" * 32),))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: {"run": "20260101T000000Z-0000"}, "ann.json: reviews run 20260101T000000Z-0000"),
        (lambda r: {"report": "00" * 32}, "ann.json: was made on a report of other sheets"),
        (
            lambda r: {"votes": (replace(r.votes[0], suite="b", item="b/x"),)},
            "ann.json: b/x: the run judged no suite 'b'",
        ),
        (lambda r: {"votes": (replace(r.votes[0], item="a/x"),)}, "ann.json: a/x: no sheet of"),
        (lambda r: {"votes": (strange_sha(r),)}, "picture 00000000 of sample 1 is not in the run"),
        (lambda r: {"votes": (replace(r.votes[0], cell="c"),)}, "a vote on another cell or model"),
        (lambda r: {"votes": (replace(r.votes[0], pictures=()),)}, "sample 1 was not seen"),
        (lambda r: {"votes": unseen(r, A)}, "sample 1 was not seen"),
        (
            lambda r: {
                "votes": unseen(r, D),
                "resolutions": (replace(RESOLVED, item=r.votes[0].item),),
            },
            "is resolved to accept, and nobody saw sample 1",
        ),
        (
            lambda r: {"votes": (), "resolutions": (replace(RESOLVED, item=r.votes[0].item),)},
            "is resolved, and none of these files has a vote on it",
        ),
        (lambda r: {"resolutions": (replace(RESOLVED, item="a/x"),)}, "a/x: no sheet of the run"),
        (lambda r: {"votes": ()}, "nothing to decide"),
    ],
)
def test_what_does_not_fit_the_run_is_refused_by_name(scene, change, said):
    """And nothing of the good review beside it is applied."""
    _, _, run = scene
    good = review_of(run, "bob", None, A)
    review = review_of(run, "ann", A)
    beside = () if said == "nothing to decide" else (good,)

    with pytest.raises(DecisionError, match=said):
        apply(scene, replace(review, **change(review)), *beside)

    assert files(scene[0]) == []


def test_everything_that_is_wrong_is_said_at_once(scene):
    """Not one thing a run of the command."""
    _, _, run = scene
    review = review_of(run, "ann", A, A)
    votes = (replace(review.votes[0], item="a/x"), replace(review.votes[1], cell="c"))

    with pytest.raises(DecisionError) as raised:
        apply(scene, replace(review, votes=votes))

    assert len(str(raised.value).splitlines()) == 3


def test_a_name_in_capitals_is_no_second_reviewer(scene):
    """One person may not make a quorum of two."""
    _, _, run = scene

    with pytest.raises(DecisionError, match="nobody can tell whether that is one person"):
        apply(scene, review_of(run, "anna", A), review_of(run, "Anna", A), quorum=2)


def test_ten_thousand_problems_are_not_all_said(scene):
    """A file of strange sheets fills no terminal."""
    votes = [{"choice": A}]
    said = review_of(scene[2], "ann", *votes)
    odd = tuple(replace(said.votes[0], item=f"a/no-{n}") for n in range(50))

    with pytest.raises(DecisionError, match="30 more problems\nnothing was decided"):
        apply(scene, replace(said, votes=odd))


def test_one_persons_files_that_contradict_are_refused(scene):
    """Where no time tells the newer one; a newer word is simply newer."""
    _, _, run = scene
    one, other = review_of(run, "ann", A), review_of(run, "ann", R, source="other.json")
    later = {"choice": R, "at": "2026-11-20T12:00:00Z"}

    with pytest.raises(DecisionError, match="nothing tells which holds"):
        apply(scene, one, other)
    approval = apply(scene, one, review_of(run, "ann", later))

    assert choices(approval.sets[0]) == [R]


def test_a_sheet_whose_accepted_pictures_moved_is_stale(scene):
    """Refused by its name; --skip-stale applies the rest and lists it."""
    _, _, run = scene
    old = review_of(run, "ann", R, A)
    apply(scene, review_of(run, "bob", A))

    with pytest.raises(DecisionError, match=r"ann\.json: a/.*stale: its accepted pictures changed"):
        apply(scene, old)
    approval = apply(scene, old, skip_stale=True)

    assert [(line.decided, bool(line.stale)) for line in approval.lines] == [(0, True), (1, False)]
    assert choices(approval.sets[0]) == [A]
    apply(scene, review_of(run, "ann", R, sets=sets_of(scene)))  # made against what is there now


def test_decisions_on_other_cells_make_nothing_stale(scene):
    """Two meetings on two halves of a run can apply in any order."""
    _, _, run = scene
    first, second = review_of(run, "ann", A), review_of(run, "bob", None, A)

    apply(scene, second)
    apply(scene, first)

    assert [choices(decided) for decided in sets_of(scene)] == [[A], [A]]


@pytest.mark.parametrize(
    ("at", "stale"), [("2026-11-20T09:00:00Z", True), ("2026-12-01T09:00:00Z", False)]
)
def test_an_older_acceptance_does_not_undo_a_rejection(scene, at, stale):
    """A rejection moves no accepted set; a word that came after it is no older one."""
    _, _, run = scene
    apply(scene, review_of(run, "bob", R))

    approval = apply(scene, review_of(run, "ann", {"choice": A, "at": at}), skip_stale=True)

    assert [bool(line.stale) for line in approval.lines] == [stale]
    assert choices(sets_of(scene)[-1]) == [R if stale else A]


def test_a_sheet_that_the_suite_asks_otherwise_for_is_stale(scene):
    """Its prompt was edited since the run; a case that is gone is too."""
    workspace, suite, run = scene
    text = suite.path.read_text()
    suite.path.write_text(text.replace("a picture 0", "another picture"))
    edited = workspace, load_suite(suite.path), run

    with pytest.raises(DecisionError, match=r"asks for something else since"):
        apply(edited, review_of(run, "ann", A, A))
    approval = apply(edited, review_of(run, "ann", A, A), skip_stale=True)

    assert [bool(line.stale) for line in approval.lines] == [True, False]


def test_an_undo_takes_decisions_of_reviews_back_and_they_apply_again(scene):
    """The accepted set is what it was, so that the same file is not stale; a dry one only says."""
    workspace, suite, run = scene
    review = review_of(run, "ann", A, R)
    apply(scene, review)

    dry = undo((suite,), workspace, by="ann", why="", dry=True)
    assert len(sets_of(scene)) == 1
    undo((suite,), workspace, by="ann", why="")

    assert list(dry) == ["a"]
    assert sets_of(scene) == ()
    assert choices(apply(scene, review).sets[0]) == [A, R]


def test_a_decided_picture_that_occurs_no_more_is_told_once(scene):
    """By its sample, bytes and who decided; the next approval is silent on it."""
    workspace, suite, run = scene
    apply(scene, review_of(run, "ann", A, A))
    first = next(iter(sheets(run))).samples[0].picture
    store = workspace.baselines(suite)
    (decided,) = store.decision_sets()
    old = replace(decided.decisions[0], sha256="00" * 32)
    store.add(replace(decided, id="decisions-0", at="0", decisions=(old,), sheets=()))

    told = apply(scene, review_of(run, "ann", None, None, A))
    again = apply(scene, review_of(run, "ann", None, None, None, A))

    assert [(g.sha256, g.choice, g.by) for g in told.gone] == [("00" * 32, A, "ann")]
    assert first not in {g.sha256 for g in told.gone}
    assert again.gone == ()


def test_approvals_of_several_suites_are_all_or_nothing(workspace, imported):
    """Where one suite's decisions cannot be written, no other's are."""
    suites = imported("a"), imported("b")
    run = judged(workspace, *suites)
    (workspace.root / "suites" / "b.baseline").write_text("in the way")

    with pytest.raises(StoreError):
        approve_reviews(run, suites, workspace, [review_of(run, "ann", A, A)], Asked())

    assert files(workspace) == []


def at_once(*acts):
    """Let each act in a thread of its own, all from one moment on; give what they raised."""
    start, raised = threading.Barrier(len(acts)), []

    def run(act):
        start.wait()
        try:
            act()
        except DecisionError as error:
            raised.append(str(error))

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_approvals_at_once_lose_nothing(scene):
    """Of different sheets all are applied; of one sheet one, and the other is told so."""
    _, _, run = scene
    apart = [review_of(run, f"r{n}", *[None] * n, A) for n in range(3)]
    against = [review_of(run, by, None, None, None, said) for by, said in (("ann", A), ("bob", R))]

    assert at_once(*(partial(apply, scene, review) for review in apart)) == []
    raised = at_once(*(partial(apply, scene, review) for review in against))

    decisions = [d for decided in sets_of(scene) for d in decided.decisions]
    assert sorted(d.by for d in decisions[:3]) == ["r0", "r1", "r2"]
    assert len(decisions) == 4
    assert len(raised) == 1
    assert "stale" in raised[0]


def test_nobody_else_decides_between_look_and_writing(scene):
    """The time of a set is read while the lock is held, after the ground was read."""
    workspace, suite, run = scene
    refused = []

    def now():
        try:
            with locked(workspace.state / "deciding", purpose="deciding"):
                pass
        except StoreError as error:
            refused.append(str(error))
        return workspace.now()

    watched = replace(workspace, now=now)
    approve_reviews(run, (suite,), watched, [review_of(run, "ann", A)], Asked())

    assert refused
