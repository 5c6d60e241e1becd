"""What a model says is data: read strictly, bounded, and never good where it is no answer."""

import json

import pytest

from harness.model.checks import Question
from harness.model.generation import Generation
from harness.model.request import Part
from harness.runner.replies import MOST_KEPT, MOST_READ, plain, reply_of

YES_NO = Question(text="Two cars?")
SCALE = Question(text="How sharp?", at_least=3)


def reply(text, question=YES_NO, **more):
    parts = (Part(text="thinking", thought=True), Part(text=text)) if text is not None else ()
    generation = Generation(parts=parts, **{"finish_reason": "STOP"} | more)
    return reply_of(generation, sha256="a", model="m", question=question, cost_usd=0.5)


def said(answer, why="because"):
    return json.dumps({"why": why, "answer": answer})


@pytest.mark.parametrize(
    ("question", "text", "answer", "good"),
    [
        (YES_NO, said("yes"), "yes", True),
        (YES_NO, said(" No "), "no", False),
        (Question(text="Blood?", expect="no"), said("no"), "no", True),
        (SCALE, said("3"), "3", True),
        (SCALE, said(4), "4", True),
        (SCALE, said("2"), "2", False),
    ],
)
def test_an_answer_is_read(question, text, answer, good):
    """With its reason, its price, and whether it is the wanted one."""
    found = reply(text, question)

    assert (found.answer, found.good, found.why, found.problem) == (answer, good, "because", "")
    assert found.recorded
    assert found.cost_usd == 0.5


@pytest.mark.parametrize(
    ("question", "text", "problem"),
    [
        (YES_NO, "Yes.", "not in the form that was asked for: 'Yes.'"),
        (YES_NO, "[" * 100_000, "not in the form that was asked for"),
        (YES_NO, "[]", "not in the form"),
        (YES_NO, said("maybe"), 'answered "maybe", none of yes, no'),
        (YES_NO, said(True), "answered true, none of yes, no"),
        (YES_NO, said(None), "answered null"),
        (YES_NO, said({"yes": 1}), 'answered {"yes": 1}'),
        (YES_NO, said("3"), 'answered "3", none of yes, no'),
        (SCALE, said("yes"), "none of 0, 1, 2, 3, 4"),
        (SCALE, said("5"), "none of 0, 1, 2, 3, 4"),
        (SCALE, said("-1"), "none of 0, 1, 2, 3, 4"),
        (YES_NO, said("yes") + " " * MOST_READ, "not in the form that was asked for"),
        (YES_NO, "{}", "answered null"),
    ],
)
def test_what_is_no_answer_is_never_good(question, text, problem):
    """It says what came, in a line; it is recorded all the same."""
    found = reply(text, question)

    assert problem in found.problem
    assert (found.answer, found.good, found.recorded) == ("", False, True)
    assert len(found.problem) < 200
    assert "\n" not in found.problem


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"finish_reason": "SAFETY"}, "no answer: refused (SAFETY)"),
        ({"finish_reason": "MAX_TOKENS"}, "no answer: cut short (MAX_TOKENS)"),
        ({"finish_reason": "", "block_reason": "OTHER"}, "no answer: prompt blocked (OTHER)"),
    ],
)
def test_a_refusal_is_named(more, problem):
    """By how the call ended."""
    assert reply(None, **more).problem == problem


def test_a_cut_answer_is_none_though_it_reads_as_one():
    """What was cut short may have gone on otherwise."""
    found = reply(said("yes"), finish_reason="MAX_TOKENS")

    assert found.answer == ""
    assert "cut short" in found.problem


def test_a_broken_recording_is_a_problem():
    """An answer that cannot be read is no reason to stop."""
    found = reply_of(None, sha256="a", model="m", question=YES_NO, cost_usd=None)

    assert found.problem == "the recorded answer cannot be read"
    assert found.recorded


def test_a_models_words_are_one_line_of_printable_text():
    """No escape sequence, no line break, no book reaches a page or a terminal."""
    assert plain("a\n\n b\x1b[31m\u202ered") == "a b\ufffd[31m\ufffdred"
    assert len(plain("x" * 10**6)) == MOST_KEPT
