"""Lay parameters over one another, remembering where each was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.loader.parameter_forms import ParametersForm, TurnParameters, given
from harness.loader.place import Path
from harness.model.request import Parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Parameters that were written somewhere.

    Attributes:
        values: Parameter to its value as a form holds it.
        origins: Parameter to its place in the document.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[str, Path] = field(default_factory=dict)

    @classmethod
    def of(cls, form: TurnParameters, path: Path) -> "Layer":
        """Take what is written in `form`, a mapping that stands at `path`."""
        values = given(form)
        return cls(values=values, origins={name: (*path, name) for name in values})

    def under(self, other: "Layer") -> "Layer":
        """Lay `other` over this one: it wins where both speak."""
        if not other.values:
            return self
        return Layer(
            values={**self.values, **other.values}, origins={**self.origins, **other.origins}
        )

    def without(self, name: str) -> "Layer":
        return Layer(
            values={key: value for key, value in self.values.items() if key != name},
            origins=self.origins,
        )

    @property
    def form(self) -> ParametersForm:
        """Everything, defaults filled in; each value was validated in its own form."""
        return ParametersForm.model_construct(**self.values)

    def origin(self, name: str) -> Path:
        """Give where `name` was written; the document where nobody did."""
        return self.origins.get(name, ())


def to_parameters(form: ParametersForm, *, system_instruction: str | None) -> Parameters:
    """Turn a border model into the model."""
    thinking = form.thinking
    return Parameters(
        aspect_ratio=form.aspect_ratio,
        image_size=form.image_size,
        modalities=tuple(form.modalities),
        tools=tuple(form.tools),
        include_thoughts=None if thinking is None else thinking.include_thoughts,
        system_instruction=system_instruction,
        seed=form.seed,
        stream=form.stream,
        temperature=None if form.temperature is None else float(form.temperature),
        extra=dict(form.extra),
    )
