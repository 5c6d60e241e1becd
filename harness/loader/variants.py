"""Turn cases into their variants, within what a suite can be."""

from harness.catalogue import Model
from harness.loader.cases import Case, Frame, TooLarge
from harness.loader.forms import CaseForm
from harness.loader.matrix import MOST_POINTS, Matrix, read_matrix
from harness.loader.place import Path
from harness.loader.usage import check_usage
from harness.model.suite import Variant

MOST_TURNS = 50_000
MOST_SAMPLES = 100_000


class CaseReader:
    """Read the cases of one suite, counting what they come to."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._turns = 0
        self._samples = 0
        self._is_full = False
        self._models: set[Model | None] = set()

    def read(self, form: CaseForm, path: Path) -> tuple[Variant, ...]:
        """Lay out the case that stands at `path`.

        Once the suite has too many turns or samples or too much text, which is noted, a case
        is only looked at.
        """
        findings = self._frame.findings
        most = 1 if self._is_full else MOST_POINTS
        matrix = read_matrix(form.matrix, (*path, "matrix"), findings, most=most)
        case = Case(self._frame, form, path)
        check_usage(case.texts, matrix, path, findings)
        variants = self._lay_out(case, matrix)
        models = self._frame.offer.known(case.models(matrix, variants))
        self._models |= models
        for layer in case.written(matrix):
            self._frame.check_written(layer, models)
        for checks in case.checks:
            self._frame.check_checks(checks)
        return variants

    def finish(self) -> None:
        """Check what is written for all cases, once they are read."""
        models = self._models or self._frame.offer.known([self._frame.base.model])
        for layer in self._frame.layers:
            self._frame.check_written(layer, models)
        for checks in self._frame.checks:
            self._frame.check_checks(checks)

    def _lay_out(self, case: Case, matrix: Matrix) -> tuple[Variant, ...]:
        try:
            return self._count(case, matrix)
        except TooLarge as error:
            if not self._is_full:
                self._frame.findings.problem(case.path, str(error))
            self._is_full = True
            return ()

    def _count(self, case: Case, matrix: Matrix) -> tuple[Variant, ...]:
        points = matrix.points[:1] if self._is_full else matrix.points
        self._turns += 0 if self._is_full else len(points) * len(case.turns)
        if self._turns > MOST_TURNS and not self._is_full:
            raise TooLarge(f"more than {MOST_TURNS} turns in all variants; split the suite")
        variants = tuple(case.variant(point, certain=matrix.certain) for point in points)
        self._samples += sum(variant.samples for variant in variants)
        if self._samples > MOST_SAMPLES:
            raise TooLarge(f"more than {MOST_SAMPLES} samples in all; lower samples or split it")
        return variants
