"""Write docs/suite-reference.md: every key of the suite language, from the schema."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.loader import json_schema, texts
from tools import docs_examples as examples

HEAD = """\
# Suite reference

<!-- made by `python -m tools.docs_reference` from the schema; not written by hand -->

Every key of a suite file: what it may be, and what it is where nothing is said. Editors know
the same by `harness schema > suites/harness.schema.json` and the first line
`# yaml-language-server: $schema=harness.schema.json`. How the parts work together, and an example
of all of them: [the suite language](suites.md).

YAML 1.2; unknown and double keys are refused with their place. What is nearer wins:
top < `defaults` < case < axis < turn. `null` takes an inherited value off.
"""
WORDS = {
    texts.ID: "id",
    texts.NAME: "name",
    texts.TAG: "word",
    texts.MODEL: "model id",
    texts.RATE: "rate",
    texts.LANGUAGE: "language",
    texts.CHECK: "check",
    texts.SOME_TEXT: "text",
}
"""What each pattern is called in a table; what it asks for stands above."""
PLAIN = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "mapping",
    "null": "null",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A kind of mapping in a suite.

    Attributes:
        title: Heading of its section.
        form: Its name in the schema; empty for the file itself.
        stands: Where it may stand.
        shown: Examples of its keys.
        without: Keys that another section has.
    """

    title: str
    form: str
    stands: str
    shown: Mapping[str, str]
    without: frozenset[str] = frozenset()


_GIVEN = frozenset(examples.PARAMETERS)
_CASE = _GIVEN - set(examples.CASE)
PARTS = (
    Part(title="The file", form="", stands="the top of a file", shown=examples.SUITE),
    Part(
        title="Parameters",
        form="ParametersForm",
        shown=examples.PARAMETERS,
        stands="`defaults`, a case, a turn (all but `samples`, `model` and `endpoint`), a choice "
        "of an axis, and as an axis of `matrix`",
    ),
    Part(
        title="Defaults",
        form="DefaultsForm",
        stands="`defaults`",
        without=_GIVEN,
        shown={"checks": "{pictures: 1}"},
    ),
    Part(
        title="A case",
        form="CaseForm",
        stands="an item of `cases`, beside the parameters",
        shown=examples.CASE,
        without=_CASE,
    ),
    Part(
        title="A turn",
        form="TurnForm",
        stands="an item of `turns`, beside the parameters",
        shown=examples.TURN,
        without=_GIVEN - set(examples.TURN),
    ),
    Part(
        title="A matrix",
        form="MatrixForm",
        without=_GIVEN,
        shown=examples.MATRIX,
        stands="`matrix` of a case; beside these, any parameter and any `{variable}` is an axis: a "
        "list of values or choices",
    ),
    Part(
        title="A choice",
        form="Choice",
        without=_GIVEN,
        shown=examples.CHOICE,
        stands="an item of an axis that sets several things; beside these, any parameter and any "
        "`{variable}`",
    ),
    Part(
        title="A set of references",
        form="ReferenceSetForm",
        shown=examples.SET,
        stands="a value of `references` at the top, where a glob alone does not say enough",
    ),
    Part(
        title="Checks",
        form="ChecksForm",
        stands="`checks` of the file, of `defaults`, of a case or a turn",
        shown=examples.CHECKS,
    ),
    Part(
        title="answer_text",
        form="AnswerTextForm",
        stands="`checks`",
        shown=examples.RATE | examples.ANSWER_TEXT,
    ),
    Part(title="latency", form="LatencyForm", stands="`checks`", shown=examples.LIMITS),
    Part(title="cost", form="CostForm", stands="`checks`", shown=examples.LIMITS),
    Part(
        title="consistency",
        form="ConsistencyForm",
        stands="`checks`; a mapping, or a list of one a character",
        shown=examples.RATE | examples.CONSISTENCY,
    ),
    Part(title="edit", form="EditForm", stands="`checks`", shown=examples.RATE | examples.EDIT),
    Part(title="text", form="TextForm", stands="`checks`", shown=examples.RATE | examples.TEXT),
    Part(title="ask", form="AskForm", stands="`checks`", shown=examples.RATE | examples.ASK),
    Part(
        title="A question",
        form="QuestionForm",
        stands="an item of `questions` of `ask`",
        shown=examples.QUESTION,
    ),
    Part(
        title="custom",
        form="CustomForm",
        stands="`checks`, as a check's options; other keys are passed on",
        shown=examples.RATE,
    ),
    Part(
        title="thinking",
        form="ThinkingForm",
        stands="the parameter `thinking`",
        shown=examples.LIMITS,
    ),
    Part(title="drift", form="WatchForm", stands="the top of a file", shown=examples.WATCH),
    Part(
        title="regression", form="MarginsForm", stands="the top of a file", shown=examples.MARGINS
    ),
)


def page() -> str:
    """Give the page: a section for each kind of mapping."""
    schema: dict[str, Any] = json_schema()
    said = [f"- {word}: {_spelt(texts.EXPLAINED[form])}" for form, word in WORDS.items()]
    words = f"\nWords in the second column:\n\n{chr(10).join(said)}\n"
    return HEAD + words + "".join(_section(part, schema) for part in PARTS)


def _spelt(said: str) -> str:
    """Set what is quoted as code: a "_" would be read as emphasis."""
    return re.sub(r'"([^"]+)"', r"`\1`", said)


def keys(part: Part, schema: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Give the keys that a section tells: name, schema, whether it has to be there."""
    form = schema["$defs"][part.form] if part.form else schema
    for name, item in form["properties"].items():
        if name not in part.without:
            yield name, item, name in form.get("required", ())


def _section(part: Part, schema: Mapping[str, Any]) -> str:
    rows = [_row(part, *key, schema=schema) for key in keys(part, schema)]
    head = "| key | it is | default | says | example |\n| --- | --- | --- | --- | --- |"
    return f"\n## {part.title}\n\nStands in: {part.stands}.\n\n{head}\n" + "\n".join(rows) + "\n"


def _row(
    part: Part, name: str, item: dict[str, Any], due: bool, *, schema: Mapping[str, Any]
) -> str:
    default = "**must be given**" if due else _default(item)
    shown = f"`{name}: {part.shown[name]}`"
    cells = (f"`{name}`", kind(item, schema), default, item["description"], shown)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(item: Mapping[str, Any]) -> str:
    default = item.get("default")
    return "" if default in (None, "", [], {}) else f"`{json.dumps(default)}`"


def kind(item: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Say what a value may be, in words: its type and its range."""
    for several in ("anyOf", "oneOf"):
        if several in item:
            said = [kind(each, schema) for each in item[several] if each.get("type") != "null"]
            return ", or ".join(dict.fromkeys(said))
    words = item.get("enum", [item["const"]] if "const" in item else [])
    if words:
        return ", ".join(f"`{word}`" for word in words)
    return _named(item["$ref"], schema) if "$ref" in item else _plain(item, schema)


def _named(ref: str, schema: Mapping[str, Any]) -> str:
    form = ref.removeprefix("#/$defs/")
    if form == "JsonValue":
        return "any value"
    part = next((each for each in PARTS if each.form == form), None)
    return f"[{part.title}](#{part.title.lower().replace(' ', '-')})" if part else form


def _plain(item: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if item.get("type") == "array":
        count = _range(item.get("minItems"), item.get("maxItems"))
        each = kind(item["items"], schema) if item.get("items") else "any value"
        return f"list of {count}{each}"
    if item.get("type") == "object":
        return _mapping(item, schema)
    said = WORDS.get(item.get("pattern", ""), PLAIN.get(str(item.get("type")), "any value"))
    return " ".join(filter(None, (said, _bounds(item))))


def _mapping(item: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    inside = item.get("patternProperties", {}).values() or [item.get("additionalProperties")]
    said = [kind(each, schema) for each in inside if isinstance(each, Mapping)]
    said = [each for each in said if each != "null"]
    return f"mapping of a name to {said[0]}" if said else "mapping"


def _range(least: int | None, most: int | None) -> str:
    if least is None and most is None:
        return ""
    return f"{least or 0} to {most:,} of " if most is not None else f"{least} or more of "


def _bounds(item: Mapping[str, Any]) -> str:
    least, above = item.get("minimum"), item.get("exclusiveMinimum")
    most, below = item.get("maximum"), item.get("exclusiveMaximum")
    length = item.get("maxLength")
    said = [
        f"from {least:,}" if least is not None else "",
        f"above {above:,}" if above is not None else "",
        f"to {most:,}" if most is not None else "",
        f"below {below:,}" if below is not None else "",
        f"of at most {length:,} characters" if length else "",
    ]
    return " ".join(filter(None, said))
