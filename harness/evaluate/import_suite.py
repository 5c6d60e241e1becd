"""Say the suite that fits imported answers."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import CassetteError, MalformedAnswer
from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.generation import Generation, Outcome
from harness.model.request import Parameters
from harness.provider.wire_answer import parse_answer, parse_stream
from harness.provider.wire_case import Declared
from harness.recording.foreign import Foreign
from harness.store.files import write_atomic


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer to import.

    Attributes:
        foreign: As it was read.
        declared: Its request in the suite's terms.
        arm: Who was asked, by the URL.
        operation: The API's word.
        digest: Of the request.
    """

    foreign: Foreign
    declared: Declared
    arm: Arm
    operation: str
    digest: str


def grouped(answers: Sequence[Answer]) -> Mapping[str, list[Answer]]:
    """Gather the answers to equal requests of one arm: samples of one case, by its id."""
    groups: dict[tuple[Arm, str], list[Answer]] = {}
    for answer in answers:
        groups.setdefault((answer.arm, answer.digest), []).append(answer)
    named: dict[str, list[Answer]] = {}
    for group in groups.values():
        named[_free(_slug(group[0].declared.prompt), named)] = group
    return named


def _slug(prompt: str) -> str:
    words = re.findall(r"[a-z0-9]+", prompt.lower())[:7]
    return "-".join(words)[:48].strip("-") or "case"


def _free(slug: str, taken: Mapping[str, object]) -> str:
    number = 2
    name = slug
    while name in taken:
        name, number = f"{slug}-{number}", number + 1
    return name


def document(groups: Mapping[str, list[Answer]], *, name: str, folder: Path) -> dict[str, Any]:
    """Say the suite; reference pictures are written beside it."""
    models = Counter(group[0].arm.model for group in groups.values())
    common = models.most_common(1)[0][0]
    references: dict[str, str] = {}
    cases = [_case(i, group, common, references, folder, name) for i, group in groups.items()]
    head: dict[str, Any] = {"version": 1, "suite": name, "title": "Imported recordings"}
    head["model"] = common
    return head | ({"references": references} if references else {}) | {"cases": cases}


def _case(  # what a case is said from
    identifier: str,
    group: list[Answer],
    common: str,
    references: dict[str, str],
    folder: Path,
    name: str,
) -> dict[str, Any]:
    said = group[0].declared
    case: dict[str, Any] = {"id": identifier, "prompt": said.prompt}
    if group[0].arm.model != common:
        case["model"] = group[0].arm.model
    if len(group) > 1:
        case["samples"] = len(group)
    if said.pictures:
        case["references"] = [_reference(p, references, folder, name) for p in said.pictures]
    if said.references_first:
        case["references_first"] = True
    case |= _said_parameters(said.parameters)
    if all(_outcome(answer) is Outcome.TEXT_ONLY for answer in group):
        case["checks"] = {"pictures": 0}
    return case


def _reference(data: bytes, references: dict[str, str], folder: Path, name: str) -> str:
    ref = BlobRef.of(data)
    label = f"r-{ref.sha256[:8]}"
    if label not in references:
        path = f"references/{name}/{ref.sha256[:16]}.{ref.extension}"
        write_atomic(folder / path, data)
        references[label] = path
    return label


def _said_parameters(parameters: Parameters) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if parameters.aspect_ratio is not None:
        said["aspect_ratio"] = parameters.aspect_ratio
    if parameters.image_size is not None:
        said["image_size"] = parameters.image_size
    if parameters.modalities != ("TEXT", "IMAGE"):
        said["modalities"] = list(parameters.modalities)
    if parameters.tools:
        said["tools"] = list(parameters.tools)
    if parameters.stream:
        said["stream"] = True
    return said | ({"extra": dict(parameters.extra)} if parameters.extra else {})


def _outcome(answer: Answer) -> Outcome | None:
    if not 200 <= answer.foreign.status < 300:
        return None
    return _generation(answer.foreign, stream=answer.declared.parameters.stream).outcome


def _generation(item: Foreign, *, stream: bool) -> Generation:
    parse = parse_stream if stream else parse_answer
    try:
        return parse(item.body, keep=BlobRef.of, service={})
    except MalformedAnswer as error:
        raise CassetteError(f"{item.source}: {error}") from error
