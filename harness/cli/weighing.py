"""Say what a report's folder weighs when it is sent on."""

from pathlib import Path

from harness.cli import shared


def tell_weight(folder: Path, *, only_heavy: bool = False) -> None:
    """Say it on stderr, with a warning over 1 GB; maybe nothing where it is light."""
    from harness.report.linking import HEAVY, weigh
    from harness.report.words import count_of, weight

    found = weigh(folder)
    if not only_heavy:
        shared.remark(f"size    {weight(found.size)} in {count_of(found.files, 'file')}")
    if found.heavy:
        shared.remark(
            f"warning: the folder weighs {weight(found.size)}, more than {weight(HEAVY)}; harness "
            f"report {folder.name} --images preview, or --include failed,changed, makes it smaller",
            style="yellow",
        )
