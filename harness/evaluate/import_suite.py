"""Say the suite that fits imported answers."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
    common = Arm(
        model=_commonest(group[0].arm.model for group in groups.values()),
        endpoint=_commonest(group[0].arm.endpoint for group in groups.values()),
    )
    pictures = _Pictures(folder, name)
    cases = [_case(i, group, common, pictures) for i, group in groups.items()]
    head: dict[str, Any] = {"version": 1, "suite": name, "title": "Imported recordings"}
    head["model"] = common.model
    if len({group[0].arm.endpoint for group in groups.values()}) > 1:
        head["endpoint"] = common.endpoint
    references = {"references": pictures.written} if pictures.written else {}
    return head | references | {"cases": cases}


def _commonest(names: Iterable[str]) -> str:
    return Counter(names).most_common(1)[0][0]


def _case(
    identifier: str, group: list[Answer], common: Arm, pictures: "_Pictures"
) -> dict[str, Any]:
    said, arm = group[0].declared, group[0].arm
    case: dict[str, Any] = {"id": identifier, "prompt": said.prompt}
    if arm.model != common.model:
        case["model"] = arm.model
    if arm.endpoint != common.endpoint:
        case["endpoint"] = arm.endpoint
    if len(group) > 1:
        case["samples"] = len(group)
    if said.pictures:
        case["references"] = [pictures.label(data) for data in said.pictures]
    if said.references_first:
        case["references_first"] = True
    case |= _said_parameters(said.parameters)
    if all(_outcome(answer) is Outcome.TEXT_ONLY for answer in group):
        case["checks"] = {"pictures": 0}
    return case


class _Pictures:
    """The reference pictures of a suite, written beside it once each."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self.written: dict[str, str] = {}

    def label(self, data: bytes) -> str:
        """Write a picture, if it is not yet, and give its name in the suite."""
        ref = BlobRef.of(data)
        label = f"r-{ref.sha256[:8]}"
        if label not in self.written:
            path = f"references/{self._name}/{ref.sha256[:16]}.{ref.extension}"
            write_atomic(self._folder / path, data)
            self.written[label] = path
        return label


def _said_parameters(parameters: Parameters) -> dict[str, Any]:
    plain = (
        *("aspect_ratio", "image_size", "system_instruction", "seed", "temperature", "top_p"),
        *("top_k", "max_output_tokens", "media_resolution", "service_tier"),
    )
    values = {name: getattr(parameters, name) for name in plain}
    said: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
    if parameters.include_thoughts is not None:
        said["thinking"] = {"include_thoughts": parameters.include_thoughts}
    if parameters.modalities != ("TEXT", "IMAGE"):
        said["modalities"] = list(parameters.modalities)
    if parameters.tools:
        said["tools"] = list(parameters.tools)
    if parameters.search_types:
        said["search_types"] = list(parameters.search_types)
    if parameters.safety_settings:
        said["safety_settings"] = dict(parameters.safety_settings)
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
