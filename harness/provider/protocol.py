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
        base_url: Scheme, host and perhaps a path, without a slash at the end.
        api_version: `"v1beta"`: the only form with recordings behind it (WIRE section 0).
        key: The API key; never printed, logged or written.
        key_header: Header that carries it.
        key_scheme: What stands before the key in that header, e.g. `"Bearer "`.
        inline_bytes: Bytes of the largest picture that is sent inline; None for no such limit.
        request_bytes: Bytes of the largest request; beyond, pictures go by the Files API.
        files: The endpoint has a Files API.
        simulated: It is the simulator.
    """

    name: str
    base_url: str
    api_version: str = "v1beta"
    key: str = field(default="", repr=False)
    key_header: str = "x-goog-api-key"
    key_scheme: str = ""
    inline_bytes: int | None = None
    request_bytes: int = 100_000_000
    files: bool = False
    simulated: bool = False
