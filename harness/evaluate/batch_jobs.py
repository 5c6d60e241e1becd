"""Remember batch jobs beside the recording: what was asked, under which name, how it ended.

Below `cassettes/<suite>/<recording>/jobs/`, three small files a job, each written once:
`<id>.asked.json` before it is handed in, `<id>.named.json` once the service has named it,
`<id>.ended.json` when what it answered is recorded. A job is open until its third file is there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.model.arm import Arm
from harness.model.request import JsonObject
from harness.model.sample import SampleKey
from harness.recording.held import Held
from harness.recording.packing import blob_names
from harness.recording.secrets.scrub import refuse_key_shapes, refuse_keys
from harness.store.blobs import BlobStore
from harness.store.codec import decode, encode
from harness.store.files import dump_json, write_atomic
from harness.store.runs import opened

FORMAT = "gemini-image-harness/batch"
VERSION = 1
FOLDER = "jobs"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedItem:
    """One request of a job.

    Attributes:
        key: Which sample it obtains.
        cell: Digest of what is declared.
        digest: Of the request.
        alone: The sample has no further turn.
        body: The request's body, packed.
        files: URI of an uploaded picture to the name of its blob.
        ceiling_usd: What it can cost at the most; None where no price is known.
        month: Of the ledger that it is noted in; empty where in none.
        ledger_id: Its id there.
        image_size: As it was asked; None means 1K.
    """

    key: SampleKey
    cell: str
    digest: str
    alone: bool
    body: JsonObject
    files: Mapping[str, str] = field(default_factory=dict)
    ceiling_usd: float | None = None
    month: str = ""
    ledger_id: str = ""
    image_size: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedJob:
    """What a job asks.

    Attributes:
        id: Also the name that it is handed in under.
        suite: Id of the suite.
        recording: Name of the recording.
        arm: Who is asked.
        session: The run of the recorder that handed it in.
        at: When, ISO 8601, UTC.
        anew: Answers that are recorded already are asked for again.
        items: Its requests, in order.
    """

    id: str
    suite: str
    recording: str
    arm: Arm
    session: str
    at: str
    anew: bool = False
    items: tuple[AskedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The service's name of a job."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a job ended.

    Attributes:
        state: The service's word in lower case, or `"refused"`, `"unknown"`.
        at: When it was seen, ISO 8601, UTC.
        answered: Requests that have an answer.
        why: Why the others have none; may be empty.
    """

    state: str
    at: str
    answered: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenJob:
    """A job that was asked and has not ended: its name is empty where nobody noted one."""

    asked: AskedJob
    name: str = ""


class JobFolder:
    """The jobs of one recording."""

    def __init__(self, recording: Path) -> None:
        self.folder = recording / FOLDER

    def open(self) -> tuple[OpenJob, ...]:
        """Give the jobs that have not ended, oldest first.

        Raises:
            StoreError: a file is broken.
        """
        return tuple(self._open())

    def _open(self) -> Iterator[OpenJob]:
        for path in sorted(self.folder.glob("*.asked.json")):
            job = path.name.removesuffix(".asked.json")
            if self._path(job, "ended").exists():
                continue
            asked = decode(AskedJob, _content(path), where=str(path))
            named = self._path(job, "named")
            name = decode(Named, _content(named), where=str(named)).name if named.exists() else ""
            yield OpenJob(asked=asked, name=name)

    def begin(
        self, job: AskedJob, held: Held, *, blobs: BlobStore, secrets: tuple[str, ...]
    ) -> None:
        """Note what is about to be asked, with the pictures in it.

        Raises:
            SecretFound: it holds a key; nothing was written.
            StoreError: it cannot be written.
        """
        data = _document(job)
        refuse_keys(data, secrets=secrets, where=job.id)
        refuse_key_shapes(data, where=job.id)
        names = {name for item in job.items for name in blob_names(item.body)}
        held.refuse_shapes(sorted(names), where=job.id)
        held.put(sorted(names), into=blobs)
        write_atomic(self._path(job.id, "asked"), data)

    def name(self, job: AskedJob, name: str) -> None:
        """Note the service's name of a job; errors as `begin`."""
        write_atomic(self._path(job.id, "named"), _document(Named(name=name)))

    def end(self, job: AskedJob, ended: Ended) -> None:
        """Note how a job ended; errors as `begin`."""
        write_atomic(self._path(job.id, "ended"), _document(ended))

    def _path(self, job: str, what: str) -> Path:
        return self.folder / f"{job}.{what}.json"


def _document(value: object) -> bytes:
    return dump_json({"format": FORMAT, "version": VERSION, "job": encode(value)})


def _content(path: Path) -> object:
    return opened(path, form=FORMAT, version=VERSION).get("job")
