"""Say how the harness is set: defaults < harness.toml < environment < flags."""

from harness.settings.addresses import is_loopback, public_address
from harness.settings.embedders import EmbedderSettings
from harness.settings.endpoints import BUILT_IN, EndpointLimits, EndpointSettings, PriceSettings
from harness.settings.read import (
    FILE,
    Configured,
    FailOn,
    Settings,
    endpoint_settings,
    known_endpoints,
    read_settings,
)

__all__ = [
    "BUILT_IN",
    "FILE",
    "Configured",
    "EmbedderSettings",
    "EndpointLimits",
    "EndpointSettings",
    "FailOn",
    "PriceSettings",
    "Settings",
    "endpoint_settings",
    "is_loopback",
    "known_endpoints",
    "public_address",
    "read_settings",
]
