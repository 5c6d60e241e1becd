"""A place for blobs is a URL without a secret in it."""

import pytest

from harness.errors import SettingsError
from harness.settings import read_settings

SECRET = "wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize(
    "url", ["s3://bucket/prefix", "file:///mnt/team", "gs://bucket", "abfs://box@account/prefix"]
)
def test_any_url_of_a_place_is_taken(tmp_path, url):
    """A slash at its end is none of it."""
    found = read_settings(tmp_path, environ={"HARNESS_BLOBS": f"{url}/"}, flags={})

    assert found.settings.blobs == url
    assert found.origins["blobs"] == "HARNESS_BLOBS"


@pytest.mark.parametrize(
    "url",
    [
        f"s3://AKIAIOSFODNN7EXAMPLE:{SECRET}@bucket/prefix",
        f"s3://{SECRET}@bucket",
        f"sftp://user:{SECRET}@host/folder",
        f"https://host/folder?X-Amz-Signature={SECRET}",
        f"https://host/folder#{SECRET}",
        f"simplecache::s3://{SECRET}",
        f"bucket/{SECRET}",
        f"s3://bucket/ {SECRET}",
    ],
)
def test_a_secret_and_what_is_no_url_are_refused_and_not_repeated(tmp_path, url):
    """From the file as from the environment."""
    (tmp_path / "harness.toml").write_text(f'blobs = "{url}"\n')

    with pytest.raises(SettingsError) as refused:
        read_settings(tmp_path, environ={}, flags={})

    assert "blobs: " in str(refused.value)
    assert SECRET not in str(refused.value)
