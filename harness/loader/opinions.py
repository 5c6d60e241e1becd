"""Turn a turn's opinion checks into the model, and refuse those it gives nothing to hold to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.loader.findings import Findings
from harness.loader.opinion_forms import (
    AskForm,
    ConsistencyForm,
    CustomForm,
    EditForm,
    QuestionForm,
    RegionForm,
    TextForm,
)
from harness.loader.pictures import Library
from harness.loader.place import Path
from harness.model.checks import (
    Ask,
    Consistency,
    Custom,
    EditLimits,
    PictureText,
    Question,
    Rate,
    Region,
)
from harness.model.reference import Reference
from harness.model.verdict import Status

_LEVELS = {"fail": Status.FAIL, "warn": Status.WARN}
NO_PICTURE = "no picture is asked for here, and this looks at pictures; add IMAGE to modalities"
NO_REFERENCES = (
    "nothing says how the character looks: no references are sent; name sets by references"
)
NOTHING_BEFORE = (
    "there is no picture before this one to compare with; write it on a later turn, or send "
    "exactly one reference picture"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a turn gives its checks to hold to.

    Attributes:
        samples: How many are wanted; None where nobody can tell.
        sets: Names of the reference sets that were sent up to here, in order.
        references: Their pictures.
        follows: A picture was due on an earlier turn.
        pictures: A picture is due.
        certain: Nothing of this is written wrongly.
        library: Reference sets by name; None where nobody can tell which there are.
        findings: Where problems go.
    """

    samples: int | None
    sets: tuple[str, ...]
    references: tuple[Reference, ...]
    follows: bool
    pictures: bool
    certain: bool
    library: Library | None
    findings: Findings

    @property
    def comparable(self) -> bool:
        """There is one picture that an edit starts from."""
        return self.follows or len(self.references) == 1

    @property
    def decisive(self) -> tuple[object, ...]:
        """Everything that checks depend on: equal for two turns, their checks are equal."""
        return self.samples, self.sets, self.comparable, self.pictures, self.certain

    def rate(self, written: Rate | int, path: Path) -> Rate:
        """Let a number be one of the variant's samples."""
        if isinstance(written, Rate):
            return written
        samples = max(written, 1) if self.samples is None else self.samples
        if written > samples:
            message = f"max_bad allows {written} of {samples} samples to fail; lower it"
            self.findings.problem((*path, "max_bad"), message)
        return Rate(bad=min(written, samples), of=samples)


def consistencies(
    forms: Iterable[tuple[Path, ConsistencyForm]], scene: Scene, *, own: bool
) -> Iterator[Consistency]:
    """Turn into the model those that have references to hold to.

    Args:
        forms: As they are written, each with its place.
        scene: What the turn gives.
        own: They are written on the turn itself: where nothing can be held to is a problem.
    """
    for place, form in forms:
        names = form.references or list(scene.sets)
        references = _pictures(names, scene) if form.references else scene.references
        if names:
            yield Consistency(
                name="+".join(names),
                references=references,
                measure=form.measure,
                max_bad=scene.rate(form.max_bad, place),
                level=_LEVELS[form.level],
            )
        elif own and scene.certain and "references" not in scene.findings.keys(place):
            scene.findings.problem(place, NO_REFERENCES)


def _pictures(names: Sequence[str], scene: Scene) -> tuple[Reference, ...]:
    library = scene.library or {}
    return tuple(picture for name in names for picture in library.get(name) or ())


def edit(form: EditForm, scene: Scene, path: Path) -> EditLimits:
    """Turn the limits of an edit into the model."""
    return EditLimits(
        changed_share_max=_number(form.changed_share_max),
        expect=form.expect or "",
        must_change=_regions(form.must_change),
        must_keep=_regions(form.must_keep),
        max_bad=scene.rate(form.max_bad, path),
        level=_LEVELS[form.level],
    )


def _number(share: float | None) -> float | None:
    return None if share is None else float(share)


def _regions(written: Sequence[RegionForm] | None) -> tuple[Region, ...]:
    sides = (map(float, region) for region in written or ())
    return tuple(
        Region(left=left, top=top, right=right, bottom=bottom) for left, top, right, bottom in sides
    )


def text(form: TextForm | Sequence[str], scene: Scene, path: Path) -> PictureText:
    """Turn text expected in the picture into the model."""
    form = form if isinstance(form, TextForm) else TextForm(contains=list(form))
    return PictureText(
        contains=tuple(form.contains),
        error_max=float(form.error_max),
        language=form.language,
        max_bad=scene.rate(form.max_bad, path),
        level=_LEVELS[form.level],
    )


def ask(form: AskForm | Sequence[QuestionForm], scene: Scene, path: Path) -> Ask:
    """Turn questions about the picture into the model."""
    form = form if isinstance(form, AskForm) else AskForm(questions=list(form))
    return Ask(
        model=form.model,
        endpoint=form.endpoint,
        questions=tuple(map(_question, form.questions)),
        max_bad=scene.rate(form.max_bad, path),
        level=_LEVELS[form.level],
    )


def _question(form: QuestionForm) -> Question:
    return Question(text=form.question, at_least=form.at_least, expect=form.expect or "yes")


def customs(
    forms: Sequence[str] | dict[str, CustomForm | None], scene: Scene, path: Path
) -> Iterator[Custom]:
    """Turn checks of the suite's own into the model."""
    named = forms if isinstance(forms, dict) else dict.fromkeys(forms)
    for name, written in named.items():
        form = written or CustomForm()
        rate = scene.rate(form.max_bad, (*path, name))
        yield Custom(name=name, options=form.options, max_bad=rate)
