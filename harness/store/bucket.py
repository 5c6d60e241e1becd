"""Keep blobs elsewhere: in a bucket, or wherever fsspec reaches, an object a blob.

An object's key is the blob's path in a folder of blobs, `ab/<sha256>.<ext>`. Nobody sees a
part of one: an object store shows an object when it is whole, elsewhere it is written
aside and renamed. Two who write one name write the same bytes.
"""

import base64
import contextlib
import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from harness.errors import BlobCorrupt, BlobMissing, BucketError, HarnessError
from harness.model.blob import BLOB_NAME, EXTENSIONS, SHA256
from harness.store.blobs import MAX_BLOB
from harness.store.filesystem import FOLDERS, S3, WHOLE, opened, scheme_of

SHARDS = 16
"""Folders `ab/` that are listed one by one; where more are asked for, all is listed at once."""
ASIDE = "_incoming"
"""Where a file lies while it is written, where nothing else hides it."""
_LEFT = re.compile(r"/[0-9a-f]{16}$")
"""What an upload calls a file aside; whatever else lies there is somebody's."""
STALE = timedelta(days=1)
"""Age of a file aside whose upload was killed: none takes so long, whatever its clock says."""
PAGE = 1000
"""Objects that a request for a listing gives; so is S3's."""


@dataclass(slots=True, kw_only=True)
class Requests:
    """What was asked of a bucket; counts of a moment, for people."""

    listings: int = 0
    uploads: int = 0
    read_back: int = 0
    downloads: int = 0


class Bucket:
    """Blobs below one URL; used by many threads."""

    def __init__(self, url: str, *, hasty: bool = False) -> None:
        """Bind a URL; of an object store nobody is asked yet.

        Args:
            url: Any of fsspec's, without a secret: credentials come from the environment.
            hasty: Whether to give up within seconds on S3 that does not answer.

        Raises:
            SettingsError: what speaks this scheme is not installed, or nobody knows it.
            BucketError: it cannot be opened.
        """
        self.url = url.rstrip("/")
        self.requests = Requests()
        self._scheme = scheme_of(url)
        try:
            self._fs, self._root = opened(url, hasty=hasty)
        except OSError as error:
            raise self._in_words(error, "") from error

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """Tell which of these blobs are there, with their bytes: by listings, not one by one.

        Args:
            names: `<sha256>.<ext>`, or a sha256 alone for whatever its kind is.

        Raises:
            BucketError: it cannot be listed.
        """
        asked = {name[:64] for name in names}
        shards = sorted({sha256[:2] for sha256 in asked})
        places = [f"{self._root}/{shard}" for shard in shards]
        found: dict[str, int] = {}
        for place in places if len(shards) <= SHARDS else [self._root]:
            found |= self._listed(place)
        return {name: size for name, size in found.items() if name[:64] in asked}

    def everything(self) -> dict[str, int]:
        """Give every blob that is there, with its bytes, by one listing.

        Raises:
            BucketError: it cannot be listed.
        """
        return self._listed(self._root)

    def _listed(self, place: str) -> dict[str, int]:
        with self._translated(""):
            entries = self._fs.find(place, detail=True)
        self.requests.listings += max(1, -(-len(entries) // PAGE))
        return {
            name: int(about.get("size") or 0)
            for path, about in entries.items()
            if BLOB_NAME.fullmatch(name := str(path).rpartition("/")[2])
            and str(path).endswith(f"/{_key(name)}")
        }

    def get(self, name: str) -> bytes:
        """Give a blob, held against its name.

        Raises:
            BlobMissing: it is not there.
            BlobCorrupt: what lies there is not what the name says.
            BucketError: the bucket cannot be asked.
        """
        self.requests.downloads += 1
        data = self._read(self._path(name), name)
        if len(data) > MAX_BLOB:
            said = f"larger than {MAX_BLOB:,} bytes; this is no blob of the harness"
            raise BlobCorrupt(f"{self.url}/{_key(name)}: {said}")
        if hashlib.sha256(data).hexdigest() != name[:64]:
            raise BlobCorrupt(
                f"{self.url}/{_key(name)}: {len(data):,} bytes that are not what the name says; "
                "it was not taken: remove it there, and push it again from who has it"
            )
        return data

    def put(self, name: str, data: bytes) -> None:
        """Send a blob; it is there, whole and proved, when this returns.

        S3 holds the bytes against the sha256 that goes with them and says so in its
        answer; where nobody says so, they are read back.

        Args:
            name: `<sha256>.<ext>`.
            data: Held against the name already.

        Raises:
            BlobCorrupt: what arrived is not what was sent.
            BucketError: it cannot be sent.
        """
        self.requests.uploads += 1
        if self._scheme in WHOLE:
            self._prove(self._path(name), name, data)
        else:
            self._rename(name, data)

    def _rename(self, name: str, data: bytes) -> None:
        """Write a blob aside, and give it its name when it is whole; nothing else is left."""
        place, aside = self._path(name), f"{self._root}/{ASIDE}/{secrets.token_hex(8)}"
        with self._translated(name):
            if self._fs.isdir(place):  # it would be moved into it
                raise IsADirectoryError
        try:
            self._prove(aside, name, data)
            with self._translated(name):
                self._fs.makedirs(f"{self._root}/{name[:2]}", exist_ok=True)
                self._fs.mv(aside, place)
        except BaseException:  # a disk that is full is not to stay so
            with contextlib.suppress(Exception):
                self._fs.rm_file(aside)
            raise

    def _prove(self, path: str, name: str, data: bytes) -> None:
        """Send bytes, and make sure that they arrived."""
        if self._sent(path, name, data):
            return
        self.requests.read_back += 1
        if self._read(path, name) != data:
            with self._translated(name):  # of the right length it would pass for the blob
                self._fs.rm_file(path)
            said = "what arrived is not what was sent; push it again"
            raise BlobCorrupt(f"{self.url}/{_key(name)}: {said}")

    def remove(self, sha256: str) -> tuple[str, ...]:
        """Remove a blob of whatever kind; give the keys that went.

        Raises:
            BucketError: it cannot be listed or removed.
        """
        if not SHA256.fullmatch(sha256):
            raise BucketError(f"{sha256[:80]!r}: not a sha256")
        names = [name for name in self.sizes([sha256]) if name[:64] == sha256]
        for name in names:
            with self._translated(name):
                self._fs.rm_file(self._path(name))
        return tuple(_key(name) for name in names)

    def sweep(self) -> int:
        """Remove what killed uploads left aside, as far as that can be; tell how many went."""
        aside, oldest = f"{self._root}/{ASIDE}", datetime.now(UTC) - STALE
        if self._scheme in WHOLE:
            return 0
        gone = 0
        with contextlib.suppress(Exception):  # what was sent is there; this is only tidying up
            for path in filter(_LEFT.search, self._fs.ls(aside, detail=False)):
                with contextlib.suppress(Exception):  # another push swept it, or it is a folder
                    if self._fs.modified(path) < oldest:
                        self._fs.rm_file(path)
                        gone += 1
        return gone

    def _sent(self, path: str, name: str, data: bytes) -> bool:
        """Send bytes in one request; tell whether the answer proves that they arrived."""
        if self._scheme not in S3:
            with self._translated(""):
                self._fs.pipe_file(path, data)
            return False
        proof = base64.b64encode(bytes.fromhex(name[:64])).decode()
        with self._translated(""):
            answer = self._fs.pipe_file(
                path,
                data,
                chunksize=MAX_BLOB,  # no upload in parts, of which some might be left
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=proof,
            )
        return isinstance(answer, dict) and answer.get("ChecksumSHA256") == proof

    def _read(self, path: str, name: str) -> bytes:
        """Read no more than a blob may hold, in one request."""
        with self._translated(name):
            data = self._fs.cat_file(path, start=0, end=MAX_BLOB + 1)
        return bytes(data)

    def _path(self, name: str) -> str:
        if BLOB_NAME.fullmatch(name) is None:
            raise BucketError(f"{name[:80]!r}: not the name of a blob ({', '.join(EXTENSIONS)})")
        return f"{self._root}/{_key(name)}"

    @contextlib.contextmanager
    def _translated(self, name: str) -> Iterator[None]:
        """Say in our words what a file system of somebody's raises."""
        try:
            yield
        except HarnessError:
            raise
        except IsADirectoryError as error:
            said = f"{self.url}/{_key(name)}: a folder lies in its place; remove it"
            raise BlobCorrupt(said) from error
        except Exception as error:  # every file system has a tree of its own
            raise self._in_words(error, name) from error

    def _in_words(self, error: Exception, name: str) -> HarnessError:
        said = " ".join(str(error).split())[:200] or type(error).__name__
        kind = type(error.__cause__ or error).__name__
        if isinstance(error, FileNotFoundError) and name and kind != "NoSuchBucket":
            return BlobMissing(f"{self.url}/{_key(name)}: not in the bucket; who has it, pushes it")
        if isinstance(error, FileNotFoundError):
            return BucketError(f"{self.url}: there is no such bucket ({said}); make it, or correct "
                               "the setting blobs")  # fmt: skip
        if isinstance(error, PermissionError) or "Credential" in kind:
            return BucketError(
                f"{self.url}: access is denied ({said}); credentials come from the environment, "
                "for S3 AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
            )
        look = "folder and its disk" if self._scheme in FOLDERS else "network and AWS_ENDPOINT_URL"
        return BucketError(
            f"{self.url}: cannot be used ({said}); look at the {look}, then give the same "
            "command again: it goes on with the rest"
        )


def _key(name: str) -> str:
    return f"{name[:2]}/{name}"
