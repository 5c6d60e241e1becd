"""Make the variants of one case, of what stands in it and above it."""

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from harness.catalogue import Model
from harness.loader.checks import CheckReader, Written
from harness.loader.code_files import not_installed, wrong_file
from harness.loader.findings import Findings
from harness.loader.forms import CaseForm
from harness.loader.hints import did_you_mean
from harness.loader.layers import UNKNOWN, Layer, to_parameters
from harness.loader.matrix import Matrix, Point
from harness.loader.offer import Offer
from harness.loader.opinions import Scene
from harness.loader.parameter_forms import ParametersForm, TurnForm
from harness.loader.pictures import Library
from harness.loader.place import Path, quoted
from harness.loader.prompts import TextBudget
from harness.model.reference import Reference
from harness.model.suite import Turn, Variant


class TooLarge(Exception):
    """The suite asks for more than a suite can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the cases of a suite share.

    Attributes:
        suite: The suite's id.
        folder: Where its file lies.
        layers: Parameters of every case, the nearest last.
        checks: Checks of every case, the nearest last.
        tags: Tags of every case.
        library: Reference sets; None where nobody can tell which there are.
        offer: What models offer.
        findings: Where problems go.
        texts: What prompts may grow to.
        reader: Reads checks.
    """

    suite: str
    folder: FilePath
    layers: tuple[Layer, ...]
    checks: tuple[Written, ...]
    tags: tuple[str, ...]
    library: Library | None
    offer: Offer
    findings: Findings
    texts: TextBudget
    reader: CheckReader = field(default_factory=CheckReader)

    @property
    def base(self) -> Layer:
        """Give the parameters of every case together."""
        return functools.reduce(Layer.under, self.layers)

    def check_written(self, layer: Layer, models: Collection[Model | None]) -> None:
        """Check what is written in one place, whether something nearer wins over it or not."""
        self.offer.check_written(layer, models)
        for index, name in enumerate(layer.values.get("references", ())):
            self._check_set(name, (*layer.origin("references"), index))

    def check_checks(self, written: Written) -> None:
        """Check what checks name, whether something nearer wins over it or not."""
        for path, name in written.sets:
            self._check_set(name, path)
        for place, at, check in written.functions:
            if ":" in check:
                wrong = wrong_file(self.folder, check.partition(":")[0])
                if wrong is not None:
                    self.findings.problem(place, wrong, at=at)
            elif (absent := not_installed(check)) is not None:
                self.findings.warn(place, absent, at=at)

    def _check_set(self, name: str, path: Path) -> None:
        if self.library is not None and name not in self.library:
            message = f"no reference set {quoted(name)}; {did_you_mean(name, self.library)}"
            self.findings.problem(path, message)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """A turn as it is written, and where."""

    prompt: str
    layer: Layer
    checks: tuple[Written, ...]
    path: Path


@dataclass(slots=True)
class _Past:
    """What a conversation has sent, and got, up to a turn.

    Attributes:
        sets: Names of reference sets.
        references: Reference pictures.
        pictures: A picture was due.
    """

    sets: list[str] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    pictures: bool = False

    def send(self, sets: Sequence[str], references: Sequence[Reference]) -> None:
        self.sets.extend(sets)
        self.references.extend(references)


class Case:
    """One case: makes a variant of a point."""

    def __init__(self, frame: Frame, form: CaseForm, path: Path) -> None:
        self._frame = frame
        self._form = form
        self.path = path
        self._own = Layer.of(form, path, frame.findings)
        self._base = frame.base.under(self._own)
        self._tags = tuple(dict.fromkeys((*frame.tags, *form.tags)))
        self.turns = self._read_turns()

    def _read_turns(self) -> tuple[_Turn, ...]:
        is_one = self._form.turns is None
        own = Written(form=self._form.checks, path=(*self.path, "checks"), own=is_one)
        checks = (*self._frame.checks, own)
        if self._form.turns is None:
            prompt = self._form.prompt or ""
            return (_Turn(prompt=prompt, layer=Layer(), checks=checks, path=self.path),)
        return tuple(
            self._read_turn(turn, checks, (*self.path, "turns", index))
            for index, turn in enumerate(self._form.turns)
        )

    def _read_turn(self, turn: TurnForm, checks: tuple[Written, ...], path: Path) -> _Turn:
        return _Turn(
            prompt=turn.prompt,
            layer=Layer.of(turn, path, self._frame.findings),
            checks=(*checks, Written(form=turn.checks, path=(*path, "checks"), own=True)),
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

    def models(self, matrix: Matrix, variants: Sequence[Variant]) -> frozenset[str]:
        """Give the ids of all models that the case could be sent to."""
        if matrix.certain and variants and len(variants) == len(matrix.points):
            return frozenset(variant.model for variant in variants)
        layers = (value.layer for value in matrix.values)
        chosen = [layer.model for layer in layers if layer.speaks_of("model")]
        unread = [UNKNOWN] if matrix.open else []
        return frozenset((self._base.model, *chosen, *unread))

    def written(self, matrix: Matrix) -> Iterator[Layer]:
        """Give everything that is written in the case, place by place."""
        yield self._own
        yield from (turn.layer for turn in self.turns)
        yield from (value.layer for value in matrix.values)

    @property
    def checks(self) -> Iterator[Written]:
        """Give the checks that are written in the case, place by place."""
        for turn in self.turns:
            yield from turn.checks[len(self._frame.checks) :]

    def variant(self, point: Point, *, certain: bool) -> Variant:
        """Make the variant of `point`, holding it against the offer where it is `certain`."""
        layer = point.layer(self._base)
        form = layer.form
        return Variant(
            suite=self._frame.suite,
            case=self._form.id,
            label=point.label,
            was=self._form.was,
            model=layer.model,
            endpoint=form.endpoint,
            turns=self._make_turns(point, layer, certain=certain),
            samples=form.samples,
            tags=self._tags,
            choices=point.choices,
            line=self._frame.findings.line(self.path),
        )

    def _make_turns(self, point: Point, layer: Layer, *, certain: bool) -> tuple[Turn, ...]:
        turns: list[Turn] = []
        past = _Past()
        for index, written in enumerate(self.turns):
            whole = (layer if index == 0 else layer.without("references")).under(written.layer)
            form = whole.form
            past.send(form.references, self._references(form))
            scene = self._scene(whole, past, certain=certain)
            turn = self._make_turn(written, form, point.variables, scene)
            if certain:
                self._frame.offer.check(whole, past.references, path=written.path)
                self._frame.offer.check_pictures(whole, turn.checks.pictures, path=written.path)
            turns.append(turn)
            past.pictures = past.pictures or scene.pictures
        return tuple(turns)

    def _scene(self, layer: Layer, past: _Past, *, certain: bool) -> Scene:
        form, frame = layer.form, self._frame
        return Scene(
            samples=None if "samples" in layer.broken else form.samples,
            sets=tuple(dict.fromkeys(past.sets)),
            references=tuple(dict.fromkeys(past.references)),
            follows=past.pictures,
            pictures=not form.modalities or "IMAGE" in form.modalities,
            certain=certain
            and "modalities" not in layer.broken
            and "references" not in layer.broken
            and all((frame.library or {}).get(name) is not None for name in past.sets),
            library=frame.library,
            findings=frame.findings,
        )

    def _make_turn(
        self, written: _Turn, form: ParametersForm, variables: Mapping[str, str], scene: Scene
    ) -> Turn:
        system = form.system_instruction
        return Turn(
            prompt=self._render(written.prompt, variables),
            references=self._references(form),
            references_first=form.references_first,
            parameters=to_parameters(
                form, system_instruction=system and self._render(system, variables)
            ),
            checks=self._frame.reader.read(written.checks, scene),
        )

    def _render(self, text: str, variables: Mapping[str, str]) -> str:
        rendered = self._frame.texts.render(text, variables)
        if rendered is None:
            raise TooLarge("the prompts grow beyond 20 MB by their variables; shorten them")
        return rendered

    def _references(self, form: ParametersForm) -> tuple[Reference, ...]:
        library = self._frame.library or {}
        return tuple(reference for name in form.references for reference in library.get(name) or ())
