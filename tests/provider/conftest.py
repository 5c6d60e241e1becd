"""Providers to ask, over a real socket."""

from collections.abc import Callable

import pytest

from harness.model.request import Content, GenerationRequest, Parameters, Part, Role
from harness.provider.gemini import GeminiProvider
from harness.provider.protocol import Endpoint
from harness.provider.transport import Deadline, live_client

KEY = "AQ.a-key-of-a-test-0123456789"


@pytest.fixture
def request_of() -> Callable[..., GenerationRequest]:
    """Give `request_of(prompt, **parameters)`: one turn of the user."""

    def made(prompt: str = "a fox", **parameters: object) -> GenerationRequest:
        content = Content(role=Role.USER, parts=(Part(text=prompt),))
        return GenerationRequest(
            model="gemini-3-pro-image", contents=(content,), parameters=Parameters(**parameters)
        )

    return made


@pytest.fixture
def provider_at(shelf):
    """Give `provider_at(url, key=..., deadline=...)` over a live client of its own."""
    with live_client(connections=4, loopback=True) as client:

        def made(url: str, *, key: str = KEY, deadline: Deadline | None = None) -> GeminiProvider:
            endpoint = Endpoint(name="test", base_url=url, key=key)
            return GeminiProvider(
                client=client,
                endpoint=endpoint,
                read=shelf.read,
                keep=shelf.keep,
                deadline=deadline,
            )

        yield made
