"""Import other tools' cassettes: a recording, and the suite that fits it."""

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from harness import __version__
from harness.errors import CassetteError, HarnessError, SuiteError, UsageError
from harness.evaluate.import_suite import Answer, document, grouped
from harness.evaluate.workspace import Workspace
from harness.loader import load_suite
from harness.loader.find import ENDINGS
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
from harness.recording.secrets.scrub import (
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
_TAKE_OUT = "take it out of that file, and have the key replaced; nothing was imported"


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
    """Import cassettes of other tools: everything is made to one side, then put in place.

    Args:
        files: vcrpy's YAML or JSON, or the dialect with `parsed_body`.
        workspace: Where the recording goes.
        name: Id of the suite to make.
        skip_refused: Import the rest where something is refused; else nothing is.

    Raises:
        CassetteError: something is refused, or nothing is left; all reasons at once.
        SecretFound: a cassette holds a key.
        StoreError: a file cannot be written; those that were are gone again.
        UsageError: the suite or the recording exists already.
    """
    path = _suite_path(workspace, name)
    for taken in (path, workspace.cassettes(name).folder):
        if taken.exists():
            raise UsageError(f"{taken}: exists already; import under another --suite")
    answers, refused = _read(files)
    with tempfile.TemporaryDirectory(prefix="harness-import-") as folder:
        groups, unsayable = _sayable(grouped(answers), name=name, folder=Path(folder, "single"))
        refused += unsayable
        left = sum(map(len, groups.values()))
        if not left or (refused and not skip_refused):
            raise CassetteError(_refusal(refused, left=left))
        staged = _staged(workspace, Path(folder, "whole"))
        _make(groups, staged, name=name, files=files)
        _put_in_place(staged, workspace, suites=path.parent)
    return Imported(suite=load_suite(path), answers=left, refused=tuple(refused))


def _suite_path(workspace: Workspace, name: str) -> Path:
    first = workspace.settings.suites[0]
    folder = first.parent if first.suffix in ENDINGS else first
    return workspace.root / folder / f"{name}.yaml"


def _sayable(
    groups: Mapping[str, list[Answer]], *, name: str, folder: Path
) -> tuple[dict[str, list[Answer]], list[str]]:
    """Part the answers into those whose requests a suite says exactly, and refusals."""
    kept: dict[str, list[Answer]] = {}
    refused: list[str] = []
    for case, group in groups.items():
        try:
            suite = _written({case: group}, folder / f"{name}.yaml", name=name)
            _refuse_unequal(suite.variants[0], group)
        except SuiteError as error:
            first = error.problems[0]
            wrong = f"{first.path}: {first.message}".removeprefix("cases[0].")
            refused += [f"{a.foreign.source}: a suite cannot say it: {wrong}" for a in group]
        except CassetteError as error:
            refused.append(str(error))
        else:
            kept[case] = group
    return kept, refused


def _written(groups: Mapping[str, list[Answer]], path: Path, *, name: str) -> Suite:
    text = suite_yaml(document(groups, name=name, folder=path.parent))
    write_atomic(path, text.encode())
    return load_suite(path)


def _refuse_unequal(variant: Variant, group: list[Answer]) -> None:
    """Refuse requests that the suite would not send again just so."""
    request = replace(request_for(variant, ()), model=group[0].arm.model)
    if digest_of(request) != group[0].digest:
        sources = "\n".join(
            f"{answer.foreign.source}: its request cannot be said exactly in a suite"
            for answer in group
        )
        raise CassetteError(sources)


def _staged(workspace: Workspace, root: Path) -> Workspace:
    settings = workspace.settings.model_copy(
        update={"suites": (Path("suites"),), "cassettes": Path("cassettes")}
    )
    return replace(workspace, root=root, settings=settings)


def _make(
    groups: Mapping[str, list[Answer]], staged: Workspace, *, name: str, files: Sequence[Path]
) -> None:
    for answer in (answer for group in groups.values() for answer in group):
        for body in (answer.foreign.request_body, answer.foreign.body):
            source = answer.foreign.source
            refuse_keys(body, secrets=staged.keys(), where=source, advice=_TAKE_OUT)
    suite = _written(groups, _suite_path(staged, name), name=name)
    cassettes = staged.cassettes(name)
    items = _interactions(groups, suite, staged, session=staged.stamp())
    for item in items:
        refuse_key_shapes(dump_json(encode(item)), where=item.key.id, advice=_TAKE_OUT)
    cassettes.write(items)
    cassettes.add_session(_session(items, cassettes, staged, files=files))


def _put_in_place(staged: Workspace, workspace: Workspace, *, suites: Path) -> None:
    """Put what was made in its place, the suite last; take it back where that fails.

    Blobs go through the store, which mends broken ones and keeps none that was forgotten.
    """
    cassettes = workspace.root / workspace.settings.cassettes
    moves = [(staged.root / "cassettes", cassettes), (staged.root / "suites", suites)]
    placed: list[Path] = []
    try:
        for made, folder in moves:
            for source in sorted(filter(Path.is_file, made.rglob("*"))):
                target = folder / source.relative_to(made)
                if not target.exists():
                    placed.append(target)
                if source.is_relative_to(staged.blobs.root):
                    workspace.blobs.put(source.read_bytes())
                elif not target.exists():
                    write_atomic(target, source.read_bytes())
    except BaseException:
        for target in placed:
            target.unlink(missing_ok=True)
        raise


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
    """Name an endpoint by its host, in the letters that a suite's names have."""
    host = urlsplit(url).hostname or "unknown"
    if host == "generativelanguage.googleapis.com":
        return "gemini"
    if host.endswith("aiplatform.googleapis.com"):
        return "vertex"
    return re.sub(r"[^a-z0-9]+", "-", host).strip("-")[:64] or "unknown"


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
