"""The JSON Schema lets an editor complete and check a suite."""

import json

import pytest

from harness.loader import json_schema
from harness.loader.parameter_forms import PARAMETERS


def definitions():
    schema = json_schema()
    return {"Suite": schema, **schema["$defs"]}


def test_it_is_json_of_a_named_dialect():
    """Draft 2020-12."""
    schema = json.loads(json.dumps(json_schema()))

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["required"] == ["version", "suite", "cases"]


@pytest.mark.parametrize("name", sorted(definitions()))
def test_every_key_is_described(name):
    """An editor shows it beside the key."""
    for key, value in definitions()[name].get("properties", {}).items():
        if "$ref" not in value:
            assert value.get("description"), key


@pytest.mark.parametrize("name", ["Suite", "CaseForm", "TurnForm", "DefaultsForm", "ChecksForm"])
def test_unknown_keys_are_refused(name):
    """A typo is underlined while it is typed."""
    assert definitions()[name]["additionalProperties"] is False


def test_axes_take_values_and_mappings():
    """Every parameter completes as an axis, and any other name is a variable."""
    matrix = definitions()["MatrixForm"]

    assert set(PARAMETERS) <= set(matrix["properties"])
    assert matrix["additionalProperties"]["type"] == "array"
    ratio = matrix["properties"]["aspect_ratio"]["items"]["anyOf"]
    assert {"$ref": "#/$defs/Choice"} in ratio


def test_references_lead_somewhere():
    """No `$ref` is left dangling."""
    schema = json_schema()

    def refs(part):
        if isinstance(part, dict):
            yield from ([part["$ref"]] if "$ref" in part else [])
            for value in part.values():
                yield from refs(value)
        elif isinstance(part, list):
            for value in part:
                yield from refs(value)

    found = set(refs(schema))
    assert found
    for ref in found:
        place = schema
        for step in ref.removeprefix("#/").split("/"):
            place = place[step]
