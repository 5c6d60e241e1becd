"""Answer a question about a picture from what was painted, in the form that is asked for."""

import json
import re

import numpy as np

from harness.simulator.ask import Ask
from harness.simulator.outcome import unmarked
from harness.simulator.paint.contents import read_contents, share_seen

_QUESTION = re.compile(r"(?:.*\n)*Question: *", re.IGNORECASE)
_SCALE = 4


def give_opinion(ask: Ask, error: float, rng: np.random.Generator) -> str | None:
    """Answer with the JSON of the schema that is sent.

    A thing that the question names is looked for among what was painted; with several named,
    all must be there for a yes, and their share makes the scale. Numbers and colours are not
    looked at. A picture that is not the simulator's own shows nothing.

    Args:
        ask: The request.
        error: Share of the answers that are wrong.
        rng: Throws the dice for that.

    Returns:
        None where no question is asked about a picture, or in no form that is known.
    """
    choices = _choices(ask)
    pictures = ask.pictures()
    if not choices or not pictures:
        return None
    contents = read_contents(pictures[-1])
    question = _QUESTION.sub("", unmarked(ask.prompt), count=1)
    share = 0.0 if contents is None else share_seen(question, contents)
    wrong = bool(rng.random() < error)
    seen = ", ".join(sorted(contents or ())) or "nothing of the simulator's"
    why = f"Simulated: the picture holds {seen}."
    return json.dumps({"why": why, "answer": _chosen(choices, share, wrong=wrong)})


def _choices(ask: Ask) -> frozenset[str]:
    """Give the answers that the schema allows; none where it is not one of ours."""
    match ask.schema:
        case {"properties": {"answer": {"enum": [*words]}}}:
            return frozenset(map(str, words))
        case _:
            return frozenset()


def _chosen(choices: frozenset[str], share: float, *, wrong: bool) -> str:
    if choices == {"yes", "no"}:
        return "yes" if (share == 1.0) is not wrong else "no"
    value = round(share * _SCALE)
    return str((value + _SCALE // 2) % (_SCALE + 1) if wrong else value)
