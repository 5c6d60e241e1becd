"""Show what was measured of pictures beside each one's own bytes: limits, look, pairs."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from harness.cli import shared
from harness.model.verdict import Status

if TYPE_CHECKING:
    from harness.evaluate.measure_looks import Likeness
    from harness.evaluate.measure_pairs import Pair, Paired
    from harness.evaluate.measure_paths import Picture
    from harness.model.verdict import Finding

FEW = 3
"""So many pictures are told of in whole sentences; of more, each limit once."""

NAMED = 6
"""Pictures that a line names; the others are counted."""

ROWS = 66
"""Pairs, and distances to references, that are listed; `--json` has all."""

_STYLES = {Status.FAIL: "bold red", Status.WARN: "yellow"}


def show_odd(pictures: "Sequence[Picture]") -> None:
    """Print what lies beyond a limit: a sentence each of few pictures, else a line a limit."""
    from harness.evaluate.measure_words import odd

    found = [(picture.path.name, finding) for picture in pictures for finding in odd(picture)]
    if not found:
        return
    shared.say("")
    shared.say("beyond a limit", style="bold")
    if len(pictures) <= FEW:
        for name, finding in found:
            _say(finding, f"{name}: {finding.message}")
        return
    ordered = sorted(found, key=lambda pair: (-pair[1].status.severity, pair[1].check))
    for _, group in groupby(ordered, key=lambda pair: pair[1].check):
        _show_limit(list(group))


def _show_limit(group: "list[tuple[str, Finding]]") -> None:
    from harness.evaluate.measure_words import SHORT
    from harness.report.words import count_of

    finding = group[0][1]
    said = SHORT.get(finding.check, finding.check)
    _say(finding, f"{said:<18} {count_of(len(group), 'picture')}: {_names(n for n, _ in group)}")


def _say(finding: "Finding", text: str) -> None:
    from harness.report.words import ICONS

    shared.say(f"  {ICONS[finding.status]} {text}", style=_STYLES.get(finding.status, ""))


def _names(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return ", ".join(listed[:NAMED]) + more


def show_likeness(found: "Likeness") -> None:
    """Print each picture's distance to the references, and what the negative control says."""
    from harness.evaluate.measure_words import distance_of, look_note

    shared.say("")
    shared.say(f"look    {look_note(found)}", style="bold")
    width = max(len(near.path.name) for near in found.pictures[:ROWS])
    shared.say(f"  {'picture':<{width}}  nearest  mean  nearest reference", style="dim")
    for near in found.pictures[:ROWS]:
        which = near.which.name if near.which else ""
        nearest, mean = distance_of(near.nearest), distance_of(near.mean)
        shared.say(f"  {near.path.name:<{width}}  {nearest:>7}  {mean:>4}  {which}".rstrip())
    if len(found.pictures) > ROWS:
        shared.say(f"  ... and {len(found.pictures) - ROWS} more; --json lists all")
    shared.say(f"  {found.said}", style="" if found.discriminative else "yellow")
    for path, why in list(found.unmeasurable.items())[:NAMED]:
        shared.remark(f"{path}: no look: {why}")


def show_pairs(paired: "Paired", pictures: "Sequence[Picture]") -> None:
    """Print groups of one picture, pairs in order, and what no pair can tell."""
    from harness.evaluate.measure_words import CAUTION, compared_of, unlisted_of

    shared.say("")
    shared.say(f"pairs   {compared_of(paired)}", style="bold")
    for group in paired.clusters[:ROWS]:
        shared.say(f"  one picture: {_names(pictures[place].path.name for place in group)}")
    if len(paired.clusters) > ROWS:
        shared.say(f"  ... and {len(paired.clusters) - ROWS} more groups; --json lists all")
    if paired.pairs:
        _pair_table(paired.pairs[:ROWS], pictures)
    rest = unlisted_of(paired)
    shown = f"{len(paired.pairs) - ROWS} more in --json" if len(paired.pairs) > ROWS else ""
    left = ", ".join(filter(None, (shown, rest)))
    if left:
        shared.say(f"  not listed: {left}", style="dim")
    shared.say(f"  {CAUTION}", style="dim")


def _pair_table(pairs: "Sequence[Pair]", pictures: "Sequence[Picture]") -> None:
    from rich.table import Table
    from rich.text import Text

    from harness.evaluate import measure_words as words
    from harness.report.words import visible

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for title in ("  first", "second"):
        table.add_column(title, overflow="fold", min_width=12)
    for title in ("bits", "mirrored", "look"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("same?", no_wrap=True)
    table.add_column("what changed")
    for pair in pairs:
        first, second = words.names_of(pictures, pair)
        table.add_row(
            Text(f"  {visible(first)}"),
            Text(visible(second)),
            words.share_of(pair.share),
            words.share_of(pair.mirrored),
            words.distance_of(pair.look),
            Text(pair.same, style="green"),
            words.edit_of(pair.edit),
        )
    shared.out().print(table)


def likeness_document(found: "Likeness") -> dict[str, object]:
    """Give the distances to the references, and the negative control, for programs."""
    return {
        "measure": found.measure,
        "references": [path.as_posix() for path in found.references],
        "auc": found.auc,
        "controls": list(found.controls),
        "discriminative": found.discriminative,
        "said": found.said,
        "pictures": [
            {
                "path": near.path.as_posix(),
                "nearest": near.nearest,
                "which": near.which.as_posix() if near.which else None,
                "mean": near.mean,
            }
            for near in found.pictures
        ],
        "unmeasurable": {path.as_posix(): why for path, why in found.unmeasurable.items()},
    }


def pairs_document(paired: "Paired", pictures: "Sequence[Picture]") -> dict[str, object]:
    """Give pairs and groups by path, for programs."""
    from harness.evaluate.measure_words import CAUTION
    from harness.store.codec import encode

    def path(place: int) -> str:
        return pictures[place].path.as_posix()

    return {
        "compared": paired.compared,
        "possible": paired.possible,
        "unlisted": paired.unlisted,
        "caution": CAUTION,
        "groups": [[path(place) for place in group] for group in paired.clusters],
        "pairs": [
            {
                "first": path(pair.first),
                "second": path(pair.second),
                "share": pair.share,
                "mirrored": pair.mirrored,
                "same": pair.same,
                "look": pair.look,
                "edit": encode(pair.edit) if pair.edit else None,
                "changed_share": pair.edit.share if pair.edit else None,
            }
            for pair in paired.pairs
        ],
    }
