"""Say what harness.toml may hold of an embedder: a network's file, and what it is shown."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

Share = Annotated[float, Field(ge=-1, le=256, allow_inf_nan=False)]
Spread = Annotated[float, Field(gt=0, le=256, allow_inf_nan=False)]
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z0-9](\.?[a-z0-9_-]){0,63}")
_BUILT_IN = frozenset({"look", "keypoints"})


class EmbedderSettings(BaseModel):
    """A network of the user's own, as an ONNX file.

    Attributes:
        path: The file, from the folder of harness.toml.
        size: Side of its square input, in pixels.
        mean: Of R, G and B, taken off values of 0 to 1.
        std: Of R, G and B, what remains is divided by.
        sha256: Of the file; another file is not loaded.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    path: Path
    size: Annotated[int, Field(strict=True, ge=1, le=2048)]
    mean: tuple[Share, Share, Share] = (0.485, 0.456, 0.406)
    std: tuple[Spread, Spread, Spread] = (0.229, 0.224, 0.225)
    sha256: str

    @field_validator("sha256")
    @classmethod
    def _digest(cls, value: str) -> str:
        if not _SHA256.fullmatch(value.lower()):
            raise ValueError("a sha256 is 64 hex digits; sha256sum FILE gives it")
        return value.lower()


def checked_names(value: Mapping[str, EmbedderSettings]) -> Mapping[str, EmbedderSettings]:
    """Refuse names that a suite could not call, or that are the harness's own.

    Raises:
        ValueError: one of them.
    """
    for name in value:
        if name in _BUILT_IN:
            raise ValueError(f"{name} is the harness's own measure; choose another name")
        if not _NAME.fullmatch(name):
            raise ValueError(
                f'{name!r} is no name of an embedder; write lowercase letters, digits, "-", "_"'
            )
    return value
