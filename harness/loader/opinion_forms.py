"""Say what a suite may write of opinion checks on pictures: each states a rate over samples."""

import json
import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    Tag,
    model_validator,
)

from harness.loader.base_forms import Form, RateForm, Texts, as_list
from harness.loader.mend import AS_LIST, AS_MAPPING
from harness.loader.texts import CHECK, LANGUAGE, SOME_TEXT, Id, ModelId, Name
from harness.model.checks import ASK_MODEL, LOOK

MOST_QUESTIONS = 20
MOST_REGIONS = 20
MOST_OPTION_BYTES = 10_000

_BY_FORM = Discriminator(lambda value: AS_MAPPING if isinstance(value, dict) else AS_LIST)
"""A mapping says everything; a list, or one text, only what matters most."""

Level = Literal["fail", "warn"]
Share = Annotated[float, Field(ge=0, le=1)]
_LEVEL = "What too many bad samples are: fail or warn."
_MAX_BAD = (
    'How many samples may fail: a rate such as "1 of 8", or a number of the case\'s samples. '
    "Default 0."
)


def _different(values: list[Any]) -> list[Any]:
    if any(value in values[:index] for index, value in enumerate(values)):
        raise ValueError("an entry stands twice; remove one")
    return values


_HASH = re.compile(
    r"(imagehash|[adpw]?_?hash(_?(simple|vertical))?|average(_?hash)?|colou?r_?hash"
    r"|crop_?resistant(_?hash)?)_?\d*(_?mirrored)?",
    re.IGNORECASE,
)
HASH_REFUSED = (
    "is a hash, and by hash one character is not told from another (AUC .50 to .58 on real "
    "pictures, .50 is chance); write look, keypoints or the name of an embedder"
)


def _no_hash(measure: str) -> str:
    if _HASH.fullmatch(measure):
        raise ValueError(HASH_REFUSED)
    return measure


class OpinionForm(Form):
    """What all of them have."""

    max_bad: RateForm = Field(default=0, description=_MAX_BAD)


class ConsistencyForm(OpinionForm):
    """A character that keeps its look."""

    references: (
        Annotated[
            list[Name],
            Field(min_length=1, max_length=20),
            AfterValidator(_different),
            BeforeValidator(as_list, json_schema_input_type=Name | list[Name]),
        ]
        | None
    ) = Field(
        default=None,
        description="Reference sets that show the character; default: those that are sent with "
        "the turn, or were sent before it.",
    )
    measure: Annotated[Name, AfterValidator(_no_hash)] = Field(
        default=LOOK,
        description='How looks are held against each other: "look" (palette and look of the '
        'subject), "keypoints", or the name of an embedder.',
    )
    level: Level = Field(default="fail", description=_LEVEL)


Consistencies = Annotated[
    Annotated[
        list[ConsistencyForm],
        Field(min_length=1, max_length=20),
        AfterValidator(_different),
        Tag(AS_LIST),
    ]
    | Annotated[ConsistencyForm, Tag(AS_MAPPING)],
    _BY_FORM,
]


def _as_region(sides: list[float]) -> list[float]:
    if len(sides) != 4:
        raise ValueError("a region is four fractions: [left, top, right, bottom]; correct it")
    left, top, right, bottom = sides
    if not (left < right and top < bottom):
        raise ValueError("left is less than right in a region, and top than bottom; correct it")
    return sides


RegionForm = Annotated[
    list[Share],
    AfterValidator(_as_region),
    Field(json_schema_extra={"minItems": 4, "maxItems": 4}),
]
Regions = Annotated[list[RegionForm], Field(min_length=1, max_length=MOST_REGIONS)]
_HELD = ("changed_share_max", "expect", "must_change", "must_keep")


class EditForm(OpinionForm):
    """What a turn may change of the picture before it."""

    changed_share_max: Share | None = Field(
        default=None, description="Largest share of the picture that may change, 0 to 1."
    )
    expect: Literal["local", "large"] | None = Field(
        default=None, description="The edit changes no more than this: local or large."
    )
    must_change: Regions | None = Field(
        default=None,
        description="Regions [left, top, right, bottom] in fractions of the picture, in each of "
        "which something changes.",
    )
    must_keep: Regions | None = Field(
        default=None,
        description="Regions [left, top, right, bottom] in fractions of the picture, in none of "
        "which anything changes.",
    )
    level: Level = Field(default="fail", description=_LEVEL)

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if all(getattr(self, name) is None for name in _HELD):
            raise ValueError(f"holds nothing; write one of {', '.join(_HELD)}")
        return self


class TextForm(OpinionForm):
    """Text expected in the picture, read by OCR."""

    contains: Annotated[Texts, Field(max_length=20)] = Field(
        description="Text, or several, each of which is to be read somewhere in the picture."
    )
    error_max: Share = Field(
        default=0.1, description="Largest share of wrong characters, 0 to 1. Default 0.1."
    )
    language: Annotated[str, Field(pattern=LANGUAGE, max_length=64)] = Field(
        default="eng", description="Language of the text, as Tesseract calls it."
    )
    level: Level = Field(default="warn", description=_LEVEL)


PictureTexts = Annotated[
    Annotated[Texts, Field(max_length=20), Tag(AS_LIST)] | Annotated[TextForm, Tag(AS_MAPPING)],
    _BY_FORM,
]


class QuestionForm(Form):
    """A question, and which answer is good."""

    question: Annotated[str, Field(pattern=SOME_TEXT, max_length=500)] = Field(
        description="The question about the picture."
    )
    expect: Literal["yes", "no"] | None = Field(
        default=None, description="The good answer to a yes/no question. Default yes."
    )
    at_least: Annotated[int, Field(ge=0, le=4)] | None = Field(
        default=None, description="Lowest good answer on a scale of 0 to 4, instead of yes or no."
    )

    @model_validator(mode="after")
    def _one_of_expect_and_at_least(self) -> Self:
        if self.expect is not None and self.at_least is not None:
            raise ValueError('has both "expect" and "at_least"; write one of them')
        return self


def _as_question(value: object) -> object:
    return {"question": value} if isinstance(value, str) else value


Questions = Annotated[
    list[
        Annotated[
            QuestionForm, BeforeValidator(_as_question, json_schema_input_type=QuestionForm | str)
        ]
    ],
    Field(min_length=1, max_length=MOST_QUESTIONS),
    AfterValidator(_different),
    BeforeValidator(as_list, json_schema_input_type=str | list[QuestionForm | str]),
]


class AskForm(OpinionForm):
    """Questions put to a model about every picture."""

    questions: Questions = Field(
        description="Texts, or mappings of a question and its good answer; a text expects yes."
    )
    model: ModelId = Field(default=ASK_MODEL, description="Id of the model that answers, as sent.")
    endpoint: Id | None = Field(
        default=None,
        description="Name of an endpoint in the settings; empty asks where the picture came from.",
    )
    level: Level = Field(default="warn", description=_LEVEL)


Asks = Annotated[Annotated[Questions, Tag(AS_LIST)] | Annotated[AskForm, Tag(AS_MAPPING)], _BY_FORM]


class CustomForm(OpinionForm):
    """Options of a check of the suite's own: what it likes, and `max_bad`."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, JsonValue]

    @property
    def options(self) -> str:
        """The options as JSON text."""
        return json.dumps(self.__pydantic_extra__, ensure_ascii=False)

    @model_validator(mode="after")
    def _not_too_large(self) -> Self:
        size = len(self.options.encode("utf-8", errors="surrogatepass"))
        if size > MOST_OPTION_BYTES:
            raise ValueError(
                f"options of {size} bytes, a check takes {MOST_OPTION_BYTES}; shorten them"
            )
        return self


CheckName = Annotated[str, Field(pattern=CHECK, max_length=200)]
Customs = Annotated[
    Annotated[
        list[CheckName],
        Field(min_length=1, max_length=20),
        AfterValidator(_different),
        BeforeValidator(as_list, json_schema_input_type=CheckName | list[CheckName]),
        Tag(AS_LIST),
    ]
    | Annotated[
        dict[CheckName, CustomForm | None], Field(min_length=1, max_length=20), Tag(AS_MAPPING)
    ],
    _BY_FORM,
]
