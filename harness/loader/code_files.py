"""Find the Python file of a suite's own check: below the suite's folder, and never run here."""

from pathlib import Path

from harness.loader.place import quoted

MOST_CODE_BYTES = 1_000_000


def wrong_file(folder: Path, file: str) -> str | None:
    """Say what is wrong with the file of a check; None where it can be used."""
    place = folder / file
    try:
        if not place.is_file():
            return f"no file {quoted(file)} in the suite's folder; write it, or correct the name"
        if not place.resolve().is_relative_to(folder.resolve()):
            return f"{quoted(file)} is a link that leaves the suite's folder; put the file there"
        size = place.stat().st_size
    except OSError as error:
        return f"{quoted(file)} {error.strerror or error}; correct it"
    return f"{quoted(file)} is larger than 1 MB; split it" if size > MOST_CODE_BYTES else None
