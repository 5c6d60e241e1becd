"""See that what a matrix declares is used, and what prompts use is declared."""

import itertools
from collections.abc import Mapping, Sequence

from harness.loader.axes import Axis
from harness.loader.findings import At, Findings
from harness.loader.hints import nearest
from harness.loader.matrix import Matrix
from harness.loader.parameter_forms import PARAMETERS
from harness.loader.place import Path
from harness.loader.prompts import names_in, seeming_names

MOST_NAMES = 20
MOST_KNOWN = 200


def check_usage(texts: Mapping[Path, str], matrix: Matrix, path: Path, findings: Findings) -> None:
    """Note variables that nobody uses, or that a point lacks, and names that look like one.

    What depends on a text or a value that is wrong is not noted.

    Args:
        texts: Every text in which variables are replaced, by its place.
        matrix: The case's matrix.
        path: The case.
        findings: Where it is noted.
    """
    used = set(names_in(texts.values()))
    for value in matrix.values:
        text = value.layer.values.get("system_instruction")
        used.update(names_in([text] if text else []))
    for axis in matrix.axes if _are_read(texts, matrix, path, findings) else ():
        _check_axis(axis, used, (*path, "matrix", axis.name), findings)
    if matrix.complete:
        declared = {name for point in matrix.points for name in point.variables}
        _check_points(matrix, used & declared, findings)
        _check_names(texts, declared, matrix, findings)


def _are_read(texts: Mapping[Path, str], matrix: Matrix, path: Path, findings: Findings) -> bool:
    """Tell whether every text is there as it was written."""
    keys = findings.keys(path)
    if ("prompt" in keys) == ("turns" in keys) or findings.spoiled((*path, "turns")):
        return False
    if any(
        place and (findings.spoiled(place) or findings.shown(place) != place) for place in texts
    ):
        return False
    return not any("system_instruction" in value.layer.broken for value in matrix.values)


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
    known = sorted(declared | {axis.name for axis in matrix.axes})[:MOST_KNOWN]
    for path, text in texts.items() if known else ():
        seeming = set(seeming_names(text))
        strange = (name for name in names_in([text]) if name not in declared)
        for name in itertools.islice(strange, MOST_NAMES):
            hint = _what_was_meant(name, known)
            if hint is None and name in seeming:
                hint = "make it an axis, or leave it where it is meant so"
            if hint is not None:
                findings.warn(path, f"{{{name}}} is no variable and is sent as it stands; {hint}")


def _what_was_meant(name: str, known: Sequence[str]) -> str | None:
    near = nearest(name, known, cutoff=0.75)
    if near is None:
        return None
    return "a parameter is no variable" if near == name else f'did you mean "{near}"?'
