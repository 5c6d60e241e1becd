"""docs/settings.md says all that can be set, and nothing else."""

import re

import pytest

from harness.settings import EndpointLimits, EndpointSettings, PriceSettings, Settings
from harness.settings import read_settings as read


@pytest.fixture
def text(request):
    return (request.config.rootpath / "docs" / "settings.md").read_text(encoding="utf-8")


@pytest.fixture
def endpoints(text, tmp_path):
    """Read every example of the document as one harness.toml."""
    (tmp_path / "harness.toml").write_text("\n".join(re.findall(r"```toml\n(.*?)```", text, re.S)))
    return read(tmp_path, environ={}, flags={}).settings.endpoints


def test_every_setting_has_a_row(text):
    """With its name first."""
    assert re.findall(r"^\| `(\w+)` \|", text, re.M) == list(Settings.model_fields)


def test_the_examples_are_taken_as_they_stand(endpoints):
    """One gateway by three lines and its prices, the built-in one, and one with everything."""
    assert set(endpoints) == {"gemini", "gateway", "xairouter"}
    assert endpoints["xairouter"].base_url == "https://api.xairouter.com"


def test_the_examples_name_every_key(endpoints, text):
    """What can be said of an endpoint, its limits and its prices is shown once."""
    gateway = endpoints["gateway"]
    said = {*gateway.model_fields_set, *gateway.limits.model_fields_set}
    for price in gateway.prices.values():
        said |= price.model_fields_set

    forms = (EndpointSettings, EndpointLimits, PriceSettings)
    known = {name for form in forms for name in form.model_fields}
    assert known - said == {"bearer"}
    assert "# bearer = true" in text
