"""Show what was asked about pictures and read in them, against what was expected."""

from collections.abc import Iterator

from harness.judging.asking import wanted
from harness.judging.reading import CHECK
from harness.model.checks import PictureText, Question
from harness.model.features import Features, Reply
from harness.model.run import Judged
from harness.model.sample import Sample
from harness.model.verdict import Finding, Status, worst
from harness.report.check_views import ChecksView, QuestionView, ReadView, ReplyView, TextView
from harness.report.edits import edits
from harness.report.looks import looks
from harness.report.shots import Scene, label, numbered, pill
from harness.report.views import Mark
from harness.report.words import shortened

_LONGEST = 400
"""Characters of a stranger's text that stand in a cell."""
_NOTHING = "nothing"
_UNKNOWN = "nobody has accepted or rejected one of these pictures: agreement is not known"


def opinions(judged: Judged, scene: Scene) -> ChecksView:
    """Give everything that the variant's opinion checks rest on."""
    features = scene.features(judged.variant.suite)
    return ChecksView(
        looks=looks(judged, scene),
        edits=edits(judged, scene),
        questions=tuple(_questions(judged, features)),
        texts=tuple(_texts(judged, features)),
        opened=tuple(
            {
                f.check.split("_")[0]: 1
                for f in judged.verdict.findings
                if f.status is not Status.PASS
            }
        ),
    )


def _of_turn(judged: Judged, turn: int) -> list[Sample]:
    """Give a turn's samples that have a picture."""
    return [s for s in judged.samples if s.key.turn == turn and s.picture]


def _questions(judged: Judged, features: Features) -> Iterator[QuestionView]:
    for number, turn in enumerate(judged.variant.turns):
        ask = turn.checks.ask
        for question in ask.questions if ask else ():
            model = ask.model if ask else ""
            replies = _replies(question, model, number, judged=judged, features=features)
            agreement = features.agreement(model=model, question=question)
            yield QuestionView(
                text=question.text,
                wanted=f"wanted: {wanted(question)}",
                model=model,
                replies=replies,
                good=_good(replies),
                agreement=str(agreement or _UNKNOWN),
            )


def _replies(
    question: Question, model: str, turn: int, *, judged: Judged, features: Features
) -> tuple[ReplyView, ...]:
    """Give an answer a picture; a sample may have several."""
    return tuple(
        _reply(
            numbered(label(sample, judged.variant), "picture", index, len(sample.pictures)),
            features.reply(sha256, model=model, question=question),
            decided=pill(judged.verdict.of(sample=sample.key.sample, turn=turn)),
        )
        for sample in _of_turn(judged, turn)
        for index, sha256 in enumerate(sample.pictures)
    )


def _good(replies: tuple[ReplyView, ...]) -> str:
    answered = [reply for reply in replies if reply.good != "none"]
    good = sum(reply.good == "good" for reply in answered)
    return f"{good} of {len(answered)} answers are good" if answered else "no answer"


def _reply(name: str, reply: Reply | None, *, decided: str) -> ReplyView:
    if reply is None or not reply.answer:
        problem = reply.problem if reply else "not asked yet"
        answer = shortened(problem or "no answer", limit=_LONGEST)
        return ReplyView(label=name, answer=answer, good="none", why="", decided=decided)
    return ReplyView(
        label=name,
        answer=reply.answer,
        good="good" if reply.good else "bad",
        why=shortened(reply.why, limit=_LONGEST),
        decided=decided,
    )


def _texts(judged: Judged, features: Features) -> Iterator[TextView]:
    turns = judged.variant.turns
    for number, turn in enumerate(turns):
        text = turn.checks.text
        if text is not None:
            yield TextView(
                label=numbered("", "turn", number, len(turns)).removeprefix(", "),
                wanted=text.contains,
                allowed=_allowed(text),
                rows=tuple(
                    _read(sample, text, judged=judged, features=features)
                    for sample in _of_turn(judged, number)
                ),
            )


def _allowed(text: PictureText) -> str:
    return (
        f"up to {text.error_max:.0%} of the letters may be read wrong; "
        f"{text.max_bad} samples may fail; read as {text.language}"
    )


def _read(sample: Sample, text: PictureText, *, judged: Judged, features: Features) -> ReadView:
    found = _on_text(judged, sample)
    reading = features.reading(sample.picture, text.language)
    lines = [*reading.lines, "", ""] if reading else ["", ""]
    trouble = reading.unmeasurable if reading else "not read: judge this run anew"
    return ReadView(
        label=label(sample, judged.variant),
        mark=Mark.of(worst(f.status for f in found)) if found else None,
        plain=shortened(trouble or lines[0] or _NOTHING, limit=_LONGEST),
        inverted="" if trouble else shortened(lines[1] or _NOTHING, limit=_LONGEST),
        found="; ".join(f.message for f in found if f.status is not Status.PASS),
    )


def _on_text(judged: Judged, sample: Sample) -> list[Finding]:
    found = judged.verdict.of(sample=sample.key.sample, turn=sample.key.turn)
    return [f for f in found if f.check == CHECK]
