"""Know keys of services by their shape, whoever's they are.

A picture's base64 within text is full of letters, so no shape may be a part of it: one of
a known length ends where no base64 follows; one of any length begins where none is before,
and holds a letter of one alphabet, so that a slash, which is of the other, may be before.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WORD = rb"0-9A-Za-z_-"
_TEXT = rb"+/" + _WORD
"""What base64 is written with, in both alphabets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One kind of key.

    Attributes:
        name: With its article, e.g. `"a Google API key"`.
        anchor: How every such key begins.
        rest: What follows, as a regular expression.
        whole: It has one length, so that nothing of base64 stands behind it.
    """

    name: str
    anchor: bytes
    rest: bytes
    whole: bool = True

    @property
    def pattern(self) -> bytes:
        """Give the expression; the anchor comes first, which is what makes it fast."""
        head = re.escape(self.anchor)
        if self.anchor.endswith(b" "):
            return head + self.rest
        before = _TEXT if b"/" in self.anchor else _WORD
        after = rb"(?![=%b])" % _TEXT if self.whole else b""
        return head + rb"(?<![%b]%b)" % (before, head) + self.rest + after


def _github(anchor: bytes) -> Shape:
    return Shape(name="a GitHub token", anchor=anchor, rest=rb"[0-9A-Za-z]{36}")


def _aws(anchor: bytes) -> Shape:
    return Shape(name="an AWS access key id", anchor=anchor, rest=rb"[A-Z2-7]{16}")


def _bearer(anchor: bytes) -> Shape:
    token = rb"[0-9A-Za-z._~+/-]{16,}={0,2}"
    return Shape(name="a bearer token", anchor=anchor, rest=token, whole=False)


SHAPES = (
    # CASSETTES section 5; gitleaks, rule gcp-api-key.
    Shape(name="a Google API key", anchor=b"AIza", rest=rb"[0-9A-Za-z_-]{35}"),
    # The keys that AI Studio hands out since 2025, bound to a service account: "AQ." and 50
    # characters, by the examples that people redact in public; the length is not promised.
    Shape(
        name="a Google API key", anchor=b"AQ.", rest=rb"[0-9A-Za-z_-]{40,120}(?!\.)", whole=False
    ),
    # CASSETTES section 5; developers.google.com/identity/protocols/oauth2.
    Shape(
        name="a Google OAuth token", anchor=b"ya29.", rest=rb"[0-9A-Za-z._-]{20,}", whole=False
    ),
    # The same page: what ya29 tokens are drawn from.
    Shape(
        name="a Google refresh token", anchor=b"1//0", rest=rb"[0-9A-Za-z_-]{40,}", whole=False
    ),
    # gitleaks, rule gcp-oauth-client-secret.
    Shape(name="a Google client secret", anchor=b"GOCSPX-", rest=rb"[0-9A-Za-z_-]{28}"),
    # OpenAI, Anthropic, OpenRouter by their own prefixes; gateways that resell models write
    # "sk-" and 20 letters or more with a digit among them, which no words have.
    Shape(
        name="a reseller's key",
        anchor=b"sk-",
        rest=rb"(?:(?:proj|svcacct|admin|or-v1|ant-[a-z0-9]{1,9})-[0-9A-Za-z_-]{20,}"
        rb"|(?=[A-Za-z]{0,80}[0-9])[0-9A-Za-z]{20,})",
        whole=False,
    ),
    Shape(name="a Groq key", anchor=b"gsk_", rest=rb"[0-9A-Za-z]{52}"),  # console.groq.com
    Shape(name="an xAI key", anchor=b"xai-", rest=rb"[0-9A-Za-z]{80}"),  # docs.x.ai
    Shape(name="a Replicate token", anchor=b"r8_", rest=rb"[0-9A-Za-z]{37}"),  # replicate.com/docs
    # huggingface.co/docs/hub/security-tokens; gitleaks, rule huggingface-access-token.
    Shape(name="a Hugging Face token", anchor=b"hf_", rest=rb"[0-9A-Za-z]{34}"),
    # docs.github.com, "About authentication to GitHub", token formats.
    *(_github(anchor) for anchor in (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_")),
    Shape(name="a GitHub token", anchor=b"github_pat_", rest=rb"[0-9A-Za-z_]{82}"),
    # docs.gitlab.com/security/tokens; gitleaks, rule gitlab-pat.
    Shape(name="a GitLab token", anchor=b"glpat-", rest=rb"[0-9A-Za-z_.-]{20,}", whole=False),
    # docs.aws.amazon.com, "IAM identifiers", unique id prefixes; base32 follows.
    *(_aws(anchor) for anchor in (b"AKIA", b"ASIA", b"ABIA", b"ACCA")),
    # docs.slack.dev/authentication/tokens.
    *(
        Shape(name="a Slack token", anchor=anchor, rest=rb"[0-9]+-[0-9A-Za-z-]{10,}", whole=False)
        for anchor in (b"xoxb-", b"xoxp-", b"xoxa-", b"xoxr-", b"xoxs-")
    ),
    Shape(  # docs.stripe.com/keys
        name="a Stripe key", anchor=b"sk_live_", rest=rb"[0-9A-Za-z]{24,}", whole=False
    ),
    Shape(  # RFC 7519: two JSON objects in base64, and a signature
        name="a JSON web token",
        anchor=b"eyJ",
        rest=rb"[0-9A-Za-z_-]{14,}\.eyJ[0-9A-Za-z_-]{14,}\.[0-9A-Za-z_-]{20,}",
        whole=False,
    ),
    *(_bearer(anchor) for anchor in (b"Bearer ", b"bearer ", b"BEARER ")),  # RFC 6750
    Shape(  # RFC 7468; the whole of it where its end is there
        name="a private key",
        anchor=b"-----BEGIN ",
        rest=rb"[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        rb"(?:[^-]{0,20000}-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?",
        whole=False,
    ),
)  # fmt: skip

_ANY = re.compile(b"|".join(shape.pattern for shape in SHAPES))

_LETTERS = b"+/.~= -_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""What keys and their anchors are written with."""
_SHORTEST = 16
"""Letters in a row that every key has; the shortest, a Slack token, has 17."""
_MARKED = bytes(ord("a") if byte in _LETTERS else ord(" ") for byte in range(256))
_MANY = 65_536
"""Bytes from which on it pays to look at words of 8 first."""
_BYTES = 8
"""Of a word."""
_BLOCK = 16_384
"""Words that are looked at together: they stay in the processor's cache."""
_HIGH, _BLANKS = 0x8080_8080_8080_8080, 0x2020_2020_2020_2020
"""The highest bit of each byte of a word, and a word of blanks, the first printable byte."""
_APART = 3
"""Words that are nearer are one stretch: no two stretches share a byte."""
_ARMOUR = b"-----BEGIN "
_LONGEST_ARMOUR = 21_000
"""A private key goes on over the ends of its lines."""


def shaped(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Find what is shaped like a key: from where, to where, and what it is.

    Bytes of a picture or a signature have hardly ever 16 letters in a row: plain searches
    pass over them, at 4 GB a second where there are many; text is read at 50 to 100 MB.
    Random bytes hold `AIza` and 35 more right characters once in 10^30 places, so that
    a decoded picture has none by chance.
    """
    last = 0
    for start, end in _rows(data):
        armour = _LONGEST_ARMOUR if data.find(_ARMOUR, start, end) >= 0 else 1
        for match in _ANY.finditer(data, max(start, last), min(len(data), end + armour)):
            if match.start() >= end:
                break
            last = match.end()
            name = next(shape.name for shape in SHAPES if match[0].startswith(shape.anchor))
            yield match.start(), match.end(), name


def _rows(data: bytes) -> Iterator[tuple[int, int]]:
    """Name every row of letters that is long enough to hold a key."""
    if len(data) < _MANY:
        yield from _rows_within(data, 0, len(data))
        return
    for start, end in printable(data):
        yield from _rows_within(data, start, end)


def _rows_within(data: bytes, first: int, last: int) -> Iterator[tuple[int, int]]:
    marked = data[first:last].translate(_MARKED)
    end = 0
    while (start := marked.find(b"a" * _SHORTEST, end)) >= 0:
        end = marked.find(b" ", start)
        end = len(marked) if end < 0 else end
        yield first + start, first + end


def printable(data: bytes) -> Iterator[tuple[int, int]]:
    """Name stretches that hold every row of 16 and more printable bytes, each row whole.

    A row of 15 covers a whole word of 8 bytes: words are looked at, in vectors. Of random
    ones one in 256 is all ASCII, and of these few are all printable.
    """
    import numpy as np  # late: only long bodies need it

    whole = np.concatenate(
        [_printable_words(data, at) for at in range(0, max(1, len(data) // _BYTES), _BLOCK)]
    )
    if not len(whole):
        return
    breaks = np.flatnonzero(np.diff(whole) > _APART)
    firsts, lasts = whole[np.r_[0, breaks + 1]], whole[np.r_[breaks, len(whole) - 1]]
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        yield max(0, (first - 1) * _BYTES), min(len(data), (last + 2) * _BYTES)


def _printable_words(data: bytes, at: int) -> "NDArray[np.intp]":
    """Give the places of the words that are all printable, of a block from word `at` on."""
    import numpy as np

    count = min(_BLOCK, len(data) // _BYTES - at)
    words = np.frombuffer(data, dtype=np.uint64, count=count, offset=at * _BYTES)
    high = np.uint64(_HIGH)
    places = np.flatnonzero((words & high) == 0)
    found = words[places]
    below_blank = (found - np.uint64(_BLANKS)) & ~found & high
    whole: NDArray[np.intp] = places[below_blank == 0] + at
    return whole
