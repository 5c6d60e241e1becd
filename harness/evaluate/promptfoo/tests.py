"""Read promptfoo's tests: which values the variables have, and what is asserted."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.evaluate.promptfoo.asserts import Checks, checks_of
from harness.evaluate.promptfoo.files import TREES, Folder, Refused, is_file
from harness.evaluate.promptfoo.notes import Notes
from harness.evaluate.promptfoo.templates import holds_template

Tree = Mapping[str, object]
MOST_TESTS = 10_000
_MOST_OF_ONE = 1000
_EXPECTED = re.compile(r"__expected\d*")
_ASSERTION = re.compile(r"([a-z-]+)(?:\((\d+(?:\.\d+)?)\))?:(.*)", re.DOTALL)
_BARE = re.compile(r"[a-z]+(?:-[a-z]+)+")
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".heic", ".avif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One test, with one value of each variable.

    Attributes:
        path: Where it stands, e.g. `tests[3]`.
        name: What it is called; empty for nothing.
        values: Of the variables, by their names.
        checks: What it asserts, in the suite's words.
    """

    path: str
    name: str
    values: Mapping[str, str]
    checks: Checks


def trials_of(config: Tree, folder: Folder, notes: Notes) -> tuple[Trial, ...]:
    """Give every test over every value; what cannot be one is noted."""
    common = _common(config.get("defaultTest"), folder, notes)
    found: list[Trial] = []
    for path, item in _items(config.get("tests"), "tests", folder, notes):
        found += _trials(item, path, common, folder, notes)
        if len(found) > MOST_TESTS:
            notes.leave(path, f"more than {MOST_TESTS:,} tests: this and what follows")
            break
    if not found and config.get("tests") is None:
        found += _trials({}, "defaultTest", common, folder, notes)
    return tuple(found[:MOST_TESTS])


def _common(listed: object, folder: Folder, notes: Notes) -> Tree:
    """Read what holds for every test."""
    found = next((item for _, item in _items(listed, "defaultTest", folder, notes)), {})
    notes.leave_others(found, ("vars", "assert"), "defaultTest")
    return found


def _items(listed: object, path: str, folder: Folder, notes: Notes) -> Iterator[tuple[str, Tree]]:
    """Give tests with where they stand: listed, or in files of YAML, JSON, JSONL or CSV."""
    items = listed if isinstance(listed, list) else [] if listed is None else [listed]
    for index, item in enumerate(items):
        where = f"{path}[{index}]" if isinstance(listed, list) else path
        if isinstance(item, dict):
            yield where, item
        elif isinstance(item, str) and "://" not in item.removeprefix("file://"):
            yield from _from_files(item, where, folder, notes)
        else:
            notes.leave(where, "is no test that can be read")


def _from_files(name: str, path: str, folder: Folder, notes: Notes) -> Iterator[tuple[str, Tree]]:
    try:
        for file in folder.named(name):
            where = f"{path} ({file.name})"
            if file.suffix == ".csv":
                yield from _rows(list(folder.rows(file)), where)
            elif file.suffix in (*TREES, ".jsonl"):
                lines = file.suffix == ".jsonl"
                tree = list(folder.lines(file)) if lines else folder.tree(file)
                for index, item in enumerate(tree if isinstance(tree, list) else [tree]):
                    if isinstance(item, dict):
                        yield f"{where}[{index}]", item
                    else:
                        notes.leave(f"{where}[{index}]", "is no test that can be read")
            else:
                notes.leave(where, "only YAML, JSON, JSONL and CSV are read, no code is run")
    except Refused as error:
        notes.leave(path, str(error))


def _rows(rows: list[dict[str, str]], path: str) -> Iterator[tuple[str, Tree]]:
    """Read columns as variables, but those of promptfoo's own."""
    for index, row in enumerate(rows):
        own = {key: row[key] for key in row if key.startswith("__") and row[key].strip()}
        test: dict[str, object] = {"vars": {k: row[k] for k in row if not k.startswith("__")}}
        if "__description" in own:
            test["description"] = own.pop("__description")
        asserts = [_expected(own.pop(key)) for key in tuple(own) if _EXPECTED.fullmatch(key)]
        yield f"{path}[{index}]", test | ({"assert": asserts} if asserts else {}) | own


def _expected(cell: str) -> Tree:
    """Read `type(threshold): value`; without a type it is one that no check is like."""
    match = _ASSERTION.fullmatch(cell.strip())
    if _BARE.fullmatch(cell.strip()):
        return {"type": cell.strip()}
    if match is None:
        return {"type": "equals", "value": cell}
    limit = {"threshold": float(match[2])} if match[2] else {}
    kind = "llm-rubric" if match[1] == "grade" else match[1]
    return {"type": kind, "value": match[3].strip(), **limit}


def _trials(item: Tree, path: str, common: Tree, folder: Folder, notes: Notes) -> list[Trial]:
    notes.leave_others(item, ("vars", "assert", "description"), path)
    values = {**_variables(common, "defaultTest", folder, notes)}
    values |= _variables(item, path, folder, notes)
    asserts = [*_asserts(common, "defaultTest"), *_asserts(item, path)]
    checks = checks_of(asserts, notes)
    points = list(itertools.islice(itertools.product(*values.values()), _MOST_OF_ONE + 1))
    if len(points) > _MOST_OF_ONE:
        notes.leave(path, f"more than {_MOST_OF_ONE:,} combinations of values: the others")
    name = item.get("description")
    return [
        Trial(
            path=path,
            name=name if isinstance(name, str) else "",
            values=dict(zip(values, point, strict=True)),
            checks=checks,
        )
        for point in points[:_MOST_OF_ONE]
    ]


def _asserts(test: Tree, path: str) -> list[tuple[str, object]]:
    listed = test.get("assert")
    items = listed if isinstance(listed, list) else [] if listed is None else [listed]
    return [(f"{path}.assert[{index}]", item) for index, item in enumerate(items)]


def _variables(test: Tree, path: str, folder: Folder, notes: Notes) -> dict[str, list[str]]:
    """Give each variable's values; a variable without one is left out, and noted."""
    listed = test.get("vars")
    if listed is not None and not isinstance(listed, dict):
        notes.leave(f"{path}.vars", "is no mapping of names to values")
    found: dict[str, list[str]] = {}
    for name, value in (listed if isinstance(listed, dict) else {}).items():
        where = f"{path}.vars.{name}"
        values = value if isinstance(value, list) else [value]
        told = [text for one in values for text in _texts(one, where, folder, notes)]
        if told:
            found[name] = list(dict.fromkeys(told))
    return found


def _texts(value: object, path: str, folder: Folder, notes: Notes) -> list[str]:
    if isinstance(value, int | float):
        value = str(value).lower() if isinstance(value, bool) else str(value)
    if not isinstance(value, str):
        notes.leave(path, "is no text: a variable of a suite is one")
    elif is_file(value):
        return _from_text_files(value, path, folder, notes)
    elif holds_template(value):
        notes.leave(path, "computes something: a variable of a suite is a plain text")
    else:
        return [value]
    return []


def _from_text_files(name: str, path: str, folder: Folder, notes: Notes) -> list[str]:
    if name.lower().endswith(_PICTURES):
        notes.leave(path, "is a picture: name it under references:, and the set in the case")
        return []
    try:
        texts = [(file, folder.text(file)) for file in folder.named(name)]
    except Refused as error:
        notes.leave(path, str(error))
        return []
    return [text.strip() for _, text in texts]
