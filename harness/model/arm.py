"""Say who was asked: a model at an endpoint."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Arm:
    """A model id as it is sent, and the endpoint that it is sent to.

    Attributes:
        model: Model id as sent, never an alias looked up, e.g. `"gemini-3-pro-image"`.
        endpoint: Name of the endpoint in the settings, e.g. `"gemini"` or `"simulator"`.
    """

    model: str
    endpoint: str

    @property
    def name(self) -> str:
        return f"{self.model}@{self.endpoint}"
