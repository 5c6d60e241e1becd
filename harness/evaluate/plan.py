"""Plan: what is recorded, stale or missing, and what the rest would cost."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from harness.catalogue import Catalogue
from harness.errors import CatalogueError
from harness.evaluate.ask import (
    TO_COME,
    Inquiry,
    asks,
    inquiries,
    pictures_of_decisions,
    pictures_of_plan,
)
from harness.evaluate.standing import settle, standings
from harness.evaluate.workspace import FREE, SIMULATOR, Wish, Workspace, arm_of
from harness.judging.decided import decided_of
from harness.model.arm import Arm
from harness.model.sample import SampleKey, Standing
from harness.model.suite import Suite, Variant, unsharded
from harness.recording.index import Found, Index
from harness.recording.interaction import Interaction
from harness.runner.chain import Chain, Live, sample_key
from harness.runner.prices import turn_price
from harness.settings import endpoint_settings

Planned = frozenset[tuple[str, Arm, SampleKey]]
"""What was agreed to: suite, who is asked, and the answer's name."""

SECONDS_A_PICTURE = 25.0
"""Of the Pro model at 1K by `server-timing`: 16.8 to 29.2 s in five recordings (WIRE 2)."""
SECONDS_A_QUESTION = 3.0
"""As a picture of the Lite model has taken: 2.3 to 3.9 s; no answer to a question is recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """One turn of one sample of a variant.

    Attributes:
        variant: What is asked.
        sample: 0-based.
        turn: 0-based.
        arm: Who is asked.
        standing: Recorded, stale or missing.
        why: What differs, where it is not recorded.
        pixels: E.g. `"1376x768"`; `"?"` where the catalogue does not say.
        picture_tokens: Of one picture; None where the catalogue does not say.
        expected_usd: What it is expected to cost; None where no price is known.
        ceiling_usd: What it can cost at the most; None where no price is known.
        session: The run of the recorder that obtained it; empty where it is not recorded.
        named: Name of the answer to a question about a picture; None for a turn of a sample,
            and in the case of a picture that is yet to come its sample's.
    """

    variant: Variant
    sample: int
    turn: int
    arm: Arm
    standing: Standing
    why: str
    pixels: str
    picture_tokens: int | None
    expected_usd: float | None
    ceiling_usd: float | None
    session: str = ""
    named: SampleKey | None = None

    @property
    def free(self) -> bool:
        return self.arm.endpoint in FREE

    @property
    def key(self) -> SampleKey:
        return sample_key(self, self.turn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What suites ask for, and what of it has still to be obtained.

    Attributes:
        rows: Every turn of every sample, in the suites' order.
        live: What a run may generate.
        done: Sessions whose answers are not generated anew, when all are to be.
        questions: Every question about every picture, also about those that are to come.
    """

    rows: tuple[PlanRow, ...]
    live: Live
    done: frozenset[str] = frozenset()
    questions: tuple[PlanRow, ...] = ()

    @property
    def to_do(self) -> tuple[PlanRow, ...]:
        """Give what a live run would generate."""
        if self.live is Live.ALL:
            return tuple(row for row in self.rows if row.session not in self.done)
        return tuple(row for row in self.rows if row.standing is not Standing.RECORDED)

    @property
    def to_ask(self) -> tuple[PlanRow, ...]:
        """Give the questions that a live run would put: none is put twice."""
        return tuple(row for row in self.questions if row.standing is not Standing.RECORDED)

    @property
    def due(self) -> tuple[PlanRow, ...]:
        """Give every call that a live run would make."""
        return (*self.to_do, *self.to_ask)

    @property
    def keys(self) -> Planned:
        """Name what a live run would obtain; a question of a picture to come goes with it."""
        due = (row for row in self.due if row.named is None or row.key.ordinal)
        return frozenset((row.variant.suite, row.arm, row.key) for row in due)

    @property
    def expected_usd(self) -> float:
        """Expected price of what is to be done; the simulator charges nothing."""
        return sum(row.expected_usd or 0.0 for row in self.due if not row.free)

    @property
    def ceiling_usd(self) -> float:
        return sum(row.ceiling_usd or 0.0 for row in self.due if not row.free)

    @property
    def unpriced(self) -> tuple[str, ...]:
        """Name the models that no price is known of."""
        models = (row.arm.model for row in self.due if row.ceiling_usd is None and not row.free)
        return tuple(dict.fromkeys(models))

    def seconds(self, *, jobs: int) -> float:
        """Expect how long it takes with `jobs` calls in flight."""
        pictures = sum(not row.free for row in self.to_do)
        questions = sum(not row.free for row in self.to_ask)
        return (pictures * SECONDS_A_PICTURE + questions * SECONDS_A_QUESTION) / jobs


def plan_suites(
    suites: Sequence[Suite],
    workspace: Workspace,
    *,
    wish: Wish,
    live: Live,
    done: frozenset[str] = frozenset(),
    arms: Sequence[Wish] = (),
) -> Plan:
    """Plan several suites.

    Args:
        suites: What is asked for.
        workspace: Where recordings lie.
        wish: Who is asked.
        live: What may be generated.
        done: Sessions whose answers are not generated anew, when all are to be.
        arms: Who is asked instead, where several are.

    Raises:
        CassetteError: a recording is broken.
        UsageError: it cannot be told who is asked.
    """
    rows: list[PlanRow] = []
    questions: list[PlanRow] = []

    def is_had(session: str) -> bool:
        return live is not Live.ALL or session in done

    for suite in suites:
        index = index_of(suite, workspace)
        for each in arms or (wish,):
            rows += rows_of(suite, index, workspace, each)
            if asks(suite):
                questions += _questions(suite, index, workspace, each, is_had=is_had)
    return Plan(rows=tuple(rows), live=live, done=done, questions=tuple(questions))


def index_of(suite: Suite, workspace: Workspace, held: Sequence[Interaction] = ()) -> Index:
    """Index the suite's recording; `held` is what it holds, where that was read already."""
    wanted = frozenset(
        (case, variant.label, sample)
        for variant in (*suite.variants, *suite.left_out)
        for case in (variant.case, variant.was or variant.case)
        for sample in range(variant.samples)
    )
    return Index(held or workspace.cassettes(suite.id).load(), wanted=wanted)


def chains_of(suite: Suite, index: Index, workspace: Workspace, wish: Wish) -> tuple[Chain, ...]:
    """List every chain that the suite asks for, with who is asked.

    Raises:
        SettingsError: the endpoint of the command line is neither set nor recorded.
        UsageError: it cannot be told who is asked.
    """
    if wish.endpoint and wish.endpoint not in {SIMULATOR, *(arm.endpoint for arm in index.arms)}:
        endpoint_settings(workspace.settings, wish.endpoint)  # refuses one that nobody knows
    chains = []
    for variant in suite.variants:
        arm = arm_of(variant, recorded=index.arms, wish=wish, settings=workspace.settings)
        asked = replace(variant, model=arm.model)
        chains += [Chain(variant=asked, sample=i, arm=arm) for i in range(variant.samples)]
    return tuple(chains)


def settled_index(suite: Suite, workspace: Workspace, wish: Wish) -> Index:
    """Index a suite's recording and settle, for the whole suite, whose answer is whose.

    Judged one by one, its variants then find the answers that they find in one run.
    """
    return settle_whole(suite, index_of(suite, workspace), workspace, wish)


def settle_whole(suite: Suite, index: Index, workspace: Workspace, wish: Wish) -> Index:
    """Settle whose answer is whose; of a shard as in a run of the whole selection."""
    settle(chains_of(unsharded(suite), index, workspace, wish), index, workspace.blobs)
    return index


def rows_of(suite: Suite, index: Index, workspace: Workspace, wish: Wish) -> Iterator[PlanRow]:
    """Tell how every turn of every sample of a suite stands to what is recorded.

    Raises:
        UsageError: it cannot be told who is asked.
    """
    if suite.whole:
        settle_whole(suite, index, workspace, wish)
    for chain in chains_of(suite, index, workspace, wish):
        catalogue = workspace.offers(chain.arm.endpoint)
        for turn, single in enumerate(standings(chain, index, workspace.blobs)):
            yield _row(catalogue, chain, turn, single)


def _row(catalogue: Catalogue, chain: Chain, turn: int, found: Found) -> PlanRow:
    pixels, tokens = _size(catalogue, chain, turn)
    free = chain.arm.endpoint in FREE
    return PlanRow(
        variant=chain.variant,
        sample=chain.sample,
        turn=turn,
        arm=chain.arm,
        standing=found.standing,
        why=found.why,
        session=found.interaction.session if found.interaction else "",
        pixels=pixels,
        picture_tokens=tokens,
        expected_usd=0.0 if free else turn_price(catalogue, chain.variant, turn, ceiling=False),
        ceiling_usd=0.0 if free else turn_price(catalogue, chain.variant, turn, ceiling=True),
    )


def _questions(
    suite: Suite, index: Index, workspace: Workspace, wish: Wish, *, is_had: Callable[[str], bool]
) -> Iterator[PlanRow]:
    """Tell how every question stands about every picture that is there, or is to come."""
    chains, blobs = chains_of(suite, index, workspace, wish), workspace.blobs
    decided = decided_of(workspace.baselines(suite).decision_sets())
    subjects = (
        *pictures_of_plan(chains, index, blobs, is_had=is_had),
        *pictures_of_decisions(chains, decided, blobs),
    )
    offers = functools.cache(workspace.offers)
    for inquiry in inquiries(subjects, endpoint=wish.endpoint):
        yield _question(inquiry, index, offers(inquiry.chain.arm.endpoint))


def _question(inquiry: Inquiry, index: Index, catalogue: Catalogue) -> PlanRow:
    chain, to_come = inquiry.chain, inquiry.subject.picture is TO_COME
    item = None if to_come else index.reply(*inquiry.name)
    free = chain.arm.endpoint in FREE
    prices = (turn_price(catalogue, chain.variant, 0, ceiling=ceiling) for ceiling in (False, True))
    expected, ceiling = (0.0, 0.0) if free else prices
    return PlanRow(
        variant=chain.variant,
        sample=chain.sample,
        turn=0,
        arm=chain.arm,
        standing=Standing.MISSING if item is None else Standing.RECORDED,
        why="its picture is to come" if to_come else "" if item else "not asked yet",
        pixels="",
        picture_tokens=None,
        expected_usd=expected,
        ceiling_usd=ceiling,
        session=item.session if item else "",
        named=inquiry.subject.key if to_come else inquiry.key,
    )


def _size(catalogue: Catalogue, chain: Chain, turn: int) -> tuple[str, int | None]:
    model = catalogue.get(chain.arm.model)
    asked = chain.variant.turns[turn].parameters
    if model is None:
        return "?", None
    try:
        pixels = model.pixels_of(aspect_ratio=asked.aspect_ratio, image_size=asked.image_size)
        tokens = model.tokens_of(asked.image_size)
    except CatalogueError:
        return "?", None
    return (f"{pixels[0]}x{pixels[1]}" if pixels else "?"), tokens
