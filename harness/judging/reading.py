"""Hold the text that OCR reads in a picture against the text that is expected there."""

from collections.abc import Iterator, Mapping

from harness.judging.rates import held_to_rate
from harness.measure.error_rate import Window, best_window
from harness.model.checks import PictureText
from harness.model.features import Features, Reading
from harness.model.sample import Sample
from harness.model.verdict import Finding, Status

CHECK = "text"

CAUTION = "OCR misreads 60 % of correct text on photographic ground"
"""MEASURES section 5; on plain ground 20 of 20 correct titles are read."""

_UNLIKE = 0.5  # beyond it the best window is chance, and showing it would only puzzle
_SHOWN = 80


def picture_text(
    samples: tuple[Sample, ...], expected: PictureText, features: Features, *, turn: int
) -> Iterator[Finding]:
    """Look for every expected text in every picture of a turn, at the rate that is allowed.

    A picture that could not be read is neither good nor bad: that is one WARN a reason.

    Args:
        samples: In any order.
        expected: What is to be read.
        features: Holds the readings.
        turn: Whose pictures.
    """
    pictures = {s.key.sample: s.picture for s in samples if s.key.turn == turn and s.picture}
    readings = {n: features.reading(sha, expected.language) for n, sha in pictures.items()}
    read = {n: r for n, r in readings.items() if r is not None and not r.unmeasurable}
    yield from _unread({n: _why(r) for n, r in readings.items() if n not in read}, turn)
    wrong = {number: _wrong(reading, expected) for number, reading in read.items()}
    yield from held_to_rate(
        CHECK,
        {number: f"{'; '.join(said)} ({CAUTION})" for number, said in wrong.items() if said},
        of=len(read),
        said="pictures lack the expected text",
        rate=expected.max_bad,
        level=expected.level,
        turn=turn,
    )


def _why(reading: Reading | None) -> str:
    return reading.unmeasurable if reading else "the text was not read; run again"


def _unread(reasons: Mapping[int, str], turn: int) -> Iterator[Finding]:
    for reason in dict.fromkeys(reasons.values()):
        numbers = [number for number, why in reasons.items() if why == reason]
        yield Finding(
            check=CHECK,
            status=Status.WARN,
            message=reason,
            sample=numbers[0] if len(numbers) == 1 else None,
            turn=turn,
        )


def _wrong(reading: Reading, expected: PictureText) -> list[str]:
    found = {
        text: min((best_window(text, line) for line in reading.lines), key=_rate, default=None)
        for text in expected.contains
    }
    return [
        _described(text, window, expected.error_max)
        for text, window in found.items()
        if window is None or window.rate > expected.error_max
    ]


def _rate(window: Window) -> float:
    return window.rate


def _described(text: str, window: Window | None, limit: float) -> str:
    rate = 1.0 if window is None else window.rate
    like = window is not None and rate <= _UNLIKE
    read = f"read {window.text[:_SHOWN]!r}" if window and like else "nothing like it was read"
    return (
        f"expected {text[:_SHOWN]!r}, {read}: "
        f"{rate:.0%} of the characters are wrong (limit {limit:.0%})"
    )
