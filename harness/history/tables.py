"""Say what the history holds: its tables, each with the natural key that lets it be read twice.

Neither prompts nor answers' texts are in it, only what is counted, named and decided.
Times are ISO 8601 in UTC, as in the files; money is in US dollars.
"""

from typing import Annotated

from sqlalchemy import BigInteger, Double, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

FIRST = "0001"
"""Version of the first tables that there were."""

VERSION = "0002"
"""Of these tables: the newest migration's."""

Id = Annotated[str, mapped_column(String(120), primary_key=True)]
Place = Annotated[int, mapped_column(primary_key=True, autoincrement=False)]
Name = Annotated[str, mapped_column(String(200))]
Time = Annotated[str, mapped_column(String(40))]
Words = Annotated[str, mapped_column(Text)]
Count = Annotated[int, mapped_column(BigInteger)]
Figure = Annotated[float, mapped_column(Double)]
Tokens = Annotated[int | None, mapped_column(BigInteger)]


class Table(DeclarativeBase):
    """Be the root of all tables."""


class RunRow(Table):
    """One judging of recordings."""

    __tablename__ = "runs"

    id: Mapped[Id]
    at: Mapped[Time] = mapped_column(index=True)
    seconds: Mapped[Figure]
    status: Mapped[Name]
    spent_usd: Mapped[Figure]
    may_be_charged_usd: Mapped[Figure]
    calls: Mapped[Count]
    simulated: Mapped[bool]
    harness: Mapped[Name]


class SuiteRow(Table):
    """One suite's part of a run."""

    __tablename__ = "run_suites"

    run: Mapped[Id]
    suite: Mapped[Id] = mapped_column(index=True)
    recording: Mapped[Name]
    status: Mapped[Name]
    generated: Mapped[Count]
    recorded_from: Mapped[Time]
    recorded_to: Mapped[Time]
    simulated: Mapped[bool]
    epoch: Mapped[Name]


class SampleRow(Table):
    """One sample as a run, or a monitor's look, found it; `run` is the id of either."""

    __tablename__ = "samples"

    run: Mapped[Id]
    suite: Mapped[Id]
    number: Mapped[Place]
    case_id: Mapped[Name]
    variant: Mapped[Name]
    sample: Mapped[Count]
    turn: Mapped[Count]
    cell: Mapped[Name]
    model: Mapped[Name]
    endpoint: Mapped[Name]
    standing: Mapped[Name]
    status: Mapped[Name]
    outcome: Mapped[Name]
    finish_reason: Mapped[Name]
    failure: Mapped[Name]
    picture: Mapped[Name]
    session: Mapped[Name]
    recorded_at: Mapped[Time]
    model_version: Mapped[Name]
    simulated: Mapped[bool]
    cost_usd: Mapped[Figure | None]
    seconds: Mapped[Figure | None]
    prompt_tokens: Mapped[Tokens]
    answer_tokens: Mapped[Tokens]
    picture_tokens: Mapped[Tokens]
    thought_tokens: Mapped[Tokens]

    __table_args__ = (Index("samples_by_time", "suite", "recorded_at"),)


class FindingRow(Table):
    """One finding of a run; `variant` is empty for one on the suite as a whole."""

    __tablename__ = "findings"

    run: Mapped[Id]
    suite: Mapped[Id]
    number: Mapped[Place]
    variant: Mapped[Name]
    name: Mapped[Name]
    status: Mapped[Name]
    sample: Mapped[Tokens]
    turn: Mapped[Count]
    message: Mapped[Words]
    measured: Mapped[Figure | None]


class ChargeRow(Table):
    """One call of the ledger: `open`, `spent`, or `may be charged`."""

    __tablename__ = "charges"

    endpoint: Mapped[Id]
    id: Mapped[Id]
    month: Mapped[Name]
    state: Mapped[Name]
    usd: Mapped[Figure]
    at: Mapped[Time]
    sample: Mapped[Name]


class EpochRow(Table):
    """One pinning of a reference sample."""

    __tablename__ = "epochs"

    suite: Mapped[Id]
    id: Mapped[Id]
    recording: Mapped[Name]
    sessions: Mapped[Count]
    samples: Mapped[Count]
    by: Mapped[Name]
    at: Mapped[Time]
    why: Mapped[Words]
    simulated: Mapped[bool]


class DecisionSetRow(Table):
    """Decisions applied together."""

    __tablename__ = "decision_sets"

    suite: Mapped[Id]
    id: Mapped[Id]
    run: Mapped[Name]
    by: Mapped[Name]
    at: Mapped[Time]
    why: Mapped[Words]
    unseen: Mapped[bool]


class DecisionRow(Table):
    """A person's word on one picture."""

    __tablename__ = "decisions"

    suite: Mapped[Id]
    decision_set: Mapped[Id]
    number: Mapped[Place]
    case_id: Mapped[Name]
    variant: Mapped[Name]
    sample: Mapped[Count]
    turn: Mapped[Count]
    cell: Mapped[Name]
    model: Mapped[Name]
    endpoint: Mapped[Name]
    picture: Mapped[Name]
    choice: Mapped[Name]
    reasons: Mapped[Words]
    note: Mapped[Words]


class UndoRow(Table):
    """A set of decisions that a person took back."""

    __tablename__ = "undos"

    suite: Mapped[Id]
    id: Mapped[Id]
    undone: Mapped[Name]
    by: Mapped[Name]
    at: Mapped[Time]
    why: Mapped[Words]


class LookRow(Table):
    """One look of a monitor; the effect is that of its last step, in its largest channel."""

    __tablename__ = "looks"

    suite: Mapped[Id]
    id: Mapped[Id]
    at: Mapped[Time]
    epoch: Mapped[Name]
    model: Mapped[Name]
    endpoint: Mapped[Name]
    recording: Mapped[Name]
    verdict: Mapped[Name]
    said: Mapped[Words]
    screen_p: Mapped[Figure | None]
    confirm_p: Mapped[Figure | None]
    channel: Mapped[Name]
    effect: Mapped[Figure | None]
    effect_low: Mapped[Figure | None]
    effect_high: Mapped[Figure | None]
    matters: Mapped[Figure | None]
    accumulated: Mapped[Figure]
    spent_usd: Mapped[Figure]
    incident: Mapped[Name]
    provisional: Mapped[bool]
    simulated: Mapped[bool]


class StepRow(Table):
    """Somebody did something about an incident."""

    __tablename__ = "steps"

    suite: Mapped[Id]
    id: Mapped[Id]
    incident: Mapped[Name]
    state: Mapped[Name]
    closing: Mapped[Name]
    by: Mapped[Name]
    at: Mapped[Time]
    why: Mapped[Words]
