"""Show what was asked about pictures and read in them, against what was expected."""

from collections.abc import Iterator

from harness.model.checks import Ask, PictureText, Question
from harness.model.features import Features, Reply
from harness.model.run import Judged
from harness.model.sample import Sample
from harness.model.verdict import Finding, Status, worst
from harness.report.check_views import ChecksView, QuestionView, ReadView, ReplyView, TextView
from harness.report.edits import edits
from harness.report.looks import looks
from harness.report.shots import Scene, label, numbered, picture_sha256, pill
from harness.report.views import Mark
from harness.report.words import shortened

_LONGEST = 400
"""Characters of a stranger's text that stand in a cell."""
_NOTHING = "nothing"


def opinions(judged: Judged, scene: Scene) -> ChecksView:
    """Give everything that the variant's opinion checks rest on."""
    features = scene.features(judged.variant.suite)
    return ChecksView(
        looks=looks(judged, scene),
        edits=edits(judged, scene),
        questions=tuple(_questions(judged, features)),
        texts=tuple(_texts(judged, features)),
    )


def _pictured(judged: Judged, turn: int) -> list[tuple[Sample, str]]:
    """Give a turn's samples that have a picture, with its sha256."""
    of_turn = (s for s in judged.samples if s.key.turn == turn and s.generation is not None)
    found = ((s, picture_sha256(s.generation.picture if s.generation else None)) for s in of_turn)
    return [(sample, sha256) for sample, sha256 in found if sha256]


def _questions(judged: Judged, features: Features) -> Iterator[QuestionView]:
    for number, turn in enumerate(judged.variant.turns):
        ask = turn.checks.ask
        for question in ask.questions if ask else ():
            yield _question(question, ask, number, judged=judged, features=features)


def _question(
    question: Question, ask: Ask | None, turn: int, *, judged: Judged, features: Features
) -> QuestionView:
    model = ask.model if ask else ""
    replies = tuple(
        _reply(sample, features.reply(sha256, model=model, question=question), judged)
        for sample, sha256 in _pictured(judged, turn)
    )
    answered = [reply for reply in replies if reply.good != "none"]
    good = sum(reply.good == "good" for reply in answered)
    return QuestionView(
        text=question.text,
        wanted=wanted(question),
        model=model,
        replies=replies,
        good=f"{good} of {len(answered)} answers are good" if answered else "no answer",
        agreement=_agreement(answered),
    )


def wanted(question: Question) -> str:
    """Say which answer is good: `wanted: yes`, `wanted: 3 or more of 4`."""
    if question.at_least is None:
        return f"wanted: {question.expect}"
    return f"wanted: {question.at_least} or more of 4"


def _is_good(answer: str, question: Question) -> bool:
    if question.at_least is None:
        return answer == question.expect
    return answer.isdecimal() and int(answer) >= question.at_least


def _reply(sample: Sample, reply: Reply | None, judged: Judged) -> ReplyView:
    found = judged.verdict.of(sample=sample.key.sample, turn=sample.key.turn)
    decided = pill(found)
    name = label(sample, judged.variant)
    if reply is None or not reply.answer:
        problem = reply.problem if reply else "not asked yet"
        answer = shortened(problem or "no answer", limit=_LONGEST)
        return ReplyView(label=name, answer=answer, good="none", why="", decided=decided)
    good = "good" if _is_good(reply.answer, reply.question) else "bad"
    why = shortened(reply.why, limit=_LONGEST)
    return ReplyView(label=name, answer=reply.answer, good=good, why=why, decided=decided)


def _agreement(replies: list[ReplyView]) -> str:
    """Say how often answers agree with people: good with accepted, bad with rejected."""
    people = {"accepted": "good", "rejected": "bad"}
    told = [
        (reply.good, people[word])
        for reply in replies
        for word in people
        if reply.decided.startswith(word)
    ]
    if not told:
        return "nobody has accepted or rejected one of these pictures: agreement is not known"
    agree = sum(good == decided for good, decided in told)
    return f"agrees with people on {agree} of {len(told)} decided pictures"


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
                    _read(sample, sha256, text, judged=judged, features=features)
                    for sample, sha256 in _pictured(judged, number)
                ),
            )


def _allowed(text: PictureText) -> str:
    return (
        f"up to {text.error_max:.0%} of the letters may be read wrong; "
        f"{text.max_bad} samples may fail; read as {text.language}"
    )


def _read(
    sample: Sample, sha256: str, text: PictureText, *, judged: Judged, features: Features
) -> ReadView:
    found = _on_text(judged, sample)
    reading = features.reading(sha256, text.language)
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
    return [f for f in found if f.check == "text" or f.check.startswith("text[")]
