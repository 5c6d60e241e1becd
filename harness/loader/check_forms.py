"""Say what a suite may write under `checks`: border models, turned at once into the model."""

import re
from typing import Annotated, Any

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


def _as_answer_text(value: object) -> object:
    return {"contains": value} if isinstance(value, str | list) else value


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


class AnswerTextForm(Form):
    """Text that the answer's text parts must hold."""

    contains: Texts = Field(
        description="Text, or several, that must all stand in the answer's text; case is ignored."
    )
    max_bad: RateForm = Field(
        default=0,
        description='How many samples may fail: a rate such as "1 of 8", or a number of the '
        "case's samples. Default 0.",
    )


class LatencyForm(Form):
    """The longest allowed time of an answer."""

    max_s: float = Field(gt=0, le=86_400, description="Longest allowed time in seconds.")


class CostForm(Form):
    """The highest allowed price of an answer."""

    max_usd: float = Field(gt=0, le=10_000, description="Highest allowed price in US dollars.")


class ChecksForm(Form):
    """Checks beside the contract; an empty value takes an inherited check off."""

    pictures: int | None = Field(
        default=None, ge=0, le=100, description="Exact number of final pictures in an answer."
    )
    answer_text: Annotated[
        AnswerTextForm | None,
        BeforeValidator(
            _as_answer_text, json_schema_input_type=AnswerTextForm | str | list[str] | None
        ),
    ] = Field(
        default=None,
        description="Text expected in the answer's text: a text, a list of them, or a mapping "
        "with `contains` and `max_bad`.",
    )
    latency: LatencyForm | None = Field(default=None, description="Limit on an answer's time.")
    cost: CostForm | None = Field(default=None, description="Limit on an answer's price.")

    def given(self) -> dict[str, Any]:
        """Give the checks that are written here, an empty one included."""
        return {name: getattr(self, name) for name in self.model_fields_set}


BY_HASH = frozenset(
    {
        "golden", "golden_image", "phash", "dhash", "ahash", "whash", "hash", "imagehash",
        "hash_distance", "max_distance", "max_hash_distance", "distance", "hamming",
        "fingerprint", "phash_max", "similarity", "similar_to", "baseline_image",
    }
)  # fmt: skip
"""Keys by which people ask for one picture held against one fresh sample."""

BY_HASH_REFUSED = (
    "no such check on purpose: a fresh sample of the same prompt lies as far away by hash "
    "(median 30 of 64 bits) as an unrelated picture (32); remove it, and pin a baseline: drift "
    "compares samples with samples"
)
