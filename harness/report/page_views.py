"""Say what the page shows, top to bottom: values that the templates do not think about."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.report.answer_views import Answer, ChainView, GroundingView, Prompt
from harness.report.check_views import ChecksView
from harness.report.index_views import Around, DriftPart, Line, Reworded, SheetView, Traits
from harness.report.views import Chip, Fact, FindingView, Mark, Shot, Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantView:
    """A variant with everything that is known of it.

    Attributes:
        anchor: Id within the page, from the ids, so that links outlive a rerun.
        id: The variant's id for people.
        label: Its choices; empty where the case has one variant.
        suite: Id of the suite.
        mark: Its verdict.
        sheets: Its samples by turn, each beside what it is held against.
        moved: A cell of it is named as one that moved.
        traits: What a script filters and sorts by.
        findings: What is not PASS, gravest first.
        passed: What is PASS; empty where the page must stay small.
        passed_counts: PASS findings counted by check, in words.
        prompts: By turn.
        answers: By sample, then turn.
        chains: By sample, those that say more than one picture does.
        groundings: What search brought.
        checks: What its opinion checks rest on.
        history: How often it was recorded; empty for a first time.
    """

    anchor: str
    id: str
    label: str
    suite: str
    mark: Mark
    findings: tuple[FindingView, ...]
    passed: tuple[FindingView, ...]
    passed_counts: str
    prompts: tuple[Prompt, ...]
    answers: tuple[Answer, ...]
    chains: tuple[ChainView, ...]
    groundings: tuple[GroundingView, ...]
    checks: ChecksView
    history: str
    sheets: tuple[SheetView, ...] = ()
    moved: bool = False
    traits: Traits = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A case that needs eyes: its variants as chips, those that failed or moved in full.

    `suite` is empty where there is little room and one suite.
    """

    suite: str
    case: str
    mark: Mark
    moved: bool
    chips: tuple[Chip, ...]
    variants: tuple[VariantView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A passed variant on the contact sheet.

    Attributes:
        anchor: Id within the page, where no details stand that bear it.
        href: Link to the details.
        id: The variant's id for people.
        suite: Id of the suite.
        shots: Its first pictures.
        more: How many pictures are not on the sheet.
        history: How often it was recorded; empty for a first time.
        traits: What a script filters and sorts by.
    """

    anchor: str
    href: str
    id: str
    suite: str
    shots: tuple[Shot, ...]
    more: int
    history: str
    traits: Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A sample that is not recorded; `anchor` stands on the first row of its variant."""

    anchor: str
    suite: str
    variant: str
    sample: str
    standing: str
    why: str
    price: str
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A sample that was answered without a picture, or not at all.

    Attributes:
        href: Link to the variant.
        suite: Id of the suite.
        variant: The variant's id for people.
        sample: Which sample.
        fault: Its name, e.g. `"QuotaExhausted"` or `"refused"`.
        meaning: What that is, in a sentence; empty where it is not known.
        reason: The service's own word and where it stood: `"finishReason NO_IMAGE"`.
        message: The service's sentence.
        charged: How many of its calls may be charged; empty for none.
        text: What was answered instead of a picture.
    """

    href: str
    suite: str
    variant: str
    sample: str
    fault: str
    meaning: str
    reason: str
    message: str
    charged: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteFinding:
    """A finding on a suite as a whole."""

    suite: str
    finding: FindingView


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendRow:
    """Tokens by what they are charged as, and their price; `href` is empty for no variant."""

    name: str
    href: str
    answers: str
    prompt: str
    tools: str
    text: str
    thinking: str
    pictures: str
    queries: str
    cost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRow:
    """A call that brought no usage, with its ceiling."""

    suite: str
    sample: str
    endpoint: str
    ceiling: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendView:
    """What was spent.

    Attributes:
        now: What this run sent and spent.
        then: What the answers shown cost when they were made; empty for no answers.
        rows: A variant each.
        total: All of them.
        charges: Calls that may be charged.
        charged: The same in a sentence; empty for none.
    """

    now: str
    then: str
    rows: tuple[SpendRow, ...]
    total: SpendRow
    charges: tuple[ChargeRow, ...]
    charged: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryForm:
    """One form in which an arm delivered.

    Attributes:
        backend: The back end that it fits.
        row: Which known form of it; empty where none fits.
        count: How many answers, of which days.
        where: Some of their samples.
        facts: What the bytes and the answer's fields say.
        evidence: Weight and fact: for, against, note.
        changes: What differs from the usual form; empty for that one.
    """

    backend: str
    row: str
    count: str
    where: str
    facts: tuple[Fact, ...]
    evidence: tuple[Fact, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmDelivery:
    """How an arm delivered: a sentence, its forms, the usual one first, whether it changed."""

    name: str
    said: str
    forms: tuple[DeliveryForm, ...]
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the page opens with; of the whole run, however little of it the page shows.

    Attributes:
        title: Of the browser's window.
        lines: Same model? Broken? Needs you.
        tallies: Every status, gravest first.
        sentence: Where the pictures come from.
        banners: What must not be overlooked: simulated, incomplete.
        coverage: What was judged of what is asked.
        unwatched: What nobody looked at.
        strip: More facts of the run.
    """

    title: str
    lines: tuple[Line, ...]
    tallies: tuple[Tally, ...]
    sentence: str
    banners: Mapping[str, str]
    coverage: tuple[Fact, ...]
    unwatched: tuple[str, ...]
    strip: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything that index.html prints, top to bottom.

    Attributes:
        opening: The three answers, and what they rest on.
        detailed: Everything of a variant stands on this page.
        cards: Cases that need eyes, gravest first.
        passed: The contact sheet.
        passed_details: The same in full; empty where the page must stay small.
        missing: Samples that are not recorded.
        command: What records them; empty for none.
        refusals: Errors, refusals and answers without a picture.
        suite_findings: On suites as a whole.
        spend: What was spent, or None for nothing to tell.
        deliveries: By arm.
        environment: Versions.
        drift: What is known of each suite's model; empty for nothing.
        reworded: Prompts that are not those that the reference sample answered.
        around: What lies around the page.
    """

    opening: Opening
    detailed: bool
    cards: tuple[Card, ...]
    passed: tuple[Passed, ...]
    passed_details: tuple[VariantView, ...]
    missing: tuple[Missing, ...]
    command: str
    refusals: tuple[Refusal, ...]
    suite_findings: tuple[SuiteFinding, ...]
    spend: SpendView | None
    deliveries: tuple[ArmDelivery, ...]
    environment: tuple[Fact, ...]
    drift: tuple[DriftPart, ...]
    reworded: tuple[Reworded, ...]
    around: Around
