"""A suite has a top-level `suite:` key; a stranger's YAML is left alone."""

from pathlib import Path

import pytest

from harness.loader import is_suite


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version: 1\nsuite: a\n", True),
        ("\ufeffsuite: a\n", True),
        ("version: 1\r\nsuite: a\r\n", True),
        ('"suite": a', True),
        ("suite:\n", True),
        ('# made\n{"version": 1, "suite": "a"}', True),
        ("suite: [broken\n\t", True),
        ("# long\n" * 9000 + "suite: a", True),
        ("suites: a", False),
        ("on:\n  suite: a", False),
        ("suite:a", False),
        ('{"a": {"suite": 1}}', False),
        ('{"suite"', False),
        ("# suite: a", False),
        ("[suite]", False),
        ("", False),
        ("{" * 10_000, False),
    ],
)
def test_a_suite_is_told_by_its_key(tmp_path, text, expected):
    """Broken ones too, so that their errors are shown."""
    path = tmp_path / "x.yaml"
    path.write_bytes(text.encode())

    assert is_suite(path) is expected


@pytest.mark.parametrize("path", [Path("nope"), Path("/"), Path("a\0b"), Path("x" * 5000)])
def test_what_cannot_be_read_is_no_suite(path):
    """It never raises."""
    assert is_suite(path) is False
