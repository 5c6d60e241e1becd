"""Build the request of a turn from what was declared and what was answered before."""

from collections.abc import Sequence

from harness.model.generation import Generation
from harness.model.reference import Reference
from harness.model.request import Content, GenerationRequest, Part, Role
from harness.model.suite import Turn, Variant


def request_for(variant: Variant, history: Sequence[Generation]) -> GenerationRequest:
    """Build the request of turn `len(history)`; the model's turns go back untouched."""
    contents: list[Content] = []
    for turn, answer in zip(variant.turns, history, strict=False):
        contents.append(_asked(turn))
        contents.append(Content(role=Role.MODEL, parts=answer.parts))
    turn = variant.turns[len(history)]
    contents.append(_asked(turn))
    return GenerationRequest(
        model=variant.model, contents=tuple(contents), parameters=turn.parameters
    )


def _asked(turn: Turn) -> Content:
    text = (Part(text=turn.prompt),)
    pictures = tuple(_picture(reference) for reference in turn.references)
    parts = pictures + text if turn.references_first else text + pictures
    return Content(role=Role.USER, parts=parts)


def _picture(reference: Reference) -> Part:
    return Part(picture=reference.blob, mime_type=reference.mime_type)
