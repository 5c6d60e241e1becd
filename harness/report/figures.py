"""Put what a picture's pixels tell into words: every figure, and those that are not usual."""

from harness.judging.structure import SIDES, structure
from harness.model.picture import Measures, Structure
from harness.model.verdict import Status


def figures(found: Structure) -> dict[str, str]:
    """Give every figure that was measured, by its name for people."""
    told = {
        "alpha": f"{found.transparent:.1%} not opaque" if found.transparent else "",
        "bars": _bars(found),
        "detail": "" if found.detail_db is None else f"{found.detail_db:.1f} dB",
        "repeats": f"each pixel {found.repeats} times" if found.repeats > 1 else "",
        "block grid": "" if found.blockiness is None else f"{found.blockiness:.2f}",
        "halves": "" if found.halves is None else f"{found.halves:.2f}",
        "mark": "" if found.mark is None else f"{found.mark:.2f}",
    }
    return {name: said for name, said in told.items() if said}


def _bars(found: Structure) -> str:
    bars = zip(SIDES, found.bars, strict=False)
    return ", ".join(f"{side} {bar:.1%}" for side, bar in bars if bar > 0)


_FIGURE_OF = {
    "alpha": "alpha",
    "border": "bars",
    "recompressed": "block grid",
    "halves": "halves",
    "mark": "mark",
}


def unusual(measures: Measures | None) -> str:
    """Give the figures that lie beyond their limits: `detail -24.5 dB, mark 0.82`."""
    if measures is None or measures.structure is None:
        return ""
    told = figures(measures.structure)
    names = [c for c, status, _ in structure(measures.structure) if status is not Status.PASS]
    native = "repeats" if measures.structure.repeats > 1 else "detail"
    shown = [native if name == "native" else _FIGURE_OF.get(name, "") for name in names]
    return ", ".join(f"{name} {told[name]}" for name in shown if name in told)
