"""The pages made of the program say what it says; the figures of checks have a source."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Annotated

import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from harness.loader import json_schema, load_suite
from harness.loader.base_forms import Form
from tools.docs_reference import PAGES
from tools.docs_suite import PARTS, keys

pytestmark = pytest.mark.docs

SCHEMA = cache(json_schema)


@pytest.mark.parametrize("name", list(PAGES))
def test_a_made_page_is_what_the_program_gives(request, name):
    """After a change of verbs or of the suite language: `python -m tools.docs_reference`."""
    page = (request.config.rootpath / "docs" / name).read_text(encoding="utf-8")

    assert page == PAGES[name]()


def test_every_key_of_the_schema_is_told_where_it_may_stand():
    """No form is without a section, and no key of a form without a row."""
    told = {part.form: {name for name, _, _ in keys(part, SCHEMA())} for part in PARTS}
    forms = {name: set(form.get("properties", ())) for name, form in SCHEMA()["$defs"].items()}
    parameters = forms["ParametersForm"]

    assert set(told) - {""} == {name for name, there in forms.items() if there}
    assert {name: there - told[name] - parameters for name, there in forms.items() if there} == {
        name: set() for name in told if name
    }


WITH_FORM = [part for part in PARTS if part.form != "Choice"]


@pytest.mark.parametrize("part", WITH_FORM, ids=[part.title for part in WITH_FORM])
def test_every_example_is_one_that_the_loader_takes(part):
    """An example in the reference may be copied into a suite."""
    fields = _forms()[part.form or "SuiteForm"].model_fields
    examples = {name: _example(part, name) for name, _, _ in keys(part, SCHEMA())}

    assert examples
    for name, value in examples.items():
        TypeAdapter(_annotated(fields[name])).validate_python(value, strict=True)


def test_the_example_of_a_choice_is_one_that_the_loader_takes(tmp_path):
    """It has no form of its own: it is loaded as a point of an axis."""
    part = next(part for part in PARTS if part.form == "Choice")
    choice = {name: _example(part, name) for name, _, _ in keys(part, SCHEMA())}
    case = {"id": "fox", "prompt": "A fox, {action}", "matrix": {"action": [choice, "none"]}}
    path = tmp_path / "shop.yaml"
    path.write_text(json.dumps({"version": 1, "suite": "shop", "cases": [case]}), encoding="utf-8")

    variant, _ = load_suite(path).variants

    assert variant.label == choice["id"]
    assert str(choice["value"]) in variant.turns[0].prompt


def _example(part, name):
    return YAML(typ="safe", pure=True).load(f"{name}: {part.shown[name]}")[name]


def _annotated(field):
    """Give a field's type with its bounds."""
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def _forms() -> Mapping[str, type[Form]]:
    """Give every form by its name."""
    found, due = {}, [Form]
    while due:
        form = due.pop()
        found[form.__name__] = form
        due += form.__subclasses__()
    return found


def test_the_rates_of_the_contract_checks_are_those_that_were_measured(request):
    """Each `N of M` in the tables of docs/checks.md stands in the proof, beside that check."""
    root = request.config.rootpath
    page = (root / "docs" / "checks.md").read_text(encoding="utf-8")
    proof = (root / "reports" / "prove" / "contract.md").read_text(encoding="utf-8")
    contract = page.partition("## Opinions")[0]
    rows = re.findall(r"^\| `([a-z_]+)` \| [^|]*\| [^|]*\| ([^|]*) \| ([^|]*) \|$", contract, re.M)
    wrong = []
    for check, found, alarms in rows:
        measured = {
            line for line in proof.split("\n") if re.search(rf"\b{check} (FAIL|WARN)", line)
        }
        counts = re.findall(r"\b[0-9]+ of (?:20|28|40|30|500)\b", f"{found} {alarms}")
        wrong += [(check, n) for n in counts if not any(f" {n} " in line for line in measured)]

    assert len(rows) > 15
    assert wrong == []
