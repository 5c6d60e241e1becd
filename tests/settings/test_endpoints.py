"""Hold what harness.toml may say of an endpoint, and what it may not."""

import pytest

from harness.errors import SettingsError
from harness.settings import BUILT_IN, Settings, endpoint_settings, read_settings

KEY = "AIza" + "Sy" + "D3xample0fAKeyThatNobodyHas123456"
XAIROUTER = """\
[endpoints.xairouter]
base_url = "https://api.xairouter.com"
key_env = "XAI_API_KEY"
"""


@pytest.fixture
def settings(tmp_path):
    """Read settings with a text as harness.toml."""

    def settings(text):
        (tmp_path / "harness.toml").write_text(text)
        return read_settings(tmp_path, environ={}, flags={}).settings

    return settings


@pytest.fixture
def endpoint(settings):
    """Read the one endpoint of a text."""

    def endpoint(text):
        (name,) = settings(text).endpoints
        return endpoint_settings(settings(text), name)

    return endpoint


@pytest.fixture
def refusal(settings):
    """Give the one line by which a text is refused."""

    def refusal(text):
        with pytest.raises(SettingsError) as caught:
            settings(text)
        said = str(caught.value)
        assert "\n" not in said
        return said

    return refusal


def test_a_gateway_works_by_three_lines(endpoint):
    """Its address and its key's variable are enough; all else has a default."""
    found = endpoint(XAIROUTER)

    assert (found.base_url, found.key_env) == ("https://api.xairouter.com", ("XAI_API_KEY",))
    assert (found.key_header, found.key_scheme) == ("x-goog-api-key", "")
    assert (found.api_version, found.attempts, found.deadline_s) == ("v1beta", 5, 300.0)
    assert (found.requests_per_minute, found.jobs, found.max_month) == (None, None, None)
    assert (dict(found.prices), found.limits.files) == ({}, None)


def test_everything_can_be_said_of_an_endpoint(endpoint):
    """Every key that the documents name is taken."""
    found = endpoint(
        XAIROUTER
        + 'api_version = "v1"\nrequests_per_minute = 30\njobs = 8\nattempts = 3\n'
        + "deadline_s = 120\nmax_month = 50\n"
        + "[endpoints.xairouter.limits]\nreferences = 3\nrequest_bytes = 20000000\n"
        + 'inline_bytes = 7000000\nimage_sizes = ["1K"]\naspect_ratios = ["1:1"]\nfiles = true\n'
        + '[endpoints.xairouter.prices."*"]\ntext_in = 2\ntext_out = 12\nimage_out = 120\n'
        + "search_per_1000 = 14\nbatch = 0.5\nflex = 0.5\npriority = 1.8\n"
        + "[endpoints.xairouter.prices.nano-pro]\nper_picture = {1K = 0.1, 4K = 0.2}\n"
    )

    assert (found.requests_per_minute, found.jobs, found.max_month) == (30, 8, 50)
    assert found.limits.image_sizes == ("1K",)
    assert found.prices["*"].image_out == 120
    assert found.prices["nano-pro"].per_picture == {"1K": 0.1, "4K": 0.2}


def test_a_bearer_key_goes_in_authorization(endpoint):
    """`bearer = true` names the header and what stands before the key."""
    found = endpoint(XAIROUTER + "bearer = true\n")

    assert (found.key_header, found.key_scheme) == ("authorization", "Bearer ")


def test_a_path_behind_the_host_stays(endpoint):
    """A gateway may lie below a folder; a slash at the end says nothing."""
    text = '[endpoints.e]\nbase_url = "https://host/gemini/"\nkey_env = ["K"]\n'

    assert endpoint(text).base_url == "https://host/gemini"


def test_the_built_in_endpoint_takes_operational_keys_alone(settings):
    """Where Google's own endpoint is and which keys it takes need not be said again."""
    found = endpoint_settings(settings("[endpoints.gemini]\nrequests_per_minute = 20\n"), "gemini")

    assert found.requests_per_minute == 20
    assert found.base_url == BUILT_IN["gemini"].base_url
    assert found.key_env == ("GEMINI_API_KEY", "GOOGLE_API_KEY")
    assert found.limits.files is True
    assert endpoint_settings(Settings(), "gemini").limits.files is True


@pytest.mark.parametrize(
    "url",
    [
        "https://aiplatform.googleapis.com",
        "https://us-central1-aiplatform.googleapis.com/v1/projects/p",
        "https://api.openai.com",
        "https://eu.api.openai.com/v1",
        "https://openrouter.ai/api",
        "https://gateway.example/v1/chat/completions",
        "https://gateway.example/api/v1/images/generations/",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "https://gateway.example/v1/openai/v2",
    ],
)
def test_what_speaks_another_wire_is_refused_in_one_line(refusal, url):
    """Vertex and gateways of OpenAI's form cannot be asked, and are not tried."""
    said = refusal(f'[endpoints.e]\nbase_url = "{url}"\nkey_env = "K"\n')

    assert said.startswith("harness.toml: endpoints.e.base_url: ")
    assert "speaks another wire" in said


@pytest.mark.parametrize("host", ["notopenrouter.ai", "openai.com.example", "my-openai.example"])
def test_a_host_that_only_looks_like_another_is_taken(endpoint, host):
    """Names are compared whole."""
    text = f'[endpoints.e]\nbase_url = "https://{host}"\nkey_env = "K"\n'

    assert endpoint(text).base_url == f"https://{host}"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f'key = "{KEY}"', "endpoints.e.key: a key is never written here"),
        ('api_key = "hunter2-hunter2"', "endpoints.e.api_key: a key is never written here"),
        (f'key_env = "{KEY}"', "endpoints.e.key_env: a key is never written here"),
        ('key_env = "hunter2-hunter2"', "endpoints.e.key_env: must name environment variables"),
        (f'key_header = "{KEY}"', "endpoints.e.key_header: a key is never written here"),
        (
            'base_url = "https://user:hunter2-hunter2@host"',
            "endpoints.e.base_url: holds a user or password",
        ),
        ('base_url = "https://host/?key=hunter2-hunter2"', "endpoints.e.base_url: holds a query"),
        ('base_url = "https://host/#hunter2-hunter2"', "endpoints.e.base_url: holds a query"),
        (f'base_url = "https://host/{KEY}"', "endpoints.e.base_url: a key is never written here"),
    ],
    ids=["key", "api_key", "shape", "name", "header", "user", "query", "fragment", "path"],
)
def test_a_key_in_the_file_is_refused_and_not_repeated(refusal, line, said):
    """The sentence names the place and the remedy, never the secret."""
    whole = {"base_url": 'base_url = "https://host"', "key_env": 'key_env = "K"'}
    whole[line.split(" ", 1)[0]] = line

    found = refusal("[endpoints.e]\n" + "\n".join(whole.values()) + "\n")

    assert said in found
    assert KEY not in found
    assert "hunter2" not in found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('base_url = "https://host/v1beta"', "ends in the API's version"),
        ('base_url = "https://host:99999999"', "is no URL"),
        ('base_url = "https://[::1"', "is no URL"),
        ('base_url = "https://ho st"', "has a space, a backslash or a control character"),
        ('base_url = "https://host\\\\x"', "has a space, a backslash or a control character"),
        ('base_url = ""', "say the scheme and the host"),
        ("base_url = 5", "endpoints.e.base_url: "),
        ("key_env = [5]", "endpoints.e.key_env.0: "),
        ("limits = 5", "endpoints.e.limits: "),
        ("prices = {m = 5}", "endpoints.e.prices.m: "),
        ('bearer = "yes"', "endpoints.e.bearer: "),
        ("jobs = true", "endpoints.e.jobs: "),
        ('max_month = "5"', "endpoints.e.max_month: "),
        ('bearer = true\nkey_header = "x-api-key"', "remove key_header or bearer"),
        ('key_header = "two words"', "must be a header's name"),
        ("key_env = []", "endpoints.e.key_env: "),
        ("requests_per_minute = 0", "endpoints.e.requests_per_minute: "),
        ("requests_per_minute = 1e-10", "endpoints.e.requests_per_minute: "),
        ('key_header = "Content-Length"', "is the wire's own"),
        ('key_header = "host"', "is the wire's own"),
        ('key_header = "TE"', "is the wire's own"),
        ('limits = {image_sizes = ["2k"]}', 'write "2K" with a capital K'),
        ("attempts = 0", "endpoints.e.attempts: "),
        ("deadline_s = 0", "endpoints.e.deadline_s: "),
        ("max_month = -1", "endpoints.e.max_month: "),
        ("max_month = nan", "endpoints.e.max_month: "),
        ("limits = {inline_byte = 3}", 'unknown setting; did you mean "inline_bytes"?'),
        ("prices = {m = {text = 3}}", "unknown setting"),
        ("prices = {m = {text_in = 3}}", "say text_in, text_out and image_out, or per_picture"),
        ("prices = {m = {per_picture = {}}}", "a per_picture with a size"),
        (
            "prices = {m = {image_out = 3, per_picture = {1K = 1}}}",
            "say image_out or a per_picture",
        ),
    ],
)
def test_a_wrong_value_is_refused_by_its_place(refusal, line, said):
    """What cannot be meant is told with what could be."""
    whole = {"base_url": 'base_url = "https://host"', "key_env": 'key_env = "K"'}
    whole[line.split(" ", 1)[0]] = line

    assert said in refusal("[endpoints.e]\n" + "\n".join(whole.values()) + "\n")


@pytest.mark.parametrize(
    "text",
    [
        "endpoints = 5",
        "[[endpoints]]\nname = 'x'",
        "[endpoints]\ngemini = 5",
        "[endpoints.gemini]\nlimits = 5",
    ],
)
def test_what_is_no_table_is_refused(refusal, text):
    """No form of file ends in a fault of the harness."""
    assert refusal(text).startswith("harness.toml: endpoints")


def test_a_name_that_could_be_a_path_is_refused(refusal):
    """Ledgers and recordings are kept by an endpoint's name."""
    said = refusal('[endpoints."../up"]\nbase_url = "https://host"\nkey_env = "K"\n')

    assert "'../up' is no name of an endpoint" in said
