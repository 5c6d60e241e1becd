"""Give the JSON Schema of the suite language, for editors to complete and check with."""

from typing import Any

from harness.loader.base_forms import Form
from harness.loader.forms import SuiteForm
from harness.loader.parameter_forms import PARAMETERS, ParametersForm
from harness.loader.texts import NAME

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, object]:
    """Give the schema (draft 2020-12) of a suite file, with a description of every key."""
    schema = SuiteForm.model_json_schema(mode="validation")
    definitions: dict[str, Any] = schema["$defs"]
    definitions["ParametersForm"] = ParametersForm.model_json_schema(mode="validation")
    definitions |= definitions["ParametersForm"].pop("$defs", {})
    _describe_axes(definitions)
    _require_prompt(definitions["CaseForm"])
    for part in (schema, *definitions.values()):
        _tidy(part)
    return {"$schema": DIALECT, **schema, "title": "Suite of the Gemini image harness"}


def _describe_axes(definitions: dict[str, Any]) -> None:
    """Let each axis that is a parameter take its values, or mappings of several things."""
    parameters = definitions["ParametersForm"]["properties"]
    definitions["Choice"] = _choice()
    matrix = definitions["MatrixForm"]
    for name in PARAMETERS:
        value = {key: item for key, item in parameters[name].items() if key != "default"}
        matrix["properties"][name] = {
            "type": "array",
            "minItems": 1,
            "description": f"Axis of {name}: {value.get('description', '')}",
            "items": {"anyOf": [value, {"$ref": "#/$defs/Choice"}]},
        }
    matrix["propertyNames"] = {"pattern": NAME, "maxLength": 64}
    matrix["additionalProperties"] = _variable_axis()


def _choice() -> dict[str, Any]:
    """Describe a mapping that sets several things together."""
    choice = {name: {"$ref": f"#/$defs/ParametersForm/properties/{name}"} for name in PARAMETERS}
    label = {"description": "What this choice is called in a variant's id.", "maxLength": 64}
    own = {"description": "Value of the axis itself, where its label is not the value."}
    return {
        "type": "object",
        "description": "A choice that sets several things: parameters, and any other key is a "
        "{variable} of prompts.",
        "required": ["id"],
        "properties": {"id": label, "value": own, **choice},
        "additionalProperties": {"type": ["string", "number", "boolean"]},
    }


def _variable_axis() -> dict[str, Any]:
    plain = {"type": ["string", "number", "boolean"]}
    return {
        "type": "array",
        "minItems": 1,
        "description": "A {variable} of prompts with its values, or mappings of several things.",
        "items": {"anyOf": [plain, {"$ref": "#/$defs/Choice"}]},
    }


def _require_prompt(case: dict[str, Any]) -> None:
    case["oneOf"] = [{"required": ["prompt"]}, {"required": ["turns"]}]


def _tidy(part: dict[str, Any]) -> None:
    """Drop the titles that pydantic makes of names, and defaults that are whole forms."""
    part.pop("title", None)
    for item in part.get("properties", {}).values():
        item.pop("title", None)
        if isinstance(item.get("default"), dict | Form) and "$ref" in item:
            del item["default"]
