"""Reviews are merged by sheet: any rejection blocks, a quorum accepts, the chair outranks."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.judging.merging import OPEN, Result, contradictions, merge, open_sheets
from harness.model.arm import Arm
from harness.model.baseline import Choice
from harness.model.review import PictureVote, Resolution, Review, Vote

ARM = Arm(model="m", endpoint="simulator")
A, R, D = Choice.ACCEPT, Choice.REJECT, Choice.DISCUSS


def vote(choice, item="s/a", at="2026-11-26T09:00:00Z", **changes):
    told = Vote(item=item, suite="s", variant="a", turn=0, cell="c", arm=ARM, choice=choice, at=at)
    return replace(told, **changes)


def review(by, *votes, resolutions=(), source=""):
    return Review(
        run="r", report="d", tool="0", reviewer=by, votes=votes, resolutions=resolutions,
        source=source or f"{by}.json",
    )  # fmt: skip


def resolve(choice, item="s/a", at="2026-11-26T10:00:00Z"):
    return Resolution(item=item, choice=choice, reason="the logo is right", at=at)


def one(*choices, quorum=1):
    reviews = [review(f"r{n}", vote(choice)) for n, choice in enumerate(choices)]
    (merged,) = merge(reviews, quorum=quorum)
    return merged.result


@pytest.mark.parametrize(
    ("choices", "quorum", "result"),
    [
        ([A], 1, Result.ACCEPTED),
        ([A], 2, Result.UNDER_QUORUM),
        ([A, A], 2, Result.ACCEPTED),
        ([R], 2, Result.REJECTED),
        ([A, A, R], 2, Result.SPLIT),
        ([A, R, D], 1, Result.SPLIT),
        ([A, A, D], 2, Result.DISCUSS),
        ([R, D], 1, Result.DISCUSS),
    ],
    ids=lambda value: "".join(c.value[0] for c in value) if isinstance(value, list) else str(value),
)
def test_what_votes_come_to(choices, quorum, result):
    """A quorum is of those that accept; one rejection among them blocks; a doubt leaves it."""
    assert one(*choices, quorum=quorum) is result


def test_a_sheet_that_nobody_spoke_of_is_undecided():
    """In the order asked for; sheets that were not asked for follow."""
    merged = merge([review("ann", vote(A, item="s/c"))], items=["s/a", "s/b"])

    assert [(m.item, m.result) for m in merged] == [
        ("s/a", Result.UNDECIDED),
        ("s/b", Result.UNDECIDED),
        ("s/c", Result.ACCEPTED),
    ]


@pytest.mark.parametrize(
    ("choice", "result"), [(A, Result.ACCEPTED), (R, Result.REJECTED), (D, Result.DISCUSS)]
)
def test_the_chair_outranks_votes_and_keeps_them_visible(choice, result):
    """Whatever the others say, and whatever the quorum; their marks stand beside it."""
    reviews = [review("ann", vote(A)), review("bob", vote(R, note="six fingers"))]
    chair = review("eve", resolutions=(resolve(choice),))

    (merged,) = merge([*reviews, chair], quorum=3)

    assert merged.result is result
    assert merged.resolved.by == "eve"
    assert merged.said(R) == ("bob",)
    assert [cast.vote.note for cast in merged.casts] == ["", "six fingers"]


def test_the_newest_word_of_a_reviewer_counts_whatever_the_order_of_the_files():
    """And it is known that they said otherwise before; a Z and an offset are the same time."""
    old, new = vote(A, at="2026-11-26T09:00:00Z"), vote(R, at="2026-11-26T09:00:00.5+00:00")

    for reviews in ([old, new], [new, old]):
        (merged,) = merge([review("ann", word) for word in reviews])

        assert merged.result is Result.REJECTED
        assert [cast.changed for cast in merged.casts] == [A]


def test_a_second_file_adds_to_the_first():
    """A second round shows only what is open: what the first one settled still stands."""
    first = review("ann", vote(A, item="s/a"), vote(D, item="s/b"))
    second = review("ann", vote(A, item="s/b", at="2026-11-26T11:00:00Z"))

    assert {m.item: m.result for m in merge([first, second])} == {
        "s/a": Result.ACCEPTED,
        "s/b": Result.ACCEPTED,
    }


def test_everyones_marks_of_a_picture_are_given():
    """By reviewer, those that did not speak of it left out."""
    mark = PictureVote(sample=0, sha256="ab", seen=True, bad=True, reasons=("anatomy",))
    reviews = [review("ann", vote(A, pictures=(mark,))), review("bob", vote(A))]

    (merged,) = merge(reviews)

    assert merged.marks_of("ab") == (("ann", mark),)


@pytest.mark.parametrize("at", ["2026-11-26T09:00:00Z", ""])
def test_words_of_one_reviewer_that_no_time_parts_contradict(at):
    """Both files are named; a newer word, and the same word again, are no contradiction."""
    files = [review("ann", vote(c, at=at), source=f"{c.value}.json") for c in (A, R)]
    newer = review("ann", vote(D, at="2026-11-26T12:00:00Z"))

    (said,) = contradictions(files)

    assert "s/a: ann (accept.json) votes accept, ann (reject.json) votes reject" in said
    assert contradictions([*files, newer]) == ()
    assert contradictions([files[0], replace(files[0], source="copy.json")]) == ()


def test_two_chairs_that_differ_contradict_whenever_they_wrote():
    """One chair who thought again does not, even where another agrees with the newer word."""
    old, new = resolve(A), resolve(R, at="2026-11-26T12:00:00Z")
    eve = [review("eve", resolutions=(word,)) for word in (old, new)]
    dan = review("dan", resolutions=(resolve(R),))

    assert contradictions([*eve, dan]) == ()
    (said,) = contradictions([eve[0], dan])
    assert "eve (eve.json) resolves accept, dan (dan.json) resolves reject" in said


def test_a_second_round_is_for_what_is_open():
    """Split, discussed and under quorum; what is settled and what nobody saw is not."""
    reviews = [
        review("ann", vote(A, item="ok"), vote(A, item="few"), vote(A, item="split")),
        review("bob", vote(A, item="ok"), vote(D, item="talk"), vote(R, item="split")),
    ]

    found = open_sheets(merge(reviews, quorum=2, items=["ok", "few", "split", "talk", "unseen"]))

    assert [sheet.item for sheet in found] == ["few", "split", "talk"]


WORD = st.tuples(
    st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from(Choice), st.integers(0, 9)
)
SPOKEN = st.lists(WORD, max_size=12, unique_by=lambda word: (word[0], word[1], word[3]))


def told(words):
    return [
        review(by, vote(choice, item=item, at=f"2026-11-26T09:00:0{second}Z"))
        for by, item, choice, second in words
    ]


@settings(max_examples=60, deadline=None)
@given(words=SPOKEN, quorum=st.integers(1, 3), data=st.data())
def test_the_order_of_files_never_matters(words, quorum, data):
    """The same words in any order come to the same results, and nothing contradicts."""
    shuffled = data.draw(st.permutations(words))

    results = [
        {m.item: m.result for m in merge(told(order), quorum=quorum)} for order in (words, shuffled)
    ]

    assert results[0] == results[1]
    assert contradictions(told(words)) == ()


@settings(max_examples=60, deadline=None)
@given(words=SPOKEN, quorum=st.integers(1, 3))
def test_nothing_is_accepted_against_a_word(words, quorum):
    """Accepted means: at least a quorum accepts and nobody's newest word is another."""
    for merged in merge(told(words), quorum=quorum):
        accepting = len(merged.said(A))
        assert (merged.result is Result.ACCEPTED) == (
            accepting >= quorum and accepting == len(merged.casts)
        )
        assert (merged.result in OPEN) == (
            merged.result not in (Result.ACCEPTED, Result.REJECTED, Result.UNDECIDED)
        )
