"""Hold the layers of settings, and what they refuse."""

import pytest

from harness.errors import SettingsError
from harness.settings import EndpointSettings, Settings, endpoint_settings, read_settings


@pytest.fixture
def read(tmp_path):
    """Read settings with a text as harness.toml, an environment and flags."""

    def read(text=None, *, environ=None, **flags):
        if text is not None:
            (tmp_path / "harness.toml").write_text(text)
        return read_settings(tmp_path, environ=environ or {}, flags=flags)

    return read


@pytest.fixture
def refusal(read):
    """Give the sentence by which settings are refused."""

    def refusal(text=None, **layers):
        with pytest.raises(SettingsError) as caught:
            read(text, **layers)
        return str(caught.value)

    return refusal


def test_each_layer_outranks_the_one_below_it(read):
    """A flag outranks the environment, that the file, that the default; each is named."""
    found = read(
        "jobs = 2\nrecording = 'night'\nreports = 'pages'\n",
        environ={"HARNESS_JOBS": "3", "HARNESS_RECORDING": "noon"},
        jobs=5,
        max_cost=None,
    )

    said = {name: (getattr(found.settings, name), found.origins[name]) for name in found.origins}
    assert said["jobs"] == (5, "--jobs")
    assert said["recording"] == ("noon", "HARNESS_RECORDING")
    assert str(said["reports"][0]) == "pages"
    assert said["reports"][1] == "harness.toml"
    assert said["max_cost"] == (None, "default")


def test_the_file_is_looked_for_upwards_and_its_folder_is_the_root(read, tmp_path):
    """From a folder below, the same harness.toml counts, and is named in full."""
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    read("jobs = 2\n")

    found = read_settings(below, environ={}, flags={})

    assert found.root == tmp_path
    assert found.origins["jobs"] == str(tmp_path / "harness.toml")


def test_lists_in_the_environment_are_separated_by_commas(read):
    """A variable says several suites, or several kinds of finding."""
    environ = {"HARNESS_SUITES": "a,b/c.yaml", "HARNESS_FAIL_ON": "failed,unreviewed"}

    settings = read(environ=environ).settings

    assert [str(path) for path in settings.suites] == ["a", "b/c.yaml"]
    assert settings.fail_on == ("failed", "unreviewed")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("job = 3\n", 'harness.toml: job: unknown setting; did you mean "jobs"?'),
        ("zzz = 3\n", "harness.toml: zzz: unknown setting; known are suites, cassettes,"),
        ("jobs = 0\n", "harness.toml: jobs: Input should be greater than or equal to 1"),
        ("jobs = \n", "harness.toml: Invalid value"),
        ("fail_on = ['everything']\n", "harness.toml: fail_on.0: Input should be 'failed'"),
        (
            "[endpoints.e]\nbase_ur = 'https://e'\nbase_url = 'https://e'\nkey_env = ['K']\n",
            'harness.toml: endpoints.e.base_ur: unknown setting; did you mean "base_url"?',
        ),
        ("[endpoints.e]\nkey_env = ['K']\n", "harness.toml: endpoints.e.base_url: Field required"),
        (
            "[endpoints.simulator]\nbase_url = 'https://e'\nkey_env = ['K']\n",
            "harness.toml: endpoints: simulator is the harness's own",
        ),
    ],
)
def test_a_wrong_setting_is_refused_by_name(refusal, text, said):
    """The sentence says where, what, and what was perhaps meant."""
    assert refusal(text).startswith(said)


def test_bytes_that_are_no_text_are_refused(tmp_path, refusal):
    """A harness.toml that is not UTF-8 is one clear error."""
    (tmp_path / "harness.toml").write_bytes(b"\xff\xfe")

    assert refusal().startswith("harness.toml: ")


@pytest.mark.parametrize("wrong", ["abc", "0", "999"])
def test_a_wrong_variable_is_named(refusal, wrong):
    """The environment's mistakes are told by the variable's own name."""
    said = refusal(environ={"HARNESS_JOBS": wrong})

    assert said.startswith("HARNESS_JOBS: Input ")


@pytest.mark.parametrize("cost", ["nan", "inf", "-1"])
def test_a_cap_is_a_finite_number_of_dollars(refusal, cost):
    """No cap can be said that no sum would ever pass."""
    assert refusal(environ={"HARNESS_MAX_COST": cost}).startswith("HARNESS_MAX_COST: ")


def test_a_cap_of_nothing_is_a_cap(read):
    """Zero dollars are not the same as no cap."""
    assert read(max_cost=0.0).settings.max_cost == 0.0


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9", "https://example.com"]
)
def test_plain_http_is_taken_on_loopback_alone(url):
    """A key goes over https, or stays on this machine."""
    assert EndpointSettings(base_url=url + "/", key_env=("K",)).base_url == url


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://example.com", "a key is not sent over plain http; use https"),
        ("http://127.0.0.1.example.com", "a key is not sent over plain http; use https"),
        ("http://localhost@example.com", "a key is not sent over plain http; use https"),
        ("example.com", "say the scheme and the host"),
        ("ftp://example.com", "say the scheme and the host"),
        ("https://", "say the scheme and the host"),
    ],
)
def test_plain_http_to_another_machine_is_refused(refusal, url, said):
    """Nobody between here and the endpoint may read the key."""
    text = f"[endpoints.e]\nbase_url = '{url}'\nkey_env = ['K']\n"

    assert said in refusal(text)


def test_an_unknown_endpoint_names_the_known_ones():
    """The sentence lists them, and says how another is set."""
    with pytest.raises(SettingsError) as caught:
        endpoint_settings(Settings(), "gemin")

    assert "known are gemini, simulator" in str(caught.value)
    assert "[endpoints.gemin]" in str(caught.value)
