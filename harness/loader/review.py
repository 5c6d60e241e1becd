"""Read what a reviewer decided, `decisions-<run>-<reviewer>.json`, and give it as a document.

The file comes from a page in somebody's browser, by mail or from a build server: it is
hostile until it has been read.
"""

import codecs
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from harness.errors import DecisionError, Problem
from harness.loader.hints import did_you_mean
from harness.loader.place import Path as Place
from harness.loader.place import path_text, printable, quoted
from harness.loader.review_forms import (
    FORMAT,
    VERSION,
    ArmForm,
    HeadForm,
    PictureForm,
    PreferenceForm,
    ResolutionForm,
    ReviewForm,
    VoteForm,
)
from harness.loader.scalars import kind_of
from harness.loader.source import read_bounded
from harness.model.baseline import Choice
from harness.model.review import Review, Vote, item_id

MOST_BYTES = 16_000_000
MOST_PROBLEMS = 20

_FORMS: dict[str, type[BaseModel]] = {
    "": ReviewForm,
    "votes": VoteForm,
    "arm": ArmForm,
    "pictures": PictureForm,
    "preferences": PreferenceForm,
    "resolutions": ResolutionForm,
}


def read_review(path: Path) -> Review:
    """Read a file of decisions.

    Raises:
        DecisionError: no such file, too large, not of this form, of a newer version, or it
            says what cannot be; every problem is named with its place.
    """
    try:
        data = read_bounded(path, most=MOST_BYTES)
    except FileNotFoundError:
        message = f"{path}: no such file; give the file that the review page saved"
        raise DecisionError(message) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise DecisionError(f"{path}: cannot be read: {why}; give a file of decisions") from error
    return parse_review(data, file=str(path))


def parse_review(data: bytes, *, file: str) -> Review:
    """Read decisions from bytes; `file` is what messages call them, and the review's source.

    Raises:
        DecisionError: as `read_review`.
    """
    if len(data) > MOST_BYTES:
        raise DecisionError(f"{file}: is larger than 16 MB; no file of decisions is")
    data = data.removeprefix(codecs.BOM_UTF8)
    _check_head(data, file)
    _check_keys(data, file)
    try:
        review = ReviewForm.model_validate_json(data).review(file)
    except ValidationError as error:
        raise _refused(file, map(_explained, error.errors(include_url=False))) from None
    problems = list(_impossible(review))
    if problems:
        raise _refused(file, iter(problems))
    return review


def review_document(review: Review) -> dict[str, object]:
    """Give a review as the JSON document of its file; `parse_review` reads it back.

    Every field is said, also those at their default; `source` alone is not in the file.
    """
    told: dict[str, object] = json.loads(json.dumps(asdict(review)))
    del told["source"]
    return {"format": FORMAT, "version": VERSION, **told}


def _check_head(data: bytes, file: str) -> None:
    """Refuse what is another file, or of a newer harness, before anything in it is looked at."""
    try:
        head = HeadForm.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if first["type"] == "json_invalid":
            why = printable(str(first["ctx"]["error"]))
            raise DecisionError(f"{file}: no JSON: {why}; export it anew") from None
        raise DecisionError(
            f"{file}: no decisions of a review; its format is not {FORMAT}"
        ) from None
    if head.format != FORMAT:
        raise DecisionError(
            f"{file}: is {quoted(head.format)}, no decisions of a review ({FORMAT}); give the "
            "file that the review page saved"
        )
    if head.version != VERSION:
        raise DecisionError(
            f"{file}: version {head.version}, this harness reads {VERSION}; upgrade the harness"
            if head.version > VERSION
            else f"{file}: version {head.version}, which never was; export it anew"
        )


def _check_keys(data: bytes, file: str) -> None:
    """Refuse an object that says a key twice, as a merge by hand leaves it: one would be lost."""

    def once(pairs: list[tuple[str, object]]) -> None:
        known: set[str] = set()
        for key, _ in pairs:
            if key in known:
                raise DecisionError(f"{file}: key {quoted(key)} stands twice; keep one of them")
            known.add(key)

    try:
        json.loads(data, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise DecisionError(f"{file}: no JSON: {printable(str(error))}; export it anew") from None


_Found = tuple[Place, str]


def _refused(file: str, found: Iterator[_Found]) -> DecisionError:
    problems = [
        str(Problem(file=file, path=path_text(place), message=printable(message)))
        for place, message in found
    ]
    more = len(problems) - MOST_PROBLEMS
    shown = problems[:MOST_PROBLEMS]
    return DecisionError(
        "\n".join([*shown, f"{file}: {more} more problems"] if more > 0 else shown)
    )


def _explained(error: ErrorDetails) -> _Found:
    place, kind, value = error["loc"], error["type"], error["input"]
    context = error.get("ctx", {})
    match kind:
        case "extra_forbidden":
            message = f"unknown key; {did_you_mean(str(place[-1]), _known(place))}"
        case "missing":
            message = "is missing; export the file anew"
        case "value_error":
            shown = f"{quoted(value)} " if isinstance(value, str) and value else ""
            message = f"{shown}{context['error']}"
        case "string_pattern_mismatch":
            message = f"{quoted(value)} is no sha256: 64 digits of 0-9 and a-f"
        case _:
            is_what = quoted(value) if isinstance(value, str) else kind_of(value)
            message = f"is {is_what}: {error['msg'][:1].lower()}{error['msg'][1:]}"
    return place, message


def _known(place: Place) -> tuple[str, ...]:
    names = [step for step in place[:-1] if isinstance(step, str)]
    return tuple(_FORMS[names[-1] if names else ""].model_fields)


def _impossible(review: Review) -> Iterator[_Found]:
    """Find what fits the form, and still cannot be."""
    yield from _twice("votes", [vote.item for vote in review.votes])
    yield from _twice("preferences", [preference.item for preference in review.preferences])
    yield from _twice("resolutions", [resolution.item for resolution in review.resolutions])
    for index, vote in enumerate(review.votes):
        yield from ((("votes", index, *place), message) for place, message in _impossible_of(vote))


def _twice(name: str, items: Sequence[str]) -> Iterator[_Found]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item in seen:
            yield (name, index, "item"), f"{quoted(item)} stands twice; keep one of them"
        seen.add(item)


def _impossible_of(vote: Vote) -> Iterator[_Found]:
    name = item_id(vote.suite, vote.variant, vote.turn)
    if vote.item != name:
        yield ("item",), f"{quoted(vote.item)} is not the sheet of the vote, {quoted(name)}"
    samples: set[int] = set()
    for index, picture in enumerate(vote.pictures):
        if picture.sample in samples:
            yield ("pictures", index, "sample"), f"{picture.sample} stands twice; keep one of them"
        samples.add(picture.sample)
        if vote.choice is Choice.ACCEPT and not picture.seen and not picture.bad:
            yield (
                ("pictures", index, "seen"),
                f"sample {picture.sample + 1} of {quoted(vote.item)} was not seen, and only what "
                "was seen can be accepted; look at it, or mark it bad",
            )
