"""Remember batch jobs beside the recording: what was asked, under which name, how it ended.

Below `cassettes/<suite>/<recording>/jobs/`, three small files a job, each written once:
`<id>.asked.json` before it is handed in, `<id>.named.json` once the service has named it,
`<id>.ended.json` when what it answered is recorded. A job is open until its third file is there.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from harness.errors import SecretFound, StoreError
from harness.model.arm import Arm
from harness.model.request import JsonObject
from harness.model.sample import SampleKey
from harness.provider.batch import NAME
from harness.recording.cassette_file import is_name
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
_STAMP = r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{4}"
_ID = re.compile(_STAMP + r"-[0-9]{1,9}")
_LEDGER_ID = re.compile(r"[A-Za-z0-9._-]{0,120}")
_MONTH = re.compile(r"([0-9]{4}-[0-9]{2})?")
_LONGEST = 300
"""Characters of a word in a job's file."""
_MOST = 10**6
"""Samples, and turns."""


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

    def __init__(self, recording: Path, *, secrets: tuple[str, ...] = ()) -> None:
        """Name the folder.

        Args:
            recording: Folder of the recording.
            secrets: Keys that are in no file of a job.
        """
        self.folder = recording / FOLDER
        self._secrets = secrets

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
            wrong = self._wrong(asked, job) or next(filter(None, map(_wrong, asked.items)), "")
            if wrong:
                raise _broken(path, wrong)
            yield OpenJob(asked=asked, name=self._name(job))

    def _name(self, job: str) -> str:
        path = self._path(job, "named")
        if not path.exists():
            return ""
        name = decode(Named, _content(path), where=str(path)).name
        if not NAME.fullmatch(name):
            raise _broken(path, "its name is none of a batch job")
        return name

    def _wrong(self, job: AskedJob, stem: str) -> str:
        """Say what a job's file cannot say: git carries it, and its words become paths."""
        keys = {item.key for item in job.items}
        recording = self.folder.parent
        rules = (
            (job.id == stem and _ID.fullmatch(job.id), "its id is not what the file is called"),
            (
                (job.suite, job.recording) == (recording.parent.name, recording.name),
                "it is of another recording",
            ),
            (re.fullmatch(_STAMP, job.session), "its session is none"),
            (_is_time(job.at), "its time is none"),
            (max(map(len, (job.arm.model, job.arm.endpoint))) <= _LONGEST, "its arm is too long"),
            (len(keys) == len(job.items), "it asks for one sample twice"),
        )
        return next((said for holds, said in rules if not holds), "")

    def begin(self, job: AskedJob, held: Held, *, blobs: BlobStore) -> None:
        """Note what is about to be asked, with the pictures in it.

        Raises:
            SecretFound: it holds a key; nothing was written.
            StoreError: it cannot be written.
        """
        data = _document(job)
        self._refuse(data, job)
        names = {name for item in job.items for name in blob_names(item.body)}
        held.refuse_shapes(sorted(names), where=job.id)
        held.put(sorted(names), into=blobs)
        write_atomic(self._path(job.id, "asked"), data)

    def name(self, job: AskedJob, name: str) -> None:
        """Note the service's name of a job; errors as `begin`."""
        data = _document(Named(name=name))
        self._refuse(data, job)
        write_atomic(self._path(job.id, "named"), data)

    def end(self, job: AskedJob, ended: Ended) -> None:
        """Note how a job ended: without its reason, where that holds a key.

        Raises:
            StoreError: it cannot be written.
        """
        data = _document(ended)
        try:
            self._refuse(data, job)
        except SecretFound:
            data = _document(replace(ended, why="what the service said of it holds a key"))
        write_atomic(self._path(job.id, "ended"), data)

    def _refuse(self, data: bytes, job: AskedJob) -> None:
        refuse_keys(data, secrets=self._secrets, where=job.id)
        refuse_key_shapes(data, where=job.id)

    def _path(self, job: str, what: str) -> Path:
        return self.folder / f"{job}.{what}.json"


def _document(value: object) -> bytes:
    return dump_json({"format": FORMAT, "version": VERSION, "job": encode(value)})


def _wrong(item: AskedItem) -> str:
    """Say what a request in a job's file cannot say; what it may cost frees no cap."""
    key = item.key
    words = (key.variant, item.cell, item.digest, item.image_size or "")
    rules = (
        (is_name(key.case) and max(map(len, words)) <= _LONGEST, "a sample has no such name"),
        (0 <= key.sample < _MOST and 0 <= key.turn < _MOST, "a sample has no such number"),
        (0 <= (item.ceiling_usd or 0.0) < _MOST, "a ceiling_usd is no price"),
        (_MONTH.fullmatch(item.month), "a month is none"),
        (_LEDGER_ID.fullmatch(item.ledger_id), "a ledger_id is none"),
    )
    return next((said for holds, said in rules if not holds), "")


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _broken(path: Path, wrong: str) -> StoreError:
    return StoreError(f"{path}: {wrong}; restore the file from git, or delete it")


def _content(path: Path) -> object:
    return opened(path, form=FORMAT, version=VERSION).get("job")
