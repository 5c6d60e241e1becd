"""Hold the picture tokens that were counted against those that the asked size costs."""

from collections.abc import Iterator, Mapping

from harness.catalogue import Catalogue, Model
from harness.errors import CatalogueError
from harness.judging.contract import TIER_AREAS, tier_of
from harness.model.generation import Generation
from harness.model.picture import Measures
from harness.model.sample import Sample
from harness.model.suite import Turn
from harness.model.verdict import Finding, Status

_TIERS = tuple(TIER_AREAS)


def tokens(
    sample: Sample, turn: Turn, *, measures: Mapping[str, Measures], catalogue: Catalogue
) -> Iterator[Finding]:
    """Find how the IMAGE tokens stand to the size; nothing where either side is not told.

    Tokens of a smaller size with the pixels of a smaller size mean that the size was dropped
    on the way: billed and delivered as the smaller one. A picture that was made small,
    enlarged, and counted as large cannot be told by its tokens.

    Args:
        sample: Has a generation.
        turn: What was asked.
        measures: Of the sample's pictures, by sha256.
        catalogue: Tokens of the models' sizes.
    """
    generation = sample.generation
    assert generation is not None
    model = catalogue.get(sample.arm.model)
    count = len(generation.pictures)
    found = generation.usage.image if generation.usage else 0
    asked = turn.parameters.image_size
    due = _due(model, asked) * count
    if model is None or not due or not found:
        return
    size = asked or "1K"
    if found == due:
        yield _finding(sample, Status.PASS, f"{found} IMAGE tokens, as {size} costs")
        return
    got = _pixels(generation, measures)
    smaller = _sizes_of(model, found / count, below=size)
    said = f"{'asked' if asked else 'expected'} {size}: {due} IMAGE tokens are due, {found} came"
    yield _unlike(sample, said, got, dropped=bool(asked and smaller), size=size)


def _unlike(
    sample: Sample, said: str, got: Measures | None, *, dropped: bool, size: str
) -> Finding:
    """Word tokens that are not those of the size: dropped where pixels say so too."""
    if got is None or not got.width or not dropped:
        return _finding(sample, Status.WARN, said)
    tier, pixels = tier_of(got.width * got.height), f"{got.width}x{got.height}"
    if _TIERS.index(tier) < _TIERS.index(size):
        told = f"{said}, and {pixels}: size dropped, billed and delivered as {tier}"
        return _finding(sample, Status.FAIL, told)
    told = (
        f"{said}, those of a smaller size, with pixels of {tier} ({pixels}): enlarged on the way?"
    )
    return _finding(sample, Status.WARN, told)


def _due(model: Model | None, size: str | None) -> int:
    """Look up the tokens of one picture; 0 where the catalogue does not say."""
    try:
        return model.tokens_of(size) if model else 0
    except CatalogueError:
        return 0


def _sizes_of(model: Model, each: float, *, below: str) -> list[str]:
    """Name the sizes smaller than `below` whose pictures cost `each` tokens."""
    known = [size for size in _TIERS if size in model.tokens]
    smaller = known[: known.index(below)] if below in known else []
    return [size for size in smaller if model.tokens[size] == each]


def _pixels(generation: Generation, measures: Mapping[str, Measures]) -> Measures | None:
    part = generation.picture
    return measures.get(part.picture.sha256) if part and part.picture else None


def _finding(sample: Sample, status: Status, message: str) -> Finding:
    key = sample.key
    return Finding(check="tokens", status=status, message=message, sample=key.sample, turn=key.turn)
