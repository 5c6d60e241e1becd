"""Say what the page shows: values that the templates print and do not think about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from harness.model.verdict import Status
from harness.report.pictures import Tile
from harness.report.words import ICONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A status as it is shown: a word and an icon, beside any colour."""

    word: str
    icon: str

    @classmethod
    def of(cls, status: Status) -> Self:
        return cls(word=status.value, icon=ICONS[status])


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and what is known under it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many variants have a status; `said` is the words after the icon."""

    mark: Mark
    count: int
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture, or the place where it would be.

    Attributes:
        label: Written on the picture, e.g. `"sample 1 of 4"`.
        alt: For who cannot see it: sample, variant, status.
        tile: The picture, or words in its place.
        mark: Worst finding on the sample, or None where the picture is not judged.
        pill: `"accepted"`, `"new"` and the like; empty for none.
        notes: What stands under it, e.g. `"1408x768 JPEG"`.
    """

    label: str
    alt: str
    tile: Tile
    mark: Mark | None = None
    pill: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding in words; `where` is empty for the whole variant."""

    mark: Mark
    check: str
    message: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One turn as it was asked."""

    label: str
    text: str
    parameters: tuple[Fact, ...]
    references: tuple[Shot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page elsewhere; `href` is empty where the address is no web address."""

    href: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundingView:
    """What search brought into one answer; `suggestions` is hostile HTML."""

    label: str
    queries: tuple[str, ...]
    sources: tuple[Link, ...]
    suggestions: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Text under a label, e.g. an answer's text."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One row of what was answered, with where it comes from; digests are whole."""

    label: str
    outcome: str
    delivered: str
    asked: str
    seconds: str
    cost: str
    tokens: str
    model: str
    recorded: str
    response_id: str
    request: str
    picture: str
    marks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A variant of a case, linked to where it is shown."""

    href: str
    text: str
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantView:
    """A variant with everything that is known of it.

    Attributes:
        anchor: Id within the page, from the ids, so that links outlive a rerun.
        id: The variant's id for people.
        label: Its choices; empty where the case has one variant.
        suite: Id of the suite.
        mark: Its verdict.
        shots: Its pictures by sample, then turn.
        findings: What is not PASS, gravest first.
        passed: What is PASS; empty where the page must stay small.
        passed_counts: PASS findings counted by check, in words.
        prompts: By turn.
        answers: By sample, then turn.
        texts: Answers' texts, for those that have any.
        thoughts: Interim pictures of the model's thinking.
        thinking: What it wrote while thinking.
        groundings: What search brought.
        history: How often it was recorded; empty for a first time.
    """

    anchor: str
    id: str
    label: str
    suite: str
    mark: Mark
    shots: tuple[Shot, ...]
    findings: tuple[FindingView, ...]
    passed: tuple[FindingView, ...]
    passed_counts: str
    prompts: tuple[Prompt, ...]
    answers: tuple[Answer, ...]
    texts: tuple[Said, ...]
    thoughts: tuple[Shot, ...]
    thinking: tuple[Said, ...]
    groundings: tuple[GroundingView, ...]
    history: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A case that needs eyes: its variants as chips, those that did not pass in full."""

    suite: str
    case: str
    mark: Mark
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
    """

    anchor: str
    href: str
    id: str
    suite: str
    shots: tuple[Shot, ...]
    more: int
    history: str


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
    """A sample that was answered without a picture, or not at all."""

    href: str
    suite: str
    variant: str
    sample: str
    outcome: str
    reason: str
    message: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteFinding:
    """A finding on a suite as a whole."""

    suite: str
    finding: FindingView


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything that index.html prints, top to bottom.

    Attributes:
        title: Of the browser's window.
        mark: Verdict of the run.
        tallies: Every status, gravest first.
        sentence: The run in a sentence.
        banners: What must not be overlooked: simulated, incomplete.
        strip: Facts of the run.
        cards: Cases that need eyes, gravest first.
        passed: The contact sheet.
        passed_details: The same in full; empty where the page must stay small.
        missing: Samples that are not recorded.
        command: What records them; empty for none.
        refusals: Errors, refusals and answers without a picture.
        suite_findings: On suites as a whole.
        environment: Versions.
        unwatched: What this version does not look at.
    """

    title: str
    mark: Mark
    tallies: tuple[Tally, ...]
    sentence: str
    banners: Mapping[str, str]
    strip: tuple[Fact, ...]
    cards: tuple[Card, ...]
    passed: tuple[Passed, ...]
    passed_details: tuple[VariantView, ...]
    missing: tuple[Missing, ...]
    command: str
    refusals: tuple[Refusal, ...]
    suite_findings: tuple[SuiteFinding, ...]
    environment: tuple[Fact, ...]
    unwatched: tuple[str, ...]
