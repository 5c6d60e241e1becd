"""What is said of a file in which a merge left both sides."""

import pytest

from harness.errors import CassetteError, StoreError
from harness.recording.cassette_file import read_cassette
from harness.store.conflicts import conflict_line
from harness.store.files import dump_json, read_json

BOTH = b'{\n "a": 1,\n<<<<<<< HEAD\n "b": 2\n=======\n "b": 3\n>>>>>>> theirs\n}\n'


def test_the_line_is_that_of_the_first_marker():
    """An editor jumps to where the two sides begin."""
    assert conflict_line(BOTH) == 3
    assert conflict_line(BOTH.replace(b"\n", b"\r\n")) == 3


@pytest.mark.parametrize(
    "text", ["<<<<<<< HEAD\nin a prompt", "a <<<<<<< b", "<<<<<<<"], ids=["lines", "within", "bare"]
)
def test_what_a_prompt_says_is_no_conflict(text):
    """JSON escapes the ends of lines, so that no text stands at the beginning of one."""
    assert not conflict_line(dump_json({"prompt": text}))


def test_a_file_in_conflict_is_told_from_one_that_is_broken(tmp_path):
    """The two are mended in different ways."""
    path = tmp_path / "a file.json"
    path.write_bytes(BOTH)

    with pytest.raises(StoreError, match=r"a file\.json:3: a merge left both sides here; keep one"):
        read_json(path)
    with pytest.raises(CassetteError, match=r"git checkout --ours '.*a file\.json'"):
        read_cassette(path)
    path.write_bytes(BOTH.replace(b"<<<<<<< HEAD\n", b""))
    with pytest.raises(StoreError, match="broken JSON"):
        read_json(path)
