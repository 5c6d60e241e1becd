"""Put what was measured of pictures from anywhere into words."""

from collections.abc import Sequence

from harness.evaluate.measure_looks import Likeness
from harness.evaluate.measure_pairs import Pair, Paired
from harness.evaluate.measure_paths import Picture
from harness.judging.structure import structure
from harness.measure.blank import BLANK_BELOW
from harness.measure.sameness import SAME_PICTURE_SHARE
from harness.model.features import Edit
from harness.model.verdict import Finding, Status
from harness.report.figures import figures
from harness.report.words import count_of, weight

CAUTION = (
    "A hash tells one thing: whether this is the same picture again. Two fresh samples of one "
    "prompt lie as far apart (about 47 % of the bits) as strangers do: a distance above "
    f"{SAME_PICTURE_SHARE:.0%} says nothing of likeness, quality or drift. What changed is told of "
    'pictures of one shape; "regenerated" says that the second is another picture.'
)
"""What a distance between two pictures cannot tell (MEASURES sections 2 and 4)."""

SHORT = {
    "alpha": "not opaque",
    "blank": "blank",
    "border": "bars, letterboxed?",
    "halves": "one half twice?",
    "mark": "generator's mark?",
    "native": "enlarged?",
    "recompressed": "compressed again?",
    "truncated": "cut short",
    "pixels": "unreadable",
}
"""What lies beyond a limit, in few words, by the name of its check."""


def size_of(picture: Picture) -> str:
    """Say the nearest size and ratio, and by how much the ratio is missed."""
    off = f" {picture.ratio_off:+.0%}" if abs(picture.ratio_off) >= 0.005 else ""
    return f"{picture.tier} {picture.ratio}{off}"


def container_of(picture: Picture) -> str:
    """Say how its container was written: `JPEG 64 4:2:0`, `PNG IDAT 8,192`."""
    found, marks = picture.measures, picture.measures.markings
    kind = found.true_type.removeprefix("image/").upper()
    if marks.luma_sum:
        return f"{kind} {marks.luma_sum} {marks.subsampling}"
    return f"{kind} IDAT {marks.idat:,}" if marks.idat else kind


def marks_of(picture: Picture) -> str:
    """Name the marks of its making that its bytes bear."""
    found, marks = picture.measures, picture.measures.markings
    told = {
        "C2PA": found.c2pa,
        "IPTC": marks.iptc,
        "XMP": marks.xmp,
        "EXIF": marks.exif,
        "cut": found.truncated,
    }
    return " ".join(name for name, there in told.items() if there) or "none"


def facts_of(picture: Picture) -> dict[str, str]:
    """Give everything that was measured beside size, container and marks; empty ones left out."""
    found, marks = picture.measures, picture.measures.markings
    facts = {
        "bytes": f"{weight(found.size)}, sha256 {found.sha256[:16]}",
        "dpi": "x".join(map(str, marks.dpi)),
        "tables": marks.tables,
        "credit": marks.credit,
        "source": marks.source_type,
        "comment": found.comment,
        "blankness": ""
        if found.tile_sd is None
        else f"{found.tile_sd:.1f} (blank below {BLANK_BELOW:g})",
        "broken": found.unmeasurable,
    }
    facts |= figures(found.structure) if found.structure else {}
    facts |= {print_.method: print_.hex for print_ in found.fingerprints}
    return {name: said for name, said in facts.items() if said}


def odd(picture: Picture) -> tuple[Finding, ...]:
    """Give what lies beyond a limit: blank, cut, enlarged, letterboxed and the like."""
    found = picture.measures
    luma_sum = found.markings.luma_sum
    said = list(structure(found.structure, luma_sum=luma_sum)) if found.structure else []
    if found.truncated:
        said.append(("truncated", Status.FAIL, "the container ends before the picture does"))
    elif found.unmeasurable:
        said.append(("pixels", Status.FAIL, found.unmeasurable))
    if found.tile_sd is not None and found.tile_sd < BLANK_BELOW:
        blank = f"tiles spread by {found.tile_sd:.1f} grey levels (limit {BLANK_BELOW:g})"
        said.append(("blank", Status.FAIL, f"{blank}: nothing is painted"))
    return tuple(
        Finding(check=check, status=status, message=message)
        for check, status, message in said
        if status is not Status.PASS
    )


def edit_of(edit: Edit | None) -> str:
    """Say what changed: `local, 2.7 % in 1 piece`."""
    if edit is None:
        return "-"
    if edit.unmeasurable:
        return "not measurable"
    return f"{edit.kind}, {edit.share:.1%} in {count_of(edit.components, 'piece')}"


def share_of(share: float | None) -> str:
    """Say a share of bits; a dash where there is no hash."""
    return "-" if share is None else f"{share:.0%}"


def distance_of(distance: float | None) -> str:
    """Say a distance in look; a dash where there is none."""
    return "-" if distance is None else f"{distance:.2f}"


def compared_of(paired: Paired) -> str:
    """Say how many pairs were held against each other, and what was found."""
    of = f"{paired.compared:,} of {count_of(paired.possible, 'pair')} compared"
    why = "" if paired.compared == paired.possible else " (neighbours alone, there are so many)"
    groups = len(paired.clusters)
    members = sum(len(group) for group in paired.clusters)
    found = (
        f"{count_of(members, 'file')} in {count_of(groups, 'group')}, each the same picture as "
        "another of its group"
    )
    return f"{of}{why}: {found if groups else 'no picture occurs twice'}"


def unlisted_of(paired: Paired) -> str:
    """Say how many pairs are not told one by one; empty for none."""
    told = len(paired.pairs)
    others = paired.compared - told - paired.unlisted
    left = {
        f"{paired.unlisted:,} more repeats and neighbours": paired.unlisted,
        f"{others:,} pairs of different pictures": others,
        f"{paired.possible - paired.compared:,} pairs that were not compared": paired.possible
        - paired.compared,
    }
    return ", ".join(said for said, count in left.items() if count > 0)


def look_note(likeness: Likeness) -> str:
    """Name the measure and its references: `look (wlab/1), 3 references`."""
    return f"{likeness.measure}, {count_of(len(likeness.references), 'reference')}"


def names_of(pictures: Sequence[Picture], pair: Pair) -> tuple[str, str]:
    """Name both pictures of a pair."""
    return pictures[pair.first].path.name, pictures[pair.second].path.name
