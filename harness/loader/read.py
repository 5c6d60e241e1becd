"""Read suite files: bytes, text, tree, forms, variants; everything wrong at once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path as FilePath

from harness.catalogue import Catalogue, load_catalogue
from harness.errors import Problem, SuiteError
from harness.loader.check import check, salvage
from harness.loader.find import find_suites
from harness.loader.findings import Findings
from harness.loader.forms import CaseForm, HeaderForm
from harness.loader.layers import Layer
from harness.loader.offer import Offer
from harness.loader.parse import parse
from harness.loader.pictures import Library, read_library
from harness.loader.place import quoted
from harness.loader.prompts import TextBudget
from harness.loader.scalars import kind_of
from harness.loader.source import read_text
from harness.loader.tree import Node, plain
from harness.loader.variants import CaseReader, Frame, TooLarge
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
    findings = Findings(str(path))
    root = parse(read_text(path, findings), findings)
    if root is None:
        findings.stop_on_problems()
        raise SuiteError((Problem(file=str(path), message=_EMPTY),))
    findings.knows(root)
    day = today or datetime.now(UTC).date()
    suite = _Reader(path, findings, load_catalogue(), day).read(root)
    findings.stop_on_problems()
    return suite


_EMPTY = "is empty; a suite begins with version: 1 and suite: its-name"


def load_suites(paths: Sequence[FilePath], *, today: date | None = None) -> tuple[Suite, ...]:
    """Read suite files, and the suites in folders, in the order given.

    Raises:
        SuiteError: everything that is wrong in all of them; two suites of one id.
        UsageError: there is no suite at all.
    """
    suites: list[Suite] = []
    problems: list[Problem] = []
    warnings: list[str] = []
    for path in find_suites(paths):
        try:
            suites.append(load_suite(path, today=today))
            warnings.extend(suites[-1].warnings)
        except SuiteError as error:
            problems.extend(error.problems)
            warnings.extend(error.warnings)
    problems.extend(_equal_ids(suites))
    if problems:
        raise SuiteError(tuple(problems), tuple(warnings))
    return tuple(suites)


def _equal_ids(suites: Sequence[Suite]) -> list[Problem]:
    first: dict[str, Suite] = {}
    problems = []
    for suite in suites:
        other = first.setdefault(suite.id, suite)
        if other is not suite:
            message = f"{quoted(suite.id)} is the name of {other.path} too; rename one of them"
            problems.append(Problem(file=str(suite.path), path="suite", message=message))
    return problems


class _Reader:
    """Turn one document into a suite, or into problems."""

    def __init__(
        self, path: FilePath, findings: Findings, catalogue: Catalogue, today: date
    ) -> None:
        self._path = path
        self._findings = findings
        self._offer = Offer(catalogue, today=today, findings=findings)

    def read(self, root: Node) -> Suite:
        document = plain(root)
        fields = dict(document) if isinstance(document, dict) else {}
        cases = fields.pop("cases", [])
        header = check(HeaderForm, fields if fields or cases else document, (), self._findings)
        if header is None:  # version or suite is wrong: see what can be found in the rest
            header = salvage(HeaderForm, {**fields, "version": 1, "suite": "unnamed"})
        if header is None:
            raise SuiteError(self._findings.problems, self._findings.warnings)
        forms = self._read_cases(cases, given=isinstance(document, dict) and "cases" in document)
        self._refuse_equal_ids(cases)
        variants = self._read_variants(header, fields, forms)
        return Suite(
            id=header.suite,
            path=self._path,
            title=header.title or header.suite,
            variants=variants,
            warnings=self._findings.warnings,
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
            form = check(CaseForm, case, ("cases", index), self._findings) or _rest_of(case)
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
            try:
                variants.extend(reader.read(form, ("cases", index)))
            except TooLarge as error:
                self._findings.problem(("cases", index), str(error))
                break
        return tuple(variants)

    def _frame(self, header: HeaderForm, fields: dict[str, object]) -> Frame:
        written = [name for name in ("model", "endpoint") if name in header.model_fields_set]
        top = Layer(
            values={name: getattr(header, name) for name in written},
            origins={name: (name,) for name in written},
        )
        return Frame(
            suite=header.suite,
            base=top.under(Layer.of(header.defaults, ("defaults",))),
            checks=(header.checks, header.defaults.checks),
            tags=tuple(header.tags),
            library=self._library(header, fields),
            offer=self._offer,
            findings=self._findings,
            texts=TextBudget(),
        )

    def _library(self, header: HeaderForm, fields: dict[str, object]) -> Library:
        """Read the reference sets; those whose globs are wrong are known by name all the same."""
        written = fields.get("references")
        names = dict.fromkeys(written if isinstance(written, dict) else ())
        return {**names, **read_library(header.references, self._path.parent, self._findings)}


def _rest_of(case: object) -> CaseForm | None:
    """Read a case without an id or prompt all the same: more may be wrong with it."""
    if not isinstance(case, dict):
        return None
    named = {**case, "id": "unnamed"}
    prompted = {key: value for key, value in named.items() if key != "turns"} | {"prompt": "none"}
    return salvage(CaseForm, named) or salvage(CaseForm, prompted)
