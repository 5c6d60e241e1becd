"""Say what a suite file may hold: border models of the file, its cases and its matrices."""

from typing import Annotated, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    Tag,
    model_validator,
)

from harness.loader.base_forms import Form, as_list
from harness.loader.check_forms import ChecksForm
from harness.loader.mend import AS_LIST, AS_MAPPING
from harness.loader.parameter_forms import DefaultsForm, ParametersForm, TurnForm
from harness.loader.regression_forms import MarginsForm
from harness.loader.texts import SOME_TEXT, Id, ModelId, Name, Prompt, Word
from harness.loader.watch_forms import WatchForm

Glob = Annotated[str, Field(pattern=SOME_TEXT, max_length=1000)]
Globs = Annotated[
    list[Glob],
    Field(min_length=1, max_length=100),
    BeforeValidator(as_list, json_schema_input_type=Glob | list[Glob]),
]
Kind = Literal["object", "person"]
Values = Annotated[list[JsonValue], Field(min_length=1, max_length=10_000)]
Tags = Annotated[list[Word], Field(max_length=50)]
Owner = Annotated[str, Field(pattern=SOME_TEXT, max_length=100)]


class ReferenceSetForm(Form):
    """A set of reference pictures, and what they show."""

    files: Globs = Field(description="A glob, or several, of pictures below the suite.")
    kind: Kind | None = Field(
        default=None,
        description="What the pictures show: a model keeps so many objects and people alike.",
    )


ReferenceSet = Annotated[
    Annotated[Globs, Tag(AS_LIST)] | Annotated[ReferenceSetForm, Tag(AS_MAPPING)],
    Discriminator(lambda value: AS_MAPPING if isinstance(value, dict) else AS_LIST),
]


class MatrixForm(Form):
    """The choices that a case is tried over: axes, points left out, points added."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Values]

    exclude: list[dict[str, JsonValue]] = Field(
        default=[],
        max_length=200,
        description="Points to leave out: each a mapping of axis to label, all of which must fit.",
    )
    include: list[dict[str, JsonValue]] = Field(
        default=[],
        max_length=1000,
        description="Points to add: each a mapping of axis or parameter to a label or value.",
    )

    @property
    def axes(self) -> dict[str, list[JsonValue]]:
        """Axis name to its values, in the file's order."""
        return self.__pydantic_extra__


class CaseForm(ParametersForm):
    """One prompt, or one conversation of turns, and what it is tried over."""

    id: Id = Field(description="The case's name: recordings and decisions are kept by it.")
    prompt: Prompt | None = Field(
        default=None, description="The prompt; {name} of a declared variable is replaced."
    )
    turns: Annotated[list[TurnForm], Field(min_length=1, max_length=50)] | None = Field(
        default=None, description="A conversation, turn by turn; stands instead of a prompt."
    )
    matrix: MatrixForm = Field(
        default=MatrixForm(), description="Axes: parameters, {variables}, or mappings of several."
    )
    tags: Tags = Field(default=[], description="Words to select the case by.")
    owner: Owner | None = Field(
        default=None, description="Who is responsible for the case, where it is not the suite's."
    )
    was: Id | None = Field(
        default=None, description="Older id of the case, whose recordings still count."
    )
    checks: ChecksForm = Field(default=ChecksForm(), description="Checks on every answer.")

    @model_validator(mode="after")
    def _one_of_prompt_and_turns(self) -> Self:
        if (self.prompt is None) == (self.turns is None):
            found = 'neither "prompt" nor' if self.prompt is None else 'both "prompt" and'
            raise ValueError(f'has {found} "turns"; write one of them')
        return self


class HeaderForm(Form):
    """A suite without its cases."""

    version: Literal[1] = Field(description="Version of the suite language: 1.")
    suite: Id = Field(description="The suite's name: recordings and baselines are kept by it.")
    title: Annotated[str, Field(pattern=SOME_TEXT, max_length=200)] | None = Field(
        default=None, description="A line for people."
    )
    model: ModelId = Field(
        default="gemini-3-pro-image", description="Model id, as it is sent, of every case."
    )
    endpoint: Id | None = Field(
        default=None, description="Name of an endpoint in the settings; empty leaves it to the run."
    )
    defaults: DefaultsForm = Field(
        default=DefaultsForm(), description="Parameters of every case that does not say otherwise."
    )
    references: dict[Name, ReferenceSet] = Field(
        default={},
        description="Reference sets: name to a glob, or several, of pictures below the suite; "
        "or to a mapping of files and kind.",
    )
    tags: Tags = Field(default=[], description="Tags of every case.")
    owner: Owner | None = Field(
        default=None, description="Who is responsible for the suite: a person or a team."
    )
    checks: ChecksForm = Field(default=ChecksForm(), description="Checks on every answer.")
    drift: WatchForm = Field(
        default=WatchForm(), description="How answers are watched for a change of the model."
    )
    regression: MarginsForm = Field(
        default=MarginsForm(), description="How much worse an edited prompt may do."
    )


class SuiteForm(HeaderForm):
    """A suite of the Gemini image harness."""

    cases: Annotated[list[CaseForm], Field(min_length=1, max_length=10_000)] = Field(
        description="What is asked, in the order of the report."
    )
