"""Hold what border models of a suite are made of: strict mappings, texts, rates."""

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

from harness.loader.scalars import kind_of
from harness.loader.texts import EXPLAINED, RATE, SOME_TEXT
from harness.model.checks import Rate


class Form(BaseModel):
    """A mapping of a suite: strict types, no unknown keys."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


def as_list(value: object) -> object:
    """Let one text stand for a list of one."""
    return [value] if isinstance(value, str) else value


def _as_rate(value: object) -> Rate | int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if not isinstance(value, str) or not re.fullmatch(RATE, value):
        got = f'"{value[:40]}"' if isinstance(value, str) else kind_of(value)
        raise ValueError(f"is {got}; write how many samples may fail, or {EXPLAINED[RATE]}")
    bad, of = (int(number) for number in value.split(" of "))
    if not 0 <= bad <= of or of == 0:
        raise ValueError(f"{value} is no share of samples; the first number is at most the second")
    return Rate(bad=bad, of=of)


RateForm = Annotated[
    Rate | int,
    PlainValidator(
        _as_rate,
        json_schema_input_type=Annotated[int, Field(ge=0)] | Annotated[str, Field(pattern=RATE)],
    ),
]
Texts = Annotated[
    list[Annotated[str, Field(pattern=SOME_TEXT, max_length=1000)]],
    Field(min_length=1),
    BeforeValidator(as_list, json_schema_input_type=str | list[str]),
]
