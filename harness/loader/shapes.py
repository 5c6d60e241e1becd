"""Hold sizes and ratios against a model, or where nobody knows it, against how they are written."""

import re
from dataclasses import dataclass

from harness.catalogue import Catalogue, Model
from harness.loader.hints import did_you_mean, nearest
from harness.loader.place import quoted

_SIZE = re.compile(r"[1-9][0-9]*K?")
_RATIO = re.compile(r"[1-9][0-9]*:[1-9][0-9]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What is wrong with a value.

    Attributes:
        message: What it is, and what to do.
        certain: False where it could be right: another service may offer more.
    """

    message: str
    certain: bool = True


class Shapes:
    """Know every size and ratio that any model of the catalogue takes."""

    def __init__(self, catalogue: Catalogue) -> None:
        models = catalogue.models
        self._sizes = tuple(dict.fromkeys(size for model in models for size in model.sizes))
        self._ratios = tuple(dict.fromkeys(ratio for model in models for ratio in model.ratios))

    def wrong_size(self, size: str, model: Model | None) -> Wrong | None:
        """Say what is wrong with `size` for `model`; None for the model: nobody knows it."""
        if model is None:
            return self._unknown_size(size)
        if size in model.sizes:
            return None
        if not model.sizes:
            return Wrong(
                message=f"{model.id} has no choice of size; remove image_size {quoted(size)}"
            )
        hint = did_you_mean(size, model.sizes, cutoff=0.5)
        if size.upper() in model.sizes:
            hint = f'write "{size.upper()}", the service wants a capital K'
        return Wrong(message=f"{model.id} has no size {quoted(size)}; {hint}")

    def _unknown_size(self, size: str) -> Wrong | None:
        if size in self._sizes:
            return None
        if _SIZE.fullmatch(size):
            known = ", ".join(self._sizes)
            message = f"no known model has a size {quoted(size)}; known: {known}"
            return Wrong(message=message, certain=False)
        capital = size.strip().upper()
        near = capital if _SIZE.fullmatch(capital) else nearest(size, self._sizes, cutoff=0.5)
        hint = f'did you mean "{near}"?' if near else f"known: {', '.join(self._sizes)}"
        return Wrong(message=f"no size is written {quoted(size)}; {hint}")

    def wrong_ratio(self, ratio: str, model: Model | None) -> Wrong | None:
        """Say what is wrong with `ratio` for `model`; None for the model: nobody knows it."""
        if model is None or not model.ratios:
            return self._unknown_ratio(ratio)
        if ratio in model.ratios:
            return None
        known = ", ".join(model.ratios)
        return Wrong(message=f"{model.id} has no ratio {quoted(ratio)}; it has {known}")

    def _unknown_ratio(self, ratio: str) -> Wrong | None:
        if ratio in self._ratios:
            return None
        known = ", ".join(self._ratios)
        if _RATIO.fullmatch(ratio):
            message = f"no known model has a ratio {quoted(ratio)}; known: {known}"
            return Wrong(message=message, certain=False)
        near = re.sub(r"[^0-9]+", ":", ratio.strip())
        hint = f'did you mean "{near}"?' if near in self._ratios else "write it as 16:9"
        return Wrong(message=f"no ratio is written {quoted(ratio)}; {hint}")
