"""Hold what a turn asks for against what its model offers."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

from harness.catalogue import DEFAULT_SIZE, Catalogue, Model
from harness.loader.findings import Findings
from harness.loader.hints import nearest
from harness.loader.layers import UNKNOWN, Layer
from harness.loader.place import Path, quoted
from harness.loader.shapes import Shapes, Wrong
from harness.model.reference import Reference

_DEPRECATED = ("temperature", "top_p", "top_k")
_KINDS = {"object": "objects", "person": "people"}
_GUIDE = "https://ai.google.dev/gemini-api/docs/image-generation"
_CHANGELOG = "https://ai.google.dev/gemini-api/docs/changelog"


class Offer:
    """Note what no model can do, and what it soon will not."""

    def __init__(self, catalogue: Catalogue, *, today: date, findings: Findings) -> None:
        self._catalogue = catalogue
        self._shapes = Shapes(catalogue)
        self._today = today
        self._findings = findings
        self._told: set[tuple[str, Path]] = set()
        self._most_references = catalogue.limits("developer").references
        self._usual = catalogue.find(catalogue.default_model)

    def check(self, layer: Layer, references: Sequence[Reference], *, path: Path) -> None:
        """Check one turn.

        Args:
            layer: Its parameters.
            references: All pictures that its request carries, earlier turns' included.
            path: The turn, for what was written nowhere in particular.
        """
        model = self._catalogue.get(layer.model)
        self._check_model(layer)
        for name in ("image_size", "aspect_ratio"):
            wrong = self._wrong(name, layer, model)
            if wrong is not None:
                self._note(wrong, layer.origin(name))
        self._check_references(references, model, layer.origins.get("references", path))
        self._check_tools(layer)
        self._check_tokens(layer, model)

    def known(self, models: Collection[str]) -> frozenset[Model | None]:
        """Look models up; None among them stands for all that nobody knows."""
        return frozenset(self._catalogue.get(model) for model in models)

    def check_written(self, layer: Layer, models: Collection[Model | None]) -> None:
        """Check what is written in one place, whether something nearer wins over it or not.

        Args:
            layer: What is written there.
            models: All that it could be sent to; what suits one of them is right.
        """
        if "model" in layer.values:
            self._check_model(layer)
        for name in ("image_size", "aspect_ratio"):
            self._check_value(name, layer, models)
        for name in _DEPRECATED:
            if layer.values.get(name) is not None:
                message = f"the provider deprecated {name} on 2026-07-21 ({_CHANGELOG}); remove it"
                self._findings.warn(layer.origin(name), message)
        for name in ("tools", "modalities", "search_types"):
            values = layer.values.get(name, ())
            if len(set(values)) < len(values):
                self._findings.problem(layer.origin(name), "an entry stands twice; remove one")

    def _check_value(self, name: str, layer: Layer, models: Collection[Model | None]) -> None:
        """Note what is wrong with a value for each of `models`, by those that are known."""
        wrongs = {model: self._wrong(name, layer, model) for model in models}
        if None in wrongs.values():
            return
        if len(wrongs) > 1:
            wrongs.pop(None, None)
        found = [wrong for wrong in wrongs.values() if wrong is not None]
        for wrong in sorted(found, key=lambda wrong: wrong.message):
            self._note(wrong, layer.origin(name))

    def _check_model(self, layer: Layer) -> None:
        model, path = self._catalogue.get(layer.model), layer.origin("model")
        if layer.model == UNKNOWN or (layer.model, path) in self._told:
            return
        self._told.add((layer.model, path))
        if model is None:
            near = nearest(layer.model, [m.id for m in self._catalogue.models], cutoff=0.75)
            guess = f'; did you mean "{near}"?' if near else ""
            self._findings.warn(
                path,
                f"model {quoted(layer.model)} is not in the catalogue: its sizes, ratios and "
                f"prices are not known{guess}",
            )
            return
        if model.only_answers:
            self._findings.problem(
                path,
                f"{model.id} makes no pictures, it only answers questions: name it in checks, "
                f"ask: {{model: {model.id}}}, and here a model such as {self._usual.id}",
            )
        sentence = model.lifecycle(self._today)
        if sentence:
            self._findings.warn(path, sentence)

    def _wrong(self, name: str, layer: Layer, model: Model | None) -> Wrong | None:
        value = layer.values.get(name)
        if value is None:
            return None
        if name == "image_size":
            return self._shapes.wrong_size(value, model)
        return self._shapes.wrong_ratio(value, model)

    def _note(self, wrong: Wrong, path: Path) -> None:
        note = self._findings.problem if wrong.certain else self._findings.warn
        note(path, wrong.message)

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
        self._check_fidelity(references, model or self._usual, path)

    def _check_fidelity(self, references: Sequence[Reference], model: Model, path: Path) -> None:
        """Warn of more pictures than the model is documented to keep faithfully."""
        kept = {"object": model.object_references, "person": model.person_references}
        kinds = Counter(reference.kind for reference in references)
        for kind, most in kept.items():
            if most is not None and kinds[kind] > most:
                words = _KINDS[kind]
                self._findings.warn(
                    path,
                    f"{kinds[kind]} pictures of {words} in one request; {model.id} is documented "
                    f"to keep {most} {words} with high fidelity ({_GUIDE})",
                )
        most = sum(figure for figure in kept.values() if figure is not None)
        if most and kinds[""] and len(references) > most:
            self._findings.warn(
                path,
                f"{len(references)} reference pictures in one request; {model.id} is documented "
                f"to keep {kept['object']} objects and {kept['person']} people with high fidelity "
                f"({_GUIDE}); say which they are by kind",
            )

    def _check_tools(self, layer: Layer) -> None:
        if layer.values.get("tools") and layer.values.get("modalities") == ["IMAGE"]:
            self._findings.warn(
                layer.origin("modalities"),
                "pictures without text do not work with google_search; add TEXT to modalities",
            )
        if layer.values.get("search_types") and "google_search" not in layer.values.get(
            "tools", ()
        ):
            self._findings.warn(
                layer.origin("search_types"),
                "is not sent without tools: [google_search]; add that or remove this",
            )

    def _check_tokens(self, layer: Layer, model: Model | None) -> None:
        asked = layer.values.get("max_output_tokens")
        if asked is None or model is None:
            return
        most, path = model.output_token_limit, layer.origin("max_output_tokens")
        if most is not None and asked > most:
            self._findings.problem(path, f"{model.id} gives {most} at most; lower it")
        size = layer.values.get("image_size") or DEFAULT_SIZE
        picture = model.tokens.get(size, 0)
        if asked < picture and "IMAGE" in (layer.values.get("modalities") or ["IMAGE"]):
            self._findings.warn(
                path, f"a picture of {size} has {picture} tokens and is cut off by this; raise it"
            )

    def check_pictures(self, layer: Layer, pictures: int | None, *, path: Path) -> None:
        """Refuse a check on pictures where none is asked for."""
        modalities = layer.values.get("modalities")
        if pictures and modalities and "IMAGE" not in modalities:
            self._findings.problem(
                layer.origins.get("modalities", path),
                f"ask for no picture, and the checks for {pictures}; add IMAGE, or correct "
                "checks.pictures",
            )
