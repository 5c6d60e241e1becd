"""Find the code of a suite's own checks: in its folder, or installed; none is run here."""

from functools import cache
from pathlib import Path

from harness.loader.hints import did_you_mean
from harness.loader.place import quoted
from harness.model.custom import GROUP

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


def not_installed(name: str) -> str | None:
    """Say that no check of this name is installed here; None where one is."""
    known = _installed()
    if name in known:
        return None
    hint = f"; {did_you_mean(name, sorted(known))}" if known else ""
    return f"no check {quoted(name)} is installed here{hint}; install the package that has it"


@cache
def _installed() -> frozenset[str]:
    """Name the checks that are installed, by what packages declare; nothing is imported."""
    from importlib.metadata import entry_points  # late: few suites name one

    return frozenset(point.name for point in entry_points(group=GROUP))
