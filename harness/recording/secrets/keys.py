"""Find keys in bytes: those in use in every form, and what is shaped like one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from harness.recording.secrets.layers import Decoded, Unescaped, decoded, unescaped
from harness.recording.secrets.shapes import shaped
from harness.recording.secrets.spellings import spellings

STAND_IN = b"SCRUBBED"
"""What stands where a key stood."""
LEVELS = 3
"""Escapes within base64 within escapes are seen through; more is not."""
ROUNDS = 4
"""Times that text is mended: a stand-in brings hardly ever a key to light, a round tells."""
TOGETHER = 4_000_000
"""Bytes of decoded base64 that are looked at together."""
SHORT = 65_536
"""Characters of base64 that are decoded while recording; of pictures the alignments do."""
FILE = 1 << 40
"""Characters of base64 that are decoded in a file: any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A place that holds a key.

    Attributes:
        start: Its first byte.
        end: The byte behind it.
        what: What it is and in which form, never the key.
        stand_in: What may stand there instead.
        grave: A secret; else only worth a word.
    """

    start: int
    end: int
    what: str
    stand_in: bytes = STAND_IN
    grave: bool = True


Rule = Callable[[bytes], Iterable[Hit]]
"""Finds more in text, whatever wraps it."""


def key_shapes(data: bytes) -> Iterator[Hit]:
    """Find what is shaped like a key of a known service."""
    for start, end, name in shaped(data):
        bearer = name == "a bearer token"
        yield Hit(
            start=start, end=end, what=name, stand_in=b"Bearer SCRUBBED" if bearer else STAND_IN
        )


class Finder:
    """Finds keys."""

    def __init__(
        self, secrets: Iterable[str] = (), *, rules: tuple[Rule, ...] = (), longest: int = FILE
    ) -> None:
        """Say what is looked for.

        Args:
            secrets: Keys in use.
            rules: What else is looked for.
            longest: Characters of base64 that are decoded, at most.
        """
        self._spellings = spellings(secrets)
        self._rules = rules
        self._longest = longest

    def holds(self, data: bytes) -> bool:
        """Tell whether there is anything."""
        return next(self._all(data, LEVELS), None) is not None

    def first(self, data: bytes) -> Hit | None:
        """Give what is found first, which need not be what stands first."""
        return next(self._all(data, LEVELS), None)

    def hits(self, data: bytes, *, levels: int = LEVELS) -> tuple[Hit, ...]:
        """Give everything, in order; of what overlaps, what begins first and goes furthest."""
        order = sorted(self._all(data, levels), key=lambda hit: (hit.start, -hit.end))
        kept: list[Hit] = []
        for hit in order:
            if not kept or hit.start >= kept[-1].end:
                kept.append(hit)
        return tuple(kept)

    def mended(self, data: bytes, *, levels: int = LEVELS) -> bytes:
        """Put the stand-ins in; what a round brings to light is found by the next."""
        for _ in range(ROUNDS):
            hits = self.hits(data, levels=levels)
            if not hits:
                break
            data = replaced(data, hits)
        return data

    def _all(self, data: bytes, levels: int) -> Iterator[Hit]:
        yield from self._spelt(data)
        for rule in self._rules:
            yield from rule(data)
        if levels:
            for part in unescaped(data):
                for hit in self._all(part.text, levels - 1):
                    yield _back(hit, part, data)
            for runs in _batches(decoded(data, longest=self._longest)):
                yield from self._in_runs(runs, levels - 1)

    def _spelt(self, data: bytes) -> Iterator[Hit]:
        for form, name in self._spellings.items():
            at = data.find(form)
            while at >= 0:
                end = at + len(form)
                yield Hit(
                    start=at, end=end, what=f"the API key ({name})", stand_in=_as_long(name, form)
                )
                at = data.find(form, end)

    def _in_runs(self, runs: list[Decoded], levels: int) -> Iterator[Hit]:
        """Look at all together first, since hardly ever there is anything in one."""
        together = b"\0".join(run.data for run in runs)
        if next(self._all(together, levels), None) is not None:
            for run in runs:
                yield from self._within(run, levels)

    def _within(self, run: Decoded, levels: int) -> Iterator[Hit]:
        """Find in a run of base64: it is one place, written anew as a whole."""
        found = list(self._all(run.data, levels))
        if found:
            anew = run.again(self.mended(run.data, levels=levels))
            for what in dict.fromkeys(hit.what for hit in found):
                yield Hit(start=run.start, end=run.end, what=_named(what, run.name), stand_in=anew)


def _batches(runs: Iterable[Decoded]) -> Iterator[list[Decoded]]:
    batch: list[Decoded] = []
    size = 0
    for run in runs:
        batch.append(run)
        size += len(run.data)
        if size > TOGETHER:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def replaced(data: bytes, hits: Iterable[Hit]) -> bytes:
    """Put the stand-ins of hits, which are in order and part, in their places."""
    pieces: list[bytes] = []
    at = 0
    for hit in hits:
        start = _before_escape(data, hit.start)
        pieces += [data[at:start], hit.stand_in]
        at = hit.end
    return b"".join([*pieces, data[at:]])


def _before_escape(data: bytes, start: int) -> int:
    """Begin before a backslash that the first byte belongs to: no escape is cut in two."""
    before = data[max(0, start - 64) : start]
    slashes = len(before) - len(before.rstrip(b"\\"))
    return start - 1 if slashes % 2 and data[start : start + 1] in b'"\\/bfnrtu' else start


def _back(hit: Hit, part: Unescaped, data: bytes) -> Hit:
    start, end = part.span(hit.start, hit.end)
    name = "URL-encoded" if b"%" in data[start:end] else "JSON-escaped"
    escaped = end - start != hit.end - hit.start
    return replace(hit, start=start, end=end, what=_named(hit.what, name) if escaped else hit.what)


def _named(what: str, form: str) -> str:
    """Say the outermost form, which is what one sees."""
    bare, _, inner = what.partition(" (")
    inner = inner.removesuffix(")")
    known = inner if inner and inner not in ("as it stands", form) else ""
    return f"{bare} ({known}, {form})" if known else f"{bare} ({form})"


def _as_long(name: str, form: bytes) -> bytes:
    """Give a stand-in that keeps the alignment of base64; elsewhere the usual one."""
    if name != "base64":
        return STAND_IN
    return (STAND_IN * (len(form) // len(STAND_IN) + 1))[: len(form)]
