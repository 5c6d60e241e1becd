"""A file of decisions is read strictly: what it holds comes back, all else is refused by name."""

import json
import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import DecisionError
from harness.loader.review import MOST_BYTES, parse_review, read_review, review_document
from harness.model.arm import Arm
from harness.model.baseline import Choice
from harness.model.review import (
    REASONS,
    PictureVote,
    Preference,
    Preferred,
    Resolution,
    Review,
    Vote,
    item_id,
)

SHA = "ab" * 32


def whole():
    """Give the file as the page writes it, every field said."""
    picture = {"sample": 0, "sha256": SHA, "seen": True, "bad": False, "reasons": []}
    vote = {
        "item": "shop/city[4K]#turn-2", "suite": "shop", "variant": "city[4K]", "turn": 1,
        "cell": "cd" * 32, "arm": {"model": "m", "endpoint": "gemini"}, "choice": "accept",
        "reasons": [], "note": "", "pictures": [picture], "accepted_before": "",
        "modes": ["sheet", "side"], "blind": False, "at": "2026-11-26T09:00:00Z",
    }  # fmt: skip
    preference = {"item": "shop/a", "preferred": "both bad", "baseline_left": True, "at": ""}
    resolution = {"item": "shop/a", "choice": "reject", "reason": "six fingers", "at": ""}
    return {
        "format": "gemini-image-harness/review", "version": 1, "run": "r", "report": SHA,
        "tool": "0.1.0", "reviewer": "ann", "meeting": "", "take": 60, "seed": 7,
        "drawn": ["shop/a"], "votes": [vote], "preferences": [preference],
        "resolutions": [resolution],
    }  # fmt: skip


def parsed(tree):
    return parse_review(json.dumps(tree).encode(), file="a.json")


def test_every_field_of_the_pages_file_is_read():
    """And where it stood is known; a byte order mark of an editor does no harm."""
    review = parse_review(b"\xef\xbb\xbf" + json.dumps(whole()).encode(), file="a.json")

    (vote,) = review.votes
    assert (review.run, review.reviewer, review.take, review.source) == ("r", "ann", 60, "a.json")
    assert vote.arm == Arm(model="m", endpoint="gemini")
    assert vote.choice is Choice.ACCEPT
    assert vote.pictures == (PictureVote(sample=0, sha256=SHA, seen=True),)
    assert review.preferences[0].preferred is Preferred.BOTH_BAD
    assert review.resolutions[0].reason == "six fingers"


def test_the_document_says_every_field_as_the_page_does():
    """The page reads the first round's files without a thought for what is left out."""
    assert review_document(parsed(whole())) == whole()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.update(reviwer=""), r'a\.json: reviwer: unknown key; did you mean "reviewer"'),
        (
            lambda t: t["votes"][0]["pictures"][0].update(sen=True),
            r'a\.json: votes\[0\]\.pictures\[0\]\.sen: unknown key; did you mean "seen"',
        ),
        (lambda t: t["votes"][0].update(choice="love"), r"votes\[0\]\.choice: .*'accept'"),
        (lambda t: t["votes"][0].update(turn="1"), r"votes\[0\]\.turn: .*valid integer"),
        (lambda t: t["votes"][0].update(turn=0), r'item: ".*" is not the sheet of the vote'),
        (lambda t: t["votes"][0].update(reasons=["ugly"]), r"write one of wrong-text, identity"),
        (lambda t: t["votes"][0].update(accepted_before="x"), r'"x" is no sha256'),
        (lambda t: t["votes"][0].update(at="yesterday"), r'"yesterday" is no time'),
        (lambda t: t["votes"][0].update(at="2026-11-26T09:00:00"), r"is no time"),
        (lambda t: t["votes"][0]["pictures"][0].update(sha256=SHA + "\n"), r"is no sha256"),
        (lambda t: t["votes"].append(t["votes"][0]), r"votes\[1\]\.item: .* stands twice"),
        (
            lambda t: t["votes"][0]["pictures"].append(t["votes"][0]["pictures"][0]),
            r"pictures\[1\]\.sample: 0 stands twice",
        ),
        (
            lambda t: t["votes"][0]["pictures"][0].update(seen=False),
            r"pictures\[0\]\.seen: sample 1 of .* was not seen",
        ),
        (lambda t: t["resolutions"][0].update(reason="  "), r"resolutions\[0\]\.reason: .*empty"),
        (lambda t: t.update(reviewer=" "), r"reviewer: .*is empty"),
        (lambda t: t.pop("run"), r"a\.json: run: is missing"),
        (lambda t: t.update(version=2), r"version 2, this harness reads 1; upgrade the harness"),
        (lambda t: t.update(version=True), r"no decisions of a review"),
        (lambda t: t.update(format="gemini-image-harness/run"), r'is "gemini-image-harness/run"'),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(change, said):
    """File, path, and what to do instead."""
    tree = json.loads(json.dumps(whole()))
    change(tree)

    with pytest.raises(DecisionError, match=said):
        parsed(tree)


def test_an_unseen_picture_is_no_hindrance_where_it_is_not_accepted():
    """Of a rejected sheet, or marked bad."""
    for change in ({"choice": "reject"}, {}):
        tree = whole()
        tree["votes"][0].update(change)
        tree["votes"][0]["pictures"][0].update(seen=False, bad=not change)

        assert not parsed(tree).votes[0].pictures[0].seen


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"null", b"{", b'{"format":1}', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000,
        b'{"format":"gemini-image-harness/review","version":1e999}',
        b'{"format":"gemini-image-harness/review","version":' + b"9" * 5000 + b"}",
        b'{"format":"gemini-image-harness/review","version":1,"run":"\\ud800"}',
    ],
    ids=lambda data: data[:30].decode("latin-1"),
)  # fmt: skip
def test_what_is_no_such_file_is_one_line(data):
    """No traceback, and no page of it."""
    with pytest.raises(DecisionError, match=r"^a\.json: [^\n]{1,300}$"):
        parse_review(data, file="a.json")


@pytest.mark.parametrize("name", ["an\nna", "an\x1b[2Jna", "an\u2028na"])
def test_a_name_of_several_lines_is_refused(name):
    """It stands in tables and messages, whose lines would be forged."""
    with pytest.raises(DecisionError, match=r"reviewer: .*line break or control character"):
        parsed({**whole(), "reviewer": name})


def test_spaces_and_accents_make_no_other_reviewer():
    """One name is one name, so that nobody counts twice for a quorum."""
    assert parsed({**whole(), "reviewer": " A\u030asa  B. "}).reviewer == "\u00c5sa B."


def test_a_key_that_stands_twice_is_refused():
    """Two lists of votes, as a merge by hand leaves them: one would be lost unsaid."""
    data = json.dumps(whole()).encode()[:-1] + b', "votes": []}'

    with pytest.raises(DecisionError, match='key "votes" stands twice'):
        parse_review(data, file="a.json")


def test_a_thousand_problems_are_not_all_shown():
    """The first twenty, and how many more."""
    tree = {**whole(), "votes": [{}] * 1000}

    with pytest.raises(DecisionError) as raised:
        parsed(tree)

    lines = str(raised.value).splitlines()
    assert len(lines) == 21
    assert lines[-1].endswith("more problems")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    """Absent, a folder, a pipe, too large: none is waited for or read whole."""
    pipe, large = tmp_path / "pipe", tmp_path / "large"
    os.mkfifo(pipe)
    with large.open("wb") as file:
        file.truncate(MOST_BYTES * 100)

    for path in (tmp_path / "absent", tmp_path, pipe, large):
        with pytest.raises(DecisionError, match=f"^{path}: "):
            read_review(path)


def test_what_a_message_shows_of_a_stranger_is_printable():
    """An escape sequence in a key or value does not reach the terminal."""
    tree = whole()
    tree["votes"][0]["\x1b[2J\nno"] = 1
    tree["votes"][0]["at"] = "\x1b]0;x\x07"

    with pytest.raises(DecisionError) as raised:
        parsed(tree)

    assert all(line.isprintable() for line in str(raised.value).split("\n"))


TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=12)
SOME = TEXT.filter(str.strip)
TIMES = st.sampled_from(["", "2026-11-26T09:00:00Z", "2026-11-26T09:00:00.123+02:00"])
DIGESTS = st.integers(0, 2**256 - 1).map("{:064x}".format)
CHIPS = st.lists(st.sampled_from(REASONS), max_size=2, unique=True).map(tuple)
ARMS = st.builds(Arm, model=SOME, endpoint=SOME)
CHOICES = st.sampled_from(Choice)


def tuples(of, **limits):
    return st.lists(of, max_size=3, **limits).map(tuple)


PICTURES = st.builds(
    PictureVote, sample=st.integers(0, 99), sha256=DIGESTS, seen=st.just(True), bad=st.booleans(),
    reasons=CHIPS,
)  # fmt: skip
VOTES = st.builds(
    Vote, item=st.just(""), suite=SOME, variant=SOME, turn=st.integers(0, 9), cell=SOME, arm=ARMS,
    choice=CHOICES, reasons=CHIPS, note=TEXT, accepted_before=st.just("") | DIGESTS, at=TIMES,
    pictures=tuples(PICTURES, unique_by=lambda p: p.sample), modes=tuples(TEXT),
    blind=st.booleans(),
).map(lambda v: replace(v, item=item_id(v.suite, v.variant, v.turn)))  # fmt: skip
REVIEWS = st.builds(
    Review, run=SOME, report=TEXT, tool=TEXT, meeting=TEXT,
    reviewer=st.sampled_from(["anna", "Åsa B.", "../../x", "\u202eanna", "李"]),
    take=st.integers(0, 10**6), seed=st.integers(-(10**6), 10**6), drawn=tuples(SOME),
    votes=tuples(VOTES, unique_by=lambda v: v.item),
    preferences=tuples(
        st.builds(Preference, item=SOME, preferred=st.sampled_from(Preferred),
                  baseline_left=st.booleans(), at=TIMES),
        unique_by=lambda p: p.item,
    ),
    resolutions=tuples(
        st.builds(Resolution, item=SOME, choice=CHOICES, reason=SOME, at=TIMES),
        unique_by=lambda r: r.item,
    ),
    source=st.just("a.json"),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(review=REVIEWS)
def test_a_review_comes_back_as_it_was(review):
    """Whatever names, notes and times it holds."""
    assert parsed(review_document(review)) == review


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def places(tree, way=()):
    yield way
    if isinstance(tree, dict | list):
        for key in tree if isinstance(tree, dict) else range(len(tree)):
            yield from places(tree[key], (*way, key))


PLACES = [way for way in places(whole()) if way]


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(way=st.sampled_from(PLACES), value=ANYTHING)
def test_anything_anywhere_is_read_or_refused_by_name(way, value):
    """One value of the file is another: the reader takes it, or says which file it is."""
    tree = whole()
    *above, last = way
    inner = tree
    for step in above:
        inner = inner[step]
    inner[last] = value

    try:
        said = str(parsed(tree).source)
    except DecisionError as error:
        said = str(error)

    assert said.startswith("a.json")
