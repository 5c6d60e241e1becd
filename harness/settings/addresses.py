"""Check addresses: of an endpoint, whole and of the wire that is spoken; of what all may see."""

import re
from urllib.parse import SplitResult, urlsplit

from harness.recording.secrets.shapes import shaped

WIRE = "the harness speaks the Gemini Developer API's alone (.../v1beta/models/M:generateContent)"
_OPENAI_HOSTS = ("api.openai.com", "openrouter.ai")
_OPENAI_PATHS = re.compile(r"/(chat/completions|images/generations|v1(beta)?/openai(/.*)?)$")
_VERTEX = "aiplatform.googleapis.com"
_NEVER = re.compile(r"[\x00-\x20\x7f\\]")
_VERSION = re.compile(r"/v1(beta)?(/models.*)?$")


def is_loopback(url: str) -> bool:
    """Tell whether a URL is on this machine."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def base_url(value: str) -> str:
    """Check the address under which `/v1beta/models/...` is reached; a path is allowed.

    Returns:
        The address without a slash at its end.

    Raises:
        ValueError: it is none, holds a secret, or speaks another wire; never repeats it.
    """
    parts = _split(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("say the scheme and the host, e.g. https://api.example.com")
    if parts.scheme == "http" and not is_loopback(value):
        raise ValueError("a key is not sent over plain http; use https")
    _refuse_secret(parts, value)
    url = value.rstrip("/")
    _refuse_other_wire(parts.hostname, url)
    if _VERSION.search(url):
        raise ValueError("ends in the API's version; leave that off and say it by api_version")
    return url


def public_address(value: str) -> str:
    """Check an address that reports may name; empty is none.

    Returns:
        The address without a slash at its end.

    Raises:
        ValueError: it is no web address, or holds a secret; never repeats it.
    """
    if not value:
        return ""
    parts = _split(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is no web address; write e.g. https://bucket.s3.amazonaws.com/prefix")
    bare = "@" not in parts.netloc and not any(mark in value for mark in "?#")
    if not bare or any(shaped(value.encode())):
        raise ValueError("holds a user, a query or a key, which reports would tell; leave it off")
    return value.rstrip("/")


def _split(value: str) -> SplitResult:
    if _NEVER.search(value):
        raise ValueError("has a space, a backslash or a control character; correct it")
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError("is no URL; write e.g. https://api.example.com") from None
    return parts


def _refuse_secret(parts: SplitResult, value: str) -> None:
    if "@" in parts.netloc:
        raise ValueError("holds a user or password; name the key's variable by key_env instead")
    if parts.query or parts.fragment or value.rstrip("/").endswith(("?", "#")):
        raise ValueError(
            "holds a query or a fragment, where keys are leaked; "
            "end it before the ? and name the key's variable by key_env"
        )
    if any(shaped(value.encode())):
        raise ValueError("holds what is shaped like a key; name its variable by key_env instead")


def _refuse_other_wire(host: str, url: str) -> None:
    if host.endswith(_VERTEX):
        raise ValueError(f"Vertex speaks another wire; {WIRE}")
    if _is_of(host, _OPENAI_HOSTS) or _OPENAI_PATHS.search(url.lower()):
        raise ValueError(f"an OpenAI-style gateway speaks another wire; {WIRE}")


def _is_of(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
