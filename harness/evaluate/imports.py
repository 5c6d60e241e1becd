"""Import other tools' cassettes: a recording, and the suite that fits it."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from harness import __version__
from harness.errors import CassetteError, HarnessError, UsageError
from harness.evaluate.import_suite import Answer, document, grouped
from harness.evaluate.workspace import Workspace
from harness.loader import load_suite
from harness.loader.write import suite_yaml
from harness.model.arm import Arm
from harness.model.identity import cell_digest
from harness.model.sample import SampleKey
from harness.model.suite import Suite, Variant
from harness.provider.wire_case import declared
from harness.provider.wire_request import digest_of
from harness.recording.cassettes import Cassettes
from harness.recording.foreign import Foreign, read_foreign
from harness.recording.interaction import Interaction, Session, WireRequest, WireResponse
from harness.recording.packing import pack
from harness.recording.scrub import (
    REQUEST_HEADERS,
    RESPONSE_HEADERS,
    allowed,
    bare_url,
    refuse_key_shapes,
    refuse_keys,
)
from harness.recording.skeletons import body_digest, operation_of
from harness.runner.requests import request_for
from harness.store.codec import encode
from harness.store.files import dump_json, write_atomic

_OPERATIONS = ("generateContent", "streamGenerateContent")


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
    cassettes = workspace.cassettes(name)
    answers, refused = _read(files)
    if not answers or (refused and not skip_refused):
        raise CassetteError(_refusal(refused, left=len(answers)))
    for answer in answers:
        for body in (answer.foreign.request_body, answer.foreign.body):
            refuse_keys(body, secrets=workspace.keys(), where=answer.foreign.source)
    groups = grouped(answers)
    suite = _placed(groups, path, name=name)
    items = _interactions(groups, suite, workspace, session=workspace.stamp())
    for item in items:
        refuse_key_shapes(dump_json(encode(item)), where=item.key.id)
    cassettes.write(items)
    cassettes.add_session(_session(items, cassettes, workspace, files=files))
    return Imported(suite=suite, answers=len(answers), refused=tuple(refused))


def _placed(groups: Mapping[str, list[Answer]], path: Path, *, name: str) -> Suite:
    """Write the suite to one side, see that it fits, and put it in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".import-") as folder:
        staged = Path(folder) / path.name
        text = suite_yaml(document(groups, name=name, folder=staged.parent))
        write_atomic(staged, text.encode())
        _fits(groups, load_suite(staged))
        pictures = staged.parent / "references"
        if pictures.is_dir():
            shutil.copytree(pictures, path.parent / "references", dirs_exist_ok=True)
        staged.replace(path)
    return load_suite(path)


def _fits(groups: Mapping[str, list[Answer]], suite: Suite) -> None:
    """Refuse a request that the suite would not send again just so."""
    for variant in suite.variants:
        for answer in groups[variant.case]:
            request = replace(request_for(variant, ()), model=answer.arm.model)
            if digest_of(request) != answer.digest:
                raise CassetteError(
                    f"{answer.foreign.source}: its request cannot be said exactly in a suite"
                )


def _refusal(refused: Sequence[str], *, left: int) -> str:
    end = f"nothing was imported; --skip-refused imports the other {left}" if left else ""
    return "\n".join([*refused, end or "nothing is left to import"])


def _read(files: Sequence[Path]) -> tuple[list[Answer], list[str]]:
    answers: list[Answer] = []
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


def _answer(item: Foreign) -> Answer:
    model, operation = operation_of(item.url)
    if operation not in _OPERATIONS:
        what = operation or urlsplit(item.url).path
        raise CassetteError(f"{item.source}: {what}: no generation, which alone is imported")
    stream = operation == "streamGenerateContent"
    return Answer(
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


def _interactions(
    groups: Mapping[str, list[Answer]], suite: Suite, workspace: Workspace, *, session: str
) -> tuple[Interaction, ...]:
    variants = {variant.case: variant for variant in suite.variants}
    return tuple(
        _interaction(answer, variants[case], workspace, sample=sample, session=session)
        for case, group in groups.items()
        for sample, answer in enumerate(group)
    )


def _session(
    items: tuple[Interaction, ...],
    cassettes: Cassettes,
    workspace: Workspace,
    *,
    files: Sequence[Path],
) -> Session:
    return Session(
        id=items[0].session,
        suite=cassettes.suite,
        recording=cassettes.recording,
        started_at=workspace.now().isoformat(timespec="seconds"),
        arms=tuple(sorted({item.arm for item in items})),
        simulated=any(item.simulated for item in items),
        harness=__version__,
        source=tuple(path.name for path in files),
    )


def _interaction(
    answer: Answer, variant: Variant, workspace: Workspace, *, sample: int, session: str
) -> Interaction:
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
