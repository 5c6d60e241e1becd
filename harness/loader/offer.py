"""Hold what a turn asks for against what its model offers."""

from collections.abc import Sequence
from datetime import date

from harness.catalogue import Catalogue, Model
from harness.loader.findings import Findings
from harness.loader.hints import did_you_mean, nearest
from harness.loader.layers import Layer
from harness.loader.parameter_forms import ParametersForm
from harness.loader.place import Path, quoted
from harness.model.suite import Reference


class Offer:
    """Note what no model can do, and what it soon will not."""

    def __init__(self, catalogue: Catalogue, *, today: date, findings: Findings) -> None:
        self._catalogue = catalogue
        self._today = today
        self._findings = findings
        self._most_references = catalogue.limits("developer").references
        self._most_bytes = catalogue.limits("developer").request_bytes

    def check(self, layer: Layer, references: Sequence[Reference], *, path: Path) -> None:
        """Check one turn.

        Args:
            layer: Its parameters.
            references: All pictures that its request carries, earlier turns' included.
            path: The turn, for what was written nowhere in particular.
        """
        form = layer.form
        model = self._model(form.model, layer.origin("model"))
        if model is not None:
            self._check_size(form, layer, model)
            self._check_ratio(form, layer, model)
        self._check_references(references, model, layer.origins.get("references", path))
        self._check_tools(form, layer)

    def _model(self, model_id: str, path: Path) -> Model | None:
        model = self._catalogue.get(model_id)
        if model is None:
            near = nearest(model_id, [m.id for m in self._catalogue.models], cutoff=0.75)
            guess = f'; did you mean "{near}"?' if near else ""
            self._findings.warn(
                path,
                f"model {quoted(model_id)} is not in the catalogue: its sizes, ratios and "
                f"prices are not known{guess}",
            )
            return None
        sentence = model.lifecycle(self._today)
        if sentence:
            self._findings.warn(path, sentence)
        return model

    def _check_size(self, form: ParametersForm, layer: Layer, model: Model) -> None:
        size, path = form.image_size, layer.origin("image_size")
        if size is None or size in model.sizes:
            return
        if not model.sizes:
            self._findings.problem(
                path, f"{model.id} has no choice of size; remove image_size {quoted(size)}"
            )
            return
        hint = did_you_mean(size, model.sizes, cutoff=0.5)
        if size.upper() in model.sizes:
            hint = f'write "{size.upper()}", the service wants a capital K'
        self._findings.problem(path, f"{model.id} has no size {quoted(size)}; {hint}")

    def _check_ratio(self, form: ParametersForm, layer: Layer, model: Model) -> None:
        ratio, path = form.aspect_ratio, layer.origin("aspect_ratio")
        if ratio is None or ratio in model.ratios or not model.ratios:
            return
        known = ", ".join(model.ratios)
        self._findings.problem(path, f"{model.id} has no ratio {quoted(ratio)}; it has {known}")

    def _check_references(
        self, references: Sequence[Reference], model: Model | None, path: Path
    ) -> None:
        most = (model.references if model else None) or self._most_references
        if len(references) > most:
            self._findings.problem(
                path,
                f"{len(references)} reference pictures in one request, the service takes "
                f"{most}; send fewer",
            )
        sent = sum(reference.blob.size for reference in references) * 4 // 3
        if sent > self._most_bytes:
            self._findings.problem(
                path,
                f"{sent // 1_000_000} MB of reference pictures in one request, the service takes "
                f"{self._most_bytes // 1_000_000} MB; make them smaller",
            )

    def _check_tools(self, form: ParametersForm, layer: Layer) -> None:
        if form.tools and list(form.modalities) == ["IMAGE"]:
            self._findings.warn(
                layer.origin("modalities"),
                "pictures without text do not work with google_search; add TEXT to modalities",
            )
        if form.temperature is not None:
            self._findings.warn(
                layer.origin("temperature"),
                "the provider deprecated temperature on 2026-07-21; remove it",
            )
        for name in ("tools", "modalities"):
            values = getattr(form, name)
            if len(set(values)) < len(values):
                self._findings.problem(layer.origin(name), "an entry stands twice; remove one")
