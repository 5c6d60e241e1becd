"""Word a dossier: what was found, how it was found, how often that errs, how to recompute it."""

from collections.abc import Iterable, Mapping, Sequence

from harness.evaluate.compare import Compared
from harness.judging.channels import PICTURED
from harness.judging.drift_words import number
from harness.judging.subjects import Subject
from harness.measure.level import QUALITY, SIDE, SUBSAMPLING
from harness.model.drift import Drift
from harness.report.words import count_of, days, visible

SIMULATED = (
    "SIMULATED: the simulator painted pictures of this comparison. Nothing here is about a model "
    "that anybody sells."
)


def method(
    compared: Compared, sides: Mapping[str, Sequence[Subject]], *, versions: Mapping[str, str]
) -> str:
    """Give the dossier's README.

    Args:
        compared: What was found; its pictures were tested.
        sides: The answers by the side's name.
        versions: Of what the figures depend on.
    """
    found = compared.comparison
    drift = found.pictures
    if drift is None:
        return ""
    names = list(sides)
    parts = [
        f"# {names[0]} against {names[1]}",
        *([f"**{SIMULATED}**"] if found.simulated else []),
        "## What was found",
        _listed(found.said),
        "## What was asked of whom",
        _listed(_side(name, answers) for name, answers in sides.items()),
        _paired(compared),
        "## How it was found",
        _how(drift, level=compared.comparison.levelled is None),
        "## How often it errs",
        _listed(_errors(drift)),
        "## What it cannot see",
        _listed(found.unseen),
        "## What lies here",
        _FILES,
        "## How to recompute it",
        _again(compared, versions),
    ]
    return visible("\n\n".join(part for part in parts if part)) + "\n"


def _listed(lines: Iterable[str]) -> str:
    """List sentences, in which strangers' texts may stand: each is one line, without HTML."""
    told = (" ".join(line.split()).replace("<", "&lt;") for line in lines)
    return "\n".join(f"- {line}" for line in told)


def _side(name: str, answers: Sequence[Subject]) -> str:
    arms = ", ".join(sorted({answer.arm for answer in answers}))
    versions = ", ".join(sorted({answer.model_version or "not told" for answer in answers}))
    sessions = count_of(len({answer.session for answer in answers}), "session")
    when = days(answer.recorded_at for answer in answers) or "at a time that is not told"
    return (
        f"{name}: {count_of(len(answers), 'answer')} of {arms}, {sessions}, {when}; "
        f"modelVersion as answered: {versions}"
    )


def _paired(compared: Compared) -> str:
    found = compared.comparison
    told = f"{count_of(len(found.pairs), 'cell')} on both sides were held against each other."
    turns = (
        " Both sides were recorded in the same sessions, call by call in an order drawn anew for "
        "each answer, so what changes with time befell both alike."
    )
    apart = f" {found.confounded[:1].upper()}{found.confounded[1:]}."
    return told + (turns if found.together else apart)


def _how(drift: Drift, *, level: bool) -> str:
    seen = (
        f"Each picture is reduced to a long side of {SIDE} pixels and encoded as JPEG of quality "
        f"{QUALITY}, {SUBSAMPLING}, so that size and compression play no part."
        if level
        else "In each cell all pictures of both sides came in one size and one compression, so "
        "they are tested as they came."
    )
    return (
        "CONTRACT holds each answer against what was asked (size, ratio, format, count). DELIVERY "
        "finds ways of delivery (container, tables, marks, fields of the answer) in which answers "
        "of one side came and none of the other; price and time are told and decide nothing.\n\n"
        f"PICTURES: every answer counts, chosen by nobody. {seen} A picture is described by "
        f"{', '.join(PICTURED)}. In each cell (one question) the energy distance of both sides "
        f"is computed on each of these, and again under {drift.draws:,} labellings in which the "
        "same answers are dealt to the sides at random, within the cell only. The p is the share "
        'of labellings that look at least as changed as what was observed, by "everything moved '
        'a little" or "few cells moved a lot", whichever is rarer, that choice being made in '
        "every labelling too. It is never 0."
    )


def _errors(drift: Drift) -> Sequence[str]:
    power = "a share that is not known" if drift.power is None else f"{drift.power * 100:.0f} %"
    seen = "not known" if drift.seen is None else number(drift.seen)
    return (
        f"CHANGED of equal sides: at most once in {round(1 / drift.alpha)} comparisons (alpha "
        f"{number(drift.alpha)}); the smallest p that this design can reach is "
        f"{number(drift.smallest_p)}",
        f"a change of {number(drift.matters)} (mean distances within the first side), which was "
        f"set as the one that matters, is seen in {power} of such comparisons",
        f"the smallest change that is seen as often as is due: {seen}",
        "pictures encoded anew at quality 85, 60 and 30: called changed in 0, 0 and 1 of 16 tests "
        "of 10 cells on real tiles, on which the levelling was chosen; near quality 15 that ends",
    )


_FILES = """\
- `index.html`: the same for people, with pictures
- `comparison.json`: everything that was found, with its numbers
- `answers.json`: every answer that was tested: time, session, ids and version as answered
- `requests.json`: every request as it was sent, pictures in it by their sha256; no key
- `pictures.sha256`: the sha256 of every picture; `sha256sum --check` reads it in the folder
  `cassettes/blobs`
- `versions.json`: what the figures depend on"""


def _again(compared: Compared, versions: Mapping[str, str]) -> str:
    names = [side.name for side in compared.comparison.sides]
    command = compared.question.again(names, "--json")
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    seed = compared.question.seed
    return (
        f"With the recordings and these versions ({told}), `{command}` gives these "
        f"numbers again: every draw is of seed {seed}. Other versions give other labellings and, "
        "by a little, other numbers."
    )
