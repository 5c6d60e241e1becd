"""Version 0001: runs, samples, findings, charges, epochs, decisions, looks and their steps."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KINDS: Mapping[str, sa.types.TypeEngine[Any]] = {
    "key": sa.String(120),
    "name": sa.String(200),
    "time": sa.String(40),
    "words": sa.Text(),
    "count": sa.BigInteger(),
    "place": sa.Integer(),
    "number": sa.Double(),
    "flag": sa.Boolean(),
}
"""Kinds of columns; one with a `?` behind it may be unknown."""

TABLES = {
    "runs": (
        "id:key at:time seconds:number status:name spent_usd:number may_be_charged_usd:number "
        "calls:count simulated:flag harness:name"
    ),
    "run_suites": (
        "run:key suite:key recording:name status:name generated:count recorded_from:time "
        "recorded_to:time simulated:flag epoch:name"
    ),
    "samples": (
        "run:key suite:key number:place case_id:name variant:name sample:count turn:count "
        "cell:name model:name endpoint:name standing:name status:name outcome:name "
        "finish_reason:name failure:name picture:name session:name recorded_at:time "
        "model_version:name simulated:flag cost_usd:number? seconds:number? "
        "prompt_tokens:count? answer_tokens:count? picture_tokens:count? "
        "thought_tokens:count?"
    ),
    "findings": (
        "run:key suite:key number:place variant:name name:name status:name sample:count? "
        "turn:count message:words"
    ),
    "charges": ("endpoint:key id:key month:name state:name usd:number at:time sample:name"),
    "epochs": (
        "suite:key id:key recording:name sessions:count samples:count by:name at:time "
        "why:words simulated:flag"
    ),
    "decision_sets": ("suite:key id:key run:name by:name at:time why:words unseen:flag"),
    "decisions": (
        "suite:key decision_set:key number:place case_id:name variant:name sample:count "
        "turn:count cell:name model:name endpoint:name picture:name choice:name reasons:words "
        "note:words"
    ),
    "undos": ("suite:key id:key undone:name by:name at:time why:words"),
    "looks": (
        "suite:key id:key at:time epoch:name model:name endpoint:name recording:name "
        "verdict:name said:words screen_p:number? confirm_p:number? channel:name "
        "effect:number? effect_low:number? effect_high:number? matters:number? "
        "accumulated:number spent_usd:number incident:name provisional:flag simulated:flag"
    ),
    "steps": ("suite:key id:key incident:name state:name closing:name by:name at:time why:words"),
}
"""Each table's columns, in order: name and kind."""

KEYS = {
    "runs": ("id",),
    "run_suites": (
        "run",
        "suite",
    ),
    "samples": (
        "run",
        "suite",
        "number",
    ),
    "findings": (
        "run",
        "suite",
        "number",
    ),
    "charges": (
        "endpoint",
        "id",
    ),
    "epochs": (
        "suite",
        "id",
    ),
    "decision_sets": (
        "suite",
        "id",
    ),
    "decisions": (
        "suite",
        "decision_set",
        "number",
    ),
    "undos": (
        "suite",
        "id",
    ),
    "looks": (
        "suite",
        "id",
    ),
    "steps": (
        "suite",
        "id",
    ),
}
"""What a row is known by."""

INDEXES = {
    "ix_runs_at": ("runs", ["at"]),
    "ix_run_suites_suite": ("run_suites", ["suite"]),
    "samples_by_time": ("samples", ["suite", "recorded_at"]),
}


def upgrade() -> None:
    """Make all tables."""
    for table, said in TABLES.items():
        columns = [_column(word, key=KEYS[table]) for word in said.split()]
        op.create_table(table, *columns)
    for name, (table, fields) in INDEXES.items():
        op.create_index(name, table, fields)


def downgrade() -> None:
    """Drop all tables."""
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table_name=table)
    for table in TABLES:
        op.drop_table(table)


def _column(word: str, *, key: tuple[str, ...]) -> "sa.Column[Any]":
    name, _, kind = word.partition(":")
    is_key = name in key
    known = KINDS[kind.rstrip("?")]
    nullable = kind.endswith("?")
    return sa.Column(name, known, primary_key=is_key, nullable=nullable, autoincrement=False)
