"""See that what a matrix declares is used, and what prompts use is declared."""

from collections.abc import Mapping

from harness.loader.axes import Axis
from harness.loader.findings import At, Findings
from harness.loader.hints import nearest
from harness.loader.matrix import Matrix
from harness.loader.parameter_forms import PARAMETERS
from harness.loader.place import Path
from harness.loader.prompts import names_in


def check_usage(texts: Mapping[Path, str], matrix: Matrix, path: Path, findings: Findings) -> None:
    """Note variables that nobody uses, or that a point lacks, and names that look like one.

    Args:
        texts: Every text in which variables are replaced, by its place.
        matrix: The case's matrix.
        path: The case.
        findings: Where it is noted.
    """
    used = set(names_in(texts.values()))
    for value in (value for axis in matrix.axes for value in axis.values):
        text = value.layer.values.get("system_instruction")
        used.update(names_in([text] if text else []))
    for axis in matrix.axes:
        _check_axis(axis, used, (*path, "matrix", axis.name), findings)
    declared = {name for point in matrix.points for name in point.variables}
    _check_points(matrix, used & declared, findings)
    _check_names(texts, declared, matrix, findings)


def _check_axis(axis: Axis, used: set[str], path: Path, findings: Findings) -> None:
    declared = {name for value in axis.values for name in value.variables}
    for name in sorted(declared - used - {axis.name}):
        _note_unused(name, path, findings)
    sets_nothing = not any(value.layer.values for value in axis.values)
    if declared and sets_nothing and not declared & used:
        _note_unused(axis.name, path, findings)


def _note_unused(name: str, path: Path, findings: Findings) -> None:
    near = nearest(name, PARAMETERS, cutoff=0.75)
    if near is not None:
        message = f'{name} is no parameter, and no prompt has {{{name}}}; did you mean "{near}"?'
        findings.problem(path, message, at=At.KEY)
    else:
        message = f"no prompt has {{{name}}}, so it changes nothing; use it or remove it"
        findings.warn(path, message, at=At.KEY)


def _check_points(matrix: Matrix, used: set[str], findings: Findings) -> None:
    for point in matrix.points:
        lacking = sorted(used - set(point.variables)) if used else []
        if lacking:
            name = f"the variant [{point.label}]" if point.label else "the variant"
            message = f"{name} has no value for {{{lacking[0]}}}, which a prompt has; give one"
            findings.problem(point.path, message)


def _check_names(
    texts: Mapping[Path, str], declared: set[str], matrix: Matrix, findings: Findings
) -> None:
    known = sorted(declared | {axis.name for axis in matrix.axes})
    for path, text in texts.items() if known else ():
        for name in names_in([text]):
            near = None if name in declared else nearest(name, known, cutoff=0.75)
            if near is not None:
                hint = "a parameter is no variable" if near == name else f'did you mean "{near}"?'
                findings.warn(path, f"{{{name}}} is no variable and is sent as it stands; {hint}")
