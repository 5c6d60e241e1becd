"""Find the reference pictures of a suite: below its folder, of a known kind, not too large."""

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from pathlib import PurePosixPath

from harness.loader.findings import Findings
from harness.loader.place import Path, quoted
from harness.loader.source import read_bounded
from harness.model.blob import MIME_TYPES, BlobRef
from harness.model.suite import Reference

MOST_PICTURE_BYTES = 20_000_000
MOST_MATCHES = 100
MOST_GLOBS = 100


class BadGlob(Exception):
    """A glob that leads to no usable picture; says why and what to do."""


Library = Mapping[str, tuple[Reference, ...] | None]
"""Reference sets by name; None where pictures could not be had, which is already noted."""


def read_library(written: object, folder: FilePath, findings: Findings) -> Library | None:
    """Find and name every picture of every set; what is wrong goes to `findings`.

    Args:
        written: What stands under `references`, of whatever form: each glob is looked at
            whose own form is right.
        folder: The suite's.
        findings: Where problems go.

    Returns:
        None where nobody can tell which sets there are.
    """
    if not isinstance(written, dict):
        return None
    reader = _Reader(folder, findings)
    return {name: reader.read_set(name, globs) for name, globs in written.items()}


class _Reader:
    def __init__(self, folder: FilePath, findings: Findings) -> None:
        self._folder = folder
        self._findings = findings
        self._known: dict[str, Reference] = {}

    def read_set(self, name: str, globs: object) -> tuple[Reference, ...] | None:
        listed = globs if isinstance(globs, list) else [globs]
        found: dict[str, Reference | None] = {}
        for index, pattern in enumerate(listed[:MOST_GLOBS]):
            path: Path = ("references", name, index)
            if not isinstance(pattern, str) or self._findings.spoiled(self._findings.shown(path)):
                found[f"glob {index}"] = None
                continue
            try:
                names = find_files(pattern, self._folder)
            except BadGlob as error:
                self._findings.problem(path, str(error))
                found[pattern] = None
                continue
            found.update((file, self._read(file, path)) for file in names if file not in found)
        pictures = [picture for picture in found.values() if picture is not None]
        return tuple(pictures) if len(pictures) == len(found) else None

    def _read(self, file: str, path: Path) -> Reference | None:
        if file in self._known:
            return self._known[file]
        try:
            self._known[file] = read_picture(self._folder, file)
        except (OSError, BadGlob) as error:
            why = getattr(error, "strerror", None) or str(error)
            self._findings.problem(path, f"{quoted(file)} {why}")
            return None
        return self._known[file]


def find_files(pattern: str, folder: FilePath) -> list[str]:
    """Find files below `folder`: names relative to it, with forward slashes, sorted.

    Hidden files are left out unless the pattern itself begins a name with a dot.

    Raises:
        BadGlob: the pattern leads outside, is broken, matches nothing or far too much.
    """
    _refuse_escape(pattern)
    try:
        matches = list(itertools.islice(_matches(pattern, folder), MOST_MATCHES + 1))
    except (OSError, ValueError, NotImplementedError, IndexError) as error:
        raise BadGlob(f"{quoted(pattern)} is no glob: {error}; correct it") from error
    if not matches:
        raise BadGlob(
            f"no file matches {quoted(pattern)} below {folder}/; add the pictures or correct it"
        )
    if len(matches) > MOST_MATCHES:
        raise BadGlob(f"{quoted(pattern)} matches more than {MOST_MATCHES} files; narrow it")
    return sorted(matches)


def _refuse_escape(pattern: str) -> None:
    if "\\" in pattern:
        raise BadGlob(f"{quoted(pattern)} has a backslash; write forward slashes")
    if pattern.startswith(("/", "~")) or pattern[1:2] == ":":
        raise BadGlob(f"{quoted(pattern)} is absolute; give it relative to the suite's folder")
    segments = pattern.split("/")
    if ".." in segments:
        raise BadGlob(f'{quoted(pattern)} leaves the suite\'s folder by ".."; move the pictures')
    if segments.count("**") > 1:
        raise BadGlob(f'{quoted(pattern)} has several "**"; one is enough')
    if any("**" in segment and segment != "**" for segment in segments):
        raise BadGlob(f'{quoted(pattern)} has "**" within a name; let it stand alone')


def _matches(pattern: str, folder: FilePath) -> Iterator[str]:
    shows_hidden = any(segment.startswith(".") for segment in PurePosixPath(pattern).parts)
    for match in folder.glob(pattern):
        name = match.relative_to(folder)
        hidden = any(part.startswith(".") for part in name.parts)
        if match.is_file() and (shows_hidden or not hidden):
            yield name.as_posix()


def read_picture(folder: FilePath, file: str) -> Reference:
    """Name the picture's bytes.

    Raises:
        BadGlob: it leads outside the folder, is too large, or of no kind that can be sent.
        OSError: it cannot be read.
    """
    place = folder / file
    if not place.resolve().is_relative_to(folder.resolve()):
        raise BadGlob("is a link that leaves the suite's folder; put the picture itself there")
    data = read_bounded(place, most=MOST_PICTURE_BYTES)
    if len(data) > MOST_PICTURE_BYTES:
        raise BadGlob("is larger than 20 MB; make it smaller")
    blob = BlobRef.of(data)
    if blob.extension == "bin":
        raise BadGlob("is no JPEG, PNG, WebP or HEIC by its bytes; give a picture")
    return Reference(path=file, blob=blob, mime_type=MIME_TYPES[blob.extension])
