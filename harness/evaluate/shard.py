"""Keep one machine's share of what is selected: whole variants, balanced by expected price."""

import os
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from harness.catalogue import Catalogue
from harness.errors import UsageError
from harness.evaluate.workspace import Wish, Workspace
from harness.model.identity import digest
from harness.model.shard import MOST, Selected, Shard, dealt
from harness.model.suite import Suite, Variant, narrowed
from harness.runner.prices import turn_price
from harness.store.codec import encode

_USUAL_USD = 0.134
"""What an answer weighs whose price is not known: a picture of the Pro model at 1K."""


def shard_of(said: str) -> Shard:
    """Read `--shard`, e.g. `"3/5"`.

    Raises:
        UsageError: it names no shard.
    """
    match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", said.strip())
    number, of = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= number <= of <= MOST:
        raise UsageError(
            f"--shard {said!r}: say which of how many, e.g. 3/5; there are 1 to {MOST}"
        )
    return Shard(number=number, of=of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one machine judges of a selection.

    Attributes:
        suites: Of which it has something, each knowing the whole selection.
        shard: Which share of what.
        workspace: With a clock by which no other shard names a session.
    """

    suites: tuple[Suite, ...]
    shard: Shard
    workspace: Workspace


def share_of(suites: Sequence[Suite], workspace: Workspace, shard: Shard, *, wish: Wish) -> Share:
    """Keep a shard's variants of what is selected, each with all its samples and turns.

    Prices are the catalogue's, so that every machine deals alike, whatever is recorded there.

    Args:
        suites: What is selected.
        workspace: Where it is judged.
        shard: Which of how many.
        wish: Who is asked: shards that ask others are no shards of one run.
    """
    chosen = [variant for suite in suites for variant in suite.variants]
    weights = [_weight(variant, workspace.catalogue) for variant in chosen]
    mine = {
        (variant.suite, variant.id)
        for variant, place in zip(chosen, dealt(weights, shard.of), strict=True)
        if place == shard.number
    }
    known = replace(
        shard,
        suites=tuple(selected(suite, workspace) for suite in suites),
        selection=selection_of(suites, workspace, wish=wish),
        variants=len(chosen),
    )
    shared = (_shared(suite, mine) for suite in suites)
    return Share(
        suites=tuple(suite for suite in shared if suite.variants),
        shard=known,
        workspace=replace(workspace, now=_own_steps(workspace.now, shard)),
    )


def selected(suite: Suite, workspace: Workspace) -> Selected:
    """Name a suite with the digest of all that it asks, whatever of it is selected."""
    variants = sorted((*suite.variants, *suite.left_out), key=lambda variant: variant.id)
    asked = [encode(replace(variant, samples=1)) for variant in variants]
    return Selected(suite=suite.id, path=path_of(suite, workspace), digest=digest(asked))


def selection_of(suites: Sequence[Suite], workspace: Workspace, *, wish: Wish) -> str:
    """Give the digest of what is selected, and of whom it is asked."""
    chosen = [[v.suite, v.id, v.samples] for suite in suites for v in suite.variants]
    return digest([chosen, workspace.settings.recording, wish.endpoint, wish.model])


def path_of(suite: Suite, workspace: Workspace) -> str:
    """Say where a suite lies from the root, outside of it too: it is found there again."""
    root: Path = workspace.root.resolve()
    return Path(os.path.relpath(suite.path.resolve(), root)).as_posix()


def _shared(suite: Suite, mine: Collection[tuple[str, str]]) -> Suite:
    own = tuple(variant for variant in suite.variants if (suite.id, variant.id) in mine)
    return replace(narrowed(suite, own), whole=suite.variants)


def _weight(variant: Variant, catalogue: Catalogue) -> int:
    """Weigh a variant by its expected price, in millionths of a US dollar."""
    prices = (
        turn_price(catalogue, variant, turn, ceiling=False) for turn in range(len(variant.turns))
    )
    chain = sum(_USUAL_USD if price is None else price for price in prices)
    return max(1, round(chain * variant.samples * 1_000_000))


def _own_steps(now: Callable[[], datetime], shard: Shard) -> Callable[[], datetime]:
    """Give a clock that stands only at the shard's own steps of a second.

    Runs and sessions are named by the second and its 65,536th: shards that begin at one
    moment on several machines are then named apart.
    """

    def told() -> datetime:
        moment = now()
        step = moment.microsecond * 65_536 // 1_000_000
        step += (shard.number - 1 - step) % shard.of
        step -= shard.of if step >= 65_536 else 0
        return moment.replace(microsecond=-(-step * 1_000_000 // 65_536))

    return told
