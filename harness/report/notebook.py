"""Print a run or a comparison as the small table that a notebook shows.

A fragment, not a page: no script, no style sheet, nothing fetched; colours are the notebook's
own, so that it is read on light and dark ground. Every text in it is escaped.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from harness.errors import ImageError, StoreError
from harness.measure.derivatives import Kind, derive
from harness.model.blob import BlobRef
from harness.model.comparison import Comparison, Side
from harness.model.regression import Regression
from harness.model.run import Run
from harness.model.verdict import Status
from harness.report.comparison_words import verdict
from harness.report.pictures import ABSENT, Sources
from harness.report.render import template
from harness.report.summary import Row, headline, rows
from harness.report.words import ICONS, count_of, days, money, shortened, visible
from harness.store.blobs import MAX_BLOB
from harness.store.files import read_bytes

MOST_ROWS = 30
"""Variants that are listed, the gravest; the others are counted."""
MOST_BYTES = 256_000
"""Of all pictures in a fragment, as they stand in it: small WebP copies in base64."""
MOST_PICTURES = 16
"""Pictures in a fragment: each takes some 50 ms to be made small."""
_A_ROW = 4
_LONGEST = 300
_COLOURS = {
    Status.FAIL: "#d9480f",
    Status.ERROR: "#d6336c",
    Status.UNRECORDED: "#868e96",
    Status.NEW: "#9c36b5",
    Status.WARN: "#b08900",
    Status.PASS: "#1c7ed6",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thumb:
    """A small picture within the fragment, or the words in its place."""

    uri: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A row of the table."""

    colour: str
    mark: str
    name: str
    count: str
    why: str
    thumbs: tuple[_Thumb, ...]
    more: int


def run_fragment(run: Run, sources: Sources, *, stopped: str = "") -> str:
    """Give a run's fragment: its sentence, the gravest variants, some of their pictures.

    Args:
        run: What was judged.
        sources: Where the pictures' bytes come from; nothing is written.
        stopped: Why generation stopped early; empty where it did not.
    """
    found = rows(run)
    shown = tuple(_lines(run, found[:MOST_ROWS], sources))
    return template("notebook_run.html.jinja", tell=visible).render(
        simulated=run.simulated,
        icon=ICONS[run.status],
        status=run.status.value,
        said=headline(run),
        stopped=stopped,
        lines=shown,
        left=count_of(len(found) - len(shown), "more variant") if len(found) > len(shown) else "",
        command=run.command,
        id=run.id,
    )


def _lines(run: Run, found: tuple[Row, ...], sources: Sources) -> Iterator[_Line]:
    pictures = _pictures_by_variant(run)
    album = _Album(sources)
    for row in found:
        names = pictures.get((row.suite, row.variant), ()) if row.wanted else ()
        thumbs = tuple(album.thumb(sha256) for sha256 in names[: album.room()])
        yield _Line(
            colour=_COLOURS[row.status],
            mark=f"{ICONS[row.status]} {row.status}",
            name=f"{row.suite}/{row.variant}" if row.wanted else f"{row.suite}{row.variant}",
            count=f"{row.samples}/{row.wanted}" if row.wanted else "",
            why=shortened(row.reason, limit=_LONGEST),
            thumbs=thumbs,
            more=len(names) - len(thumbs),
        )


def _pictures_by_variant(run: Run) -> Mapping[tuple[str, str], tuple[str, ...]]:
    return {
        (suite.suite, judged.variant.id): tuple(
            sha256 for sample in judged.samples for sha256 in sample.pictures
        )
        for suite in run.suites
        for judged in suite.judged
    }


class _Album:
    """The small pictures of one fragment: not too many, not too heavy."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._shown: dict[str, _Thumb] = {}
        self._bytes = 0

    def room(self) -> int:
        """Count the pictures that the next row may show."""
        full = self._bytes >= MOST_BYTES
        return 0 if full else min(_A_ROW, MOST_PICTURES - len(self._shown))

    def thumb(self, sha256: str) -> _Thumb:
        """Make a picture small, once; what is not here or is no picture is said in words."""
        if sha256 not in self._shown:
            self._shown[sha256] = self._made(sha256)
        self._bytes += len(self._shown[sha256].uri)
        return self._shown[sha256]

    def _made(self, sha256: str) -> _Thumb:
        words = self._sources.forgotten(sha256)
        if words:
            return _Thumb(words=shortened(words, limit=_LONGEST))
        try:
            data = self._original(sha256)
            small = derive(data, kind=Kind.THUMB).data
        except StoreError:
            return _Thumb(words=ABSENT)
        except ImageError as error:
            return _Thumb(words=shortened(str(error), limit=_LONGEST))
        return _Thumb(uri=f"data:image/webp;base64,{base64.b64encode(small).decode()}")

    def _original(self, sha256: str) -> bytes:
        path = self._sources.original(sha256)
        if path is None:
            raise StoreError(ABSENT)
        data = read_bytes(path, limit=MAX_BLOB)
        if BlobRef.of(data).sha256 != sha256:
            raise ImageError("the bytes are not those that the name says; restore the file")
        return data


def comparison_fragment(found: Comparison) -> str:
    """Give a comparison's fragment: its verdict, both sides, what is said and what is not seen."""
    return template("notebook_comparison.html.jinja", tell=visible).render(
        simulated=found.simulated,
        icon="✖" if found.changed else "?" if found.undecided else "✔",
        said=verdict(found),
        sides=[side.name for side in found.sides],
        facts=[(name, [tell(side) for side in found.sides]) for name, tell in _FACTS.items()]
        if found.sides
        else [],
        sentences=found.said,
        prompts=[line for one in found.regressions for line in _criteria(one)],
        unseen=found.unseen,
    )


def _criteria(found: Regression) -> Iterator[str]:
    for one in found.criteria:
        yield f"{found.suite}: {one.name}: {one.ruling}: {one.said}"


def _counts(side: Side) -> str:
    counted = sorted(side.delivery.backends.items())
    return ", ".join(f"{count} {name}" for name, count in counted) or "none"


_FACTS: Mapping[str, Callable[[Side], str]] = {
    "answered by": lambda side: ", ".join(side.arms),
    "recording": lambda side: ", ".join(side.recordings),
    "recorded": lambda side: days((side.recorded_from, side.recorded_to)),
    "answers": lambda side: f"{side.answers}{' (simulated)' if side.simulated else ''}",
    "contract": lambda side: f"{side.failed} of {side.answers} failed",
    "delivered by": _counts,
    "price, mean": lambda side: f"{money(side.mean_usd)} an answer",
}
