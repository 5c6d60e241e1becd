"""Write suites and pictures for the loader's tests."""

import datetime
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import SuiteError
from harness.loader import load_suite
from harness.model.suite import Suite

TODAY = datetime.date(2026, 11, 23)
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"

Load = Callable[[str], Suite]
Problems = Callable[[str], list[str]]


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Stand in a folder with `suites/`, two reference sets and a text file below it."""
    monkeypatch.chdir(tmp_path)
    references = tmp_path / "suites" / "references"
    for name, head, count in (("mascot", PNG, 2), ("owl", JPEG, 1), ("crowd", PNG, 15)):
        (references / name).mkdir(parents=True)
        for index in range(count):
            ending = "png" if head == PNG else "jpg"
            (references / name / f"{index:02}.{ending}").write_bytes(head + bytes([index]) * 10)
    (references / "notes.txt").write_text("no picture")
    return tmp_path


@pytest.fixture
def load(folder) -> Load:
    """Load a text, or bytes, as `suites/s.yaml`."""

    def load(text: str | bytes) -> Suite:
        path = Path("suites/s.yaml")
        data = text if isinstance(text, bytes) else textwrap.dedent(text).encode()
        path.write_bytes(data)
        return load_suite(path, today=TODAY)

    return load


@pytest.fixture
def problems(load) -> Problems:
    """Give what is wrong with a text, as people read it."""

    def problems(text: str | bytes) -> list[str]:
        with pytest.raises(SuiteError) as caught:
            load(text)
        return [str(problem) for problem in caught.value.problems]

    return problems
