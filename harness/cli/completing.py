"""Complete suites, cases, tags, runs, recordings and endpoints at the shell's prompt.

A person waits for it at every press of a key: only the standard library is used, files are
looked through and not parsed, and a broken folder completes to nothing, without a word.
"""

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import typer

FILE = "harness.toml"
MOST_FILES = 300
"""Suite files that are looked for, and through."""
MOST_BYTES = 200_000
"""Of one file that are looked through."""
MOST_RUNS = 100

_IS_SUITE = re.compile(r"""^["']?suite["']?[ \t]*:""", re.MULTILINE)
_ID = re.compile(r"""(?:^|[\s{,])id:[ \t]*["']?([a-z0-9][a-z0-9._-]{0,63})""")
_TAGS = re.compile(r"(?:^|[\s{,])tags:[ \t]*(?:\[([^\]]*)\]|((?:\n[ \t]*-[ \t]*[\w-]+)+))")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """The workspace of the current folder, as far as completion needs it."""

    root: Path
    said: Mapping[str, object] = field(default_factory=dict)

    def folder(self, name: str, default: str) -> Path:
        """Give a folder by its setting."""
        said = os.environ.get(f"HARNESS_{name.upper()}") or self.said.get(name)
        return self.root / (said if isinstance(said, str) else default)

    @property
    def suites(self) -> tuple[Path, ...]:
        """Give the configured suites."""
        told = os.environ.get("HARNESS_SUITES")
        said = told.split(",") if told else self.said.get("suites")
        names = said if isinstance(said, list) else ["suites"]
        return tuple(self.root / name for name in names if isinstance(name, str))


def _here() -> _Place:
    now = Path.cwd()
    for folder in (now, *now.parents):
        file = folder / FILE
        if file.is_file():
            root = Path(os.path.relpath(folder, now))
            return _Place(root=root, said=tomllib.loads(file.read_text(encoding="utf-8")))
    return _Place(root=Path())


def _quietly(find: Callable[[], Iterable[str]], incomplete: str) -> list[str]:
    """Give what begins as the word does; nothing where nothing can be told."""
    try:
        return [word for word in dict.fromkeys(find()) if word.startswith(incomplete)]
    except (OSError, ValueError):  # what is no TOML and no UTF-8 is a ValueError, too
        return []


def suites(incomplete: str) -> list[str]:
    """Complete paths of suites; where none fits, the shell completes files."""
    return _quietly(lambda: _paths(incomplete), incomplete)


def _paths(incomplete: str) -> Iterator[str]:
    dotted = "./" if incomplete.startswith("./") else ""
    for path in _files(_here().suites):
        yield f"{dotted}{path}"


def _files(places: Iterable[Path]) -> Iterator[Path]:
    """Give the suite files that are meant by paths, in order."""
    return islice((path for place in places for path in _below(place) if _text(path)), MOST_FILES)


def _below(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    for folder, folders, names in os.walk(place):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (
            Path(folder, name) for name in sorted(names) if name.endswith((".yaml", ".yml"))
        )


def _text(path: Path) -> str:
    """Give a suite's text, as much as is looked through; empty where it is none."""
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES).decode("utf-8", errors="replace")
    except OSError:
        return ""
    return text if _IS_SUITE.search(text) or text.lstrip().startswith("{") else ""


def _asked(context: typer.Context) -> tuple[Path, ...]:
    """Give the suites of the command line so far, else the configured ones."""
    said = context.params.get("suites") or context.params.get("suite") or ()
    several = said if isinstance(said, list | tuple) else [said]
    return tuple(Path(str(path)) for path in several) or _here().suites


def cases(context: typer.Context, incomplete: str) -> list[str]:
    """Complete words of variants' ids: cases, and what the values of their axes are called."""
    return _quietly(lambda: _found(_ID, _asked(context)), incomplete)


def _found(pattern: re.Pattern[str], places: Iterable[Path]) -> Iterator[str]:
    for path in _files(places):
        yield from pattern.findall(_text(path))


def tags(context: typer.Context, incomplete: str) -> list[str]:
    """Complete tags of suites and cases."""
    return _quietly(lambda: _tags(_asked(context)), incomplete)


def _tags(places: Iterable[Path]) -> Iterator[str]:
    for path in _files(places):
        for within, below in _TAGS.findall(_text(path)):
            yield from _WORD.findall(within or below)


def runs(incomplete: str) -> list[str]:
    """Complete ids of runs, the newest first, and `last`."""
    return _quietly(_runs, incomplete)


def _runs() -> Iterator[str]:
    reports = _here().folder("reports", "reports")
    names = sorted((path.name for path in reports.iterdir()), reverse=True)
    yield "last"
    yield from islice(
        (name for name in names if (reports / name / "run.json").is_file()), MOST_RUNS
    )


def recordings(incomplete: str) -> list[str]:
    """Complete names of recordings."""
    return _quietly(lambda: (name for _, name in _recorded()), incomplete)


def recorded(incomplete: str) -> list[str]:
    """Complete ids of suites that have recordings, and SUITE/RECORDING."""
    return _quietly(
        lambda: (word for suite, name in _recorded() for word in (suite, f"{suite}/{name}")),
        incomplete,
    )


def _recorded() -> Iterator[tuple[str, str]]:
    cassettes = _here().folder("cassettes", "cassettes")
    for suite in _folders(cassettes):
        if suite != "blobs":
            yield from ((suite, name) for name in _folders(cassettes / suite))


def _folders(place: Path) -> list[str]:
    with os.scandir(place) as found:
        return sorted(e.name for e in found if e.is_dir() and not e.name.startswith((".", "_")))


def endpoints(incomplete: str) -> list[str]:
    """Complete endpoints: those that are built in, and those of harness.toml."""
    return _quietly(_endpoints, incomplete)


def _endpoints() -> Iterator[str]:
    yield from ("gemini", "simulator")
    said = _here().said.get("endpoints")
    yield from said if isinstance(said, dict) else ()


def sides(incomplete: str) -> list[str]:
    """Complete what can be compared: recordings, endpoints, and `earlier`."""
    return list(
        dict.fromkeys(
            [*recordings(incomplete), *endpoints(incomplete), *_quietly(_earlier, incomplete)]
        )
    )


def _earlier() -> tuple[str, ...]:
    return ("earlier",)
