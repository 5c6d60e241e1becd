"""Refuse to merge runs that are not the shards, all of them and each once, of one run."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.errors import UsageError
from harness.model.run import Run
from harness.model.shard import MOST, Shard

HARNESS = "gemini-image-harness"
_NAMED = 8
"""Shards that are missing and named; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A run that is a shard.

    Attributes:
        said: How it was named: its id, folder or file.
        run: As it was kept.
        shard: Which one of which selection.
    """

    said: str
    run: Run
    shard: Shard


def in_order(given: Mapping[str, Run]) -> tuple[Part, ...]:
    """Give the shards by their numbers.

    Args:
        given: Runs, by how they were named.

    Raises:
        UsageError: they are not all the shards of one run, each once; says which fails.
    """
    parts = [_part(said, run) for said, run in given.items()]
    if not parts:
        raise UsageError("--merge needs the runs of all shards: harness report --merge RUN RUN ...")
    for part in parts[1:]:
        _refuse_strangers(parts[0], part)
    _refuse_gaps(parts)
    _refuse_losses(parts)
    return tuple(sorted(parts, key=lambda part: part.shard.number))


def _part(said: str, run: Run) -> Part:
    if run.shard is None:
        raise UsageError(f"{said} is no shard: merge the runs of harness run --shard 1/5, 2/5, ...")
    if not 1 <= run.shard.number <= run.shard.of <= MOST:
        raise UsageError(f"{said}: {run.shard.name} cannot be; make it anew")
    return Part(said=said, run=run, shard=run.shard)


def _refuse_strangers(one: Part, two: Part) -> None:
    """Refuse two shards of different runs: say in what they differ."""
    both = f"{one.said} and {two.said}"
    if one.shard.of != two.shard.of:
        raise UsageError(
            f"{one.said} is {one.shard.name}, {two.said} is {two.shard.name}: "
            "shards of one run are equally many"
        )
    _refuse_other_suites(one, two, both)
    if one.shard.selection != two.shard.selection:
        raise UsageError(
            f"{both} selected differently: give every shard the same -k, --tag, --samples, "
            "--recording, --endpoint and --model"
        )
    for name in sorted({*one.run.environment, *two.run.environment} - {"python"}):
        versions = [part.run.environment.get(name, "no") for part in (one, two)]
        if versions[0] != versions[1]:
            raise UsageError(
                f"{both} were judged by {' and '.join(versions)} of {name}: "
                "run all shards with the same versions"
            )


def _refuse_other_suites(one: Part, two: Part, both: str) -> None:
    first, second = ({s.suite: s.digest for s in part.shard.suites} for part in (one, two))
    if set(first) != set(second):
        other = sorted(set(first) ^ set(second))[0]
        raise UsageError(f"{both} are of other suites: {other} is in one of them only")
    for suite, digest in first.items():
        if digest != second[suite]:
            raise UsageError(
                f"{both} ran different versions of suite {suite}: run all shards of one commit"
            )


def _refuse_gaps(parts: Sequence[Part]) -> None:
    counts = Counter(part.shard.number for part in parts)
    of = parts[0].shard.of
    for number, count in counts.items():
        if count > 1:
            twice = [part.said for part in parts if part.shard.number == number]
            raise UsageError(
                f"shard {number} of {of} is given {'twice' if count == 2 else f'{count} times'}: "
                f"{', '.join(twice)}; keep one of them"
            )
    missing = [number for number in range(1, of + 1) if number not in counts]
    if missing:
        named = ", ".join(map(str, missing[:_NAMED]))
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise UsageError(
            f"of {of} shards {named}{more} {'is' if len(missing) == 1 else 'are'} missing: "
            f"harness run --shard {missing[0]}/{of} makes the first of them"
        )


def _refuse_losses(parts: Sequence[Part]) -> None:
    """Refuse shards that do not hold, together, each selected variant once."""
    held = Counter((j.variant.suite, j.variant.id) for part in parts for j in part.run.judged)
    wanted = parts[0].shard.variants
    if len(held) != wanted or any(count > 1 for count in held.values()):
        raise UsageError(
            f"together the shards hold {len(held)} of {wanted} variants, "
            f"{sum(count > 1 for count in held.values())} of them twice: a file was changed; "
            "make the shards anew"
        )
