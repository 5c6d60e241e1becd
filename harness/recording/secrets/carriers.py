"""Find what carries keys: headers of stock cassettes and HAR files, parameters of URLs."""

import re
from collections.abc import Iterable, Iterator

from harness.recording.secrets.keys import STAND_IN, Hit, Rule

SECRET_HEADERS = frozenset(
    {
        "api-key", "authorization", "cookie", "proxy-authorization", "set-cookie",
        "x-amz-security-token", "x-api-key", "x-auth-token", "x-goog-api-key",
        "x-goog-iam-authorization-token",
    }
)  # fmt: skip
"""Headers whose values are secret, whoever recorded them (CASSETTES section 5)."""

_STRING = rb'"(?:[^"\\]|\\.)*+"'
_JSON_HEADERS = re.compile(
    rb'"headers"\s*+:\s*+\{(?:[^{}"]++|%b){0,1000}+\}' % _STRING, re.IGNORECASE | re.DOTALL
)
"""A block of up to 250 headers; the bound keeps what only begins like one from costing hours."""
_JSON_VALUE = rb'\s*+:\s*+(\[(?:[^\[\]"]|%b)*+\]|%b)' % (_STRING, _STRING)
_PARAMETER = re.compile(
    rb"[?&;](?:key|api[_-]?key|access_token)=([^&\s\"'\\<>#;]{12,})", re.IGNORECASE
)
_PROJECT = re.compile(rb"projects/(?<![\w-]projects/)[0-9]{6,}(?!\w)")
_HIDDEN = re.compile(
    rb"\W*(?:bearer|basic)?[\W_]*(?:your|my|the|a|gemini|google|some)?[\W_]*(?:api)?[\W_]*"
    rb"(?:scrubbed|redacted|filtered|hidden|removed|masked|dummy|fake|placeholder|test|x{3,}|none"
    rb"|(?:api)?[\W_]*key|token|cookie|secret)?[\W_]*(?:key|token|value)?[\W_]*",
    re.IGNORECASE,
)


def is_stand_in(value: bytes) -> bool:
    """Tell whether a value only says that a secret was there: `SCRUBBED`, `<API_KEY>`, `***`."""
    return len(value) < 64 and _HIDDEN.fullmatch(value) is not None


def parameters(data: bytes) -> Iterator[Hit]:
    """Find keys in the parameters of URLs: `?key=`, `&api_key=`, `&access_token=`."""
    for match in _PARAMETER.finditer(data):
        if not is_stand_in(match[1]):
            yield Hit(start=match.start(1), end=match.end(1), what="a key as a URL's parameter")


def projects(data: bytes) -> Iterator[Hit]:
    """Find numbers of Google Cloud projects, which tell whose key it was."""
    what = "the number of a Google Cloud project"
    for match in _PROJECT.finditer(data):
        yield Hit(start=match.start(), end=match.end(), what=what, grave=False)


def headers(names: Iterable[str] = ()) -> Rule:
    """Make the rule that finds secret headers as text: in YAML, JSON and HAR.

    Args:
        names: Further headers that carry keys, in any spelling.
    """
    every = SECRET_HEADERS | {name.lower() for name in names}
    either = b"|".join(re.escape(name.encode()) for name in sorted(every))
    inner = re.compile(rb'"(%b)"%b' % (either, _JSON_VALUE), re.IGNORECASE | re.DOTALL)
    har = re.compile(
        rb'"name"\s*+:\s*+"(%b)"\s*+,\s*+"value"\s*+:\s*+(%b)' % (either, _STRING),
        re.IGNORECASE | re.DOTALL,
    )
    yaml = re.compile(
        rb"^([ \t]*+)'?(%b)'?[ \t]*+:"
        rb"((?:[ \t]+[^\n]*)?(?:\n|\Z)(?:\1[ \t]*+-[ \t][^\n]*(?:\n|\Z)|\1[ \t]+[^\n]*(?:\n|\Z))*+)"
        % either,
        re.IGNORECASE | re.MULTILINE,
    )

    def rule(data: bytes) -> Iterator[Hit]:
        for block in _JSON_HEADERS.finditer(data):
            for match in inner.finditer(data, block.start(), block.end()):
                yield from _json_hit(match)
        for match in har.finditer(data):
            yield from _json_hit(match)
        for match in yaml.finditer(data):
            yield from _yaml_hit(match)

    return rule


def _json_hit(match: "re.Match[bytes]") -> Iterator[Hit]:
    values = re.findall(_STRING, match[2], re.DOTALL)
    if not all(is_stand_in(value) for value in values):
        one = b'"%b"' % STAND_IN
        stand_in = b"[%b]" % one if match[2].startswith(b"[") else one
        yield _hit(match, 2, stand_in)


def _yaml_hit(match: "re.Match[bytes]") -> Iterator[Hit]:
    """Put one value in place of all, in the form that they have."""
    lines = [line.strip() for line in match[3].splitlines()]
    values = [line.removeprefix(b"-").strip() for line in lines if line]
    if all(is_stand_in(value) for value in values):
        return
    if not lines[0]:
        stand_in = b"\n%b- %b\n" % (match[1], STAND_IN)
    else:
        stand_in = (b" [%b]\n" if lines[0].startswith(b"[") else b" %b\n") % STAND_IN
    yield _hit(match, 3, stand_in)


def _hit(match: "re.Match[bytes]", group: int, stand_in: bytes) -> Hit:
    """Begin at the header's name, where a person looks for it."""
    start, value = match.start(group - 1), match.start(group)
    name = match[group - 1].decode().lower()
    return Hit(
        start=start,
        end=match.end(group),
        what=f"the header {name}, whose value is secret",
        stand_in=match.string[start:value] + stand_in,
    )
