"""Promise what every provider keeps, and name where it is reached."""

from dataclasses import dataclass, field
from typing import Protocol

from harness.model.generation import Generation
from harness.model.request import GenerationRequest


class Provider(Protocol):
    """Who makes the picture."""

    def generate(self, request: GenerationRequest) -> Generation:
        """Obtain one answer.

        Raises:
            ProviderError: the service did not answer with an answer.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a service that speaks Gemini's wire is reached.

    Attributes:
        name: As in the settings, e.g. `"gemini"`.
        base_url: Scheme and host, no path behind it, e.g. `"https://generativelanguage.googleapis.com"`.
        api_version: `"v1beta"`: the only form with recordings behind it (WIRE section 0).
        key: The API key; never printed, logged or written.
        key_header: Header that carries it.
        simulated: It is the simulator.
    """

    name: str
    base_url: str
    api_version: str = "v1beta"
    key: str = field(default="", repr=False)
    key_header: str = "x-goog-api-key"
    simulated: bool = False
