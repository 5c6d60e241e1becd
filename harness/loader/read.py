"""Read suite files: bytes, text, tree, forms, variants; everything wrong at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path as FilePath

from harness.catalogue import Catalogue, load_catalogue
from harness.errors import Problem, SuiteError, UsageError
from harness.loader.cases import Frame
from harness.loader.check import check
from harness.loader.checks import Written
from harness.loader.find import absent, exists, find_suites
from harness.loader.findings import Findings
from harness.loader.forms import CaseForm, HeaderForm
from harness.loader.layers import Layer
from harness.loader.offer import Offer
from harness.loader.parse import parse
from harness.loader.pictures import read_library
from harness.loader.place import quoted
from harness.loader.prompts import TextBudget
from harness.loader.scalars import kind_of
from harness.loader.source import read_text
from harness.loader.tree import Node, plain
from harness.loader.variants import CaseReader
from harness.model.suite import Suite, Variant

MOST_CASES = 10_000


def load_suite(path: FilePath, *, today: date | None = None) -> Suite:
    """Read the suite file at `path`.

    Args:
        path: The file; reference pictures lie below its folder.
        today: The day that models' lives are told for; None means this day (UTC).

    Raises:
        SuiteError: everything that is wrong with it.
    """
    file = _read_file(path, today)
    if file.suite is None:
        raise SuiteError(file.findings.problems, file.findings.warnings)
    return file.suite


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A suite file, and what came of it.

    Attributes:
        path: As it was given.
        findings: What is wrong with it, and what is worth saying.
        id: The suite's, or None where nobody can tell.
        suite: None where anything is wrong.
    """

    path: FilePath
    findings: Findings
    id: str | None = None
    suite: Suite | None = None


def _read_file(path: FilePath, today: date | None) -> _File:
    findings = Findings(str(path))
    try:
        root = parse(read_text(path, findings), findings)
    except SuiteError:  # its problems are among the findings
        return _File(path=path, findings=findings)
    if root is None:
        if not findings.problems:
            findings.problem_at(None, _EMPTY)
        return _File(path=path, findings=findings)
    findings.knows(root)
    day = today or datetime.now(UTC).date()
    suite = _Reader(path, findings, load_catalogue(), day).read(root)
    is_named = "suite" in findings.keys(()) and not findings.spoiled(("suite",))
    return _File(
        path=path,
        findings=findings,
        id=suite.id if suite is not None and is_named else None,
        suite=None if findings.problems else suite,
    )


_EMPTY = "is empty; a suite begins with version: 1 and suite: its-name"


def load_suites(paths: Sequence[FilePath], *, today: date | None = None) -> tuple[Suite, ...]:
    """Read suite files, and the suites in folders, in the order given.

    Raises:
        SuiteError: everything that is wrong in all of them; two suites of one id; paths that
            do not exist.
        UsageError: there is no suite at all.
    """
    missing = absent(paths)
    try:
        found = find_suites([path for path in paths if exists(path)])
    except UsageError:
        if not missing:
            raise
        raise SuiteError(missing) from None
    files = [_read_file(path, today) for path in found]
    problems = [*missing, *(problem for file in files for problem in file.findings.problems)]
    problems += _equal_ids(files)
    if problems:
        warnings = (warning for file in files for warning in file.findings.warnings)
        raise SuiteError(tuple(problems), tuple(warnings))
    return tuple(file.suite for file in files if file.suite is not None)


def _owners(header: HeaderForm, forms: Iterable[CaseForm]) -> dict[str, str]:
    """Name who is responsible: for the suite under the empty id, and for cases that say one."""
    named = {"": header.owner, **{form.id: form.owner for form in forms}}
    return {case: " ".join(owner.split()) for case, owner in named.items() if owner}


def _equal_ids(files: Sequence[_File]) -> list[Problem]:
    first: dict[str, _File] = {}
    problems = []
    for file in files:
        other = file if file.id is None else first.setdefault(file.id, file)
        if other is not file:
            message = f"{quoted(file.id)} is the name of {other.path} too; rename one of them"
            problems.append(Problem(file=str(file.path), path="suite", message=message))
    return problems


class _Reader:
    """Turn one document into a suite, or into problems."""

    def __init__(
        self, path: FilePath, findings: Findings, catalogue: Catalogue, today: date
    ) -> None:
        self._path = path
        self._findings = findings
        self._offer = Offer(catalogue, today=today, findings=findings)

    def read(self, root: Node) -> Suite | None:
        """Read the document as far as it goes; None where it is nothing like a suite."""
        document = plain(root)
        fields = dict(document) if isinstance(document, dict) else {}
        cases = fields.pop("cases", [])
        header = check(HeaderForm, fields if fields or cases else document, (), self._findings)
        if header is None:
            return None
        forms = self._read_cases(cases, given=isinstance(document, dict) and "cases" in document)
        self._refuse_equal_ids(cases)
        variants = self._read_variants(header, fields, forms)
        return Suite(
            id=header.suite,
            path=self._path,
            title=header.title or header.suite,
            variants=variants,
            warnings=self._findings.warnings,
            watch=header.drift.watch(),
            margins=header.regression.margins(),
            owners=_owners(header, forms.values()),
        )

    def _read_cases(self, cases: object, *, given: bool) -> dict[int, CaseForm]:
        if not given:
            self._findings.missing((), "cases", 'is missing; add "cases": a list of prompts')
        elif not isinstance(cases, list):
            message = f"must be a list, is {kind_of(cases)}; begin each case with a dash"
            self._findings.problem(("cases",), message)
        elif not 1 <= len(cases) <= MOST_CASES:
            self._findings.problem(("cases",), f"needs 1 to {MOST_CASES} cases; add or split")
        found = {}
        for index, case in enumerate(cases if isinstance(cases, list) else []):
            form = check(CaseForm, case, ("cases", index), self._findings)
            if form is not None:
                found[index] = form
        return found

    def _refuse_equal_ids(self, cases: object) -> None:
        """Refuse ids that are used twice, older ones included."""
        first: dict[str, int] = {}
        listed = cases if isinstance(cases, list) else []
        for key in ("id", "was"):
            for index, case in enumerate(listed):
                name = case.get(key) if isinstance(case, dict) else None
                if not isinstance(name, str):
                    continue
                if name in first:
                    message = f"{quoted(name)} is taken by cases[{first[name]}]; choose another"
                    self._findings.problem(("cases", index, key), message)
                first.setdefault(name, index)

    def _read_variants(
        self, header: HeaderForm, fields: dict[str, object], forms: dict[int, CaseForm]
    ) -> tuple[Variant, ...]:
        reader = CaseReader(self._frame(header, fields))
        variants: list[Variant] = []
        for index, form in forms.items():
            variants.extend(reader.read(form, ("cases", index)))
        reader.finish()
        return tuple(variants)

    def _frame(self, header: HeaderForm, fields: dict[str, object]) -> Frame:
        names = ("model", "endpoint")
        written = [name for name in names if name in header.model_fields_set]
        top = Layer(
            values={name: getattr(header, name) for name in written},
            origins={name: (name,) for name in written},
            broken=frozenset(names) & fields.keys() - frozenset(written),
        )
        return Frame(
            suite=header.suite,
            folder=self._path.parent,
            layers=(top, Layer.of(header.defaults, ("defaults",), self._findings)),
            checks=(
                Written(form=header.checks, path=("checks",)),
                Written(form=header.defaults.checks, path=("defaults", "checks")),
            ),
            tags=tuple(header.tags),
            library=read_library(fields.get("references", {}), self._path.parent, self._findings),
            offer=self._offer,
            findings=self._findings,
            texts=TextBudget(),
        )
