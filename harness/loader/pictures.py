"""Find the reference pictures of a suite: below its folder, of a known kind, not too large."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as FilePath

from harness.loader.findings import Findings
from harness.loader.globs import BadGlob, Finder
from harness.loader.place import Path, quoted
from harness.loader.source import read_bounded
from harness.model.blob import BlobRef, mime_type
from harness.model.reference import Reference

MOST_PICTURE_BYTES = 20_000_000
MOST_GLOBS = 100


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
        self._finder = Finder(folder)
        self._findings = findings
        self._known: dict[str, Reference] = {}

    def read_set(self, name: str, written: object) -> tuple[Reference, ...] | None:
        place: Path = ("references", name)
        if not isinstance(written, dict):
            return self._read_globs(written, place)
        found = self._read_globs(written.get("files"), (*place, "files"))
        kind = written.get("kind")
        said = kind if isinstance(kind, str) else ""
        return found and tuple(replace(picture, kind=said) for picture in found)

    def _read_globs(self, globs: object, place: Path) -> tuple[Reference, ...] | None:
        listed = globs if isinstance(globs, list) else [globs]
        found: dict[str, Reference | None] = {}
        for index, pattern in enumerate(listed[:MOST_GLOBS]):
            path: Path = (*place, index)
            if not isinstance(pattern, str) or self._findings.spoiled(self._findings.shown(path)):
                found[f"glob {index}"] = None
                continue
            try:
                names = self._finder.find(pattern)
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
    return Reference(path=file, blob=blob, mime_type=mime_type(data))
