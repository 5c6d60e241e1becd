"""Lay parameters over one another, remembering where each was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.loader.findings import Findings
from harness.loader.parameter_forms import PARAMETERS, ParametersForm, TurnParameters, given
from harness.loader.place import Path
from harness.loader.wordings import media_resolution, safety
from harness.model.request import Parameters

DEFAULT_MODEL = ParametersForm.model_fields["model"].default
UNKNOWN = "a model that is written wrongly"
"""Stands for the model where nobody can tell which one was meant; no catalogue has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Parameters that were written somewhere.

    Attributes:
        values: Parameter to its value as a form holds it.
        origins: Parameter to its place in the document.
        broken: Parameters that are written there, but wrongly: nobody knows their values.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[str, Path] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()

    @classmethod
    def of(cls, form: TurnParameters, path: Path, findings: Findings) -> "Layer":
        """Take what is written in `form`, a mapping that stands at `path`."""
        values = given(form)
        written = PARAMETERS if findings.spoiled(path) else findings.keys(path)
        return cls(
            values=values,
            origins={name: (*path, name) for name in values},
            broken=frozenset(written) & frozenset(PARAMETERS) - values.keys(),
        )

    def under(self, other: "Layer") -> "Layer":
        """Lay `other` over this one: it wins where both speak."""
        if not other.values and not other.broken:
            return self
        kept = {key: value for key, value in self.values.items() if key not in other.broken}
        return Layer(
            values={**kept, **other.values},
            origins={**self.origins, **other.origins},
            broken=(self.broken - other.values.keys()) | other.broken,
        )

    def without(self, name: str) -> "Layer":
        return replace(
            self, values={key: value for key, value in self.values.items() if key != name}
        )

    def speaks_of(self, name: str) -> bool:
        return name in self.values or name in self.broken

    @property
    def model(self) -> str:
        """Give the model that is asked."""
        return UNKNOWN if "model" in self.broken else str(self.values.get("model", DEFAULT_MODEL))

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
        top_p=None if form.top_p is None else float(form.top_p),
        top_k=form.top_k,
        max_output_tokens=form.max_output_tokens,
        media_resolution=form.media_resolution and media_resolution(form.media_resolution),
        safety_settings=safety(form.safety_settings),
        service_tier=form.service_tier,
        search_types=tuple(form.search_types),
        extra=dict(form.extra),
    )
