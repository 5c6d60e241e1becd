"""Check the URL of a place for blobs: any of fsspec's, and no secret in it."""

import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator

from harness.recording.secrets.shapes import shaped

_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s\x00-\x1f\x7f\\]+")
_ADVICE = "credentials come from the environment, e.g. AWS_ACCESS_KEY_ID"


def _bucket(value: Any) -> Any:  # noqa: ANN401  # not validated yet
    """Read a URL.

    Raises:
        ValueError: it is none, or holds a secret; never repeats it.
    """
    if value is None:
        return None
    if not isinstance(value, str) or not _URL.fullmatch(value) or "::" in value:
        raise ValueError("is no URL of a place; write e.g. s3://bucket/prefix or file:///folder")
    try:
        parts = urlsplit(value)
    except ValueError:
        raise ValueError("is no URL; write e.g. s3://bucket/prefix") from None
    user = parts.netloc.rpartition("@")[0]
    if ":" in user or (user and parts.scheme in ("s3", "s3a")):
        raise ValueError(f"holds a user or password; {_ADVICE}")
    if parts.query or parts.fragment or value.endswith(("?", "#")):
        raise ValueError(f"holds a query or a fragment, where keys are leaked; {_ADVICE}")
    if any(shaped(value.encode())):
        raise ValueError(f"holds what is shaped like a key; {_ADVICE}")
    return value.rstrip("/") if parts.netloc or parts.path.strip("/") else value


BlobsUrl = Annotated[str, BeforeValidator(_bucket)]
"""A setting that is a place for blobs."""
