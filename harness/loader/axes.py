"""Read a matrix's axes: what each value is called, and what it sets."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.loader.check import check
from harness.loader.findings import At, Findings
from harness.loader.hints import nearest
from harness.loader.layers import Layer
from harness.loader.parameter_forms import PARAMETERS, ParametersForm
from harness.loader.place import Path, quoted
from harness.loader.scalars import kind_of
from harness.loader.texts import EXPLAINED, NAME

LONGEST_LABEL = 64
_MAPPINGS = ("thinking", "extra", "safety_settings")
_NO_CHOICE = ("checks", "tags", "prompt", "turns", "matrix", "was")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of an axis.

    Attributes:
        label: What it is called in a variant's id.
        layer: Parameters that it sets.
        variables: Variables that it sets.
        complete: False where part of it is wrong and left out, which is noted.
    """

    label: str
    layer: Layer = field(default_factory=Layer)
    variables: Mapping[str, str] = field(default_factory=dict)
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An axis.

    Attributes:
        name: A parameter's, a variable's, or of what its values set together.
        values: In the file's order; their labels are unique.
        labelled: False where a value whose label is wrong is left out, which is noted.
    """

    name: str
    values: tuple[Value, ...]
    labelled: bool = True

    def find(self, label: str) -> Value | None:
        return next((value for value in self.values if value.label == label), None)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(value.label for value in self.values)


def read_axis(name: str, values: Sequence[object], path: Path, findings: Findings) -> Axis:
    """Read the axis `name` that stands at `path`; what is wrong is noted and left out."""
    if name not in PARAMETERS and (not re.fullmatch(NAME, name) or name in _NO_CHOICE):
        findings.problem(path, _no_axis(name), at=At.KEY)
        return Axis(name=name, values=(), labelled=False)
    found: dict[str, Value] = {}
    labelled = True
    for index, raw in enumerate(values):
        value = read_value(name, raw, (*path, index), findings)
        if value is None:
            labelled = False
            continue
        if value.label in found:
            findings.problem((*path, index), f"{quoted(value.label)} stands twice; remove one")
        found.setdefault(value.label, value)
    return Axis(name=name, values=tuple(found.values()), labelled=labelled)


def _no_axis(name: str) -> str:
    if name in _NO_CHOICE:
        return "no axis can set this; make several cases of it"
    near = nearest(name, (*PARAMETERS, "include", "exclude"))
    guess = f'did you mean "{near}"?' if near else f"write {EXPLAINED[NAME]}"
    return f"is no name of an axis; {guess}"


def read_value(axis: str, raw: object, path: Path, findings: Findings) -> Value | None:
    """Read one value of `axis`; what is wrong is noted, and None where it has no label."""
    several = isinstance(raw, dict) and ("id" in raw or axis not in _MAPPINGS)
    label = label_of(raw.get("id") if isinstance(raw, dict) and several else raw)
    where = (*path, "id") if isinstance(raw, dict) and "id" in raw else path
    if isinstance(raw, dict) and several and raw.get("id") is None:
        findings.missing(path, "id", 'is missing; add "id": what the value is called in reports')
        return None
    wrong = _wrong_label(label)
    if wrong is not None:
        findings.problem(where, wrong)
        return None
    if isinstance(raw, dict) and several:
        return _several(axis, raw, label=label, path=path, findings=findings)
    return _single(axis, raw, label=label, path=path, findings=findings)


def label_of(raw: object) -> str:
    """Call a value by itself: texts as they are, lists joined by `+`."""
    if isinstance(raw, list):
        return "+".join(label_of(item) for item in raw) or "none"
    if isinstance(raw, dict):
        return "+".join(f"{key}-{label_of(value)}" for key, value in raw.items()) or "none"
    if raw is None:
        return "none"
    return raw if isinstance(raw, str) else str(raw).lower()


def _wrong_label(label: str) -> str | None:
    fits = label.isprintable() and label == label.strip() and label
    if fits and len(label) <= LONGEST_LABEL and not set(label) & set("[],"):
        return None
    return (
        f"{quoted(label)} cannot be part of a variant's id (at most {LONGEST_LABEL} printable "
        "characters, no comma or bracket); name it: {id: short-name, value: ...}"
    )


def _single(axis: str, raw: object, *, label: str, path: Path, findings: Findings) -> Value:
    if axis in PARAMETERS:
        layer = _own_layer(axis, raw, path, findings)
        return Value(label=label, layer=layer, complete=not layer.broken)
    if raw is None or isinstance(raw, list | dict):
        findings.problem(
            path, f"a variable's value is a text, this is {kind_of(raw)}; write a text or {{id:}}"
        )
        return Value(label=label, variables={axis: ""}, complete=False)
    return Value(label=label, variables={axis: label})


def _several(
    axis: str, raw: Mapping[str, object], *, label: str, path: Path, findings: Findings
) -> Value:
    """Read a mapping that sets several things together."""
    settings = {key: value for key, value in raw.items() if key in PARAMETERS}
    form = check(ParametersForm, settings, path, findings)
    layer = Layer.of(form or ParametersForm(), path, findings)
    variables: dict[str, str | None] = {} if axis in PARAMETERS else {axis: label}
    if axis in PARAMETERS and "value" in raw:
        layer = _own_layer(axis, raw["value"], (*path, "value"), findings).under(layer)
    for key, value in raw.items():
        if key in PARAMETERS or key == "id" or (key == "value" and axis in PARAMETERS):
            continue
        text = _variable(key, value, (*path, key), findings)
        variables[axis if key == "value" else key] = text
    return Value(
        label=label,
        layer=layer,
        variables={name: text or "" for name, text in variables.items()},
        complete=not layer.broken and None not in variables.values(),
    )


def _own_layer(axis: str, raw: object, path: Path, findings: Findings) -> Layer:
    """Read `raw`, which stands at `path`, as the parameter `axis` itself."""
    form = check(ParametersForm, {axis: raw}, path, findings, skip=1)
    if form is None or not form.model_fields_set:
        return Layer(broken=frozenset({axis}))
    return Layer(values={axis: getattr(form, axis)}, origins={axis: path})


def _variable(key: str, value: object, path: Path, findings: Findings) -> str | None:
    if not re.fullmatch(NAME, key) or len(key) > LONGEST_LABEL or key in _NO_CHOICE:
        message = f"is no name of a variable; write {EXPLAINED[NAME]}"
        findings.problem(path, _no_axis(key) if key in _NO_CHOICE else message, at=At.KEY)
        return None
    if value is None or isinstance(value, list | dict):
        findings.problem(path, f"must be a text, is {kind_of(value)}; correct it")
        return None
    return value if isinstance(value, str) else str(value).lower()
