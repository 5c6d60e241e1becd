"""Compression is undone whole, or said to be broken; a bomb does not go off."""

import gzip
import zlib

import pytest

from harness.recording.inflate import MAX_PLAIN, inflated

PLAIN = b'{"a": "some text"}' * 9


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (PLAIN, ""),
        (PLAIN, "identity"),
        (gzip.compress(PLAIN), "gzip"),
        (gzip.compress(PLAIN), " GZIP "),
        (zlib.compress(PLAIN), "deflate"),
        (raw_deflate(PLAIN), "deflate"),
        (gzip.compress(zlib.compress(PLAIN)), "deflate, gzip"),
    ],
    ids=["none", "identity", "gzip", "capitals", "zlib", "raw deflate", "both"],
)
def test_known_encodings_are_undone(body, encoding):
    """Alone and on top of each other."""
    assert inflated(body, encoding) == PLAIN


def test_nothing_is_nothing_in_any_encoding():
    """An empty body has no form to be broken."""
    assert inflated(b"", "gzip") == b""


@pytest.mark.parametrize(
    ("body", "encoding", "said"),
    [
        (PLAIN, "br", "compressed as 'br'"),
        (PLAIN, "gzip", "no whole gzip"),
        (gzip.compress(PLAIN)[:-9], "gzip", "no whole gzip"),
        (zlib.compress(PLAIN)[:-5], "deflate", "no whole deflate"),
    ],
    ids=["unknown", "none", "cut gzip", "cut deflate"],
)
def test_what_cannot_be_undone_is_refused(body, encoding, said):
    """Unknown, broken and cut off."""
    with pytest.raises(ValueError, match=said):
        inflated(body, encoding)


def test_a_bomb_is_refused():
    """A megabyte that would be a quarter of a gigabyte."""
    with pytest.raises(ValueError, match="unpacks to more than"):
        inflated(zlib.compress(bytes(MAX_PLAIN + 1), 1), "deflate")
