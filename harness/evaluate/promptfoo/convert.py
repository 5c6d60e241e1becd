"""Convert a configuration: read it, say it as a suite, and leave out what no suite may say."""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import Problem, SecretFound, SuiteError, UsageError
from harness.evaluate.promptfoo.files import Folder, read_tree
from harness.evaluate.promptfoo.notes import Notes
from harness.evaluate.promptfoo.prompts import templates_of
from harness.evaluate.promptfoo.providers import arms_of
from harness.evaluate.promptfoo.slugs import slug
from harness.evaluate.promptfoo.suite import Document, document_of
from harness.evaluate.promptfoo.tests import trials_of
from harness.loader import load_suite
from harness.loader.write import suite_yaml
from harness.recording.secrets.keys import key_shapes
from harness.report.words import visible

_READ = ("$schema", "description", "prompts", "providers", "targets", "tests", "defaultTest")
_CASE = re.compile(r"cases\[([0-9]+)\]")
_ARM = re.compile(r"cases\[[0-9]+\]\.matrix\.model\[([0-9]+)\]\.([a-z_]+)")
_DEFAULT = re.compile(r"defaults\.([a-z_]+)")
_MOST_REPEATS = 1000
_MODEL = "gemini-3-pro-image"


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A suite, and what a person has to look at.

    Attributes:
        id: The suite's.
        text: Its YAML, with what is left out as comments.
        cases: How many it has.
        left_out: What is not in it, a line each.
        changed: What is in it and says something else than it did, a line each.
    """

    id: str
    text: str
    cases: int
    left_out: tuple[str, ...]
    changed: tuple[str, ...]


def convert(path: Path) -> Converted:
    """Convert the promptfoo configuration at `path`; no code is run, nothing is fetched.

    Raises:
        SuiteError: it is no YAML, by line and column.
        SecretFound: the suite would hold a key.
        UsageError: there is nothing in it that a suite can say.
    """
    config = read_tree(path, shown=str(path))
    if not isinstance(config, dict):
        raise UsageError(f"{path}: is no configuration of promptfoo: a mapping with prompts:")
    notes, folder = Notes(), Folder(path.parent)
    _note_keys(config, notes)
    templates = templates_of(config.get("prompts"), folder, notes)
    trials, arms = trials_of(config, folder, notes), arms_of(config, folder, notes)
    if not arms:
        notes.change("providers", f"none is an image model of Gemini's: {_MODEL} is asked")
    head = _head(config) | ({} if arms else {"model": _MODEL})
    document = document_of(templates, trials, arms, head=head, notes=notes)
    _repeat(config, document, notes)
    kept = _valid(document, path, notes)
    text = _written(kept, path, notes)
    if next(key_shapes(text.encode()), None) is not None:
        raise SecretFound(
            f"{path}: the suite would hold what looks like a key; nothing was written: take it "
            "out, keys are read from the environment only"
        )
    cases = kept["cases"]
    assert isinstance(cases, list)
    return Converted(
        id=str(kept["suite"]),
        text=text,
        cases=len(cases),
        left_out=notes.left_out,
        changed=notes.changed,
    )


def _note_keys(config: Mapping[str, object], notes: Notes) -> None:
    notes.leave_others(config, (*_READ, "evaluateOptions"), "")
    if "providers" in config and "targets" in config:
        notes.leave("targets", "providers stands beside it, and counts")
    options = config.get("evaluateOptions")
    if isinstance(options, dict):
        notes.leave_others(options, ("repeat",), "evaluateOptions")


def _head(config: Mapping[str, object]) -> Document:
    told = config.get("description")
    title = " ".join(told.split())[:200] if isinstance(told, str) else ""
    head: Document = {"version": 1, "suite": slug(title, empty="promptfoo")}
    return {**head, "title": title} if title else head


def _repeat(config: Mapping[str, object], document: Document, notes: Notes) -> None:
    options = config.get("evaluateOptions")
    repeat = options.get("repeat") if isinstance(options, dict) else None
    if repeat is None:
        return
    if not isinstance(repeat, int) or isinstance(repeat, bool) or not 1 <= repeat <= _MOST_REPEATS:
        notes.leave("evaluateOptions.repeat", "is no number of samples")
        return
    for case in _cases(document):
        case["samples"] = repeat


def _cases(document: Document) -> list[Document]:
    cases = document["cases"]
    assert isinstance(cases, list)
    return cases


def _valid(document: Document, path: Path, notes: Notes) -> Document:
    """Leave out what the suite language refuses, until what is left is a suite.

    Raises:
        UsageError: nothing is left.
        SuiteError: what is left is refused all the same.
    """
    while True:
        if not _cases(document):
            raise UsageError(
                f"{path}: no prompt of it can be a case of a suite: "
                + "; ".join(notes.told_first("prompts[", "case "))
            )
        problems = _problems(document)
        if not problems:
            return document
        if not _without(document, problems, notes):
            raise SuiteError(problems)


def _problems(document: Document) -> tuple[Problem, ...]:
    with tempfile.TemporaryDirectory() as place:
        file = Path(place, "suite.yaml")
        file.write_text(suite_yaml(document), encoding="utf-8", errors="replace")
        try:
            load_suite(file)
        except SuiteError as error:
            return error.problems
    return ()


def _without(document: Document, problems: tuple[Problem, ...], notes: Notes) -> bool:
    """Take out what is refused; tell whether that was anything."""
    cases, defaults = _cases(document), document.get("defaults")
    wrong: set[int] = set()
    taken = False
    for problem in problems:
        in_case, in_defaults = _CASE.match(problem.path), _DEFAULT.match(problem.path)
        if _without_setting(cases, problem, notes):
            taken = True
        elif in_case and int(in_case[1]) < len(cases):
            index = int(in_case[1])
            wrong.add(index)
            notes.leave(f"case {cases[index]['id']}", problem.message)
        elif in_defaults and isinstance(defaults, dict) and in_defaults[1] in defaults:
            del defaults[in_defaults[1]]
            notes.leave(f"providers: {in_defaults[1]}", problem.message)
            taken = True
    document["cases"] = [case for index, case in enumerate(cases) if index not in wrong]
    return taken or bool(wrong)


def _without_setting(cases: list[Document], problem: Problem, notes: Notes) -> bool:
    """Take a setting out of a model in every case, for the models of all are the same."""
    match = _ARM.match(problem.path)
    if match is None or match[2] in ("id", "value"):
        return False
    for case in cases:
        matrix = case["matrix"]
        assert isinstance(matrix, dict)
        arm = matrix["model"][int(match[1])]
        arm.pop(match[2], None)
        notes.leave(f"providers: {arm['id']}.{match[2]}", problem.message)
    return True


def _written(document: Document, path: Path, notes: Notes) -> str:
    """Write the suite, with what a person has to look at between the schema and the keys."""
    schema, _, rest = suite_yaml(document).partition("\n")
    lines = [schema, "#", f"# Converted from {_shown(path)}, of promptfoo."]
    for title, told in (("Not converted", notes.left_out), ("Converted otherwise", notes.changed)):
        if told:
            lines += ["#", f"# {title}:", *(f"#   {line}" for line in told)]
    return "\n".join(lines) + "\n" + rest


def _shown(path: Path) -> str:
    return " ".join(visible(path.name).split())
