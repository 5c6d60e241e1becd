"""Hand requests in as a batch job, look at it, and fetch what it answered (WIRE section 1.11)."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import quote

import httpx

from harness.errors import MalformedAnswer, NoConnection, ServiceFailed
from harness.model.request import JsonObject
from harness.provider.calling import Line
from harness.provider.files import FileService
from harness.provider.quoting import quoted, without_key

INLINE = 20_000_000
"""Bytes of the requests that a job holds itself; more go in a file."""
NAME = re.compile(r"batches/[A-Za-z0-9_-]{1,200}")
"""What a job is called: it goes into addresses, files and messages."""
_FILE = re.compile(r"files/[A-Za-z0-9-]{1,100}")
_PAGES = 100
"""Pages of jobs that are looked through for one."""
_CODES = 1000
_DIGITS = 12
"""Of a count; Python itself refuses one of 5,000."""
_SERVICE_HEADERS = ("x-simulated",)


class State(StrEnum):
    """How a job stands, in one word."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """One request of a job.

    Attributes:
        key: By which its answer is known.
        body: Of generateContent.
    """

    key: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchJob:
    """A job at the service.

    Attributes:
        name: `"batches/abc"`.
        display: The name that it was handed in under.
        state: How it stands.
        succeeded: How many of its requests were answered, as far as it tells.
        error: Why it came to no good end; may be empty.
        rows: What it answered, in the order of the requests; None where a file holds it.
        file: `"files/batch-abc"`: where what it answered lies; may be empty.
        service: Headers that tell of the service.
    """

    name: str
    display: str
    state: State
    succeeded: int = 0
    error: str = ""
    rows: tuple[JsonObject, ...] | None = None
    file: str = ""
    service: Mapping[str, str] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        return self.state not in (State.PENDING, State.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchAnswer:
    """What came of one request.

    Attributes:
        key: Of the request.
        body: The answer as generateContent would give it, written anew; empty for an error.
        code: The error's code, of gRPC or HTTP; 0 where there is none.
        message: The error's sentence.
    """

    key: str
    body: bytes = b""
    code: int = 0
    message: str = ""


class BatchService:
    """The batches of one endpoint."""

    def __init__(self, line: Line, files: FileService) -> None:
        self._line = line
        self._files = files

    def submit(self, model: str, items: Sequence[BatchItem], *, display: str) -> BatchJob:
        """Hand a job in: within one request while it is small, else as a file.

        Raises:
            ProviderError: it was refused, or nobody can tell whether it was taken.
        """
        size = sum(len(item.body) for item in items)
        small = size <= min(INLINE, self._line.endpoint.request_bytes)
        inline = small or not self._line.endpoint.files
        source = _inline(items) if inline else self._file(items, display)
        head = json.dumps(display).encode()
        content = b'{"batch":{"displayName":%s,"inputConfig":%s}}' % (head, source)
        url = self._line.url(f"models/{quote(model, safe='')}:batchGenerateContent")
        return self._job(self._line.exchange("POST", url, content=content))

    def _file(self, items: Sequence[BatchItem], display: str) -> bytes:
        lines = (b'{"key":%s,"request":%s}\n' % (_text(i.key), i.body) for i in items)
        data = b"".join(lines)
        try:
            remote = self._files.upload(data, mime_type="application/jsonl", title=display)
        except ServiceFailed as error:  # no job was handed in, so none can be under way
            raise NoConnection(str(error), status=error.status) from error
        return b'{"fileName":%s}' % _text(remote.name)

    def get(self, name: str) -> BatchJob:
        """Look at a job.

        Raises:
            ProviderError: the service did not say.
        """
        return self._job(self._line.get(name))

    def named(self, display: str) -> BatchJob | None:
        """Find the job that was handed in under a name; None where there is none.

        Raises:
            ProviderError: the service did not say.
        """
        token = ""
        for _ in range(_PAGES):
            more = f"&pageToken={quote(token, safe='')}" if token else ""
            tree = self._line.raw_tree(self._line.get(f"batches?pageSize=100{more}"))
            for operation in _objects(tree.get("operations") or tree.get("batches")):
                if _display(operation) == display:
                    return self._job_of(operation, {})
            token = _word(tree.get("nextPageToken")).encode("utf-8", "replace").decode()
            if not token:
                return None
        raise MalformedAnswer(f"the list of batch jobs has more than {_PAGES} pages")

    def answers(self, job: BatchJob, keys: Sequence[str]) -> Iterator[BatchAnswer]:
        """Give what a job answered: by its key, else in the order of the requests.

        Raises:
            ProviderError: what it answered cannot be fetched, or is not of the form.
        """
        rows = self._lines(job.file) if job.rows is None else list(job.rows)
        named = all(_key_of(row) for row in rows)
        if not named and len(rows) != len(keys):
            raise MalformedAnswer(
                f"{job.name}: {len(rows)} answers without names to {len(keys)} requests"
            )
        for position, row in enumerate(rows):
            found = self._answer(_key_of(row) if named else keys[position], row)
            if found is not None:
                yield found

    def _lines(self, file: str) -> list[JsonObject]:
        """Fetch a file of answers; a line that is none is passed over, and its request missed."""
        if not file:
            return []
        if not _FILE.fullmatch(file):
            shown = quoted(file, self._line.endpoint.key, most=80)
            raise MalformedAnswer(f"{shown!r}: not the name of a file of answers")
        url = self._line.url(f"{file}:download?alt=media", root="download/")
        data = self._line.exchange("GET", url, headers={}).content
        return [tree for line in data.split(b"\n") if (tree := _parsed(line)) is not None]

    def _job(self, response: httpx.Response) -> BatchJob:
        service = {k: response.headers[k] for k in _SERVICE_HEADERS if k in response.headers}
        return self._job_of(self._line.raw_tree(response), service)

    def _job_of(self, tree: JsonObject, service: Mapping[str, str]) -> BatchJob:
        """Read an operation, or the batch itself, which some list instead."""
        about = _object(tree.get("metadata")) or tree
        name = _word(tree.get("name")) or _word(about.get("name"))
        if not NAME.fullmatch(name) or without_key(name, self._line.endpoint.key) != name:
            raise MalformedAnswer("the service names no batch job")
        response = _object(tree.get("response")) or _object(about.get("output"))
        rows = _object(response.get("inlinedResponses")).get("inlinedResponses")
        stats = _object(about.get("batchStats"))
        error = _object(tree.get("error") or about.get("error"))
        return BatchJob(
            name=name,
            display=_display(tree),
            state=_state(tree, about),
            succeeded=_count(stats.get("successfulRequestCount")),
            error=self._said(error),
            rows=tuple(_objects(rows)) if isinstance(rows, list) else None,
            file=_word(response.get("responsesFile")),
            service=service,
        )

    def _answer(self, key: str, row: JsonObject) -> BatchAnswer | None:
        """Read what came of a request; None where nobody can write its answer down."""
        response = row.get("response")
        wrong = _object(_object(response).get("error"))
        if isinstance(response, dict) and (not wrong or "candidates" in response):
            body = _written(response)
            return None if body is None else BatchAnswer(key=key, body=body)
        error = wrong or _object(row.get("error") or row.get("status"))
        return BatchAnswer(
            key=key,
            code=_code(error.get("code")),
            message=self._said(error) or "the batch holds neither an answer nor an error",
        )

    def _said(self, error: JsonObject) -> str:
        """Give an error's sentence, which goes into files and messages."""
        return quoted(_word(error.get("message")), self._line.endpoint.key)


def _inline(items: Sequence[BatchItem]) -> bytes:
    """Write requests into the job; their bodies are bytes already, and stay what they are."""
    rows = (b'{"request":%s,"metadata":{"key":%s}}' % (i.body, _text(i.key)) for i in items)
    return b'{"requests":{"requests":[%s]}}' % b",".join(rows)


def _text(value: str) -> bytes:
    return json.dumps(value).encode()


def _parsed(line: bytes) -> JsonObject | None:
    try:
        tree = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return tree if isinstance(tree, dict) else None


def _state(tree: JsonObject, about: JsonObject) -> State:
    """Read the state by its last word; a job that says none is judged by how it ended."""
    word = _word(about.get("state")).rpartition("STATE_")[2].lower()
    if word in list(State):
        return State(word)
    if tree.get("done") is not True:
        return State.PENDING
    return State.FAILED if tree.get("error") else State.SUCCEEDED


def _key_of(row: JsonObject) -> str:
    return _word(row.get("key")) or _word(_object(row.get("metadata")).get("key"))


def _written(response: JsonObject) -> bytes | None:
    try:
        body = json.dumps(response, separators=(",", ":"), ensure_ascii=False)
    except (ValueError, RecursionError):
        return None
    return body.encode("utf-8", "surrogatepass")


def _display(tree: JsonObject) -> str:
    return _word((_object(tree.get("metadata")) or tree).get("displayName"))


def _object(value: Any) -> JsonObject:  # noqa: ANN401  # any JSON value
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[JsonObject]:  # noqa: ANN401
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _word(value: Any) -> str:  # noqa: ANN401
    return value if isinstance(value, str) else ""


def _code(value: Any) -> int:  # noqa: ANN401
    """Give an error's code; 2, which is UNKNOWN, where it tells none."""
    told = isinstance(value, int) and not isinstance(value, bool) and 0 < value < _CODES
    return int(value) if told else 2


def _count(value: Any) -> int:  # noqa: ANN401
    text = str(value) if isinstance(value, int | str) else ""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else 0
