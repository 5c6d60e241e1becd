"""Write the evidence of a comparison, for people who were not there and can recompute it.

A folder or a zip: the page, what was found as JSON, every answer with its time and ids, every
request as it was sent, the sha256 of every picture, the method with its error rates. No key.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from harness.errors import SecretFound, StoreError, UsageError
from harness.evaluate.compare import Compared
from harness.evaluate.compare_page import report_of
from harness.evaluate.dossier_words import method
from harness.evaluate.drift_report import drift_text
from harness.evaluate.run import environment
from harness.evaluate.workspace import Workspace
from harness.judging.subjects import Subject
from harness.model.suite import Suite
from harness.recording.interaction import Interaction
from harness.recording.secrets.carriers import parameters
from harness.recording.secrets.keys import Finder, key_shapes
from harness.store.codec import encode
from harness.store.files import dump_json, write_atomic

FORMAT = "gemini-image-harness/dossier"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""Time of every entry of a zip, so that the same evidence gives the same bytes."""


def check_dossier(path: Path) -> None:
    """Refuse to write over anything.

    Raises:
        StoreError: the place cannot be read.
        UsageError: there is something at `path` already.
    """
    try:
        taken = path.exists() and (not path.is_dir() or any(path.iterdir()))
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror or error})") from error
    if taken:
        raise UsageError(f"{path}: exists already; a dossier is never written over another")


def write_dossier(
    compared: Compared, path: Path, *, suites: Sequence[Suite], workspace: Workspace
) -> None:
    """Write the evidence, all of it or none.

    Args:
        compared: What was found; its pictures were tested.
        path: A folder that is empty or not there yet, or a file that ends in .zip.
        suites: What was compared.
        workspace: Where it is recorded.

    Raises:
        SecretFound: something that holds a key would have been written; nothing was.
        StoreError: it cannot be written.
        UsageError: there is something at `path` already.
    """
    check_dossier(path)
    files = evidence(compared, suites=suites, workspace=workspace)
    if path.suffix == ".zip":
        write_atomic(path, _zipped(files))
        return
    for name, data in files.items():
        write_atomic(path / name, data)


def evidence(
    compared: Compared, *, suites: Sequence[Suite], workspace: Workspace
) -> Mapping[str, bytes]:
    """Give every file of the dossier by its name.

    Raises:
        SecretFound: one holds a key.
    """
    found = compared.comparison
    names = [side.name for side in found.sides] + ([found.nearer.anchor] if found.nearer else [])
    sides = dict(zip(names, compared.subjects, strict=True))
    items = _items(compared, suites, workspace)
    versions = environment()
    files = {
        "README.md": method(compared, sides, versions=versions).encode(),
        "comparison.json": _document("comparison", encode(found)),
        "answers.json": _document("answers", _answers(sides)),
        "requests.json": _document("requests", _requests(items)),
        "versions.json": _document("versions", versions),
        "pictures.sha256": _pictures(sides.values(), workspace).encode(),
        "index.html": drift_text(report_of(compared), workspace).encode(),
    }
    return _clean(files, workspace)


def _document(what: str, tree: object) -> bytes:
    return dump_json({"format": FORMAT, "version": 1, what: tree})


def _answers(sides: Mapping[str, Sequence[Subject]]) -> list[dict[str, object]]:
    """Tell every answer that was tested, side by side, without its description."""
    return [
        {
            "side": name,
            "suite": answer.suite,
            "variant": answer.variant,
            "turn": answer.turn,
            "cell": answer.cell,
            "arm": answer.arm,
            "session": answer.session,
            "recorded_at": answer.recorded_at,
            "seconds": answer.seconds,
            "usd": answer.usd,
            "outcome": answer.outcome,
            "picture_sha256": answer.picture,
            "model_version": answer.model_version,
            "response_id": answer.response_id,
            "thinking_tokens": answer.thoughts,
            "simulated": answer.simulated,
        }
        for name, answers in sides.items()
        for answer in answers
    ]


def _items(
    compared: Compared, suites: Sequence[Suite], workspace: Workspace
) -> list[tuple[str, Interaction]]:
    """Find the recorded interactions of the answers, each with its recording."""
    wanted = {(s.suite, s.session, s.arm, s.cell) for side in compared.subjects for s in side}
    found = []
    for suite in suites:
        for recording in dict.fromkeys(compared.recordings):
            cassettes = workspace.cassettes(suite.id, recording)
            for item in cassettes.load():
                place = (suite.id, item.session, item.arm.name, item.cell)
                if place in wanted and not item.is_reply:
                    found.append((cassettes.name, item))
    return found


def _requests(items: Sequence[tuple[str, Interaction]]) -> list[dict[str, object]]:
    """Tell what was sent: pictures in it by sha256, headers by allow-list."""
    return [
        {
            "recording": recording,
            "arm": item.arm.name,
            "session": item.session,
            "sample": item.key.id,
            "recorded_at": item.recorded_at,
            "request_sha256": item.request_digest,
            "method": item.request.method,
            "url": item.request.url,
            "headers": dict(item.request.headers),
            "body": item.request.body,
            "status": item.response.status,
            "answer_headers": dict(item.response.headers),
        }
        for recording, item in items
    ]


def _pictures(sides: Iterable[Sequence[Subject]], workspace: Workspace) -> str:
    """List the pictures as `sha256sum --check` reads it in the folder of the blobs."""
    blobs = workspace.blobs
    lines = []
    for sha256 in sorted({answer.picture for side in sides for answer in side if answer.picture}):
        path = blobs.path(sha256)
        lines.append(f"{sha256}  {path.parent.name}/{path.name}" if path else f"# {sha256} absent")
    return "\n".join(lines) + "\n"


def _clean(files: Mapping[str, bytes], workspace: Workspace) -> Mapping[str, bytes]:
    """Take this machine's folders and user out, and refuse what holds a key."""
    finder = Finder(workspace.keys(), rules=(key_shapes, parameters))
    cleaned = {}
    for name, data in files.items():
        cleaned[name] = without_machine(data, workspace.root)
        hit = finder.first(cleaned[name])
        if hit is not None:
            raise SecretFound(
                f"{name} of the dossier would hold {hit.what}; nothing was written; "
                "harness cassette lint says where it stands in the recordings"
            )
    return cleaned


def without_machine(data: bytes, root: Path) -> bytes:
    """Put `.` for the workspace's folder and `~` for the home of who runs this."""
    places = {str(root.resolve()): ".", str(Path.home()): "~"}
    for place, stand_in in places.items():
        if len(place) > 1:
            data = data.replace(place.encode(), stand_in.encode())
    return data


def _zipped(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, date_time=_LONG_AGO), data)
    return written.getvalue()
