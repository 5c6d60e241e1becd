"""Give recorded answers another name: a case or a variant that was renamed."""

from dataclasses import dataclass, replace
from pathlib import Path

from harness.errors import CassetteError, UsageError
from harness.recording.cassette_file import is_name, read_cassette, write_cassette
from harness.recording.cassettes import Cassettes, place
from harness.recording.interaction import Interaction
from harness.store.files import locked


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseName:
    """A case, or one variant of it.

    Attributes:
        case: Its id.
        variant: The variant's label, e.g. `"16:9,4K"`; None for all variants.
    """

    case: str
    variant: str | None = None

    @classmethod
    def read(cls, text: str) -> "CaseName":
        """Read `night-city`, or `night-city[16:9,4K]`.

        Raises:
            UsageError: it is neither.
        """
        case, bracket, rest = text.partition("[")
        if not is_name(case) or (bracket and not rest.endswith("]")):
            raise UsageError(f"{text[:80]!r}: name a case, or a variant as in night-city[16:9,4K]")
        return cls(case=case, variant=rest[:-1] if bracket else None)

    def __str__(self) -> str:
        return self.case if self.variant is None else f"{self.case}[{self.variant}]"

    def fits(self, item: Interaction) -> bool:
        return item.key.case == self.case and self.variant in (None, item.key.variant)

    def given(self, item: Interaction) -> Interaction:
        """Give `item` this name; without a variant its own stays."""
        variant = item.key.variant if self.variant is None else self.variant
        return replace(item, key=replace(item.key, case=self.case, variant=variant))


def move(cassettes: Cassettes, old: CaseName, new: CaseName) -> int:
    """Give answers another name, those that were replaced too.

    The files under the new name are written before those under the old one go: a crash
    in between leaves answers twice, never not at all, and the same call goes on.

    Returns:
        How many answers were moved.

    Raises:
        CassetteError: another answer has the new name, or a file is broken.
        StoreError: another process records here.
        UsageError: a single variant is moved to a whole case, all to one, or nothing anywhere.
    """
    if (old.variant is None) is not (new.variant is None):
        raise UsageError("say a variant for both names, or for neither")
    if old == new:
        raise UsageError("both names are the same")
    with locked(cassettes.folder, purpose="recording"):
        cassettes.compact()
        for name in (old, new):
            cassettes.part_old(name.case)
        return _moved(cassettes, old, new)


def _moved(cassettes: Cassettes, old: CaseName, new: CaseName) -> int:
    _refuse_strays(cassettes, {old.case, new.case})
    items = cassettes.load()
    moved = [item for item in items if old.fits(item)]
    renamed = {place(new.given(item)): new.given(item) for item in moved}
    for item in items:
        if renamed.get(place(item), item) != item:
            raise CassetteError(
                f"{cassettes.folder}: {item.key.id} is recorded already; move that first"
            )
    cassettes.write(renamed.values())
    for path in cassettes.replaced_files():
        _move_replaced(cassettes, path, old, new)
    for path in {cassettes.path(item) for item in moved}:
        path.unlink()
    return len(moved)


def _refuse_strays(cassettes: Cassettes, cases: set[str]) -> None:
    """Refuse where an answer lies in a file of another name: it would stay behind."""
    for path, item in cassettes.strays():
        if item.key.case in cases:
            raise CassetteError(
                f"{path}: holds {item.key.id}, which belongs into {cassettes.path(item).name}; "
                "give the file that name, or move it away"
            )


def _move_replaced(cassettes: Cassettes, path: Path, old: CaseName, new: CaseName) -> None:
    items = read_cassette(path)
    moved = [new.given(item) for item in items if old.fits(item)]
    if not moved:
        return
    if old.case == new.case:
        named = [new.given(item) if old.fits(item) else item for item in items]
        write_cassette(path, named, suite=cassettes.suite)
        return
    cassettes.keep_replaced(moved, session=path.stem.removeprefix(f"{old.case}-"))
    left = [item for item in items if not old.fits(item)]
    if left:
        write_cassette(path, left, suite=cassettes.suite)
    else:
        path.unlink()
