"""Import other tools' cassettes: a recording, and the suite that fits it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harness import __version__
from harness.errors import CassetteError, HarnessError, MalformedAnswer, UsageError
from harness.evaluate.workspace import Workspace
from harness.loader import load_suite
from harness.loader.write import suite_yaml
from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.generation import Generation, Outcome
from harness.model.identity import cell_digest
from harness.model.request import Parameters
from harness.model.sample import SampleKey
from harness.model.suite import Suite, Variant
from harness.provider.wire_answer import parse_answer, parse_stream
from harness.provider.wire_case import Declared, declared
from harness.provider.wire_request import digest_of
from harness.recording.foreign import Foreign, read_foreign
from harness.recording.interaction import Interaction, Session, WireRequest, WireResponse
from harness.recording.packing import pack
from harness.recording.scrub import (
    REQUEST_HEADERS,
    RESPONSE_HEADERS,
    allowed,
    bare_url,
    refuse_secrets,
)
from harness.recording.skeletons import body_digest, operation_of
from harness.runner.requests import request_for
from harness.store.files import write_atomic

_OPERATIONS = ("generateContent", "streamGenerateContent")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """One answer to import."""

    foreign: Foreign
    declared: Declared
    arm: Arm
    operation: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import made.

    Attributes:
        suite: The suite that fits the recording.
        answers: How many answers were imported.
        refused: What was not, a line each.
    """

    suite: Suite
    answers: int
    refused: tuple[str, ...]


def import_cassettes(
    files: Sequence[Path], workspace: Workspace, *, name: str, skip_refused: bool
) -> Imported:
    """Import cassettes of other tools.

    Args:
        files: vcrpy's YAML or JSON, or the dialect with `parsed_body`.
        workspace: Where the recording goes.
        name: Id of the suite to make.
        skip_refused: Import the rest where something is refused; else nothing is.

    Raises:
        CassetteError: something is refused, or nothing is left; all reasons at once.
        UsageError: the suite exists already.
    """
    path = workspace.root / workspace.settings.suites[0] / f"{name}.yaml"
    if path.exists():
        raise UsageError(f"{path}: exists already; import under another --suite")
    answers, refused = _read(files)
    if not answers or (refused and not skip_refused):
        raise CassetteError(_refusal(refused, left=len(answers)))
    refuse_secrets(
        b"\n".join(part for a in answers for part in (a.foreign.request_body, a.foreign.body)),
        secrets=workspace.keys(),
        where="import",
    )
    groups = _grouped(answers)
    write_atomic(path, suite_yaml(_document(groups, name=name, folder=path.parent)).encode())
    suite = load_suite(path)
    _keep(groups, suite, workspace, files=files)
    return Imported(suite=suite, answers=len(answers), refused=tuple(refused))


def _refusal(refused: Sequence[str], *, left: int) -> str:
    end = f"nothing was imported; --skip-refused imports the other {left}" if left else ""
    return "\n".join([*refused, end or "nothing is left to import"])


def _read(files: Sequence[Path]) -> tuple[list[_Answer], list[str]]:
    answers: list[_Answer] = []
    refused: list[str] = []
    for path in files:
        try:
            items = read_foreign(path)
        except HarnessError as error:
            refused.append(str(error))
            continue
        for item in items:
            try:
                answers.append(_answer(item))
            except CassetteError as error:
                refused.append(str(error))
    return answers, refused


def _answer(item: Foreign) -> _Answer:
    model, operation = operation_of(item.url)
    if operation not in _OPERATIONS:
        what = operation or urlsplit(item.url).path
        raise CassetteError(f"{item.source}: {what}: no generation, which alone is imported")
    stream = operation == "streamGenerateContent"
    return _Answer(
        foreign=item,
        declared=declared(item.request_body, stream=stream, where=item.source),
        arm=Arm(model=model, endpoint=_endpoint(item.url)),
        operation=operation,
        digest=body_digest(item.request_body, operation=operation),
    )


def _endpoint(url: str) -> str:
    host = urlsplit(url).hostname or "unknown"
    if host == "generativelanguage.googleapis.com":
        return "gemini"
    return "vertex" if host.endswith("aiplatform.googleapis.com") else host


def _grouped(answers: Sequence[_Answer]) -> Mapping[str, list[_Answer]]:
    """Gather the answers to equal requests of one arm: samples of one case, by its id."""
    groups: dict[tuple[Arm, str], list[_Answer]] = {}
    for answer in answers:
        groups.setdefault((answer.arm, answer.digest), []).append(answer)
    named: dict[str, list[_Answer]] = {}
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


def _document(groups: Mapping[str, list[_Answer]], *, name: str, folder: Path) -> dict[str, Any]:
    """Say the suite; reference pictures are written beside it."""
    models = Counter(group[0].arm.model for group in groups.values())
    common = models.most_common(1)[0][0]
    references: dict[str, str] = {}
    cases = [_case(i, group, common, references, folder, name) for i, group in groups.items()]
    document: dict[str, Any] = {"version": 1, "suite": name, "title": "Imported recordings"}
    document["model"] = common
    return document | ({"references": references} if references else {}) | {"cases": cases}


def _case(  # what a case is said from
    identifier: str,
    group: list[_Answer],
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


def _outcome(answer: _Answer) -> Outcome | None:
    if not 200 <= answer.foreign.status < 300:
        return None
    return _generation(answer.foreign, stream=answer.declared.parameters.stream).outcome


def _generation(item: Foreign, *, stream: bool) -> Generation:
    parse = parse_stream if stream else parse_answer
    try:
        return parse(item.body, keep=BlobRef.of, service={})
    except MalformedAnswer as error:
        raise CassetteError(f"{item.source}: {error}") from error


def _keep(
    groups: Mapping[str, list[_Answer]],
    suite: Suite,
    workspace: Workspace,
    *,
    files: Sequence[Path],
) -> None:
    """Write blobs, cassettes and the manifest, once the suite is known to fit."""
    variants = {variant.case: variant for variant in suite.variants}
    session = workspace.stamp()
    items = [
        _interaction(answer, variants[case], workspace, sample=sample, session=session)
        for case, group in groups.items()
        for sample, answer in enumerate(group)
    ]
    cassettes = workspace.cassettes(suite.id)
    cassettes.write(items)
    cassettes.add_session(
        Session(
            id=session,
            suite=suite.id,
            recording=cassettes.recording,
            started_at=workspace.now().isoformat(timespec="seconds"),
            arms=tuple(sorted({item.arm for item in items})),
            harness=__version__,
            source=tuple(path.name for path in files),
        )
    )


def _interaction(
    answer: _Answer, variant: Variant, workspace: Workspace, *, sample: int, session: str
) -> Interaction:
    request = replace(request_for(variant, ()), model=answer.arm.model)
    if digest_of(request) != answer.digest:
        raise CassetteError(
            f"{answer.foreign.source}: its request cannot be said exactly in a suite"
        )
    item, keep = answer.foreign, workspace.blobs.put
    return Interaction(
        key=SampleKey(
            case=variant.case, variant=variant.label, sample=sample, operation=answer.operation
        ),
        arm=answer.arm,
        cell=cell_digest(variant.turns[:1]),
        session=session,
        recorded_at=item.recorded_at,
        request_digest=answer.digest,
        reserialised=item.reserialised,
        simulated="x-simulated" in item.headers,
        request=WireRequest(
            method=item.method,
            url=bare_url(item.url),
            headers=allowed(item.request_headers, REQUEST_HEADERS),
            body=pack(item.request_body, keep=keep),
        ),
        response=WireResponse(
            status=item.status,
            reason=item.reason,
            headers=allowed(item.headers, RESPONSE_HEADERS),
            body=pack(item.body, keep=keep),
        ),
    )
