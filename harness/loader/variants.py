"""Turn a case into its variants."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.loader.check_forms import ChecksForm
from harness.loader.checks import to_checks
from harness.loader.findings import Findings
from harness.loader.forms import CaseForm
from harness.loader.hints import did_you_mean
from harness.loader.layers import Layer, to_parameters
from harness.loader.matrix import Point, read_matrix
from harness.loader.offer import Offer
from harness.loader.parameter_forms import ParametersForm, TurnForm
from harness.loader.pictures import Library
from harness.loader.place import Path, quoted
from harness.loader.prompts import TextBudget
from harness.loader.usage import check_usage
from harness.model.suite import Reference, Turn, Variant

MOST_TURNS = 50_000
MOST_SAMPLES = 100_000


class TooLarge(Exception):
    """The suite asks for more than a suite can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the cases of a suite share.

    Attributes:
        suite: The suite's id.
        base: Parameters of every case.
        checks: Checks of every case, the nearest last.
        tags: Tags of every case.
        library: Reference sets.
        offer: What models offer.
        findings: Where problems go.
        texts: What prompts may grow to.
    """

    suite: str
    base: Layer
    checks: tuple[ChecksForm, ...]
    tags: tuple[str, ...]
    library: Library
    offer: Offer
    findings: Findings
    texts: TextBudget


class CaseReader:
    """Read the cases of one suite, counting what they come to."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._turns = 0
        self._samples = 0

    def read(self, form: CaseForm, path: Path) -> tuple[Variant, ...]:
        """Lay out the case that stands at `path`.

        Raises:
            TooLarge: with this case the suite has too many turns, samples or too much text.
        """
        matrix = read_matrix(form.matrix, (*path, "matrix"), self._frame.findings)
        if matrix is None:
            return ()
        case = _Case(self._frame, form, path)
        self._turns += len(matrix.points) * len(case.turns)
        if self._turns > MOST_TURNS:
            raise TooLarge(f"more than {MOST_TURNS} turns in all variants; split the suite")
        check_usage(case.texts, matrix, case.path, self._frame.findings)
        variants = tuple(case.variant(point) for point in matrix.points)
        self._samples += sum(variant.samples for variant in variants)
        if self._samples > MOST_SAMPLES:
            raise TooLarge(f"more than {MOST_SAMPLES} samples in all; lower samples or split it")
        return variants


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """A turn as it is written, and where."""

    prompt: str
    layer: Layer
    checks: tuple[ChecksForm, ...]
    path: Path


class _Case:
    """One case: makes a variant of a point."""

    def __init__(self, frame: Frame, form: CaseForm, path: Path) -> None:
        self._frame = frame
        self._form = form
        self.path = path
        self._base = frame.base.under(Layer.of(form, path))
        self._tags = tuple(dict.fromkeys((*frame.tags, *form.tags)))
        self.turns = self._read_turns()

    def _read_turns(self) -> tuple[_Turn, ...]:
        checks = (*self._frame.checks, self._form.checks)
        if self._form.turns is None:
            prompt = self._form.prompt or ""
            return (_Turn(prompt=prompt, layer=Layer(), checks=checks, path=self.path),)
        return tuple(
            self._read_turn(turn, checks, (*self.path, "turns", index))
            for index, turn in enumerate(self._form.turns)
        )

    def _read_turn(self, turn: TurnForm, checks: tuple[ChecksForm, ...], path: Path) -> _Turn:
        return _Turn(
            prompt=turn.prompt,
            layer=Layer.of(turn, path),
            checks=(*checks, turn.checks),
            path=path,
        )

    @property
    def texts(self) -> Mapping[Path, str]:
        """Every text in which variables are replaced, by its place."""
        found = {(*turn.path, "prompt"): turn.prompt for turn in self.turns}
        for layer in (self._base, *(turn.layer for turn in self.turns)):
            text = layer.values.get("system_instruction")
            if text is not None:
                found[layer.origin("system_instruction")] = text
        return found

    def variant(self, point: Point) -> Variant:
        layer = point.layer(self._base)
        form = layer.form
        return Variant(
            suite=self._frame.suite,
            case=self._form.id,
            label=point.label,
            was=self._form.was,
            model=form.model,
            endpoint=form.endpoint,
            turns=self._make_turns(point, layer),
            samples=form.samples,
            tags=self._tags,
            choices=point.choices,
            line=self._frame.findings.line(self.path),
        )

    def _make_turns(self, point: Point, layer: Layer) -> tuple[Turn, ...]:
        variables = point.variables
        turns: list[Turn] = []
        sent: list[Reference] = []
        for index, written in enumerate(self.turns):
            whole = (layer if index == 0 else layer.without("references")).under(written.layer)
            turn = self._make_turn(written, whole, variables)
            sent.extend(turn.references)
            self._frame.offer.check(whole, sent, path=written.path)
            turns.append(turn)
        return tuple(turns)

    def _make_turn(self, written: _Turn, layer: Layer, variables: Mapping[str, str]) -> Turn:
        form = layer.form
        system = form.system_instruction
        return Turn(
            prompt=self._render(written.prompt, variables),
            references=self._references(form, layer.origin("references")),
            references_first=form.references_first,
            parameters=to_parameters(
                form, system_instruction=system and self._render(system, variables)
            ),
            checks=to_checks(
                written.checks,
                samples=form.samples,
                path=written.path,
                findings=self._frame.findings,
            ),
        )

    def _render(self, text: str, variables: Mapping[str, str]) -> str:
        rendered = self._frame.texts.render(text, variables)
        if rendered is None:
            raise TooLarge("the prompts grow beyond 20 MB by their variables; shorten them")
        return rendered

    def _references(self, form: ParametersForm, path: Path) -> tuple[Reference, ...]:
        found: list[Reference] = []
        for index, name in enumerate(form.references):
            if name in self._frame.library:
                found.extend(self._frame.library[name] or ())
            else:
                hint = did_you_mean(name, self._frame.library)
                message = f"no reference set {quoted(name)}; {hint}"
                self._frame.findings.problem((*path, index), message)
        return tuple(found)
