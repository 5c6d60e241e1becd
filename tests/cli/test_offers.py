"""The verbs that tell what is known tell it of every endpoint, and no key."""

import pytest

TOML = """\
[endpoints.gemini]
jobs = 8
[endpoints.gateway]
base_url = "https://host/gemini"
key_env = "GATEWAY_KEY"
[endpoints.gateway.limits]
inline_bytes = 7000000
[endpoints.gateway.prices.gemini-3-pro-image]
per_picture = {1K = 0.1, 4K = 0.19}
batch = 0.5
[endpoints.gateway.prices.nano-pro]
text_in = 1
text_out = 10
image_out = 99
like = "gemini-3-pro-image"
[endpoints.silent]
base_url = "https://other"
key_env = "OTHER_KEY"
"""
KEY = "a-key-of-a-test-0123456789"


@pytest.fixture
def told(bench, monkeypatch):
    """Stand in a folder whose harness.toml has endpoints, with a key in the environment."""
    monkeypatch.setenv("GATEWAY_KEY", KEY)
    (bench.folder / "harness.toml").write_text(TOML)
    return bench


def test_an_endpoints_own_prices_are_listed(told):
    """Flat sums, tokens, names of its own; and what it does not sell has no price."""
    said = told("prices", "--endpoint", "gateway").out

    rows = {tuple(line.split()[:2]): line for line in said.splitlines() if "  " in line}
    assert "1K $0.1, 4K $0.19 each" in rows["gemini-3-pro-image", "standard"]
    assert "1K $0.05, 4K $0.095 each" in rows["gemini-3-pro-image", "batch"]
    assert "$99.00" in rows["nano-pro", "standard"]
    assert ("gemini-3-pro-image", "flex") not in rows
    assert "no price is known of gemini-3-pro-image-preview, " in said
    assert "endpoints.gateway.prices in harness.toml" in said


def test_an_endpoint_that_states_no_prices_is_said_to(told):
    """The provider's list is an assumption there, and told as one."""
    said = told("prices", "--endpoint", "silent")

    assert "endpoint 'silent' states no prices; the provider's list is taken to hold" in said.out
    assert told("prices", "--endpoint", "silent", "--json").json["prices"]
    assert told("prices", "--endpoint", "nobody").code == 2


def test_models_tell_what_references_they_keep_and_what_was_measured(bench):
    """The counts behind the warning, and the set behind the expectation."""
    rows = {row["id"]: row for row in bench("models", "--json").json["models"]}

    assert "14 (6 objects, 5 people)" in bench("models").out
    assert rows["gemini-3-pro-image"]["expected_on"].startswith("3 answers of ")
    assert rows["gemini-3-pro-image"]["expected_on_grounded"].startswith("1 grounded answer of ")


def test_every_endpoint_is_explained_key_by_key(told):
    """What the file says, what is built in, what is the default."""
    said = told("config", "--explain").out.splitlines()

    assert "endpoints.gemini.jobs = 8   (harness.toml)" in said
    assert "endpoints.gemini.key_env = GEMINI_API_KEY, GOOGLE_API_KEY   (built in)" in said
    assert "endpoints.gemini.attempts = 5   (default)" in said
    assert "endpoints.gateway.base_url = https://host/gemini   (harness.toml)" in said
    assert "endpoints.gateway.limits.inline_bytes = 7000000   (harness.toml)" in said
    assert "endpoints.gateway.limits.references = None   (default)" in said
    assert (
        "endpoints.gateway.prices.gemini-3-pro-image = "
        "{per_picture = {1K = 0.1, 4K = 0.19}, batch = 0.5}   (harness.toml)"
    ) in said


@pytest.mark.parametrize("words", [["--explain"], [], ["--json"]], ids=str)
def test_no_key_is_ever_shown(told, words):
    """Its variable is named, its value is not."""
    said = told("config", *words)

    assert "GATEWAY_KEY" in said.out
    assert KEY not in said.out + said.err
