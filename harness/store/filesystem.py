"""Open the file system of a URL: fsspec's door."""

from typing import Any

from harness.errors import SettingsError

S3 = frozenset({"s3", "s3a"})
FOLDERS = frozenset({"file", "local"})
WHOLE = S3 | {"gs", "gcs", "abfs", "abfss", "az", "adl", "oss"}
"""Schemes of object stores, which show no object before it is whole."""
_S3_OPTIONS = {
    "retries": {"mode": "standard", "total_max_attempts": 4},
    "connect_timeout": 10,
    "read_timeout": 30,
    "max_pool_connections": 32,
}
_HASTY_S3 = {"retries": {"total_max_attempts": 2}, "connect_timeout": 3, "read_timeout": 5}
"""For who can do without: seconds without an answer or a byte, not minutes."""
_WRITE = "write e.g. s3://bucket/prefix or file:///folder"


def scheme_of(url: str) -> str:
    """Give what stands before `://`."""
    return url.partition("://")[0]


def opened(url: str, *, hasty: bool) -> tuple[Any, str]:
    """Open a file system; give it, with the path that the URL names in it.

    Args:
        url: Any of fsspec's, without a secret: credentials come from the environment.
        hasty: Whether to give up within seconds on S3 that does not answer.

    Raises:
        SettingsError: what speaks this scheme is not installed, or nobody knows it.
        OSError: it cannot be opened; some ask at once.
    """
    scheme, shown = scheme_of(url), url.rstrip("/")
    try:
        from fsspec.core import url_to_fs  # late: it is slow to load, and few runs need it

        system, path = url_to_fs(
            url, skip_instance_cache=True, use_listings_cache=False, **_options(scheme, hasty=hasty)
        )
    except ImportError as error:
        raise SettingsError(f"blobs: {shown}: {_to_install(scheme, error)}") from error
    except ValueError as error:
        raise SettingsError(f"blobs: {shown}: fsspec knows no {scheme}://; {_WRITE}") from error
    except TypeError as error:
        raise SettingsError(
            f"blobs: {shown}: a place of {scheme}:// needs more than a URL; {_WRITE}"
        ) from error
    if scheme in S3:
        system.retries = 1 if hasty else 2  # of botocore's own, for answers that break off
    return system, str(path).rstrip("/")


def _options(scheme: str, *, hasty: bool) -> dict[str, Any]:
    if scheme in S3:
        return {"config_kwargs": {**_S3_OPTIONS, **(_HASTY_S3 if hasty else {})}}
    return {"auto_mkdir": True} if scheme in FOLDERS else {}


def _to_install(scheme: str, error: ImportError) -> str:
    if scheme in S3:
        return "s3fs is not installed: pip install 'gemini-image-harness[s3]'"
    return f"what speaks {scheme}:// is not installed ({' '.join(str(error).split())[:200]})"
