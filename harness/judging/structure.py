"""Hold what a picture's pixels tell of how it was processed against the limits of each measure.

The limits, with the pictures on which they were measured and how often they err, stand where
the figures are made: `measure/detail.py`, `blocks.py`, `border.py`, `halves.py`, `mark.py`.
They are WARNs, for each of them errs on some good picture; transparency does not, and FAILs.
"""

from collections.abc import Iterator

from harness.judging.delivery import quantisation_word
from harness.measure.blocks import BLOCKY_ABOVE
from harness.measure.border import LETTERBOX_LEAST
from harness.measure.detail import UPSCALED_BELOW
from harness.measure.halves import HALVES_ABOVE
from harness.measure.mark import MARK_ABOVE
from harness.model.picture import Structure
from harness.model.verdict import Status

Said = tuple[str, Status, str]
"""Name of a check, what came of it, and the sentence with its figures."""

SIDES = ("top", "right", "bottom", "left")


def structure(found: Structure, *, luma_sum: int = 0) -> Iterator[Said]:
    """Say what a picture's structure gives away; of a figure that is absent nothing is said.

    Args:
        found: What its pixels tell.
        luma_sum: Of its own JPEG tables, as in `Markings`: how coarsely the file is written.

    Yields:
        One PASS where all is well, else only what is not.
    """
    said = [
        *_alpha(found), *_border(found), *_native(found), *_recompressed(found, luma_sum),
        *_halves(found),
        *_mark(found),
    ]  # fmt: skip
    yield from said or [("pixels", Status.PASS, _fine(found))]


def _alpha(found: Structure) -> Iterator[Said]:
    """Blame one pixel that is not opaque: counted in the container, so it never errs.

    Found: 28 of 28 real pictures whose ground was cut out; 0 of 29 as they are are blamed.
    """
    if found.transparent > 0:
        yield (
            "alpha", Status.FAIL,
            f"{_share(found.transparent)} of the pixels are not opaque (limit: none): the model "
            "paints whole pictures; was its ground cut out, or the file converted?",
        )  # fmt: skip


def _border(found: Structure) -> Iterator[Said]:
    bars = [f"{s} {bar:.1%}" for s, bar in zip(SIDES, found.bars, strict=False) if bar > 0]
    if bars:
        framed = "a frame" if len(bars) == len(SIDES) else "a letterbox"
        yield (
            "border", Status.WARN,
            f"flat bars of one colour at {', '.join(bars)} (limit {LETTERBOX_LEAST:.1%}): "
            f"{framed} instead of the whole picture?",
        )  # fmt: skip


def _native(found: Structure) -> Iterator[Said]:
    if found.repeats > 1:
        yield (
            "native", Status.WARN,
            f"each pixel stands {found.repeats} times across and down (limit 1): enlarged from a "
            "smaller picture by repeating pixels?",
        )  # fmt: skip
    elif found.detail_db is not None and found.detail_db < UPSCALED_BELOW:
        yield (
            "native", Status.WARN,
            f"the finest detail lies at {found.detail_db:.1f} dB (limit {UPSCALED_BELOW:.0f} dB): "
            "enlarged from a smaller picture?",
        )  # fmt: skip


def _recompressed(found: Structure, luma_sum: int) -> Iterator[Said]:
    """Say that there are blocks, unless the service's own tables leave them.

    Vertex writes with medium tables (luma sums of 560 and 592), which leave blocks of strength
    1.29 and 1.35 in both of its real pictures: they are the delivery's, and are as delivered.
    """
    if found.blockiness is None or found.blockiness <= BLOCKY_ABOVE:
        return
    word = quantisation_word(luma_sum)
    if word != "medium":
        own = f"; the file's own tables are {word}" if word else ""
        yield (
            "recompressed", Status.WARN,
            f"a grid of 8x8 blocks of strength {found.blockiness:.2f} (limit {BLOCKY_ABOVE:g}"
            f"{own}): was it compressed coarsely on the way?",
        )  # fmt: skip


def _halves(found: Structure) -> Iterator[Said]:
    if found.halves is not None and found.halves > HALVES_ABOVE:
        yield (
            "halves", Status.WARN,
            f"its halves correlate by {found.halves:.2f} (limit {HALVES_ABOVE:g}): "
            "is one half shown twice?",
        )  # fmt: skip


def _mark(found: Structure) -> Iterator[Said]:
    if found.mark is not None and found.mark > MARK_ABOVE:
        yield (
            "mark", Status.WARN,
            f"the lower right corner correlates by {found.mark:.2f} with the generator's star "
            f"(limit {MARK_ABOVE:g}): did it come through the app, which marks its pictures?",
        )  # fmt: skip


def _fine(found: Structure) -> str:
    """Say what was looked for and not found; of what could not be told nothing."""
    looked = {
        "no bars": bool(found.bars),
        "no block grid": found.blockiness is not None,
        "no half twice": found.halves is not None,
        "no mark": found.mark is not None,
    }
    detail = () if found.detail_db is None else (f"native detail ({found.detail_db:.1f} dB)",)
    opaque = "opaque, though with an alpha channel" if found.alpha else "opaque"
    return ", ".join((opaque, *detail, *(name for name, told in looked.items() if told)))


def _share(share: float) -> str:
    return f"{share:.1%}" if share >= 0.001 else "under 0.1 %"
