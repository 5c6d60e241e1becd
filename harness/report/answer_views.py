"""Say what the page shows of one variant's requests and answers."""

from dataclasses import dataclass

from harness.report.views import Fact, Link, Shot


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One turn as it was asked.

    Attributes:
        label: Which of several; `"prompt"` for one alone.
        text: The prompt, whole.
        same: Everything but the prompt was asked as in the turn before.
        system: The system instruction, whole; empty for none, or the same.
        parameters: Everything else that was asked; empty for the same.
        references: Pictures sent with it, in the order sent.
        order: Where the pictures stand to the prompt; empty for no pictures.
    """

    label: str
    text: str
    same: bool
    system: str
    parameters: tuple[Fact, ...]
    references: tuple[Shot, ...]
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One part of an answer, in its place: text, or a picture.

    Attributes:
        text: The text; empty for a picture.
        shot: The picture, or None.
        strange: The text is a part of an unknown kind, as JSON.
    """

    text: str = ""
    shot: Shot | None = None
    strange: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnView:
    """What was said to and fro in one turn of a sample.

    Attributes:
        label: `"turn 2 of 3"`; empty where there is one.
        prompt: What was asked, shortened; empty where there is one turn.
        references: How many pictures went with it, in words; empty for none.
        history: What went before it in the same request; empty for a first turn.
        thinking: What the drawer of thoughts holds, in words; empty for no drawer.
        thoughts: Interim parts in order; they are no answer.
        parts: The answer's parts in order.
        instead: What there is where no part came.
    """

    label: str
    prompt: str
    references: str
    history: str
    thinking: str
    thoughts: tuple[PartView, ...]
    parts: tuple[PartView, ...]
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainView:
    """One sample from its first turn to its last."""

    label: str
    turns: tuple[TurnView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundingView:
    """What search brought into one answer.

    Attributes:
        label: Which answer.
        queries: As sent.
        sources: Pages, in order.
        suggestions: A document for a sandboxed frame; empty for none.
        text: The answer's own text, which the sources ground.
    """

    label: str
    queries: tuple[str, ...]
    sources: tuple[Link, ...]
    suggestions: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One row of what was answered, with where it comes from; digests are whole.

    `pixels` are the figures of the picture's structure that lie beyond their limits.
    """

    label: str
    outcome: str
    delivered: str
    pixels: str
    asked: str
    seconds: str
    first_byte: str
    service: str
    cost: str
    tokens: str
    beside: str
    model: str
    recorded: str
    response_id: str
    request: str
    picture: str
    marks: str
